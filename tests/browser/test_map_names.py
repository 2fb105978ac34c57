"""Names on the map, and the view that fits a part of it: shown, thinned out, switched, and never in a hand's way."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_glitch_map import (
    APP,
    draw_ring,
    middle,
    python_count,
    root,
    surface,
    wait_attribute,
    wait_selected,
)

pytestmark = pytest.mark.browser
COUNT = 600
LABELS = {"Blip", "Whistle", "Koi_Fish", "Scratchy", "<b>Tomte</b>", "Violin_Mode"}


@pytest.fixture(scope="module")
def url(run_app):
    return run_app(APP, str(COUNT))


@pytest.fixture
def opened(url, open_page):
    """``opened(**context_options) -> page`` with the map and its names drawn."""

    def open_map(**options):
        page = open_page(**options)
        page.goto(url)
        page.wait_for_selector('.glitch-map[data-ready="true"]:not([data-names="0"])')
        return page

    return open_map


@pytest.fixture
def page(opened):
    return opened()


def shown_names(page) -> list[str]:
    return page.locator('.island-name[visibility="visible"]').all_text_contents()


def boxes(page) -> list[dict]:
    return [name.bounding_box() for name in page.locator('.island-name[visibility="visible"]').all()]


def place_of(page, name: str) -> tuple[float, float]:
    box = page.locator(".island-name").filter(has_text=name).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def zoom(page) -> float:
    return float(root(page).get_attribute("data-zoom"))


def test_every_island_has_its_name_as_text_that_no_screen_reader_is_told(page):
    assert set(shown_names(page)) == LABELS
    assert page.locator(".island-name b").count() == 0
    expect(page.locator('[data-part="names"]')).to_have_attribute("aria-hidden", "true")


def test_names_never_lie_on_each_other_and_thin_out_when_zoomed_out(page):
    surface(page).focus()
    for _ in range(3):
        page.keyboard.press("-")
    page.wait_for_selector('.glitch-map[data-zoom^="0."]')
    page.set_viewport_size({"width": 420, "height": 320})
    page.wait_for_selector('.glitch-map:not([data-names="6"])')
    few = len(shown_names(page))
    assert 1 <= few < len(LABELS)
    found = boxes(page)
    for number, one in enumerate(found):
        for other in found[number + 1 :]:
            apart = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
            assert apart or one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]
    page.set_viewport_size({"width": 1280, "height": 900})
    page.keyboard.press("0")
    wait_attribute(page, "names", "6")


def test_a_lasso_is_drawn_over_names_as_if_they_were_not_there(page):
    x, y = place_of(page, "Blip")
    across, down = x - middle(page)[0], y - middle(page)[1]
    # The ring begins on the name itself.
    draw_ring(page, radius=60, offset=(across - 60, down))
    assert wait_selected(page, "n > 0") > 0


def test_the_switch_and_its_key_hide_them_and_the_browser_remembers_it(page):
    page.get_by_role("button", name="Names").click()
    wait_attribute(page, "names", "0")
    expect(page.get_by_role("button", name="Names")).to_have_attribute("aria-pressed", "false")
    page.reload()
    page.wait_for_selector('.glitch-map[data-ready="true"]')
    wait_attribute(page, "names", "0")
    surface(page).focus()
    page.keyboard.press("n")
    wait_attribute(page, "names", "6")


def test_only_what_the_filters_leave_is_named(page):
    page.locator('.legend-entry[data-name="Blip"]').click()
    wait_attribute(page, "names", "1")
    assert shown_names(page) == ["Blip"]


def test_a_double_click_on_a_name_shows_its_island_and_a_second_one_all(page):
    page.mouse.dblclick(*place_of(page, "Koi_Fish"))
    expect(root(page)).to_have_attribute("data-zoom", re.compile(r"^[2-9]\."))
    page.wait_for_timeout(500)
    x, y = place_of(page, "Koi_Fish")
    assert abs(x - middle(page)[0]) < 120 and abs(y - middle(page)[1]) < 120
    page.mouse.dblclick(x, y)
    wait_attribute(page, "zoom", "1.000")
    assert python_count(page) == 0


def test_f_shows_the_selection_alone_at_once_where_motion_is_unwanted(opened):
    page = opened(reduced_motion="reduce")
    expect(page.get_by_role("button", name="Show the selection")).to_be_disabled()
    draw_ring(page, radius=60)
    wait_selected(page, "n > 0")
    surface(page).focus()
    page.keyboard.press("f")
    page.wait_for_selector('.glitch-map:not([data-zoom="1.000"])')
    there = zoom(page)
    assert there > 1.5
    outline = page.locator('[data-part="overlay"] .outlines .outline').bounding_box()
    box = surface(page).bounding_box()
    assert outline["height"] > 0.6 * (box["height"] - 96)
    page.get_by_role("button", name="Show everything").click()
    wait_attribute(page, "zoom", "1.000")
    page.get_by_role("button", name="Show the selection").click()
    wait_attribute(page, "zoom", f"{there:.3f}")


def test_names_follow_the_dark_theme(opened):
    page = opened(color_scheme="dark")
    fill = page.locator(".island-name").first.evaluate("(e) => getComputedStyle(e).fill")
    assert min(int(value) for value in re.findall(r"\d+", fill)[:3]) > 180
