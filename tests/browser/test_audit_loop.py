"""The moderator's loop on the embedded demo: what was proposed is read from DuckDB with a connection of its own."""

import pytest

from tests.browser.loop_steps import from_lasso_to_rows, lasso_everything, open_demo, selected_count

pytestmark = pytest.mark.browser


def test_from_lasso_to_the_rows_in_duckdb(fresh, open_page):
    page = open_page(viewport={"width": 1280, "height": 1000})
    open_demo(page, fresh)
    from_lasso_to_rows(page, fresh)


def test_the_same_lasso_in_the_plotly_view(fresh, open_page):
    page = open_page(viewport={"width": 1280, "height": 1000})
    open_demo(page, fresh)
    page.get_by_test_id("stButtonGroup").get_by_text("Plotly view").click()
    plot = page.frame_locator('iframe[title*="plotly_events"]').locator(".nsewdrag").first
    plot.wait_for()
    page.wait_for_timeout(1500)
    box = plot.bounding_box()
    left, top = box["x"] + box["width"] * 0.05, box["y"] + box["height"] * 0.05
    right, bottom = box["x"] + box["width"] * 0.95, box["y"] + box["height"] * 0.95
    page.mouse.move(left, top)
    page.mouse.down()
    for x, y in ((right, top), (right, bottom), (left, bottom), (left, top + 5)):
        page.mouse.move(x, y, steps=8)
    page.mouse.up()
    assert selected_count(page) > 100
    page.locator(".tile img").first.wait_for()
    page.get_by_test_id("stButton").filter(has_text="Clear selection").get_by_role("button").click()
    page.get_by_text("Draw a lasso around an island").wait_for()


def test_filters_bound_the_selection_and_never_leave_a_stale_one(fresh, open_page):
    page = open_page(viewport={"width": 1280, "height": 1000})
    open_demo(page, fresh)
    lasso_everything(page)
    everything = selected_count(page)
    page.get_by_role("button", name="H1", exact=True).click()
    page.get_by_role("button", name="Clear all filters").wait_for()
    page.get_by_role("heading", name=f"{everything:,} samples selected").wait_for(state="detached")
    assert 0 < selected_count(page) < everything


def test_a_page_opened_directly_on_a_fresh_server_has_the_navigation(fresh, open_page):
    page = open_page()
    page.goto(f"{fresh.url}/corrections")
    page.get_by_role("heading", name="Corrections").wait_for()
    page.get_by_role("link", name="Data and settings").wait_for()
    page.get_by_text("Nothing was proposed yet").wait_for()
    page.get_by_role("link", name="Clusters").click()
    page.get_by_role("heading", name="Clusters").wait_for()
    page.go_back()
    page.get_by_role("heading", name="Corrections").wait_for()


def test_a_folder_that_does_not_exist_is_one_sentence(fresh, open_page):
    page = open_page()
    page.goto(f"{fresh.url}/data")
    page.get_by_role("textbox", name="Folder or file on the computer").fill("/no/such/folder")
    page.get_by_test_id("stFormSubmitButton").filter(has_text="Open").get_by_role("button").click()
    page.get_by_text("there is no such file or folder").wait_for()
