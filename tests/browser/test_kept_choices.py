"""Filters and the way to judge outlive Back, a visit of another page, and a reload, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.driving import wait_until_idle

pytestmark = pytest.mark.browser


def go_to(page, name):
    page.get_by_test_id("stSidebarNavItems").get_by_role("link", name=name).click()
    page.get_by_role("heading", name=name, exact=True).wait_for()
    wait_until_idle(page)


def choose(page, title) -> str:
    """Choose the first value of a list of many; returns what it is called."""
    page.get_by_role("combobox", name=title).click()
    option = page.get_by_role("option").filter(has_not_text="Select all").first
    option.wait_for()
    said = option.inner_text()
    option.click()
    wait_until_idle(page)
    page.keyboard.press("Escape")
    return said


def look_alikes_are_there(page, narrowed):
    expect(page.get_by_role("radio", name="Look-alikes together")).to_be_checked()
    page.get_by_role("button", name="Filters (1)").wait_for()
    page.get_by_text(re.compile(rf"called {narrowed}")).first.wait_for()


def test_back_a_visit_and_a_reload_keep_the_way_to_judge_and_its_filters(fresh, open_page):
    page = open_page()
    page.goto(f"{fresh.url}/suspects")
    page.get_by_text("Look-alikes together", exact=True).click()
    page.wait_for_url("**/suspects?judge=Look-alikes+together")
    wait_until_idle(page)
    page.get_by_role("button", name="Filters").last.click()
    label = choose(page, "Label now").rsplit(" ", 1)[0]
    page.wait_for_url("**/suspects?*suspect_filter_label=*")
    look_alikes_are_there(page, label)
    entries = page.evaluate("history.length")
    go_to(page, "Corrections")
    assert "judge=" not in page.url
    # One press leads back: the page that was left stands once in the tab's history, as it was.
    assert page.evaluate("history.length") == entries + 1
    page.go_back()
    look_alikes_are_there(page, label)
    go_to(page, "Corrections")
    go_to(page, "Suspects")
    look_alikes_are_there(page, label)
    page.reload()
    look_alikes_are_there(page, label)
    page.get_by_text("One by one", exact=True).click()
    page.wait_for_url(lambda url: "judge=" not in url and "suspect_filter_label=" in url)


def test_a_reload_keeps_the_filters_of_the_map_and_one_click_clears_them(fresh, open_page):
    page = open_page()
    # What cannot be chosen here is left out of what the address says.
    page.goto(f'{fresh.url}/map?filter_ranges=["snr","gone"]&filter_clusters=[9999]&filter_text=1')
    page.wait_for_selector('.glitch-map[data-ready="true"]')
    wait_until_idle(page)
    low, status = page.get_by_role("slider").first, page.locator('[data-part="status"]')
    low.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.wait_for_url("**/map?*filter_range_*")
    page.locator('[data-part="legend"] button').filter(has_text="Blip").first.click()
    page.wait_for_url("**/map?*filter_labels=*")
    wait_until_idle(page)
    narrowed, end = status.inner_text(), low.get_attribute("aria-valuetext")
    assert "of 1,200" in narrowed
    page.reload()
    expect(status).to_have_text(narrowed)
    expect(page.get_by_role("textbox", name="Id contains")).to_have_value("1")
    expect(page.get_by_role("slider").first).to_have_attribute("aria-valuetext", end)
    page.get_by_role("button", name="Clear all filters").click()
    page.wait_for_url(lambda url: "filter_" not in url)
    expect(status).to_have_text("1,200 samples")


def test_a_reload_keeps_the_day_of_the_journal(fresh, open_page):
    page = open_page()
    page.goto(f"{fresh.url}/decisions?decisions_section=Journal&decisions_day=2026-01-05")
    field = page.get_by_test_id("stDateInputField")
    expect(field).to_have_text("2026/01/05")
    page.reload()
    expect(field).to_have_text("2026/01/05")


def test_back_finds_the_section_that_was_left(fresh, open_page):
    page = open_page()
    page.goto(f"{fresh.url}/decisions")
    page.get_by_text("Journal", exact=True).click()
    page.wait_for_url("**/decisions?decisions_section=Journal")
    wait_until_idle(page)
    go_to(page, "Corrections")
    assert "decisions_section" not in page.url
    page.go_back()
    expect(page.get_by_role("radio", name="Journal")).to_be_checked()
    page.wait_for_url("**/decisions?decisions_section=Journal")
