"""Likeness search in a real browser: from four places, back and reload; the rest of decisions, proposed and undone."""

from __future__ import annotations

import re
from contextlib import closing
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from core.audit.propose_rest import MODEL
from core.dataset.selection import Selection, read_asked_record
from core.ledger import open_ledger, proposals, propose
from core.workspace import HOME_VARIABLE, demo_workspace
from tests.browser.driving import PROJECT, sit_down, wait_until_idle, wait_until_it_fits

pytestmark = pytest.mark.browser

SEEDS = ("jSWveyAoE6", "g1NPFYpi6J", "PKjPjkepwE", "HI1kk9wGoa")
"""Samples of the demo that are called Air_Compressor, and show what is called Power_Line."""

BLIPS = ("dHceqK1B1A", "0zZEEscjID")
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
FOUND = ".st-key-search_found .tile"


@pytest.fixture(scope="module")
def url(run_app, tmp_path_factory):
    """The app on the demo, with an empty ledger."""
    return run_app(PROJECT / "app.py", env={HOME_VARIABLE: str(tmp_path_factory.mktemp("home"))})


def examples(page, kind="like"):
    """The ids that the address names."""
    return parse_qs(urlsplit(page.url).query).get(kind, [])


def found(page):
    """The page shows what it found; returns how it begins."""
    page.locator(FOUND).first.wait_for()
    wait_until_idle(page)
    return page.locator(FOUND).evaluate_all("tiles => tiles.map((tile) => tile.dataset.id)")


def test_examples_are_added_by_a_click_and_outlive_back_and_reload(url, open_page):
    page = open_page()
    page.goto(f"{url}/search?like={BLIPS[0]}&like={BLIPS[1]}")
    first = found(page)
    assert len(first) == 24 and not set(first) & set(BLIPS)
    page.locator(FOUND).nth(2).locator(".face").click()
    expect(page.locator(".st-key-search_tiles_like .tile")).to_have_count(3)
    assert examples(page) == [*BLIPS, first[2]]
    page.get_by_text("none like it").click()
    wait_until_idle(page)
    refused = found(page)[0]
    page.locator(FOUND).first.locator(".face").click()
    expect(page.locator(".st-key-search_tiles_unlike .tile")).to_have_count(1)
    assert examples(page, "unlike") == [refused]
    page.go_back()
    expect(page.locator(".st-key-search_tiles_unlike .tile")).to_have_count(0)
    page.reload()
    found(page)
    assert examples(page) == [*BLIPS, first[2]] and examples(page, "unlike") == []
    expect(page.locator(".st-key-search_tiles_like .tile")).to_have_count(3)
    # A click on an example takes it away again.
    page.locator(".st-key-search_tiles_like .tile").first.locator(".face").click()
    expect(page.locator(".st-key-search_tiles_like .tile")).to_have_count(2)
    assert examples(page) == [BLIPS[1], first[2]]


def test_from_a_sample_a_suspect_and_a_sheet(url, open_page):
    page = open_page()
    page.goto(f"{url}/sample?sample={BLIPS[0]}")
    page.get_by_role("link", name="Search for more like this").first.click()
    nearest = found(page)
    assert examples(page) == [BLIPS[0]]
    page.get_by_role("button", name="Show on the map").click()
    page.get_by_text("24 samples selected").wait_for()
    wait_until_idle(page)
    # On the sheet one is taken out: it is not wanted, and the most typical of the others are.
    page.locator(f'.tile[data-id="{nearest[0]}"] .face').first.click()
    page.get_by_text("Propose for 23 samples").wait_for()
    page.get_by_role("button", name="Search for more like these").click()
    found(page)
    assert examples(page, "unlike") == [nearest[0]]
    assert len(examples(page)) == 20 and set(examples(page)) <= set(nearest[1:])
    page.goto(f"{url}/suspects")
    page.get_by_role("link", name="More like this").click()
    found(page)
    assert len(examples(page)) == 1


def test_from_a_picture_that_was_handed_in(url, open_page):
    page = open_page()
    page.goto(f"{url}/classify")
    page.get_by_role("button", name="Try with a sample").click(timeout=120_000)
    page.get_by_text("1 glitch named in").wait_for()
    wait_until_idle(page)
    page.get_by_role("button", name="Search for more like this").click()
    nearest = found(page)
    assert re.fullmatch("picture-[0-9a-f]{16}", examples(page)[0])
    # It is the picture of a sample, so that one is the nearest, with all that it can be.
    expect(page.locator(FOUND).first.locator(".caption")).to_have_text(f"1.000 · {nearest[0]}")
    page.reload()
    assert found(page) == nearest


def test_it_fits_a_phone(url, open_page):
    page = open_page(**PHONE)
    page.goto(f"{url}/search?like={BLIPS[0]}")
    found(page)
    wait_until_it_fits(page)


@pytest.fixture
def decided(fresh, monkeypatch):
    """The app, whose ledger holds four decisions of one kind by Ada; ``rows()`` ends it and reads the ledger."""
    monkeypatch.setenv(HOME_VARIABLE, str(fresh.home))
    workspace = demo_workspace()
    with closing(open_ledger(workspace.ledger_path)) as ledger:
        labels = dict.fromkeys(SEEDS, "Air_Compressor")
        propose(ledger, Selection(SEEDS, "query"), labels, "Power_Line", author="Ada", app_version="0")

    def rows():
        fresh.stop()
        with closing(open_ledger(workspace.ledger_path)) as ledger:
            return proposals(ledger)

    return fresh.url, rows


def test_the_rest_is_one_batch_without_what_was_taken_out_and_undone_at_once(decided, open_page):
    url, rows = decided
    page = open_page()
    sit_down(page, f"{url}/search", "Ada")
    page.get_by_role("button", name="4 called Air_Compressor were found to be Power_Line").click()
    page.get_by_text("27 more look like these").wait_for()
    tiles = page.locator(".st-key-search_rest .tile")
    expect(tiles).to_have_count(27)
    out = tiles.nth(3).get_attribute("data-id")
    tiles.nth(3).locator(".face").click()
    page.get_by_role("button", name="Propose for 26 samples").click()
    page.get_by_text("26 proposals of Power_Line are in the correction table").wait_for()
    wait_until_idle(page)
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("27 more look like these").wait_for()
    wait_until_idle(page)
    page.get_by_role("button", name="Propose for 26 samples").click()
    page.get_by_text("26 proposals of Power_Line are in the correction table").wait_for()
    wait_until_idle(page)
    written = rows()
    batch = written[written["how"] == "search"]
    assert len(batch) == 26 and batch["batch_id"].nunique() == 1 and out not in set(batch["sample_id"])
    asked = read_asked_record(batch["polygon"].iloc[0])
    assert (set(asked.like), asked.method) == (set(SEEDS), MODEL)
