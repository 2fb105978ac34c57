"""Adding shapes to the selection and taking them away, by hand on the real map page."""

from __future__ import annotations

import re
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from core.workspace import HOME_VARIABLE
from tests.browser.driving import PROJECT, sit_down, the_map, wait_until_idle
from tests.browser.loop_steps import surface_box, wait_for_map

pytestmark = pytest.mark.browser

# Shares of the drawing: left, top, right, bottom. ONE and TWO overlap; FAR lies apart from both.
ONE = (0.10, 0.30, 0.45, 0.75)
TWO = (0.30, 0.45, 0.65, 0.90)
FAR = (0.70, 0.15, 0.90, 0.60)
LOW = (0.15, 0.80, 0.28, 0.92)


@pytest.fixture(scope="module")
def url(run_app, tmp_path_factory):
    return run_app(PROJECT / "app.py", env={HOME_VARIABLE: str(tmp_path_factory.mktemp("home"))})


@pytest.fixture
def page(url, open_page):
    page = open_page(viewport={"width": 1280, "height": 1000})
    sit_down(page, the_map(url), "Ada")
    wait_for_map(page)
    wait_until_idle(page)
    surface_box(page)
    return page


@contextmanager
def held(page, key):
    if key:
        page.keyboard.down(key)
    yield
    if key:
        page.keyboard.up(key)


def draw(page, corners, *, key=None, tool="Lasso"):
    """One rectangle, drawn with the lasso or the box."""
    page.get_by_role("button", name=tool, exact=True).click()
    box = page.locator('[data-part="surface"]').bounding_box()
    left, right = (box["x"] + box["width"] * share for share in corners[::2])
    top, bottom = (box["y"] + box["height"] * share for share in corners[1::2])
    round_it = [(right, bottom)] if tool == "Box" else [(right, top), (right, bottom), (left, bottom), (left, top + 1)]
    with held(page, key):
        page.mouse.move(left, top)
        page.mouse.down()
        for place in round_it:
            page.mouse.move(*place, steps=4)
        page.mouse.up()


AT_ONCE = """(surface, [shapes, keys]) => {
  const box = surface.getBoundingClientRect();
  const send = (name, x, y) => surface.dispatchEvent(new PointerEvent(name, {
    pointerId: 1, bubbles: true, clientX: box.left + box.width * x, clientY: box.top + box.height * y, ...keys,
  }));
  for (const [left, top, right, bottom] of shapes) {
    send("pointerdown", left, top);
    for (const [x, y] of [[right, top], [right, bottom], [left, bottom]]) send("pointermove", x, y);
    send("pointerup", left, bottom);
  }
}"""


def draw_at_once(page, shapes, **keys):
    """Several rectangles with the lasso, one after another, before the page can answer any."""
    page.locator('[data-part="surface"]').evaluate(AT_ONCE, [shapes, keys])


def count(page, outlines):
    """How many samples the page says are selected, once the map shows that many outlines and the same number."""
    page.locator(f'.glitch-map[data-outlines="{outlines}"][data-outline="drawn"]').wait_for()
    wait_until_idle(page)
    said = int(page.get_by_role("heading", name="selected").inner_text().split()[0].replace(",", ""))
    expect(page.locator(".glitch-map")).to_have_attribute("data-selected-count", str(said))
    return said


def alone(page, corners):
    draw(page, corners)
    return count(page, 1)


def test_adding_and_taking_away_are_what_sets_say(page):
    # The first selection opens the panel beside the map, whose islands are packed anew for the width that is left.
    alone(page, FAR)
    one, two, far = (alone(page, corners) for corners in (ONE, TWO, FAR))
    assert min(one, two, far) > 0
    alone(page, ONE)
    draw(page, TWO, key="Control")
    both = count(page, 2)
    alone(page, ONE)
    draw(page, TWO, key="Alt", tool="Box")
    rest = count(page, 2)
    # |one or two| = |two| + |one without two|; they overlap, so neither is all or nothing.
    assert both == two + rest
    assert max(one, two) < both < one + two and 0 < rest < one
    draw(page, FAR, key="Control", tool="Box")
    assert count(page, 3) == rest + far


def test_shapes_drawn_faster_than_the_page_runs_all_count(page):
    far = alone(page, FAR)
    one = alone(page, ONE)
    draw_at_once(page, [TWO, FAR, LOW], ctrlKey=True)
    everything = count(page, 4)
    draw_at_once(page, [TWO, FAR, LOW], altKey=True)
    rest = count(page, 7)
    assert everything > one + far > far and 0 < rest < one


def test_a_shape_without_a_key_begins_anew_and_escape_clears_all(page):
    # The first selection makes the map narrower: from then on the same places are the same samples.
    alone(page, ONE)
    one = alone(page, ONE)
    draw(page, FAR, key="Control")
    assert count(page, 2) > one
    assert alone(page, ONE) == one
    page.locator('[data-part="surface"]').focus()
    page.keyboard.press("Escape")
    page.locator('.glitch-map[data-outline="none"][data-selected-count="0"]').wait_for()


def test_the_keys_are_said_once_there_is_something_to_add_to(page):
    hint = page.get_by_text("Ctrl-drag adds, Alt-drag takes away")
    assert hint.is_hidden()
    alone(page, ONE)
    hint.wait_for()
    lasso = page.get_by_role("button", name="Lasso", exact=True)
    expect(lasso).to_have_attribute("title", re.compile("with Ctrl it adds"))


def test_what_is_saved_comes_back_with_every_shape(page, url, open_page):
    alone(page, ONE)
    draw(page, FAR, key="Control")
    draw(page, TWO, key="Alt")
    selected = count(page, 3)
    page.get_by_role("button", name="Save or share").click()
    page.get_by_role("textbox", name="Name of this selection").fill("two islands")
    page.get_by_role("button", name=re.compile("Save [\\d,]+ sample")).click()
    page.get_by_text("Saved as two islands").wait_for()
    page.keyboard.press("Escape")
    other = open_page(viewport={"width": 1280, "height": 1000})
    sit_down(other, the_map(url), "Bea")
    wait_for_map(other)
    # A run that is still under way draws the part anew, folded.
    wait_until_idle(other)
    other.get_by_text("Saved selections (1)").click()
    other.get_by_test_id("stExpanderDetails").get_by_test_id("stBaseButton-secondary").filter(has_text="Open").click()
    other.get_by_text("saved by Ada").wait_for()
    assert count(other, 3) == selected
