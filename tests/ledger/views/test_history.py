"""What happened: a sample's events in order, what people said last, the journal of a day, progress per group."""

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from core.errors import GlitchAuditError
from core.ledger import SuspectCase, judge, judgements, open_ledger, proposals, restore, withdraw, withdraw_judgement
from core.ledger.acts.changing_taxonomy import propose_taxonomy_change, review_taxonomy_change
from core.ledger.acts.deciding import decide, reopen, withdraw_decision
from core.ledger.acts.reviewing import review, withdraw_review
from core.ledger.people import Person
from core.ledger.views.decision_rule import DecisionRule
from core.ledger.views.history import (
    HISTORY_COLUMNS,
    JOURNAL_COLUMNS,
    journal,
    journal_counts,
    progress,
    sample_history,
    statements,
)

MO = Person("Mo", "moderator")
RULE = DecisionRule()


@pytest.fixture
def review_of(ledger):
    """``review_of(sample_id, verdict, author=..., ...)``: a review of the sample's standing proposal."""

    def act(sample_id, verdict, *, author="Ben", **options):
        found = proposals(ledger).set_index("sample_id")["correction_id"]
        return review(ledger, found[sample_id], verdict, author=author, app_version="0.1", **options)

    return act


def decide_as_mo(ledger, label, sample_id="id0"):
    return decide(ledger, sample_id, label, author=MO, reason="thin", app_version="0.1")


def whats(events):
    return [f"{author} {what}" for author, what in zip(events["author"], events["what"], strict=True)]


def today():
    return datetime.now(UTC).date()


def test_every_event_of_a_sample_is_told_in_order_and_in_words(ledger, propose_whistle, review_of):
    batch = propose_whistle()
    judge(ledger, SuspectCase("id0", "Blip", "Helix"), "keep", author="Cy", app_version="0.1")
    first = review_of("id0", "reject", blind_label="Blip")
    withdraw_review(ledger, first.review_id, author="Ben")
    review_of("id0", "other label", label="Helix", blind_label="Helix")
    decided = decide_as_mo(ledger, "Helix")
    withdraw_decision(ledger, decided.decision_id, author=MO)
    decide_as_mo(ledger, "Tomte")
    reopen(ledger, "id0", author=MO, reason="doubts", app_version="0.1")
    withdraw(ledger, batch.batch_id, author="Ada")
    restore(ledger, batch.batch_id, author="Ada")
    withdraw_judgement(ledger, judgements(ledger)["judgement_id"].iloc[0], author="Cy")
    events = sample_history(ledger, "id0")
    assert tuple(events.columns) == HISTORY_COLUMNS
    assert whats(events) == [
        "Ada proposed Whistle instead of Blip",
        "Cy kept Blip",
        "Ben rejected Whistle and kept Blip, having chosen Blip blind",
        "Ben withdrew the review",
        "Ben gave a third label, Helix, having chosen Helix blind",
        "Mo decided Helix",
        "Mo withdrew the decision",
        "Mo decided Tomte",
        "Mo reopened it",
        "Ada withdrew the proposal of Whistle",
        "Ada brought back the proposal of Whistle instead of Blip",
        "Cy withdrew the judgement",
    ]
    assert events["role"].tolist()[0] == "reviewer" and events["role"].tolist()[5] == "moderator"
    # What was taken back, brought back or reviewed is named by its id.
    assert events["about"].tolist()[2:4] == [batch.batch_id, first.review_id]
    assert events["about"].tolist()[9:11] == [batch.batch_id, batch.batch_id]


def test_other_samples_are_left_out(ledger, propose_whistle):
    propose_whistle()
    assert sample_history(ledger, "id1").empty
    assert len(sample_history(ledger, "id5")) == 1


def test_statements_are_the_last_that_stand_with_the_vote_they_count_for(ledger, propose_whistle, review_of):
    propose_whistle()
    review_of("id0", "accept", reason="yes")
    review_of("id0", "unsure", author="Cy")
    taken_back = review_of("id0", "reject", author="Dee")
    withdraw_review(ledger, taken_back.review_id, author="Dee")
    said = statements(ledger, "id0")
    assert said[["author", "label", "reason"]].values.tolist() == [
        ["Ada", "Whistle", "rises"],
        ["Ben", "Whistle", "yes"],
        ["Cy", "", ""],
    ]


def test_what_was_said_before_a_reopening_counts_for_nothing(ledger, propose_whistle, review_of):
    propose_whistle()
    review_of("id0", "accept")
    reopen(ledger, "id0", author=MO, reason="doubts", app_version="0.1")
    assert statements(ledger, "id0")["label"].tolist() == ["", ""]


