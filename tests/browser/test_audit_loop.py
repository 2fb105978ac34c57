"""The moderator's loop in the real app: map, hover, lasso, contact sheet, toggle, propose, undo, propose again.

Once on the embedded demo, once on a folder of real Gravity Spy pictures that is opened and prepared in the app; what
was proposed is read back from DuckDB with a connection of its own.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import duckdb
import pytest

from tests.browser.driving import PROJECT, start_server, stop_server, the_map

pytestmark = pytest.mark.browser

REAL_PICTURES = PROJECT.parent / "shared" / "real" / "training_set"
REVIEWER = "Ada Lovelace"
REASON = "=thin line, not a blip <b>"
PREPARE_TIMEOUT_MS = 300_000


@pytest.fixture
def app(tmp_path):
    """The app on workspaces of its own: ``url``, ``home``, and ``stop()`` to release the ledger."""
    home = tmp_path / "home"
    url, server = start_server(
        PROJECT / "app.py",
        log=tmp_path / "streamlit.log",
        env={**os.environ, "GLITCH_AUDIT_HOME": str(home)},
        forked=True,
    )

    class App:
        pass

    App.url, App.home, App.stop = url, home, staticmethod(lambda: stop_server(server))
    yield App
    stop_server(server)


def wait_for_map(page):
    page.wait_for_selector('.glitch-map[data-ready="true"]')


def open_demo(page, app):
    page.goto(the_map(app.url))
    wait_for_map(page)


def open_real_pictures(page, app):
    page.goto(f"{app.url}/data")
    page.get_by_role("textbox", name="Folder or file on the computer").fill(str(REAL_PICTURES))
    page.get_by_test_id("stFormSubmitButton").filter(has_text="Open").get_by_role("button").click()
    page.get_by_text("12 full figure, cropped to its plot area").wait_for()
    page.get_by_test_id("stFormSubmitButton").filter(has_text="Prepare the map").get_by_role("button").click()
    page.get_by_role("button", name="Stop").wait_for()
    page.get_by_role("link", name="Go to the map").wait_for(timeout=PREPARE_TIMEOUT_MS)
    page.get_by_role("link", name="Go to the map").click()
    wait_for_map(page)


def surface_box(page):
    page.locator(".glitch-map").scroll_into_view_if_needed()
    return page.locator('[data-part="surface"]').bounding_box()


def lasso_everything(page, share=0.9):
    """A ring that takes in most of the map."""
    box = surface_box(page)
    middle_x, middle_y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    across, down = box["width"] / 2 * share, box["height"] / 2 * share
    # The corner with the toolbar is left out: a drag that starts on it presses its buttons.
    corners = [(across, -0.6 * down), (across, down), (-across, down), (-across, -0.6 * down), (0, -0.75 * down)]
    page.mouse.move(middle_x + across, middle_y - 0.6 * down)
    page.mouse.down()
    for right, below in corners[1:]:
        page.mouse.move(middle_x + right, middle_y + below, steps=8)
    page.mouse.up()


def selected_count(page) -> int:
    heading = page.get_by_role("heading", name="samples selected")
    heading.wait_for()
    return int(heading.inner_text().split()[0].replace(",", ""))


def wait_until_idle(page):
    """Until the run is over: what is drawn anew meanwhile closes open lists."""
    page.wait_for_timeout(300)
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')


def choose_label(page, label):
    wait_until_idle(page)
    box = page.get_by_role("combobox", name="New label")
    box.scroll_into_view_if_needed()
    box.click()
    box.press_sequentially(label)
    page.get_by_role("option", name=label).first.wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("Look-alikes:").wait_for()


def press_propose(page, count):
    """Propose for at most ``count`` samples: those that carry the label already are left alone, and not counted."""
    wait_until_idle(page)
    button = page.get_by_role("button", name=re.compile(r"^\W*\w*\s*Propose for [\d,]+ sample"))
    count = min(count, int(re.search(r"Propose for ([\d,]+)", button.inner_text())[1].replace(",", "")))
    button.click()
    confirm = page.get_by_role("button", name="Yes, propose")
    if count > 100:
        confirm.click()
    page.get_by_role("button", name="Undo").wait_for()


def rows_in_ledger(path: Path):
    with duckdb.connect(str(path), read_only=True) as ledger:
        return ledger.execute(
            "SELECT kind, author, author_verified, sample_id, label_before, label_proposed, reason, confidence, how, "
            "json_array_length(polygon) FROM correction_detail ORDER BY sequence"
        ).fetchall()


def hover_until_picture(page):
    """Move over the map, line by line, until a sample's picture shows."""
    box = surface_box(page)
    card = page.locator('[data-part="card"]')
    for part_down in range(10, 92, 3):
        for part_right in range(5, 96, 2):
            page.mouse.move(box["x"] + box["width"] * part_right / 100, box["y"] + box["height"] * part_down / 100)
            if card.is_visible():
                page.locator('[data-part="card"][data-picture="shown"]').wait_for()
                return
    raise AssertionError("no sample under the pointer anywhere")


