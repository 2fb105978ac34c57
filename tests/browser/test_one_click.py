"""Forms with a text and a button: typed, then one click, at once; and the box where a label is typed."""

from __future__ import annotations

import re
from contextlib import closing

import pandas as pd
import pytest
from playwright.sync_api import expect

from core.dataset.selection import Selection
from core.ledger import open_ledger, propose
from core.workspace import HOME_VARIABLE
from tests.browser.driving import PROJECT, choose_option, sit_down, the_map, type_name, wait_until_idle
from tests.browser.loop_steps import lasso_everything, wait_for_map

pytestmark = pytest.mark.browser

SLOW_PRESS_MS = 400


@pytest.fixture(scope="module")
def url(run_app, tmp_path_factory):
    """The app where Ada, a moderator, has proposed Chirp for two samples of the demo."""
    home = tmp_path_factory.mktemp("home")
    samples = pd.read_parquet(PROJECT / "data" / "demo.parquet", columns=["sample_id", "label"]).drop_duplicates()
    labels = samples.set_index("sample_id")["label"]
    with closing(open_ledger(home / "demo" / "corrections.duckdb")) as ledger:
        propose(ledger, Selection(tuple(labels.index[:2]), how="click"), labels, "Chirp", author="Ada", app_version="0")
    (home / "demo" / "roles.toml").write_text('[people]\n"Ada" = "moderator"\n')
    return run_app(PROJECT / "app.py", env={HOME_VARIABLE: str(home)})


@pytest.fixture
def selected(url, open_page):
    """The map with a selection of most of the demo; nobody said a name yet."""
    page = open_page(viewport={"width": 1280, "height": 1000})
    page.goto(the_map(url))
    wait_for_map(page)
    lasso_everything(page)
    page.locator(".tile img").first.wait_for()
    wait_until_idle(page)
    return page


def type_label(page, title, typed):
    """Type into the box and press Enter."""
    choose_option(page, title, typed)


def place_of(page, button):
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def press(page, place, hold_ms=0):
    """One press of the mouse, with the text box still in use; long enough, and the page runs between down and up."""
    page.mouse.move(*place)
    page.mouse.down()
    page.wait_for_timeout(hold_ms)
    page.mouse.up()


def propose_button(page):
    return page.get_by_role("button", name=re.compile("Propose for [\\d,]+ sample"))


@pytest.mark.parametrize("hold_ms", [0, SLOW_PRESS_MS])
def test_typed_reason_and_one_click_propose(selected, hold_ms):
    type_name(selected, "Ada")
    wait_until_idle(selected)
    type_label(selected, "New label", "Whistle")
    place = place_of(selected, propose_button(selected))
    selected.get_by_role("textbox", name="Reason").click()
    selected.keyboard.type("two arms")
    press(selected, place, hold_ms)
    selected.get_by_role("button", name="Yes, propose").click()
    selected.get_by_role("button", name="Undo").wait_for()


def test_a_name_typed_last_and_one_click_propose(selected):
    type_label(selected, "New label", "Whistle")
    selected.get_by_role("textbox", name="Reason").fill("two arms")
    selected.keyboard.press("Tab")
    wait_until_idle(selected)
    place = place_of(selected, propose_button(selected))
    selected.get_by_role("textbox", name="Your name").click()
    selected.keyboard.type("Ada")
    press(selected, place)
    selected.get_by_role("button", name="Yes, propose").wait_for()


def test_a_click_before_there_is_a_reason_says_what_is_missing(selected):
    type_name(selected, "Ada")
    wait_until_idle(selected)
    type_label(selected, "New label", "Whistle")
    propose_button(selected).click()
    selected.get_by_test_id("stAlert").filter(has_text="Give a reason").wait_for()


