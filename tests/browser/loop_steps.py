"""The moderator's loop by hand: map, hover, lasso, contact sheet, toggle, propose, undo, propose again."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from tests.browser.driving import choose_option, the_map, wait_until_idle

REVIEWER = "Ada Lovelace"
REASON = "=thin line, not a blip <b>"


def wait_for_map(page):
    page.wait_for_selector('.glitch-map[data-ready="true"]')


def open_demo(page, fresh):
    page.goto(the_map(fresh.url))
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


def choose_label(page, label):
    choose_option(page, "New label", label)
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


def from_lasso_to_rows(page, fresh):
    """Go through the loop on the open map, and look at what DuckDB holds then."""
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

    fresh.stop()
    (ledger_path,) = fresh.home.glob("*/corrections.duckdb")
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