@pytest.mark.parametrize("source", ["demo", "real"])
def test_from_lasso_to_the_rows_in_duckdb(app, open_page, source):
    if source == "real" and not REAL_PICTURES.is_dir():
        pytest.skip(f"the real pictures are not part of the project, and {REAL_PICTURES} is not on this machine")
    page = open_page(viewport={"width": 1280, "height": 1000})
    (open_demo if source == "demo" else open_real_pictures)(page, app)
    page.get_by_role("textbox", name="Your name").fill(REVIEWER)
    page.keyboard.press("Enter")
    page.get_by_text("not verified").wait_for()
    wait_until_idle(page)

    hover_until_picture(page)
    lasso_everything(page)
    count = selected_count(page)
    assert count > 10
    page.locator(".tile img").first.wait_for()

    first = page.locator(".tile").first
    taken_out = first.get_attribute("data-id")
    first.locator(".face").click()
    page.get_by_role("button", name=f"Propose for {count - 1:,} sample").wait_for()

    choose_label(page, "Tomte")
    page.get_by_role("textbox", name="Reason").fill(REASON)
    page.keyboard.press("Tab")
    press_propose(page, count - 1)
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Undo").wait_for(state="detached")
    press_propose(page, count - 1)

    app.stop()
    (ledger_path,) = app.home.glob("*/corrections.duckdb")
    rows = rows_in_ledger(ledger_path)
    by_kind = {kind: [row for row in rows if row[0] == kind] for kind in ("proposal", "withdrawal")}
    already_tomte = count - 1 - len(by_kind["withdrawal"])
    assert 0 <= already_tomte < count - 1
    assert len(by_kind["proposal"]) == 2 * len(by_kind["withdrawal"])
    assert {row[1:3] for row in rows} == {(REVIEWER, False)}
    assert taken_out not in {row[3] for row in rows}
    assert {row[5] for row in rows} == {"Tomte"} and "Tomte" not in {row[4] for row in rows}
    assert {row[6] for row in rows} == {REASON}
    assert {row[7] for row in rows} == {0.75}
    assert {row[8] for row in rows} == {"lasso"} and all(row[9] > 3 for row in rows)


def test_the_same_lasso_in_the_plotly_view(app, open_page):
    page = open_page(viewport={"width": 1280, "height": 1000})
    open_demo(page, app)
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


def test_filters_bound_the_selection_and_never_leave_a_stale_one(app, open_page):
    page = open_page(viewport={"width": 1280, "height": 1000})
    open_demo(page, app)
    lasso_everything(page)
    everything = selected_count(page)
    page.get_by_role("button", name="H1", exact=True).click()
    page.get_by_role("button", name="Clear all filters").wait_for()
    page.get_by_role("heading", name=f"{everything:,} samples selected").wait_for(state="detached")
    assert 0 < selected_count(page) < everything


def test_a_page_opened_directly_on_a_fresh_server_has_the_navigation(app, open_page):
    page = open_page()
    page.goto(f"{app.url}/corrections")
    page.get_by_role("heading", name="Corrections").wait_for()
    page.get_by_role("link", name="Data and settings").wait_for()
    page.get_by_text("Nothing was proposed yet").wait_for()
    page.get_by_role("link", name="Clusters").click()
    page.get_by_role("heading", name="Clusters").wait_for()
    page.go_back()
    page.get_by_role("heading", name="Corrections").wait_for()


def test_a_folder_that_does_not_exist_is_one_sentence(app, open_page):
    page = open_page()
    page.goto(f"{app.url}/data")
    page.get_by_role("textbox", name="Folder or file on the computer").fill("/no/such/folder")
    page.get_by_test_id("stFormSubmitButton").filter(has_text="Open").get_by_role("button").click()
    page.get_by_text("there is no such file or folder").wait_for()
