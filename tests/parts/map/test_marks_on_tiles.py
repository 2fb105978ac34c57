"""What was proposed shows on the tiles, fresh after each act, and hides from whoever is to review it blind."""

from contextlib import closing
from dataclasses import replace

import pytest

from core.dataset.selection import Selection
from core.ledger import open_ledger, propose, withdraw
from pages.parts.desk.shown import samples_of
from pages.parts.desk.who import at_desk
from pages.parts.selection.marks import proposed_marks

SAMPLE = "Blip/sample039"


@pytest.fixture
def ledger(prepared):
    with closing(open_ledger(prepared.workspace.ledger_path)) as opened:
        yield opened


@pytest.fixture
def said(ledger):
    """The batch in which Ada has proposed Whistle for one sample."""
    selection, before = Selection((SAMPLE,), how="click"), {SAMPLE: "Blip"}
    return propose(ledger, selection, before, "Whistle", author="Ada", reason="r", app_version="0")


@pytest.fixture
def marks_for(prepared, monkeypatch):
    """``marks_for(name)``: the marks that the person of this name sees."""

    def look(name):
        monkeypatch.setattr("pages.parts.desk.who.typed_name", lambda: name)
        here = replace(at_desk([]), workspace=prepared.workspace)
        return proposed_marks(here, samples_of(prepared), [SAMPLE, "Whistle/sample020"])

    return look


def test_ones_own_proposal_stands_on_its_tile_until_it_is_undone(ledger, said, marks_for):
    assert marks_for("Ada") == {SAMPLE: "→ Whistle, by you, in review"}
    withdraw(ledger, said.batch_id, author="Ada")
    assert marks_for("Ada") == {}


def test_whoever_is_to_review_it_learns_only_that_it_waits(said, marks_for):
    assert marks_for("Ben") == {SAMPLE: "waits for your review"}
