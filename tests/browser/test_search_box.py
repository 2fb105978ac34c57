"""Search by a box drawn on the example's picture: by mouse and keys, closer, proposed with what was asked, and back."""

from __future__ import annotations

from contextlib import closing
from urllib.parse import parse_qs, urlsplit

import pytest

from core.dataset.selection import BOX_SEARCH_CLOSER, read_asked_record
from core.ledger import open_ledger, proposals
from tests.browser.driving import sit_down, wait_until_idle, wait_until_it_fits

pytestmark = pytest.mark.browser

BLIP = "dHceqK1B1A"
FOUND = ".st-key-search_found .tile"


def sides(page):
    """The box that the address names."""
    return [float(side) for side in parse_qs(urlsplit(page.url).query)["box"][0].split(",")]


def found(page):
    page.locator(FOUND).first.wait_for()
    wait_until_idle(page)
    return page.locator(FOUND).evaluate_all("tiles => tiles.map((tile) => tile.dataset.id)")


def test_a_box_is_drawn_moved_looked_at_more_closely_and_taken_away(fresh, open_page):
    page = open_page()
    sit_down(page, f"{fresh.url}/search?like={BLIP}", "Ada")
    whole = found(page)
    page.get_by_role("button", name="Search by a part of its picture").click()
    frame = page.locator(".st-key-search_box .frame")
    frame.wait_for()
    page.get_by_text("how much it is, as a whole, like what is in the box").wait_for()
    wait_until_idle(page)
    area = page.locator(".st-key-search_box .picture-box").bounding_box()
    # From the left lower corner of the middle third to its right upper one.
    page.mouse.move(area["x"] + area["width"] * 0.4, area["y"] + area["height"] * 0.9)
    page.mouse.down()
    page.mouse.move(area["x"] + area["width"] * 0.6, area["y"] + area["height"] * 0.2, steps=4)
    page.mouse.up()
    page.wait_for_url("**box=0.4**")
    wait_until_idle(page)
    assert sides(page) == pytest.approx([0.4, 0.6, 0.1, 0.8], abs=0.01)
    drawn = sides(page)
    frame.press("ArrowLeft")
    frame.press("Shift+ArrowDown")
    page.wait_for_url(lambda url: "box" in url and float(parse_qs(urlsplit(url).query)["box"][0][:5]) < 0.39)
    wait_until_idle(page)
    moved = [drawn[0] - 0.02, drawn[1] - 0.02, drawn[2], drawn[3] - 0.02]
    assert sides(page) == pytest.approx(moved, abs=0.002)
    first = found(page)
    assert BLIP not in first and first != whole
    page.get_by_role("button", name="Look more closely at the first 100").click()
    page.get_by_text("Under each of the first 100 is its score").wait_for()
    closer = found(page)
    assert closer != first
    page.reload()
    assert len(found(page)) == 24 and sides(page) == pytest.approx(moved, abs=0.002)
    page.get_by_role("button", name="Look more closely at the first 100").click()
    page.get_by_text("Under each of the first 100 is its score").wait_for()
    assert found(page) == closer
    page.get_by_role("combobox", name="New label").fill("Whistle")
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name="Reason").fill("the same spike")
    page.get_by_role("button", name="Propose for 24 samples").click()
    page.get_by_text("24 proposals of Whistle are in the correction table").wait_for()
    wait_until_idle(page)
    page.get_by_role("button", name="The whole picture again").click()
    page.get_by_role("button", name="Search by a part of its picture").wait_for()
    assert found(page) == whole and "box=" not in page.url
    fresh.stop()
    with closing(open_ledger(fresh.demo / "corrections.duckdb")) as ledger:
        asked = read_asked_record(proposals(ledger)["polygon"].iloc[0])
    assert (asked.like, asked.view, asked.method) == ((BLIP,), "1.0", BOX_SEARCH_CLOSER)
    assert asked.box == pytest.approx(moved, abs=0.002)


def test_it_fits_a_phone_and_a_second_example_sets_it_aside(fresh, open_page):
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True)
    page.goto(f"{fresh.url}/search?like={BLIP}&box=0.300,0.700,0.100,0.900")
    page.locator(".st-key-search_box .frame").wait_for()
    found(page)
    wait_until_it_fits(page)
    page.locator(FOUND).first.locator(".face").click()
    page.get_by_text("A box counts while one sample of this data set is wanted").wait_for()
