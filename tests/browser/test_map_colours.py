"""Another colouring of the map brings its colours alone: the points stay, and so does what is seen of them."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from core.workspace import HOME_VARIABLE
from tests.browser.driving import PROJECT, the_map, wait_until_idle
from tests.browser.loop_steps import wait_for_map

pytestmark = pytest.mark.browser
COUNT_POINTS = """() => {
  globalThis.arrived = [];
  addEventListener("glitch-map-shelf", ({ detail }) => arrived.push(detail));
}"""


def test_other_colours_bring_neither_points_nor_names_and_keep_the_view(run_app, open_page, tmp_path):
    page = open_page(viewport={"width": 1280, "height": 900})
    page.goto(the_map(run_app(PROJECT / "app.py", env={HOME_VARIABLE: str(tmp_path)})))
    wait_for_map(page)
    wait_until_idle(page)
    expect(page.locator(".legend-title")).to_have_text("label")
    page.locator('[data-part="surface"]').focus()
    page.keyboard.press("+")
    page.wait_for_selector('.glitch-map:not([data-zoom="1.000"])')
    zoom = page.locator(".glitch-map").get_attribute("data-zoom")
    page.evaluate(COUNT_POINTS)
    page.get_by_role("combobox", name="Colour by").click()
    page.get_by_role("option", name="cluster", exact=True).click()
    expect(page.locator(".legend-title")).to_have_text("cluster")
    wait_until_idle(page)
    arrived = [channel for channel in page.evaluate("() => arrived") if "/page/" not in channel]
    assert arrived == ["map_canvas/colours"]
    assert page.locator(".legend-entry").count() == 29
    assert page.locator(".glitch-map").get_attribute("data-zoom") == zoom
