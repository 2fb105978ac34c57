"""The exported tables: the reference audit's columns and ours, safe to open in a spreadsheet."""

import io

import pandas as pd
import pytest

from core.dataset.selection import Filters, Selection
from core.ledger import Person, ProposalFilters, export_csv, export_parquet, proposals, withdraw
from core.ledger.exchange import polygons_csv, proposals_csv

REFERENCE = ["sample_id", "true_label", "segment", "proposed_label", "justification"]


def read_back(text):
    return pd.read_csv(io.StringIO(text), keep_default_na=False)


def test_the_csv_has_the_reference_columns_first_and_all_of_ours(propose_whistle, ledger):
    batch = propose_whistle()
    table = read_back(export_csv(proposals(ledger)))
    assert table.columns.tolist()[:5] == REFERENCE
    assert table["sample_id"].tolist() == ["id2", "id0", "id5"]
    assert table["true_label"].tolist() == ["Blip", "Blip", "Tomte"]
    assert set(table["proposed_label"]) == {"Whistle"}
    assert set(table["justification"]) == {"rises"}
    assert set(table["segment"]) == {"lasso of 3 corners; labels Blip, Tomte; snr 7.5 to 20"}
    assert set(table["batch_id"]) == {batch.batch_id}
    assert set(table["created_at"]) == {batch.created_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")}
    assert {"author", "author_verified", "confidence", "status", "polygon", "filters", "app_version"} <= set(table)


@pytest.mark.parametrize(
    ("how", "cluster", "filters", "words"),
    [
        ("cluster", 16, Filters(), "cluster 16"),
        ("query", None, Filters(text="abc", detectors=("H1",), clusters=(-1,)), "query; clusters -1; detectors H1; "
         "id contains 'abc'"),
    ],
)  # fmt: skip
def test_the_segment_says_how_the_samples_were_chosen(propose_whistle, ledger, how, cluster, filters, words):
    propose_whistle(selection=Selection(("id1",), how, cluster=cluster, filters=filters))
    assert read_back(export_csv(proposals(ledger)))["segment"].tolist() == [words]


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(propose_whistle, ledger, start):
    attack = start + 'HYPERLINK("x")'
    propose_whistle(reason=attack, label=attack, author=attack)
    table = read_back(export_csv(proposals(ledger)))
    assert set(table["justification"]) == set(table["proposed_label"]) == set(table["author"]) == {"'" + attack}


def test_tabs_and_line_breaks_are_defused_too(propose_whistle, ledger):
    propose_whistle()
    rows = proposals(ledger).assign(reason=["\t=1", "\r=1", "one\r=2\r\n=3"])
    table = read_back(export_csv(rows))
    assert table["justification"].tolist() == ["'\t=1", "'\n=1", "one\n=2\n=3"]
    assert table["sample_id"].tolist() == ["id2", "id0", "id5"]


def test_withdrawn_proposals_say_by_whom_and_when(propose_whistle, ledger):
    withdrawal = withdraw(ledger, propose_whistle().batch_id, author=Person("Ben", "moderator"))
    table = read_back(export_csv(proposals(ledger, ProposalFilters(status="all"))))
    assert set(table["status"]) == {"withdrawn"}
    assert set(table["withdrawn_by"]) == {"Ben"}
    assert set(table["withdrawn_at"]) == {withdrawal.created_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")}


def test_a_file_is_written_as_the_text_is(propose_whistle, ledger, tmp_path):
    propose_whistle(reason='caf\u00e9, "quoted"\nsecond line')
    text = export_csv(proposals(ledger), tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes().decode("utf-8") == text
    assert set(read_back(text)["justification"]) == {'caf\u00e9, "quoted"\nsecond line'}


def test_parquet_keeps_texts_and_types(propose_whistle, ledger, tmp_path):
    propose_whistle(reason="=1+1")
    export_parquet(proposals(ledger), tmp_path / "out.parquet")
    table = pd.read_parquet(tmp_path / "out.parquet")
    assert table.columns.tolist()[:5] == REFERENCE
    assert set(table["justification"]) == {"=1+1"}
    assert str(table["created_at"].dt.tz) == "UTC"
    assert table["confidence"].tolist() == [0.8] * 3


def test_an_empty_ledger_exports_the_header_alone(ledger, tmp_path):
    text = export_csv(proposals(ledger))
    assert text.count("\n") == 1
    assert text.startswith(",".join(REFERENCE))
    export_parquet(proposals(ledger), tmp_path / "out.parquet")
    assert len(pd.read_parquet(tmp_path / "out.parquet")) == 0


def test_the_plain_csv_has_the_names_on_screen_and_no_polygon(propose_whistle, ledger):
    propose_whistle(reason="=1+1")
    table = read_back(proposals_csv(proposals(ledger)))
    assert table.columns.tolist()[:6] == ["when (UTC)", "id", "label before", "label proposed", "reason", "confidence"]
    assert not {"true_label", "polygon", "filters"} & set(table)
    assert table["label before"].tolist() == ["Blip", "Blip", "Tomte"] and set(table["reason"]) == {"'=1+1"}


def test_what_was_drawn_is_a_file_of_its_own_with_one_row_a_batch(propose_whistle, ledger):
    propose_whistle(selection=Selection(("id1",), "cluster", cluster=16))
    assert polygons_csv(proposals(ledger)) == "batch id,polygon\n"
    batch = propose_whistle()
    drawn = read_back(polygons_csv(proposals(ledger)))
    assert drawn["batch id"].tolist() == [batch.batch_id]
    assert drawn["polygon"].str.startswith("[[").all()
