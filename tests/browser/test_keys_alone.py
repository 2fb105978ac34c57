"""The whole loop without a mouse: a proposal from the map and its undo, a review, a conflict settled."""

from __future__ import annotations

import re
from contextlib import closing

import pytest
from playwright.sync_api import expect

from core.ledger import open_ledger
from core.ledger.views.proposals import ProposalFilters, proposals
from tests.browser.by_keys import focused, go_by_menu, sit_down_by_keys, tab_to
from tests.browser.driving import the_map, wait_until_idle
from tests.browser.loop_steps import wait_for_map
from tests.browser.test_two_people import ASKING, CONFLICT, REVEALED

pytestmark = pytest.mark.browser

RING = '[data-part="aim-text"]'
LAPTOP = {"width": 1280, "height": 800}
SIZE = re.compile(r"([\d,]+) samples? in the ring")


def all_proposals(fresh):
    with closing(open_ledger(fresh.demo / "corrections.duckdb")) as ledger:
        return proposals(ledger, ProposalFilters(status="all"))


def in_ring(page) -> int:
    return int(SIZE.search(page.locator(RING).inner_text())[1].replace(",", ""))


def select_an_island(page) -> int:
    """Bring the first island into the ring and select what lies there; returns how many samples that are."""
    page.keyboard.press("m")
    assert focused(page)["part"] == "surface"
    page.keyboard.press(".")
    # Only an island that has been brought there is named.
    expect(page.locator(RING)).to_contain_text(re.compile(r"^\w.*: [\d,]+ samples"))
    count = in_ring(page)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=f"{count:,} samples selected").wait_for()
    wait_until_idle(page)
    assert focused(page)["part"] == "surface", "the run has taken the focus from the map"
    return count


def propose_by_keys(page, label: str, reason: str) -> None:
    page.keyboard.press("p")
    assert focused(page)["name"] == "New label"
    page.keyboard.type(label)
    page.get_by_role("option", name=label, exact=True).wait_for()
    page.keyboard.press("Enter")
    wait_until_idle(page)
    tab_to(page, "Reason", tag="TEXTAREA")
    page.keyboard.type(reason)
    tab_to(page, "Propose for", tag="BUTTON")
    wait_until_idle(page)
    page.keyboard.press("Enter")


def test_from_the_map_to_a_proposal_and_its_undo(fresh, open_page):
    url = fresh.url
    page = open_page(viewport=LAPTOP, reduced_motion="reduce")
    sit_down_by_keys(page, the_map(url), "Ada", ready='.glitch-map[data-ready="true"]')
    count = select_an_island(page)

    page.keyboard.press("s")
    first = page.locator(".tile").first
    page.keyboard.press("Space")
    expect(first.get_by_role("checkbox")).to_have_attribute("aria-checked", "false")
    page.get_by_role("button", name=f"Propose for {count - 1:,} samples").wait_for()
    wait_until_idle(page)

    propose_by_keys(page, "Tomte", "two arms, one shorter")
    if count > 100:
        page.get_by_role("dialog").wait_for()
        tab_to(page, "Yes, propose", tag="BUTTON")
        page.keyboard.press("Enter")
    page.get_by_role("button", name="Undo").wait_for()
    wait_until_idle(page)
    page.keyboard.press("Tab")
    page.keyboard.press("z")
    assert "Undo" in focused(page)["name"]
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Undo").wait_for(state="detached")
    fresh.stop()
    written = all_proposals(fresh)
    # Tomtes among them are called so already.
    assert 0 < len(written) <= count - 1
    assert set(written["label_proposed"]) == {"Tomte"} and set(written["reason"]) == {"two arms, one shorter"}
    assert set(written["status"]) == {"withdrawn"}


def test_what_lies_in_the_ring_is_added_and_taken_away(fresh, open_page):
    url = fresh.url
    page = open_page(viewport=LAPTOP, reduced_motion="reduce")
    page.goto(the_map(url))
    wait_for_map(page)
    wait_until_idle(page)
    first = select_an_island(page)
    page.keyboard.press(".")
    page.keyboard.press("a")
    page.get_by_role("heading", name=f"{first:,} samples selected").wait_for(state="detached")
    wait_until_idle(page)
    page.keyboard.press("x")
    page.get_by_role("heading", name=f"{first:,} samples selected").wait_for()


def test_the_key_of_the_form_can_be_changed_and_the_list_says_so(fresh, open_page):
    url = fresh.url
    page = open_page(viewport=LAPTOP, reduced_motion="reduce")
    page.goto(the_map(url))
    wait_for_map(page)
    wait_until_idle(page)
    select_an_island(page)
    page.keyboard.press("?")
    tab_to(page, "To the form", tag="BUTTON")
    page.keyboard.press("Enter")
    # A key that the map has already is refused.
    page.keyboard.press("b")
    page.get_by_text("b means “On the map: box” already").wait_for()
    tab_to(page, "To the form", tag="BUTTON")
    page.keyboard.press("Enter")
    page.keyboard.press("g")
    page.get_by_role("button", name="To the form: propose a label: g").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    assert focused(page)["name"] == "New label"


def test_a_suspect_a_review_and_a_conflict_by_keys(fresh, open_page):
    url = fresh.url
    ada, ben = open_page(viewport=LAPTOP), open_page(viewport=LAPTOP)
    sit_down_by_keys(ada, f"{url}/suspects", "Ada", ready=".card")
    card = ada.locator('.card[data-busy="false"]')
    card.locator('[data-kind="accept"]:enabled').wait_for()
    sample = card.get_attribute("data-sample")
    ada.keyboard.press("a")
    ada.locator(f'.card[data-busy="false"]:not([data-sample="{sample}"])').wait_for()
    wait_until_idle(ada)

    sit_down_by_keys(ben, f"{url}/review", "Ben")
    ben.locator(ASKING).wait_for()
    ben.keyboard.press("k")
    ben.locator(REVEALED).wait_for()
    ben.keyboard.press("r")
    ben.get_by_text("You have reviewed everything").wait_for()

    go_by_menu(ada, "Decisions")
    ada.locator(CONFLICT).wait_for()
    ada.keyboard.press("1")
    ada.get_by_text("Every conflict is settled.").wait_for()
    wait_until_idle(ada)
    go_by_menu(ada, "Mine")
    tab_to(ada, "Undo", tag="BUTTON")
    ada.keyboard.press("Enter")
    ada.get_by_text("Taken back: the decision").wait_for()
    fresh.stop()
    assert all_proposals(fresh)["sample_id"].tolist() == [sample]
