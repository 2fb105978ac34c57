"""The page Detector in the real app on the packed demo: a simulated detector, cells that are clicked, glitches chosen.

The simulated detector is always the same by its number, so what is found on the page is known here.
"""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import expect

from core.detector.coupling.figures import heat_map
from core.pipeline.detector import play
from tests.browser.clicked_charts import asked, chart, click_point, idle
from tests.browser.driving import PROJECT

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def url(run_app, tmp_path_factory):
    return run_app(PROJECT / "app.py", env={**os.environ, "GLITCH_AUDIT_HOME": str(tmp_path_factory.mktemp("home"))})


@pytest.fixture(scope="module")
def heat():
    return heat_map(play(seed=0).result, detector="L1")


def click_cell(page, heat, family, channel):
    row, column = heat.channels.index(channel), heat.families.index(family)
    box = chart(page).locator(".nsewdrag").first.bounding_box()
    x = box["x"] + box["width"] * (column + 0.5) / len(heat.families)
    y = box["y"] + box["height"] * (row + 0.5) / len(heat.channels)
    click_point(page, x, y, said=family)


def test_the_menu_leads_to_a_simulated_detector_and_a_click_opens_a_pair(browser_page, url, heat):
    page = browser_page
    page.set_viewport_size({"width": 1280, "height": 1400})
    page.goto(url)
    page.get_by_role("link", name="Detector").click()
    page.get_by_role("button", name="Draw a simulated detector").click()
    expect(page.get_by_text("2 of 5 families go with something")).to_be_visible()
    chart(page).locator(".nsewdrag").first.wait_for()
    idle(page)
    microseism = next(name for name in heat.channels if "100M_300M" in name)
    for family, said in (("Blip", "Blip with"), ("Scattered_Light", "Scattered_Light goes with")):
        click_cell(page, heat, family, microseism)
        expect(page.locator("strong", has_text=f"{said} {microseism}")).to_be_visible()
        idle(page)
    # A colleague who follows the address sees the same pair.
    address = asked(page)
    assert (address["detector_family"], address["detector_channel"]) == ("Scattered_Light", microseism)
    page.reload()
    expect(page.locator("strong", has_text=f"Scattered_Light goes with {microseism}")).to_be_visible()


def test_glitches_are_chosen_in_time_and_the_truth_waits_below(browser_page, url):
    page = browser_page
    page.set_viewport_size({"width": 1280, "height": 1900})
    page.goto(f"{url}/detector?detector_source=simulated&detector_drawn=In+time")
    plot = chart(page, 1).locator(".nsewdrag").first
    plot.wait_for()
    idle(page)
    box = plot.bounding_box()
    corners = [
        (box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in ((0.1, 0), (0.5, 0), (0.5, 1), (0.1, 1))
    ]
    page.mouse.move(*corners[0])
    page.mouse.down()
    for corner in (*corners[1:], corners[0]):
        page.mouse.move(*corner, steps=6)
    page.mouse.up()
    expect(page.get_by_text("glitches that were chosen in time")).to_be_visible()
    expect(page.get_by_text("Simulated glitches have no pictures")).to_be_visible()
    expect(page.get_by_text("was never connected")).not_to_be_visible()
    page.get_by_text("What was planted").click()
    expect(page.get_by_text("was never connected")).to_be_visible()


def test_after_a_wrong_path_another_one_is_typed(browser_page, url, tmp_path):
    page = browser_page
    page.set_viewport_size({"width": 1280, "height": 1400})
    page.goto(f"{url}/detector")
    for name in ("first.csv", "second.csv"):
        (tmp_path / name).write_text("name,height\nAda,3\n")
        page.get_by_label("Files and folders on the computer").fill(str(tmp_path / name))
        page.get_by_role("button", name="Read and compare").click()
        expect(page.get_by_text("holds nothing of a detector")).to_be_visible(timeout=60_000)
        expect(page.locator("code", has_text=name)).to_be_visible()
        expect(page.get_by_role("button", name="Try again")).to_be_visible()
    page.get_by_role("button", name="Take it away").click()
    expect(page.get_by_role("button", name="Draw a simulated detector")).to_be_visible()


def test_on_a_phone_nothing_runs_over_the_edge(browser_page, url):
    page = browser_page
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{url}/detector?detector_source=simulated")
    chart(page).locator(".nsewdrag").first.wait_for()
    idle(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
