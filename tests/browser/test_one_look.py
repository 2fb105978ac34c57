"""Map, summary, sheet and form in one look on a small laptop; stacked on a phone, with a bar to jump."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from core.workspace import HOME_VARIABLE
from tests.browser.driving import PROJECT, sit_down, the_map, wait_until_idle, wait_until_it_fits
from tests.browser.loop_steps import lasso_everything, wait_for_map
from tests.browser.test_one_click import type_label

pytestmark = pytest.mark.browser

LAPTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def url(run_app, tmp_path_factory):
    return run_app(PROJECT / "app.py", env={HOME_VARIABLE: str(tmp_path_factory.mktemp("home"))})


def selected(open_page, url, size):
    """Most of the demo, selected by Ada in a window of this size."""
    page = open_page(viewport=size)
    sit_down(page, the_map(url), "Ada")
    wait_for_map(page)
    wait_until_idle(page)
    lasso_everything(page)
    page.locator(".tile img").first.wait_for()
    wait_until_idle(page)
    wait_until_it_fits(page)
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
    # What is still being drawn moves the place that the link leads to.
    wait_until_idle(page)
    expect(propose_button(page)).not_to_be_in_viewport()
    page.get_by_role("link", name=re.compile("^Propose")).click()
    expect(propose_button(page)).to_be_in_viewport()
    page.get_by_role("link", name="Labels").click()
    expect(page.get_by_role("heading", name="samples selected")).to_be_in_viewport()


def test_the_window_shows_all_four_views_and_steps_by_arrow_keys(open_page, url):
    page = selected(open_page, url, LAPTOP)
    first, second = page.locator(".tile").evaluate_all("all => all.slice(0, 2).map((tile) => tile.dataset.id)")
    page.locator(".tile .open").first.click()
    window = page.get_by_role("dialog")
    window.locator("code", has_text=first).wait_for()
    # Without the small pictures of the neighbours.
    views = window.locator("img:not(.picture)")
    expect(views).to_have_count(4)
    for view in views.all():
        expect(view).to_be_in_viewport(ratio=1)
    expect(window.get_by_role("button", name="Propose for this sample")).to_be_in_viewport(ratio=1)
    wait_until_idle(page)
    page.keyboard.press("ArrowRight")
    window.locator("code", has_text=second).wait_for()


def test_what_was_proposed_in_the_window_stands_on_the_tile(open_page, url):
    page = selected(open_page, url, LAPTOP)
    page.locator(".tile .open").first.click()
    window = page.get_by_role("dialog")
    type_label(page, "Label for this one", "Helix")
    window.get_by_role("textbox", name="Why this one").fill("an arch")
    window.get_by_role("button", name="Propose for this sample").click()
    window.get_by_text("Written: 1 proposal of Helix").wait_for()
    window.get_by_role("button", name="Close").click()
    expect(page.locator(".tile .mark").first).to_have_text("→ Helix, by you, in review")
