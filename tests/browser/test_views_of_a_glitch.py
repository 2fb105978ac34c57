"""All views of a glitch are shown where somebody decides on it: they are tiles with one id."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from core.workspace import HOME_VARIABLE
from tests.browser.driving import PROJECT, sit_down

pytestmark = pytest.mark.browser

VIEWS = ["0.5 s", "1.0 s", "2.0 s", "4.0 s"]


def wait_for_views(page) -> None:
    """Until the first sheet has a tile a view, each with a picture that can be drawn."""
    sheet = page.locator(".contact-sheet").first
    expect(sheet.locator(".tile .label")).to_have_text(VIEWS)
    pictures = sheet.locator(".tile img")
    expect(pictures).to_have_count(len(VIEWS))
    pictures.evaluate_all("all => Promise.all(all.map((image) => image.decode()))")


def test_suspects_and_review_show_every_view(run_app, open_page, tmp_path):
    url = run_app(PROJECT / "app.py", env={HOME_VARIABLE: str(tmp_path)})
    ada = open_page()
    sit_down(ada, f"{url}/suspects", "Ada")
    ada.locator('.card[data-busy="false"] [data-kind="accept"]:enabled').wait_for()
    wait_for_views(ada)
    before = ada.locator(".card").get_attribute("data-sample")
    ada.keyboard.press("a")
    ada.locator(f'.card[data-busy="false"]:not([data-sample="{before}"])').wait_for()
    wait_for_views(ada)
    ben = open_page()
    sit_down(ben, f"{url}/review", "Ben")
    ben.locator('.card[data-busy="false"][data-stage="blind"]').wait_for()
    wait_for_views(ben)
    ben.locator(".contact-sheet").first.locator(".tile .face").nth(2).click()
    ben.get_by_role("dialog").get_by_text(before).first.wait_for()
