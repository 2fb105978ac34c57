"""The queue that learns, in a real browser: ranked anew at a button, taken back, and narrowed to a slice."""

from __future__ import annotations

import os
import re

import pytest

from tests.browser.driving import PROJECT, wait_until_idle

pytestmark = pytest.mark.browser

READY = '.card[data-busy="false"]'
LAYOUT_OF_ROWS = 35


@pytest.fixture
def at_the_queue(run_app, open_page, tmp_path):
    """A page on the first suspect, on a ledger of its own, Ada at the desk."""
    app = PROJECT / "tests" / "browser" / "slices_app.py"
    page = open_page()
    page.goto(run_app(app, env={**os.environ, "GLITCH_AUDIT_HOME": str(tmp_path / "home")}))
    page.locator(READY).wait_for()
    page.get_by_role("textbox", name="Your name").fill("Ada")
    page.keyboard.press("Enter")
    page.locator('[data-kind="accept"]:enabled').wait_for()
    # Until the run ends, the card that was drawn before the name stands below it.
    wait_until_idle(page)
    return page


def shown(page) -> str:
    return page.locator(READY).get_attribute("data-sample")


def press(page, key) -> str:
    before = shown(page)
    page.keyboard.press(key)
    page.locator(f'{READY}:not([data-sample="{before}"])').first.wait_for()
    wait_until_idle(page)
    return shown(page)


def length(page) -> int:
    return int(re.search(r"of (\d+)\s*in this queue", page.get_by_text("in this queue").inner_text())[1])


def test_ranked_anew_the_order_is_another_one_with_a_reason_and_undo_still_works(at_the_queue):
    page = at_the_queue
    first = shown(page)
    second = press(page, "a")
    third = press(page, "k")
    page.get_by_role("button", name="Rank anew").click()
    page.get_by_text("Ranked anew with 2 known labels (1 called otherwise, 1 kept)").wait_for()
    wait_until_idle(page)
    sentence = page.get_by_text("Ranked anew with 2").inner_text()
    came, left = (int(found) for found in re.search(r"(\d+) came in, (\d+) left", sentence).groups())
    assert came + left > 0
    assert "because" in sentence
    # What was judged does not come back by itself ...
    assert shown(page) not in (first, second)
    # ... and is taken back as before.
    assert press(page, "z") == second
    page.get_by_text("is undecided again").wait_for()
    page.get_by_role("button", name="As it was first").click()
    page.get_by_text("Ranked anew with").wait_for(state="detached")
    wait_until_idle(page)
    assert shown(page) == second
    assert press(page, "k") == third


def test_a_row_of_the_slices_narrows_the_queue_to_its_suspects(at_the_queue):
    page = at_the_queue
    every = length(page)
    page.get_by_text("Where they come from (1)").click()
    grid = page.get_by_test_id("stExpander").get_by_test_id("stDataFrame")
    grid.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    # The header, then the first row's box.
    grid.click(position={"x": 16, "y": 1.5 * LAYOUT_OF_ROWS})
    page.get_by_text("Only these: 12 of the 12 suspects called Blip that look like Tomte").wait_for()
    wait_until_idle(page)
    assert length(page) == 12 < every
    page.get_by_role("button", name="All suspects").click()
    page.get_by_text("Only these:").wait_for(state="detached")
    wait_until_idle(page)
    assert length(page) == every
