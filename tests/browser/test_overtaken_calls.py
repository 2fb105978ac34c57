"""Streamlit runs the cleanup of a call that a newer one has overtaken while the part is on the page: nothing is lost.

Its effect calls a component for every run; a call whose script is still being fetched when the next one begins has its
cleanup run as soon as it returns. The scripts that the app serves are called here in that order, in a real browser.
"""

from __future__ import annotations

import pytest

from core.workspace import HOME_VARIABLE
from pages.parts.widgets.component_state import with_shared
from pages.parts.widgets.contact_sheet import Tile, _script, pack_tiles, sheet_state
from pages.parts.widgets.glitch_map import _script as map_script
from pages.parts.widgets.looking_again import _HERE as LOOKING_AGAIN
from pages.parts.widgets.map_packing import pack_page
from tests.browser.driving import PROJECT, the_map
from tests.browser.loop_steps import wait_for_map

pytestmark = pytest.mark.browser

TILES = [Tile(f"tile{number}", "Blip", "", "#123456", True, b"") for number in range(3)]
LOAD = """async (script) => {
  globalThis.call = (await import(URL.createObjectURL(new Blob([script], { type: "text/javascript" })))).default;
  globalThis.part = document.createElement("div");
  globalThis.sent = [];
  part.innerHTML = '<div class="contact-sheet"></div>';
  document.body.replaceChildren(part);
  globalThis.once = (data) => call({
    data: data instanceof Array ? Uint8Array.from(data) : data,
    parentElement: part,
    setTriggerValue: (name, value) => sent.push(value),
  });
  globalThis.overtaken = (data) => { const cleanup = once(data); const newest = once(data); cleanup(); return newest; };
}"""


@pytest.fixture
def load(browser_page, tmp_path):
    blank = tmp_path / "blank.html"
    blank.write_text("<!doctype html><title>parts</title>")
    browser_page.goto(blank.as_uri())

    def run(script: str):
        browser_page.evaluate(LOAD, script)
        return browser_page

    return run


def test_clicks_that_python_has_not_answered_outlive_an_overtaken_call(load):
    page = load(_script("state.js", "contact_sheet.js"))
    payload = list(pack_tiles(TILES, tile_width=100, selectable=True, channel="sheet", sheet="one"))
    page.evaluate("(data) => { globalThis.newest = once(data); }", payload)
    page.locator(".tile .face").nth(0).click()
    page.locator(".tile .face").nth(2).click()
    page.evaluate("(data) => { overtaken(data); globalThis.newest = once(data); }", payload)
    assert page.locator(".tile.out").evaluate_all("all => all.map(tile => tile.dataset.id)") == ["tile0", "tile2"]
    page.locator(".tile .face").nth(1).click()
    assert page.evaluate("sent.at(-1).entries.flatMap((entry) => entry.ids)") == ["tile0", "tile2", "tile1"]


def test_a_sheet_hears_of_its_state_after_an_overtaken_call_and_no_more_when_it_is_gone(load):
    page = load(_script("state.js", "contact_sheet.js"))
    payload = list(pack_tiles(TILES, tile_width=100, selectable=True, channel="sheet", sheet="one"))
    state = sheet_state(
        [TILES[0], *(Tile(**{**vars(t), "chosen": False}) for t in TILES[1:])], channel="sheet", sheet="one", answered=0
    )
    tell = """(state) => {
      globalThis[Symbol.for("glitch-audit.contact-sheet-states")] = new Map([[state.channel, state]]);
      window.dispatchEvent(new CustomEvent("glitch-audit-contact-sheet-state", { detail: state.channel }));
      return part.querySelectorAll(".tile.out").length;
    }"""
    page.evaluate("(data) => { globalThis.newest = overtaken(data); }", payload)
    assert page.evaluate(tell, state) == 2
    page.evaluate("part.remove(); newest();")
    assert page.evaluate(tell, {**state, "out": []}) == 2


@pytest.mark.parametrize("overtaken", [False, True])
def test_the_map_keeps_its_points_through_an_overtaken_call_until_they_leave_the_page(load, overtaken):
    page = load(map_script("shelf", "feeder"))
    points = list(pack_page(0, [], b"", pictures="points"))
    on_shelf = "[...globalThis[Symbol.for('glitch-audit.map-shelf')].keys()].length"
    channel = b"points/page/0"
    # Pages of pictures stay; what is taken off with its feeder are points and the like, which have no such channel.
    points = list(bytes(points).replace(channel, b"points-only-0"))
    assert bytes(points).count(b"points-only-0") == 1
    page.evaluate(f"(data) => {{ globalThis.newest = {'overtaken' if overtaken else 'once'}(data); }}", points)
    assert page.evaluate(on_shelf) == 1
    page.evaluate("part.remove(); newest();")
    assert page.evaluate(on_shelf) == 0


def test_wishes_for_pictures_are_heard_after_an_overtaken_call_and_no_more_when_the_part_is_gone(load):
    page = load(map_script("shelf", "picture_feeder"))
    wish = """(page) => window.dispatchEvent(
      new CustomEvent("glitch-map-need-page", { detail: { pictures: "here", page } }))"""
    page.evaluate("() => { globalThis.newest = overtaken({ pictures: 'here', pages: 99 }); }")
    page.evaluate(wish, 7)
    assert page.evaluate("sent") == [7]
    page.evaluate("part.remove(); newest();")
    page.evaluate(wish, 8)
    assert page.evaluate("sent") == [7]


def test_a_return_to_the_page_is_told_once_however_often_the_part_was_called(load):
    page = load(with_shared("when_gone.js", LOOKING_AGAIN / "looking_again.js"))
    page.evaluate("() => { once(null); globalThis.newest = overtaken(null); }")
    page.evaluate("() => window.dispatchEvent(new Event('focus'))")
    assert page.evaluate("sent") == [True]
    page.evaluate("part.remove(); newest();")
    page.evaluate("() => window.dispatchEvent(new Event('focus'))")
    assert page.evaluate("sent") == [True]


def test_in_the_app_the_points_leave_with_the_map(run_app, open_page, tmp_path):
    page = open_page()
    page.goto(the_map(run_app(PROJECT / "app.py", env={HOME_VARIABLE: str(tmp_path)})))
    wait_for_map(page)
    lasting = """[...globalThis[Symbol.for('glitch-audit.map-shelf')].keys()]
      .filter((channel) => !channel.includes("/page/")).length"""
    # Colours, points, state and names.
    page.wait_for_function(f"() => {lasting} === 4")
    page.get_by_role("link", name="Suspects").click()
    page.get_by_role("heading", name="Suspects", level=1).wait_for()
    page.wait_for_function(f"() => {lasting} === 0")
