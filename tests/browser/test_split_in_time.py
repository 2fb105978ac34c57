"""A training split in time is chosen on the page Training of the demo; Evaluation hands out a model card."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from core.workspace import HOME_VARIABLE
from tests.browser.driving import PROJECT, wait_until_idle

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def url(run_app, tmp_path_factory):
    return run_app(PROJECT / "app.py", env={HOME_VARIABLE: str(tmp_path_factory.mktemp("home"))})


def test_in_time_is_chosen_and_told_before_the_training_starts(url, open_page):
    page = open_page()
    page.goto(f"{url}/training?data=demo")
    page.get_by_text("to learn from").first.wait_for()
    wait_until_idle(page)
    page.get_by_text("More settings").click()
    wait_until_idle(page)
    page.get_by_role("radio", name="in time").or_(page.get_by_role("button", name="in time")).first.click()
    page.get_by_text("Split in time: the latest glitches are judged on, with a gap of 7 days").wait_for()
    gap = page.get_by_role("spinbutton", name="Gap, days")
    gap.fill("3")
    gap.press("Enter")
    page.get_by_text("with a gap of 3 days between the parts").wait_for()
    wait_until_idle(page)
    page.get_by_role("button", name="The same from the command line").click()
    expect(page.get_by_text("--split-by time")).to_contain_text("--gap-days 3")


def test_evaluation_says_how_the_rare_fare_and_hands_out_a_card(url, open_page, tmp_path):
    page = open_page()
    page.goto(f"{url}/evaluation?data=demo")
    page.get_by_text("Mean F1 of the rarest third of the labels").wait_for()
    wait_until_idle(page)
    with page.expect_download() as arriving:
        page.get_by_role("button", name="Model card").click()
    arriving.value.save_as(tmp_path / "card.md")
    card = (tmp_path / "card.md").read_text(encoding="utf-8")
    assert card.startswith("# ") and "## Limits" in card and "Mean F1 of the rarest third" in card
