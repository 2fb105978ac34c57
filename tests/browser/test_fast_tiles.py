"""Tiles clicked ten times a second, in the real app: what the server holds at the end is what was clicked."""

from __future__ import annotations

import pytest

from core.workspace import HOME_VARIABLE
from tests.browser.driving import PROJECT, the_map, wait_until_idle
from tests.browser.loop_steps import lasso_everything, wait_for_map

pytestmark = pytest.mark.browser

BETWEEN_CLICKS_MS = 100
ROUNDS = 4
TILES = 10
QUIET_MS = 3_000


@pytest.fixture(scope="module")
def url(run_app, tmp_path_factory):
    return run_app(PROJECT / "app.py", env={HOME_VARIABLE: str(tmp_path_factory.mktemp("home"))})


@pytest.fixture
def sheet(url, open_page):
    page = open_page(viewport={"width": 1280, "height": 1000})
    page.goto(the_map(url))
    wait_for_map(page)
    lasso_everything(page)
    page.locator(".tile img").nth(TILES).wait_for()
    wait_until_idle(page)
    page.locator(".tile").nth(TILES).scroll_into_view_if_needed()
    return page


def faces(page):
    """Where the first tiles are, so that clicks need no look at the page in between."""
    boxes = [page.locator(".tile .face").nth(number).bounding_box() for number in range(TILES)]
    return [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 3) for box in boxes]


def click(page, places):
    """Click, as fast as a hand: down and up, whatever the page does meanwhile."""
    for x, y in places:
        page.mouse.move(x, y)
        page.mouse.down()
        page.wait_for_timeout(BETWEEN_CLICKS_MS / 2)
        page.mouse.up()
        page.wait_for_timeout(BETWEEN_CLICKS_MS / 2)


def shown_out(page):
    return set(page.locator(".tile.out").evaluate_all("all => all.map(tile => tile.dataset.id)"))


def held_out(page):
    """What the server says that it holds, once it has answered every click."""
    page.locator('.contact-sheet[data-unanswered="0"]').wait_for()
    wait_until_idle(page)
    state = page.evaluate("() => [...globalThis[Symbol.for('glitch-audit.contact-sheet-states')].values()].at(-1)")
    return set(state["out"])


def ids(page):
    return page.locator(".tile").evaluate_all("all => all.map(tile => tile.dataset.id)")


def test_every_click_counts(sheet):
    first = set(ids(sheet)[:TILES])
    expected = set()
    for _ in range(ROUNDS):
        click(sheet, faces(sheet))
        expected ^= first
        assert shown_out(sheet) == expected
        assert held_out(sheet) == expected
    assert expected == set()
    click(sheet, faces(sheet)[::2])
    assert held_out(sheet) == set(ids(sheet)[:TILES:2])


def test_two_tiles_clicked_by_turns_end_where_they_belong(sheet):
    (one, other), (first, second) = faces(sheet)[:2], ids(sheet)[:2]
    click(sheet, [one, other] * 5 + [one])
    # Six clicks on the first: in again. Five on the second: out.
    assert shown_out(sheet) == {second}
    assert held_out(sheet) == {second}
    click(sheet, [other, one, other])
    assert held_out(sheet) == {first, second}


def test_clicks_while_the_page_runs_are_kept(sheet):
    first = ids(sheet)[:TILES]
    places = faces(sheet)
    # Another size and order of tiles starts a run; the clicks come before it is over.
    sheet.get_by_test_id("stSidebar").get_by_role("textbox", name="Your name").fill("Ada")
    sheet.keyboard.press("Enter")
    click(sheet, places)
    assert shown_out(sheet) == set(first)
    assert held_out(sheet) == set(first)
    # What is proposed is what is left.
    left = int(sheet.get_by_role("heading", name="samples selected").inner_text().split()[0].replace(",", "")) - TILES
    sheet.get_by_role("button", name=f"Propose for {left:,} sample").wait_for()


def test_a_click_does_not_send_the_pictures_again(sheet):
    received = []
    sheet.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(len(frame))))
    sheet.reload()
    wait_for_map(sheet)
    lasso_everything(sheet)
    sheet.locator(".tile img").nth(TILES).wait_for()
    wait_until_idle(sheet)
    # The selection is there again after a reload, and its sheet comes too: wait for the last of all pictures.
    still = -1
    while still != (still := len(received)):
        sheet.wait_for_timeout(QUIET_MS)
    pictures = max(received)
    sheet.locator(".tile").first.scroll_into_view_if_needed()
    received.clear()
    click(sheet, faces(sheet)[:1])
    assert len(held_out(sheet)) == 1
    assert 0 < max(received) < pictures / 10


def test_a_new_selection_starts_with_every_sample_in(sheet):
    click(sheet, faces(sheet)[:3])
    assert len(held_out(sheet)) == 3
    lasso_everything(sheet, share=0.8)
    sheet.wait_for_function("() => document.querySelectorAll('.tile.out').length === 0")
    wait_until_idle(sheet)
    assert held_out(sheet) == set() and shown_out(sheet) == set()