def test_the_journal_tells_acts_and_how_many_samples_each_was_about(ledger, propose_whistle, review_of):
    propose_whistle()
    review_of("id0", "accept")
    change = propose_taxonomy_change(
        ledger, "rename", labels=["Blip"], becomes=["Drop"], reason="clearer", author="Ada", app_version="0.1"
    )
    review_taxonomy_change(ledger, change.change_id, "accept", author="Ben", app_version="0.1")
    acts = journal(ledger, today())
    assert tuple(acts.columns) == JOURNAL_COLUMNS
    assert whats(acts) == [
        "Ben said “accept” to a change of the taxonomy",
        "Ada proposed a change of the taxonomy: rename Blip → Drop",
        "Ben accepted Whistle",
        "Ada proposed Whistle",
    ]
    assert acts["samples"].tolist() == [0, 0, 1, 3]
    assert acts["sample_id"].tolist() == ["", "", "id0", ""]
    counts = journal_counts(acts, MO)
    assert counts.loc["Ada"].to_dict() == {
        "proposal": 3, "review": 0, "taxonomy change": 1, "taxonomy review": 0,
    }  # fmt: skip
    assert counts.loc["Ben", "review"] == 1
    seen = journal_counts(acts, Person("Ben"))
    assert set(seen.index) == {"Ben", "all others"} and seen.sum().to_dict() == counts.sum().to_dict()
    assert journal_counts(acts, Person("")).index.tolist() == ["all others"]


@pytest.mark.file_only("rows of the file are changed by hand")
def test_a_day_begins_where_its_time_zone_says(ledger, propose_whistle):
    propose_whistle()
    with ledger.cursor() as cursor:
        # The evening of 1 March in Honolulu, ten hours behind UTC.
        cursor.execute("UPDATE correction SET created_at = TIMESTAMP '2026-03-02 09:30:00'")
    assert len(journal(ledger, datetime(2026, 3, 1).date(), timezone="Pacific/Honolulu")) == 1
    assert journal(ledger, datetime(2026, 3, 1).date()).empty
    assert len(journal(ledger, datetime(2026, 3, 2).date())) == 1


@pytest.mark.file_only("rows of the file are changed by hand")
def test_a_day_on_which_clocks_change_has_all_its_hours(ledger, propose_whistle):
    propose_whistle()
    with ledger.cursor() as cursor:
        # 25 October 2026 has 25 hours in Rome: it ends at 23:00 UTC and began at 22:00 UTC the day before.
        cursor.execute("UPDATE correction SET created_at = TIMESTAMP '2026-10-25 22:59:00'")
    day = datetime(2026, 10, 25).date()
    assert len(journal(ledger, day, timezone="Europe/Rome")) == 1
    assert journal(ledger, day + timedelta(days=1), timezone="Europe/Rome").empty


def test_a_time_zone_that_does_not_exist_is_refused(ledger):
    with pytest.raises(GlitchAuditError, match="no time zone 'Nowhere'"):
        journal(ledger, today(), timezone="Nowhere")


def test_progress_counts_per_label_and_per_cluster(ledger, propose_whistle, review_of, labels):
    propose_whistle()
    review_of("id0", "accept")
    review_of("id2", "reject")
    decide_as_mo(ledger, "Blip", "id3")
    judge(ledger, SuspectCase("id4", "Tomte", "Blip"), "unsure", author="Ben", app_version="0.1")
    clusters = pd.Series([0, 0, 0, -1, -1, 1], index=labels.index)
    found = progress(ledger, labels, clusters, RULE)
    by_hand = ["samples", "looked_at", "in_review", "conflict", "decided", "changed"]
    assert found.labels[by_hand].to_dict("index") == {
        "Blip": dict(zip(by_hand, (4, 3, 0, 1, 2, 1), strict=True)),
        "Tomte": dict(zip(by_hand, (2, 2, 1, 0, 0, 0), strict=True)),
    }
    assert found.clusters.index.tolist() == [0, 1, -1]
    assert found.clusters["decided"].tolist() == [1, 0, 1]
    assert progress(ledger, labels, clusters, DecisionRule(3)).labels["decided"].tolist() == [1, 0]


def test_a_ledger_that_is_missing_has_no_history_and_no_progress(tmp_path, labels):
    missing = open_ledger(tmp_path / "nowhere" / "corrections.duckdb")
    assert sample_history(missing, "id0").empty and statements(missing, "id0").empty
    assert journal_counts(journal(missing, today()), MO).empty
    found = progress(missing, labels, pd.Series(0, index=labels.index), RULE)
    assert found.labels["looked_at"].sum() == 0 and found.labels["samples"].sum() == 6
    assert not missing.path.exists()


def test_no_samples_make_no_progress(ledger):
    none = pd.Series([], dtype="str")
    assert progress(ledger, none, pd.Series([], dtype=int), RULE).labels.empty
