"""What one judges by key is found and undone under Mine, and nobody else sees it; two people get different 20s."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from core.pipeline.claims import live_claims
from core.workspace import HOME_VARIABLE, Workspace
from tests.browser.driving import PROJECT, sit_down, wait_until_idle, wait_until_it_fits

pytestmark = pytest.mark.browser

READY = '.card[data-busy="false"]'
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Where the app keeps what it writes: an empty folder."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def url(run_app, home):
    """The app on the demo, with an empty ledger."""
    return run_app(PROJECT / "app.py", env={HOME_VARIABLE: str(home)})


def at_desk(open_page, url, name, **options):
    page = open_page(**options)
    sit_down(page, url, name)
    return page


def at_the_queue(open_page, url, name, **options):
    page = at_desk(open_page, f"{url}/suspects", name, **options)
    # Until the name is known there is a card whose buttons are off.
    page.locator('[data-kind="keep"]:enabled').wait_for()
    wait_until_idle(page)
    return page


def test_what_is_judged_by_key_is_found_under_mine_and_undone_there(url, open_page):
    ada = at_the_queue(open_page, url, "Ada")
    glitch = ada.locator(".card").get_attribute("data-sample")
    ada.keyboard.press("k")
    ada.locator(f'{READY}:not([data-sample="{glitch}"])').wait_for()
    ada.get_by_role("link", name="Mine", exact=True).click()
    row = ada.locator(".st-key-mine_row_0")
    row.get_by_role("link", name=glitch).wait_for()
    expect(row).to_contain_text(re.compile("Kept .+in review"))
    expect(ada.locator(".st-key-mine_figures")).to_contain_text("1 judged")

    ben = at_desk(open_page, f"{url}/mine", "Ben")
    ben.get_by_text("You have said nothing yet").wait_for()
    assert glitch not in ben.get_by_test_id("stMain").inner_text()
    assert ben.get_by_role("combobox", name="Whose").count() == 0

    row.get_by_role("button", name="Undo").click()
    expect(row).to_contain_text("taken back")
    expect(ada.locator(".st-key-mine_figures")).to_contain_text("0 judged")
    expect(row.get_by_role("button", name="Undo")).to_have_count(0)
    row.get_by_role("link", name=glitch).click()
    ada.get_by_role("heading", name="Sample").wait_for()
    assert f"sample={glitch}" in ada.url


def test_what_is_listed_stands_in_the_address_and_outlives_a_reload(url, open_page):
    page = at_the_queue(open_page, url, "Lou")
    page.keyboard.press("k")
    page.get_by_text("1 by you today").wait_for()
    page.get_by_role("link", name="Mine", exact=True).click()
    page.get_by_role("radio", name="Reviews").click()
    page.get_by_text("Nothing of this kind.").wait_for()
    page.wait_for_url("**/mine?*mine_section=Reviews*")
    wait_until_idle(page)
    page.reload()
    page.get_by_text("Nothing of this kind.").wait_for()
    expect(page.get_by_role("radio", name="Reviews")).to_be_checked()
    # On another page it means nothing, and back here one begins with everything.
    page.get_by_role("link", name="Review", exact=True).click()
    page.wait_for_url(lambda url: "/review" in url and "mine_section" not in url)


def test_two_browsers_get_different_twenties(url, home, open_page):
    desks = {name: at_the_queue(open_page, url, name) for name in "XY"}
    for page in desks.values():
        page.get_by_role("button", name="Give me 20").click()
        page.get_by_text("0 of 20 reserved for you until").wait_for()
        page.get_by_text("1 of 20 in this queue").wait_for()
    reserved = {one.name: one.sample_ids for one in live_claims(Workspace(root=home / "demo", source=home))}
    assert [len(reserved[name]) for name in "XY"] == [20, 20] and not set(reserved["X"]) & set(reserved["Y"])
    for name, page in desks.items():
        expect(page.locator(READY)).to_have_attribute("data-sample", reserved[name][0])
    first = desks["X"]
    first.keyboard.press("u")
    first.get_by_text("1 of 20 reserved for you until").wait_for()
    first.get_by_role("button", name="Give back").click()
    first.get_by_text("20 are being looked at by others").wait_for()


def test_a_phone_shows_both_without_scrolling_sideways(url, open_page):
    page = at_the_queue(open_page, url, "Phi", **PHONE)
    page.get_by_role("button", name=re.compile("Give me")).wait_for()
    wait_until_it_fits(page)
    page.locator(".card button", has_text="Keep").tap()
    page.get_by_text("1 by you today").wait_for()
    page.goto(f"{url}/mine")
    page.locator(".st-key-mine_row_0").get_by_role("button", name="Undo").wait_for()
    wait_until_it_fits(page)
