"""Map, summary, sheet and form in one look on a small laptop; stacked on a phone, with a bar to jump."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from core.workspace import HOME_VARIABLE
from tests.browser.driving import PROJECT, sit_down, wait_until_idle, wait_until_it_fits
from tests.browser.test_audit_loop import lasso_everything, wait_for_map

pytestmark = pytest.mark.browser

LAPTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def url(run_app, tmp_path_factory):
    return run_app(PROJECT / "app.py", env={HOME_VARIABLE: str(tmp_path_factory.mktemp("home"))})


def selected(open_page, url, size):
    """Most of the demo, selected by Ada in a window of this size."""
    page = open_page(viewport=size)
    sit_down(page, url, "Ada")
    wait_for_map(page)
    wait_until_idle(page)
    lasso_everything(page)
    page.locator(".tile img").first.wait_for()
    wait_until_idle(page)
    return page


def propose_button(page):
    return page.get_by_role("button", name=re.compile("Propose for [\\d,]+ sample"))


def test_nothing_lies_below_the_fold_of_a_small_laptop(open_page, url):
    page = selected(open_page, url, LAPTOP)
    wait_until_it_fits(page)
    seen = {
        "map": page.locator(".glitch-map"),
        "summary": page.get_by_role("heading", name="samples selected"),
        "labels": page.locator(".st-key-look_mix"),
        "sheet": page.locator(".tile").first,
        "label": page.get_by_role("combobox", name="New label"),
        "reason": page.get_by_role("textbox", name="Reason"),
        "button": propose_button(page),
    }
    for name, part in seen.items():
        box = part.bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= LAPTOP["height"], name
        assert box["x"] >= 0 and box["x"] + box["width"] <= LAPTOP["width"], name
    assert seen["map"].bounding_box()["width"] > 400 and seen["map"].bounding_box()["height"] > 400
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == 0
    expect(page.locator(".st-key-look_jump")).to_be_hidden()


def test_a_click_on_a_label_keeps_only_its_tiles(open_page, url):
    page = selected(open_page, url, LAPTOP)
    bar = page.locator(".st-key-look_mix").get_by_role("button").first
    label, count, _ = (text.strip() for text in bar.inner_text().split("·"))
    bar.click()
    page.get_by_role("button", name=f"Propose for {count} sample").wait_for()
    expect(page.locator(".tile .label").filter(has_not_text=label)).to_have_count(0)


def test_the_bar_on_a_phone_leads_to_the_form(open_page, url):
    page = selected(open_page, url, PHONE)
    wait_until_it_fits(page)
    expect(propose_button(page)).not_to_be_in_viewport()
    page.get_by_role("link", name=re.compile("^Propose")).click()
    expect(propose_button(page)).to_be_in_viewport()
    page.get_by_role("link", name="Labels").click()
    expect(page.get_by_role("heading", name="samples selected")).to_be_in_viewport()
