"""Ada and Ben have decided labels of the demo and accepted a merge; Cleo teaches a classifier, and looks under it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from core.dataset.selection import Selection
from core.ledger import (
    open_ledger,
    proposals,
    propose,
    propose_taxonomy_change,
    review,
    review_taxonomy_change,
)
from core.pipeline.audit import load_audit
from core.pipeline.stages import load_prepared
from core.workspace import demo_workspace
from tests.browser.driving import PROJECT, sit_down, wait_until_idle

pytestmark = pytest.mark.browser

AUDITED_MS = 400_000
"""An audit on two cores, others at work beside it."""
DECIDED = 4
MERGED = ("Blip", "Tomte")


@pytest.fixture
def decided(tmp_path, run_app):
    """The address of the app in which four labels are decided, and a merge of two labels is accepted."""
    audit = load_audit(load_prepared(demo_workspace()))
    table = audit.suspects.table[audit.suspects.table["flagged"].to_numpy(dtype=bool)]
    home = tmp_path / "home"
    ledger = open_ledger(home / "demo" / "corrections.duckdb")
    for sample_id, row in table.sort_values("score", ascending=False).head(DECIDED).iterrows():
        here = Selection((str(sample_id),), "click")
        propose(ledger, here, {sample_id: row["label"]}, str(row["suggested"]), author="Ada", app_version="0.1")
    for correction_id in proposals(ledger)["correction_id"]:
        review(ledger, correction_id, "accept", author="Ben", app_version="0.1")
    about = {"labels": MERGED, "becomes": ("Short",), "reason": "one source"}
    change = propose_taxonomy_change(ledger, "merge", **about, author="Ada", app_version="0.1")
    review_taxonomy_change(ledger, change.change_id, "accept", author="Ben", app_version="0.1")
    ledger.close()
    return run_app(PROJECT / "app.py", env={"GLITCH_AUDIT_HOME": str(home)})


def test_a_classifier_is_taught_before_and_after_at_a_button(decided, open_page):
    page = open_page()
    sit_down(page, f"{decided}/evaluation", "Cleo")
    page.get_by_role("radio", name="Before and after").click()
    wait_until_idle(page)
    page.get_by_role("button", name="Train before and after").click()
    page.get_by_text(re.compile("samples that nobody touched, each of them left out")).wait_for(timeout=60_000)
    tiles = page.get_by_test_id("stMetric")
    expect(tiles).to_have_count(2)
    expect(tiles.filter(has_text="Accuracy")).to_contain_text("points")
    page.reload()
    page.get_by_text(re.compile("Judged by the")).wait_for()
    assert "evaluation_section=Before+and+after" in page.url


def test_what_the_audit_would_say_under_the_changed_taxonomy(decided, open_page):
    page = open_page()
    sit_down(page, f"{decided}/suspects", "Cleo")
    wait_until_idle(page)
    page.get_by_role("combobox", name="Labels shown").click()
    page.get_by_role("option", name="under the changed taxonomy (1 change)").click()
    page.get_by_text("The labels are being read anew").wait_for()
    page.get_by_text("Labels under the changed taxonomy: 4 decided").wait_for(timeout=AUDITED_MS)
    assert "labels=taxonomy-" in page.url
    wait_until_idle(page)
    page.get_by_role("button", name="What changed").click()
    page.get_by_text("because of the accepted changes of the taxonomy").wait_for()
    wait_until_idle(page)
    page.get_by_role("link", name="Clusters").click()
    page.get_by_role("heading", name="Clusters", exact=True).wait_for()
    page.get_by_text("Labels under the changed taxonomy").wait_for()
    page.get_by_role("heading", name="Decisions").wait_for(state="hidden")
