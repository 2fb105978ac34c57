"""The packed map of the demo: a lasso takes what one sees under it, and its outline shows on the packed map alone."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from core.pipeline.stages import load_prepared
from core.workspace import DEMO_RESULTS, DEMO_SOURCE, HOME_VARIABLE, Workspace
from tests.browser.driving import PROJECT, the_map, wait_until_idle
from tests.browser.loop_steps import selected_count, wait_for_map

pytestmark = pytest.mark.browser
FIT_MARGIN, OVERLAY_HEIGHT = 0.94, 48


@pytest.fixture
def page(run_app, open_page, tmp_path):
    page = open_page(viewport={"width": 1280, "height": 1000})
    page.goto(the_map(run_app(PROJECT / "app.py", env={HOME_VARIABLE: str(tmp_path)})))
    wait_for_map(page)
    wait_until_idle(page)
    return page


def on_screen(page, coordinates):
    """Where samples with these coordinates are drawn while everything is shown, in pixels of the window."""
    box = page.locator('[data-part="surface"]').bounding_box()
    low, high = coordinates.min(axis=0), coordinates.max(axis=0)
    free = np.array([box["width"], box["height"] - 2 * OVERLAY_HEIGHT])
    scale = FIT_MARGIN * (free / (high - low)).min()
    away = (coordinates - (low + high) / 2) * scale * (1, -1)
    middle = np.array([box["x"] + box["width"] / 2, box["y"] + box["height"] / 2])
    return away + middle


def draw_box(page, corner, other):
    page.get_by_role("button", name="Box").click()
    page.mouse.move(*corner)
    page.mouse.down()
    page.mouse.move(*other, steps=5)
    page.mouse.up()
    page.locator(".tile").first.wait_for()
    wait_until_idle(page)


def arrange(page, name):
    page.get_by_role("radiogroup", name="Islands").get_by_text(name).click()
    wait_until_idle(page)


def test_a_box_takes_what_one_sees_under_it_and_shows_on_its_own_map_alone(page, tmp_path):
    prepared = load_prepared(Workspace(root=tmp_path / "made", source=DEMO_SOURCE, shipped=DEMO_RESULTS))
    places = on_screen(page, prepared.packing.coordinates)
    largest = (
        prepared.clustering.labels == np.bincount(prepared.clustering.labels[prepared.clustering.labels >= 0]).argmax()
    )
    corner, other = places[largest].min(axis=0) - 4, places[largest].max(axis=0) + 4
    under = ((places > corner) & (places < other)).all(axis=1)
    draw_box(page, corner, other)
    assert selected_count(page) == under.sum() >= largest.sum()
    expect(page.locator(".glitch-map")).to_have_attribute("data-outlines", "1")
    page.get_by_text(re.compile("Packed: distances between islands mean nothing")).wait_for()

    arrange(page, "Spread out")
    page.get_by_text(f"Drawn on the map “Packed”: the same {under.sum()} samples stay selected").wait_for()
    expect(page.locator(".glitch-map")).to_have_attribute("data-outlines", "0")
    expect(page.locator(".glitch-map")).to_have_attribute("data-selected-count", str(under.sum()))
    page.get_by_text("distances, sizes and gaps between islands mean little").wait_for()

    arrange(page, "Packed")
    page.get_by_text("Drawn on the map").wait_for(state="detached")
    expect(page.locator(".glitch-map")).to_have_attribute("data-outlines", "1")
    assert selected_count(page) == under.sum()


def test_names_of_the_demo_show_on_both_maps(page):
    for name in ("Packed", "Spread out"):
        arrange(page, name)
        page.wait_for_selector('.glitch-map:not([data-names="0"])')
        expect(page.locator('.island-name[visibility="visible"]').filter(has_text="Blip").first).to_be_visible()
