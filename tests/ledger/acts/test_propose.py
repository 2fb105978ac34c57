"""Proposing: what is written, what is skipped, what is refused, and that a double click writes once."""

import dataclasses
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import duckdb
import pandas as pd
import pytest

from core.dataset.selection import Selection
from core.errors import GlitchAuditError
from core.ledger import ProposalFilters, batches, current_labels, proposals, propose


def test_a_proposal_records_who_when_what_why_and_from_which_selection(propose_whistle, ledger, selection):
    batch = propose_whistle(author_verified=True)
    assert (batch.samples, batch.skipped, batch.repeated) == (3, 0, False)
    rows = proposals(ledger)
    assert rows["sample_id"].tolist() == ["id2", "id0", "id5"]
    assert rows["label_before"].tolist() == ["Blip", "Blip", "Tomte"]
    first = rows.iloc[0]
    assert (first["label_proposed"], first["reason"], first["confidence"]) == ("Whistle", "rises", 0.8)
    assert (first["author"], first["author_verified"], first["status"]) == ("Ada", True, "current")
    assert (first["batch_id"], first["app_version"], first["how"]) == (batch.batch_id, "0.1", "lasso")
    assert json.loads(first["polygon"]) == [list(corner) for corner in selection.polygon]
    assert json.loads(first["filters"])["ranges"] == [["snr", 7.5, 20.0]]
    assert (first["dataset_fingerprint"], first["layout_fingerprint"]) == ("data", "layout")
    assert rows["correction_id"].is_unique
    assert str(rows["created_at"].dt.tz) == "UTC"
    assert abs(first["created_at"] - datetime.now(UTC)) < timedelta(minutes=5)


@pytest.mark.file_only("another program opens the file")
def test_the_rows_are_in_the_file_for_any_other_program(propose_whistle, ledger):
    propose_whistle()
    ledger.close()
    with duckdb.connect(str(ledger.path), read_only=True) as other:
        found = other.execute("SELECT sample_id, label_proposed FROM current_proposal ORDER BY sequence").fetchall()
    assert found == [("id2", "Whistle"), ("id0", "Whistle"), ("id5", "Whistle")]


def test_samples_that_carry_the_label_already_are_skipped_and_counted(propose_whistle, ledger):
    batch = propose_whistle(label="Tomte")
    assert (batch.samples, batch.skipped) == (2, 1)
    assert proposals(ledger)["sample_id"].tolist() == ["id2", "id0"]
    assert batches(ledger)["skipped"].tolist() == [1]


def test_without_confidence_reason_or_labels_of_the_rest(ledger):
    selection = Selection(("a",), "cluster", cluster=3)
    propose(ledger, selection, {"a": "Blip"}, "Tomte", author="Ada", app_version="0.1")
    row = proposals(ledger).iloc[0]
    assert pd.isna(row["confidence"])
    assert (row["reason"], row["cluster"]) == ("", 3)


def test_a_sample_selected_twice_is_proposed_once(ledger):
    batch = propose(ledger, Selection(("a", "a"), "query"), {"a": "x"}, "y", author="Ada", app_version="0.1")
    assert batch.samples == 1


def test_a_double_click_writes_once(propose_whistle, count_rows):
    first = propose_whistle(batch_id="one")
    again = propose_whistle(batch_id="one")
    assert again == dataclasses.replace(first, repeated=True)
    assert count_rows() == (1, 3)


def test_a_double_click_in_many_threads_writes_once(propose_whistle, count_rows):
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda _: propose_whistle(batch_id="one"), range(16)))
    assert sum(not batch.repeated for batch in done) == 1
    assert count_rows() == (1, 3)


