"""A clock that is wrong, or of another zone, changes no vote, no decision and no order: events have numbers."""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest

from core.ledger import (
    authors,
    decisions,
    proposals,
    review_queue,
    sample_states,
    votes,
)
from core.ledger.exchange.copying import ledger_copy, restore_copy
from core.ledger.exchange.stamp import ledger_state
from core.ledger.views.agreement_figures import opinions
from core.ledger.views.history import journal, sample_history, statements
from core.workspace import PROJECT_ROOT

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
AHEAD = datetime(2031, 1, 1, 0, 0, tzinfo=UTC)


@pytest.fixture
def at(monkeypatch):
    """``at(time)``: what the clock of all acts shows from now on."""

    def show(moment):
        for name in ("proposing", "rows"):
            monkeypatch.setattr(f"core.ledger.acts.{name}.now", lambda: moment)

    return show


def day_with_a_clock_that_was_ahead(desk, at):
    at(AHEAD)
    desk.tell("a", "Ada proposes Whistle", "Ben accepts Ada")
    at(NOON)
    desk.tell("a", "Ada proposes Helix", "Ben accepts Ada")


def test_the_latest_vote_is_the_one_that_was_written_last(desk, at):
    day_with_a_clock_that_was_ahead(desk, at)
    assert votes(desk.ledger)["label"].tolist() == ["Helix", "Helix"]
    state = sample_states(desk.ledger).loc["a"]
    assert (state["state"], state["label"]) == ("decided", "Helix")
    assert (state["decided_at"], state["last_event_at"]) == (NOON, NOON)
    assert opinions(desk.ledger)["label"].tolist() == ["Helix", "Helix"]
    assert statements(desk.ledger, "a")["label"].tolist() == ["Helix", "Helix"]


def test_a_rejection_meets_the_label_that_the_person_stands_for_last(desk, at):
    at(AHEAD)
    desk.tell("a", "Ben proposes Whistle", "Ada proposes Helix")
    at(NOON)
    desk.tell("a", "Ben proposes Helix", "Ben rejects Ada")
    # Ben stands for Helix by what he said last, so that his rejection of Helix turns to the label before.
    found = votes(desk.ledger).set_index("author")["label"]
    assert found.to_dict() == {"Ada": "Helix", "Ben": "Blip"}


def test_a_moderators_last_word_and_the_history_are_in_the_order_of_writing(desk, at):
    at(AHEAD)
    desk.tell("a", "Ada proposes Whistle", "Mo decides Whistle")
    at(NOON)
    desk.tell("a", "Mo reopens", "Mo decides Helix")
    assert sample_states(desk.ledger).loc["a", "label"] == "Helix"
    assert decisions(desk.ledger)["label"].tolist()[0] == "Helix"
    assert sample_history(desk.ledger, "a")["kind"].tolist() == ["proposal", "decision", "reopening", "decision"]
    assert authors(desk.ledger) == ("Ada", "Mo")
    assert ledger_state(desk.ledger).last_event.startswith("2026-05-04T12:00")


def test_the_journal_of_a_day_is_in_the_order_of_writing_when_the_clock_is_set_back_on_it(desk, at):
    at(NOON)
    desk.tell("a", "Ada proposes Whistle")
    at(NOON - timedelta(hours=2))
    desk.tell("b", "Ada proposes Helix")
    assert journal(desk.ledger, NOON.date())["label"].tolist() == ["Helix", "Whistle"]


def test_a_proposal_that_is_dated_in_the_future_waits_since_no_time_at_all(desk, at):
    at(AHEAD)
    desk.tell("a", "Ada proposes Whistle")
    assert review_queue(desk.ledger, "Ben")["age"].tolist() == [timedelta(0)]


def test_a_copy_that_is_restored_keeps_the_order(desk, new_desk, at):
    day_with_a_clock_that_was_ahead(desk, at)
    other = new_desk()
    restore_copy(other.ledger, ledger_copy(desk.ledger))
    assert sample_states(other.ledger).equals(sample_states(desk.ledger))
    at(NOON - timedelta(days=400))
    for name in ("Ada", "Ben"):
        other.tell("a", f"{name} proposes Tomte")
    assert sample_states(other.ledger).loc["a", "label"] == "Tomte"


WRITE = """
import sys
from pathlib import Path
from core.dataset.selection import Selection
from core.ledger import open_ledger, propose
ledger = open_ledger(Path(sys.argv[1]))
chosen = Selection((sys.argv[2],), "click")
batch = propose(ledger, chosen, {sys.argv[2]: "Blip"}, "Tomte", author="Ada", app_version="0")
ledger.back_up_if_due()
print(batch.created_at.isoformat())
"""
ZONES = ("America/New_York", "Europe/Berlin", "Pacific/Kiritimati", "UTC")


@pytest.fixture
def in_zone(monkeypatch):
    """``in_zone(name)``: this process lives in that time zone from now on."""

    def move(name):
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()


def test_a_change_of_the_zone_between_writing_and_reading_changes_no_time(ledger, in_zone):
    written = {}
    ledger.path.parent.mkdir(parents=True)
    for number, zone in enumerate(ZONES[:2]):
        command = [sys.executable, "-c", WRITE, str(ledger.path), f"s{number}"]
        done = subprocess.run(
            command, env=os.environ | {"TZ": zone}, cwd=PROJECT_ROOT, capture_output=True, text=True, check=True
        )
        written[f"s{number}"] = datetime.fromisoformat(done.stdout.strip())
        assert abs(written[f"s{number}"] - datetime.now(UTC)) < timedelta(minutes=5)
    for zone in ZONES:
        in_zone(zone)
        ledger.close()
        assert proposals(ledger).set_index("sample_id")["created_at"].to_dict() == written
        assert sample_history(ledger, "s0")["created_at"].tolist() == [written["s0"]]
        assert sample_states(ledger).loc["s0", "last_event_at"] == written["s0"]


@pytest.mark.parametrize("zone", ZONES)
def test_both_hours_of_a_night_on_which_clocks_are_set_back_keep_their_order(desk, at, in_zone, zone):
    in_zone(zone)
    # 02:30 in Berlin, twice; and the same in New York a week later.
    for change in (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)):
        for hour, label in enumerate(("Whistle", "Helix")):
            at(change + timedelta(hours=hour))
            desk.tell("a", f"Ada proposes {label}")
        assert votes(desk.ledger)["label"].tolist() == ["Helix"]
        seen = sample_history(desk.ledger, "a")["created_at"].tolist()[-2:]
        assert seen == [change, change + timedelta(hours=1)]
