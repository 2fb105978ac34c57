"""The page Impact in the real app on the packed demo: bars, a weight that is moved, a bar that is clicked, the address.

The simulated detector is always the same by its number, so who costs most is known here.
"""

from __future__ import annotations

import os
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from core.pipeline.detector import play
from core.pipeline.impact import case_costs, ids_of, simulated_case
from tests.browser.clicked_charts import asked, chart, click_point, idle
from tests.browser.driving import PROJECT, wait_until_it_fits

pytestmark = pytest.mark.browser
WEIGHED = {"impact_of": "simulated", "impact_counts": '["deadtime","snr share"]'}


@pytest.fixture(scope="module")
def url(run_app, tmp_path_factory):
    return run_app(PROJECT / "app.py", env={**os.environ, "GLITCH_AUDIT_HOME": str(tmp_path_factory.mktemp("home"))})


@pytest.fixture(scope="module")
def case():
    return simulated_case(play(seed=0), seed=0)


def names_of_bars(page):
    return chart(page).locator(".ytick text")


def test_a_weight_that_is_moved_changes_the_bars_and_a_click_opens_the_sheet(browser_page, url, case):
    page = browser_page
    page.set_viewport_size({"width": 1280, "height": 1700})
    page.goto(url)
    page.get_by_role("link", name="Impact").click()
    # The data set's own glitches first, of which some things are known without a detector.
    expect(page.get_by_text("It is not known when H1 observed")).to_be_visible()
    page.get_by_test_id("stButtonGroup").get_by_text("A simulated detector").click()
    expect(page.get_by_text("No family can be told to come more often than another")).to_be_visible()
    for title, weight in (("Deadtime if vetoed", "deadtime if vetoed"), ("SNR share", "SNR share")):
        page.get_by_test_id("stButtonGroup").get_by_text(title, exact=True).click()
        page.get_by_role("slider", name=f"Weight of {weight}").wait_for()
        idle(page)
    expect(page.locator("strong", has_text="Koi_Fish costs most")).to_be_visible()
    loudness = page.get_by_role("slider", name="Weight of SNR share")
    loudness.focus()
    loudness.press("Home")
    expect(page.locator("strong", has_text="Scattered_Light costs most")).to_be_visible()
    expect(names_of_bars(page).first).to_have_text("Scattered_Light")
    idle(page)
    box = chart(page).locator(".nsewdrag").first.bounding_box()
    families = len(case_costs(case, detector="L1").families)
    x, y = box["x"] + 0.05 * box["width"], box["y"] + box["height"] * 0.5 / families
    click_point(page, x, y, said="Scattered_Light")
    count = len(ids_of(case, detector="L1", family="Scattered_Light"))
    expect(page.get_by_role("heading", name=f"{count:,} glitches of Scattered_Light")).to_be_visible()
    expect(page.get_by_text("Simulated glitches have no pictures")).to_be_visible()
    # A colleague who follows the address sees the same ranking.
    assert asked(page)["impact_counts"] == '["deadtime","snr share"]'
    page.reload()
    expect(page.locator("strong", has_text="Scattered_Light costs most")).to_be_visible()
    expect(page.get_by_role("slider", name="Weight of SNR share")).to_have_value("0")


def test_own_glitches_come_onto_their_contact_sheet(browser_page, url):
    page = browser_page
    page.set_viewport_size({"width": 1280, "height": 1900})
    page.goto(f"{url}/impact")
    # The chart above moves the button as it appears.
    chart(page).locator(".nsewdrag").first.wait_for()
    idle(page)
    page.get_by_role("button", name="Look at them").click()
    expect(page.get_by_role("heading", name="glitches of Blip in the livetime")).to_be_visible()
    page.locator('.contact-sheet[data-unanswered="0"]').wait_for()


def test_on_a_phone_nothing_runs_over_the_edge(browser_page, url):
    page = browser_page
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{url}/impact?{urlencode(WEIGHED)}")
    chart(page).locator(".nsewdrag").first.wait_for()
    idle(page)
    wait_until_it_fits(page)
