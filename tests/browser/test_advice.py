"""A verdict's button leads to the form on the page Decisions, filled in with what the verdict says."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from core.workspace import HOME_VARIABLE
from tests.browser.driving import PROJECT, sit_down, wait_until_idle

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def url(run_app, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    (home / "demo").mkdir()
    (home / "demo" / "roles.toml").write_text('[people]\n"Ada" = "moderator"\n')
    return run_app(PROJECT / "app.py", env={HOME_VARIABLE: str(home)})


def test_a_supported_verdict_leads_to_the_form_filled_in(url, open_page):
    page = open_page(viewport={"width": 1280, "height": 1000})
    sit_down(page, f"{url}/clusters", "Ada")
    page.get_by_test_id("stButtonGroup").get_by_text("Failure modes").click()
    sentence = page.get_by_text("None_of_the_Above seems to be one name for 3 different kinds").first
    sentence.wait_for()
    wait_until_idle(page)
    card = page.locator("[data-testid=stVerticalBlock]").filter(has=sentence).last
    card.get_by_role("button", name="Propose a name for each kind").click()
    form = page.get_by_role("textbox", name="Example samples")
    form.wait_for()
    wait_until_idle(page)
    assert len(form.input_value().split()) == 3 * 8
    expect(page.get_by_role("textbox", name="Reason")).to_have_value(
        "None_of_the_Above seems to be one name for 3 different kinds. The computer sorted all samples into piles of "
        "look-alikes. Those called None_of_the_Above fell into 3 piles, with few samples in between. With a name for "
        "each kind, everybody knows which one is meant."
    )
    expect(page.get_by_text("one label becomes two or more")).to_be_visible()
    expect(page.get_by_role("combobox", name="Label of the taxonomy now")).to_have_value("None_of_the_Above")


def test_a_split_is_shown_with_a_sheet_of_examples_for_each_kind_and_a_click_opens_a_sample(url, open_page):
    page = open_page(viewport={"width": 1280, "height": 1000})
    sit_down(page, f"{url}/clusters", "Ada")
    page.get_by_test_id("stButtonGroup").get_by_text("Failure modes").click()
    sentence = page.get_by_text("None_of_the_Above seems to be one name for 3 different kinds").first
    sentence.wait_for()
    card = page.locator("[data-testid=stVerticalBlock]").filter(has=sentence).last
    sheets = card.locator(".contact-sheet")
    expect(sheets).to_have_count(3)
    for place in range(3):
        expect(sheets.nth(place).locator(".tile img")).to_have_count(8)
    boxes = [sheets.nth(place).bounding_box() for place in range(3)]
    assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"] and boxes[0]["y"] == boxes[1]["y"]
    wait_until_idle(page)
    picture = sheets.nth(1).locator(".tile img").first
    name = picture.get_attribute("alt").removeprefix("None_of_the_Above, ")
    picture.click()
    window = page.get_by_role("dialog")
    window.wait_for()
    expect(window.get_by_text(name).first).to_be_visible()
