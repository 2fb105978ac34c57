"""Ada and Ben have decided four labels of the demo; Cleo has them read, sees what changed, and goes back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from core.dataset.selection import Selection
from core.ledger import open_ledger, proposals, propose, review
from core.pipeline.audit import load_audit
from core.pipeline.stages import load_prepared
from core.workspace import demo_workspace
from tests.browser.driving import PROJECT, sit_down, wait_until_idle

pytestmark = pytest.mark.browser

AUDITED_MS = 400_000
"""An audit on two cores, others at work beside it."""
DECIDED = 4


@pytest.fixture(scope="module")
def flagged():
    """The demo's suspects as they came with it, most suspect first: label and suggestion by id."""
    audit = load_audit(load_prepared(demo_workspace()))
    table = audit.suspects.table[audit.suspects.table["flagged"].to_numpy(dtype=bool)]
    return table.sort_values("score", ascending=False)


@pytest.fixture
def decided(flagged, tmp_path, run_app):
    """The address of the app where Ada proposed what is suggested for the first four, and Ben agreed."""
    home = tmp_path / "home"
    ledger = open_ledger(home / "demo" / "corrections.duckdb")
    for sample_id, row in flagged.head(DECIDED).iterrows():
        here = Selection((str(sample_id),), "click")
        propose(ledger, here, {sample_id: row["label"]}, str(row["suggested"]), author="Ada", app_version="0.1")
    for correction_id in proposals(ledger)["correction_id"]:
        review(ledger, correction_id, "accept", author="Ben", app_version="0.1")
    ledger.close()
    return run_app(PROJECT / "app.py", env={"GLITCH_AUDIT_HOME": str(home)})


def read(page, reading):
    """Choose a reading in the sidebar."""
    wait_until_idle(page)
    page.get_by_role("combobox", name="Labels shown").click()
    page.get_by_role("option", name=reading).click()


def suspects(page) -> int:
    title = page.get_by_role("radio", name=re.compile(r"Wrong labels \(\d+\)"))
    return int(re.search(r"\d+", title.inner_text())[0])


def queue(page) -> tuple[int, str]:
    """How many suspects there are, and which one is looked at."""
    # The line above the page is drawn first: title and card of the run before stand below it for a moment.
    wait_until_idle(page)
    page.locator('.card[data-busy="false"][data-sample]').wait_for()
    return suspects(page), page.locator(".card[data-sample]").get_attribute("data-sample")


def test_what_was_decided_is_read_when_somebody_asks_and_back_is_exactly_the_old(decided, flagged, open_page):
    page = open_page()
    sit_down(page, f"{decided}/suspects", "Cleo")
    before = queue(page)
    assert before[0] == len(flagged)

    read(page, f"now ({DECIDED} decided)")
    # The old result stays, and it is said that another is being made.
    page.get_by_text("The labels are being read anew").wait_for()
    assert suspects(page) == before[0]
    page.get_by_text("Labels as they are now: 4 decided").wait_for(timeout=AUDITED_MS)
    now = queue(page)
    assert now[0] < before[0] and now[1] not in flagged.index[:DECIDED]
    assert "labels=now-" in page.url
    page.reload()
    page.get_by_text("Labels as they are now: 4 decided").wait_for()
    assert queue(page) == now

    wait_until_idle(page)
    page.get_by_role("button", name="What changed").click()
    page.get_by_text("because of these 4 decisions").wait_for()
    tile = page.get_by_test_id("stMetric").filter(has_text="Suspects")
    expect(tile).to_contain_text(f"{now[0]}")
    expect(tile).to_contain_text(f"{now[0] - before[0]}")
    wait_until_idle(page)
    page.get_by_role("button", name=f"Show these {DECIDED} on the map").click()
    page.get_by_role("heading", name=f"{DECIDED} samples selected").wait_for()
    wait_until_idle(page)
    # The panel beside the map begins in the title's row, but not over what is said below it.
    said, panel = (page.locator(f".st-key-{key}").bounding_box() for key in ("reading_line", "look_panel"))
    assert said["y"] + said["height"] <= panel["y"]

    read(page, "as brought")
    expect(page.get_by_text("Labels as they are now")).to_have_count(0)
    wait_until_idle(page)
    assert "labels=" not in page.url
    page.goto(f"{decided}/suspects")
    assert queue(page) == before
