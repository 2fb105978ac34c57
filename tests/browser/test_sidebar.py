"""The sidebar on a laptop's screen: who one is is seen, and what was written is not told over the name."""

from __future__ import annotations

import pytest

from tests.browser.driving import sit_down, wait_until_idle

pytestmark = pytest.mark.browser
SIZE = {"width": 1280, "height": 800}


def test_name_and_role_are_seen_without_scrolling_and_no_toast_hides_the_name(fresh, open_page):
    page = open_page(viewport=SIZE)
    sit_down(page, f"{fresh.url}/suspects", "Ada")
    page.locator('[data-kind="keep"]:enabled').wait_for()
    wait_until_idle(page)
    foot = page.get_by_text("not verified").bounding_box()
    assert foot["y"] + foot["height"] <= SIZE["height"]
    page.keyboard.press("k")
    toast = page.get_by_test_id("stToast").first
    toast.wait_for()
    page.wait_for_timeout(500)
    told, name = toast.bounding_box(), page.get_by_role("textbox", name="Your name").bounding_box()
    assert told["y"] + told["height"] <= name["y"]
    # The sample's id stands on one line.
    assert toast.locator("code").first.bounding_box()["height"] < 30