def test_texts_come_back_as_they_were_typed(propose_whistle, ledger):
    reason = 'it\'s "loud"; DROP TABLE correction; -- \u00e9\u4e2d\U0001f40b\nsecond line'
    propose_whistle(label="O'Brien's \u201cnew\u201d label", reason=reason)
    row = proposals(ledger).iloc[0]
    assert (row["label_proposed"], row["reason"]) == ("O'Brien's \u201cnew\u201d label", reason)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"label": "  "}, "label is empty"),
        ({"label": "x" * 101}, "label has 101 characters, 100 at most"),
        ({"label": "two\nlines"}, "label has characters that cannot be shown"),
        ({"author": ""}, "reviewer's name is empty"),
        ({"reason": "x" * 2001}, "reason has 2001 characters"),
        ({"reason": "a\0b"}, "reason has characters"),
        ({"confidence": 1.5}, "confidence must lie between 0 and 1"),
        ({"selection": Selection((), "lasso")}, "No samples are selected"),
        ({"selection": Selection(("id0", "ghost"), "lasso")}, "first 'ghost'"),
        ({"selection": Selection(("id4", "id5"), "lasso"), "label": "Tomte"}, "All 2 selected samples carry"),
    ],
)
def test_what_cannot_be_proposed_is_refused_in_a_sentence_and_writes_nothing(
    propose_whistle, count_rows, options, sentence
):
    with pytest.raises(GlitchAuditError, match=sentence):
        propose_whistle(**options)
    assert count_rows() == (0, 0)


@pytest.mark.file_only("a row is written past the ledger; tests/ledger/team has its like")
def test_a_batch_that_fails_half_way_leaves_nothing(propose_whistle, count_rows, ledger):
    propose_whistle(batch_id="one")
    with ledger.cursor() as cursor:
        # A correction that already bears the id which the next batch is going to give its row for id0.
        cursor.execute(
            "INSERT INTO correction SELECT md5('two/id0'), nextval('correction_sequence'), * EXCLUDE "
            "(correction_id, sequence) FROM correction WHERE sample_id = 'id0'"
        )
    before = count_rows()
    with pytest.raises(duckdb.Error):
        propose_whistle(batch_id="two")
    assert count_rows() == before
    assert not propose_whistle(batch_id="three").repeated


def test_five_thousand_samples_are_one_batch(ledger):
    ids = tuple(f"sample{number}" for number in range(5000))
    batch = propose(
        ledger, Selection(ids, "lasso"), dict.fromkeys(ids, "Blip"), "Tomte", author="Ada", app_version="0.1"
    )
    assert batch.samples == 5000
    assert proposals(ledger)["sample_id"].tolist() == list(ids)


def test_the_latest_proposal_gives_the_current_label(propose_whistle, ledger, labels):
    propose_whistle()
    propose_whistle(label="Koi_Fish", selection=Selection(("id2",), "click"))
    assert current_labels(ledger, labels).tolist() == ["Whistle", "Blip", "Koi_Fish", "Blip", "Tomte", "Whistle"]
    other = pd.Series(["Blip"], index=["elsewhere"])
    assert current_labels(ledger, other).tolist() == ["Blip"]


def test_proposals_are_listed_by_what_is_asked_for(propose_whistle, ledger):
    first = propose_whistle(batch_id="one")
    propose_whistle(
        batch_id="two", author="Ben", label="Koi_Fish", reason="FINS", selection=Selection(("id1",), "click")
    )

    def ids(**filters):
        return proposals(ledger, ProposalFilters(**filters))["sample_id"].tolist()

    assert ids() == ["id1", "id2", "id0", "id5"]
    assert ids(authors=("Ben",)) == ["id1"]
    assert ids(labels_before=("Tomte",)) == ["id5"]
    assert ids(labels_proposed=("Koi_Fish", "Helix")) == ["id1"]
    assert ids(batch_ids=(first.batch_id,)) == ["id2", "id0", "id5"]
    assert ids(sample_ids=("id0", "id1")) == ["id1", "id0"]
    assert ids(text="fins") == ["id1"]
    assert ids(text="ID5") == ["id5"]
    assert ids(dataset_fingerprint="data", authors=("Ada",)) == ["id2", "id0", "id5"]
    assert ids(status="withdrawn") == []
    with pytest.raises(GlitchAuditError, match="maybe"):
        ProposalFilters(status="maybe")
