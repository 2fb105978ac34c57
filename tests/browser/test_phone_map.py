"""The map on a phone: its tools in one row, no empty field around the points, and the menu out of the way."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from core.workspace import HOME_VARIABLE
from tests.browser.driving import PROJECT, the_map, wait_until_idle
from tests.browser.loop_steps import wait_for_map

pytestmark = pytest.mark.browser
# Streamlit closes its menu after a page was chosen where the browser says that it runs on a phone.
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
    "user_agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.0 Mobile/15E148 Safari/604.1",
}


@pytest.fixture(scope="module")
def url(run_app, tmp_path_factory):
    return run_app(PROJECT / "app.py", env={HOME_VARIABLE: str(tmp_path_factory.mktemp("home"))})


def test_the_tools_stand_in_one_row_and_map_and_legend_fit_the_window(open_page, url):
    page = open_page(**PHONE)
    page.goto(the_map(url))
    wait_for_map(page)
    wait_until_idle(page)
    tops = {round(button.bounding_box()["y"]) for button in page.locator(".toolbar button").all()}
    assert len(tops) == 1
    stage = page.locator(".stage").bounding_box()
    # As high as the packed islands need at this width (1.5 to 1), with the tools above and the words below.
    assert stage["height"] < stage["width"] / 1.2 + 100
    map_box = page.locator(".glitch-map").bounding_box()
    assert map_box["height"] < PHONE["viewport"]["height"] - 150
    fully_seen = sum(
        entry.bounding_box()["y"] + entry.bounding_box()["height"] <= map_box["y"] + map_box["height"]
        for entry in page.locator(".legend-entry").all()
    )
    assert fully_seen >= 8


def test_the_menu_closes_when_a_page_was_chosen(open_page, url):
    page = open_page(**PHONE)
    page.goto(url)
    wait_until_idle(page)
    page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_role("link", name="Map", exact=True).first.click()
    wait_for_map(page)
    expect(page.get_by_test_id("stExpandSidebarButton")).to_be_visible()
    page.locator('.toolbar [data-part="lasso"]').click()
