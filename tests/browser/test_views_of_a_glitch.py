"""All views of a glitch are shown where somebody decides on it: they are tiles with one id."""

from __future__ import annotations

import pytest

from core.workspace import HOME_VARIABLE
from tests.browser.driving import PROJECT, sit_down

pytestmark = pytest.mark.browser

VIEWS = ["0.5 s", "1.0 s", "2.0 s", "4.0 s"]


def views_shown(page) -> list[str]:
    """The captions of the first sheet, each with a picture above it that has been drawn."""
    sheet = page.locator(".contact-sheet").first
    sheet.locator(".tile img").nth(len(VIEWS) - 1).wait_for()
    assert sheet.locator("img").evaluate_all("all => all.every((image) => image.complete && image.naturalWidth > 0)")
    return sheet.locator(".tile .label").all_inner_texts()


def test_suspects_and_review_show_every_view(run_app, open_page, tmp_path):
    url = run_app(PROJECT / "app.py", env={HOME_VARIABLE: str(tmp_path)})
    ada = open_page()
    sit_down(ada, f"{url}/suspects", "Ada")
    ada.locator('.card[data-busy="false"] [data-kind="accept"]:enabled').wait_for()
    assert views_shown(ada) == VIEWS
    before = ada.locator(".card").get_attribute("data-sample")
    ada.keyboard.press("a")
    ada.locator(f'.card[data-busy="false"]:not([data-sample="{before}"])').wait_for()
    assert views_shown(ada) == VIEWS
    ben = open_page()
    sit_down(ben, f"{url}/review", "Ben")
    ben.locator('.card[data-busy="false"][data-stage="blind"]').wait_for()
    assert views_shown(ben) == VIEWS
    ben.locator(".contact-sheet").first.locator(".tile .face").nth(2).click()
    ben.get_by_role("dialog").get_by_text(before).first.wait_for()