def test_a_press_while_another_selection_is_on_its_way_writes_nothing_for_it(selected):
    type_name(selected, "Ada")
    wait_until_idle(selected)
    type_label(selected, "New label", "Whistle")
    selected.get_by_role("textbox", name="Reason").fill("two arms")
    selected.keyboard.press("Tab")
    wait_until_idle(selected)
    former = propose_button(selected).element_handle()
    said = propose_button(selected).inner_text()
    lasso_everything(selected, 0.3)
    former.evaluate("(button) => button.click()")
    expect(propose_button(selected)).not_to_have_text(said)
    wait_until_idle(selected)
    expect(selected.get_by_role("button", name="Undo")).to_have_count(0)
    expect(selected.get_by_role("button", name="Yes, propose")).to_have_count(0)
    propose_button(selected).click()
    selected.get_by_role("button", name=re.compile("Yes, propose|Undo")).first.wait_for()


def test_enter_takes_the_best_match_and_makes_no_new_label(selected):
    type_label(selected, "New label", "Power")
    selected.get_by_text("a thin line at 60 Hz").wait_for()
    expect(selected.get_by_role("combobox", name="New label")).to_have_value("Power_Line")
    box = selected.get_by_role("combobox", name="New label")
    box.click()
    box.press_sequentially("Power")
    expect(selected.get_by_role("option").first).to_have_text("Power_Line")
    assert "Power" not in selected.get_by_role("option").all_inner_texts()


def test_a_new_label_takes_a_step_of_its_own(selected):
    type_name(selected, "Ada")
    wait_until_idle(selected)
    type_label(selected, "New label", "New label")
    name = selected.get_by_role("textbox", name="Name of the new label")
    name.wait_for()
    place = place_of(selected, selected.get_by_role("button", name="Use this new label"))
    name.click()
    selected.keyboard.type("Crown")
    press(selected, place)
    selected.get_by_text("is a new name, not yet in the taxonomy").wait_for()
    expect(selected.get_by_role("combobox", name="New label")).to_have_value("Crown")


def test_typed_name_and_one_click_save_a_selection(selected):
    type_name(selected, "Ada")
    wait_until_idle(selected)
    selected.get_by_role("button", name="Save or share").click()
    name = selected.get_by_role("textbox", name="Name of this selection")
    name.wait_for()
    wait_until_idle(selected)
    place = place_of(selected, selected.get_by_role("button", name=re.compile("Save [\\d,]+ sample")))
    name.click()
    selected.keyboard.type("most of it")
    press(selected, place)
    selected.get_by_text("Saved as most of it").wait_for()


def test_typed_reason_and_one_click_decide(url, open_page):
    page = open_page(viewport={"width": 1280, "height": 1000})
    sit_down(page, f"{url}/decisions", "Ada")
    page.get_by_role("combobox", name="Label that holds").wait_for()
    wait_until_idle(page)
    type_label(page, "Label that holds", "Whis")
    button = page.get_by_role("button", name="Decide: Whistle")
    button.wait_for()
    place = place_of(page, button)
    page.get_by_role("textbox", name="Reason").click()
    page.keyboard.type("two arms")
    press(page, place, SLOW_PRESS_MS)
    page.get_by_text("Decided (1)").wait_for()


def test_typed_reason_and_one_click_propose_a_taxonomy_change(url, open_page):
    page = open_page(viewport={"width": 1280, "height": 1000})
    sit_down(page, f"{url}/decisions", "Ada")
    page.get_by_test_id("stButtonGroup").get_by_text("Taxonomy").click()
    page.get_by_test_id("stButtonGroup").get_by_text("rename").click()
    page.get_by_text("a label gets another name").wait_for()
    wait_until_idle(page)
    type_label(page, "Label of the taxonomy now", "Helix")
    type_label(page, "Becomes", "New label")
    page.get_by_role("textbox", name="Name of the new label").fill("Spring")
    page.get_by_role("button", name="Use this new label").click()
    wait_until_idle(page)
    place = place_of(page, page.get_by_role("button", name="Propose this change"))
    page.get_by_role("textbox", name="Reason").click()
    page.keyboard.type("it winds like one")
    press(page, place, SLOW_PRESS_MS)
    page.get_by_text("it winds like one").first.wait_for()
    page.locator("[role=gridcell]", has_text="in review").first.wait_for(state="attached")
