"""Bringing corrections in: the report first, then one batch; the same file twice adds nothing."""

import io

import pandas as pd
import pytest

from core.errors import GlitchAuditError
from core.ledger import ProposalFilters, batches, export_csv, export_parquet_bytes, proposals, withdraw
from core.ledger.exchange import plan_import, read_corrections, write_import
from core.ledger.people import Person

HEADER = "sample_id,true_label,segment,proposed_label,justification\n"


def bring(ledger, dataset, text, author="Cleo", **options):
    data = text if isinstance(text, bytes) else text.encode("utf-8")
    plan = plan_import(ledger, read_corrections(data, name="their.csv"), dataset)
    return plan, write_import(ledger, plan, author=author, app_version="0.2", **options)


def status_of(plan):
    return dict(zip(plan.rows["key"], plan.rows["status"], strict=True))


def test_the_five_columns_of_the_reference_table_suffice(ledger, dataset):
    text = HEADER + "id0,Blip,lower,Whistle,rises\nid1,Blip,middle,Low_Frequency_Lines,flat\n"
    plan, batch = bring(ledger, dataset, text)
    assert plan.counts == {"new": 2}
    table = proposals(ledger).set_index("sample_id")
    assert batch.samples == 2 and set(table["batch_id"]) == {batch.batch_id}
    assert table["label_proposed"].to_dict() == {"id0": "Whistle", "id1": "Low_Frequency_Lines"}
    assert table["label_before"].to_dict() == {"id0": "Blip", "id1": "Blip"}
    assert table.at["id0", "reason"] == "rises [segment lower]"
    assert set(table["how"]) == {"import"} and set(table["author"]) == {"Cleo"}
    assert set(table["dataset_fingerprint"]) == {dataset.fingerprint}
    assert "import of their.csv" in export_csv(proposals(ledger))
    assert batches(ledger)["label_proposed"].tolist() == ["2 labels"]


def test_a_plan_writes_nothing(ledger, dataset):
    plan_import(ledger, read_corrections((HEADER + "id0,Blip,,Whistle,x\n").encode(), name="a.csv"), dataset)
    assert not ledger.path.exists()


@pytest.mark.parametrize(
    "key", ["id0", "H1_id0_spectrogram_2.0.png", "pictures/H1_id0_spectrogram_0.5.png", "./x\\H1_id0_spectrogram_1.png"]
)
def test_lines_are_matched_by_id_or_by_the_name_of_a_picture(ledger, dataset, key):
    plan, _ = bring(ledger, dataset, f"file_name,proposed_label\n{key},Whistle\n")
    assert plan.rows["sample_id"].tolist() == ["id0"]
    assert plan.counts == {"new": 1}


def test_the_report_says_what_matched_what_did_not_and_what_conflicts(ledger, dataset, decide_on):
    decide_on("id1", "Tomte", people=("Ada",))
    decide_on("id3", "Blip")
    text = HEADER + (
        "id0,Blip,,Whistle,new one\n"
        "id1,Blip,,Whistle,another label stands\n"
        "id2,Tomte,,Tomte,as it is\n"
        "id3,Koi_Fish,,Whistle,decided otherwise\n"
        "../../etc/passwd,Blip,,Whistle,a stranger\n"
        "id0,Blip,,Whistle,said again\n"
        "id2,Tomte,,,no label\n"
    )
    plan, batch = bring(ledger, dataset, text)
    assert plan.rows["status"].tolist() == [
        *("new", "conflict", "no change", "conflict", "unmatched", "repeated", "unusable"),
    ]
    assert plan.rows["line"].tolist() == [2, 3, 4, 5, 6, 7, 8]
    assert "Tomte by Ada" in plan.rows["note"][1]
    assert "decided here as Blip" in plan.rows["note"][3]
    assert plan.report().startswith("Of 7 lines of their.csv, 1 will be proposed, 2 conflict")
    assert batch.samples == 1


def test_a_file_made_on_another_state_of_the_data_is_in_conflict(ledger, dataset):
    plan, batch = bring(ledger, dataset, HEADER + "id0,Chirp,,Whistle,\n")
    assert status_of(plan) == {"id0": "conflict"} and batch is None
    assert "when the sample was Chirp; here it is Blip" in plan.rows["note"][0]


def test_conflicts_are_proposed_when_asked_for_unless_the_file_contradicts_itself(ledger, dataset, decide_on):
    decide_on("id1", "Tomte", people=("Ada",))
    text = HEADER + "id1,Blip,,Whistle,\nid0,Blip,,Whistle,\nid0,Blip,,Chirp,\n"
    plan, batch = bring(ledger, dataset, text, with_conflicts=True)
    assert plan.rows["status"].tolist() == ["conflict"] * 3
    assert batch.samples == 1
    assert proposals(ledger, ProposalFilters(authors=("Cleo",)))["sample_id"].tolist() == ["id1"]


@pytest.mark.parametrize("second", ["Cleo", "Dora"])
def test_importing_the_same_file_twice_adds_nothing(ledger, dataset, rows_of, second):
    text = HEADER + "id0,Blip,lower,Whistle,rises\nid1,Blip,,Tomte,low\n"
    bring(ledger, dataset, text)
    before = rows_of(ledger)
    plan, batch = bring(ledger, dataset, text, author=second)
    assert plan.counts == {"already there": 2} and batch is None
    assert rows_of(ledger) == before


def test_writing_one_plan_twice_adds_nothing(ledger, dataset, rows_of):
    plan, batch = bring(ledger, dataset, HEADER + "id0,Blip,,Whistle,rises\n")
    before = rows_of(ledger)
    again = write_import(ledger, plan, author="Cleo", app_version="0.2")
    assert again.repeated and again.batch_id == batch.batch_id
    assert rows_of(ledger) == before


def test_a_withdrawn_import_does_not_come_back_by_itself(ledger, dataset):
    text = HEADER + "id0,Blip,,Whistle,rises\n"
    _, batch = bring(ledger, dataset, text)
    withdraw(ledger, batch.batch_id, author="Cleo")
    plan, again = bring(ledger, dataset, text)
    assert again is None and "bring that batch back" in plan.rows["note"][0]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_our_own_export_is_there_already_and_can_fill_an_empty_ledger(ledger, dataset, decide_on, other_ledger, kind):
    decide_on("id0", "Whistle", reason="=1+1")
    decide_on("id2", "-Blip", people=("Ada",))
    table = proposals(ledger)
    data = export_csv(table).encode() if kind == "csv" else export_parquet_bytes(table)
    plan, batch = bring(ledger, dataset, data)
    assert plan.counts == {"already there": 3} and batch is None
    plan, batch = bring(other_ledger, dataset, data)
    assert plan.counts == {"new": 2, "repeated": 1} and batch.samples == 2
    there = proposals(other_ledger).set_index("sample_id")
    assert there["label_proposed"].to_dict() == {"id0": "Whistle", "id2": "-Blip"}
    assert there.at["id0", "reason"].startswith("=1+1 [")
    assert "proposed by Ben" in there.at["id0", "reason"]


def test_withdrawn_lines_of_our_own_export_are_not_proposed(ledger, dataset, decide_on, other_ledger):
    decide_on("id0", "Whistle", people=("Ada",))
    withdraw(ledger, batches(ledger)["batch_id"][0], author="Ada")
    data = export_csv(proposals(ledger, ProposalFilters(status="all"))).encode()
    plan, batch = bring(other_ledger, dataset, data)
    assert plan.counts == {"withdrawn there": 1} and batch is None


def test_a_viewer_may_not_import(ledger, dataset):
    with pytest.raises(GlitchAuditError, match="may not import"):
        bring(ledger, dataset, HEADER + "id0,Blip,,Whistle,x\n", author=Person("Vera", "viewer"))
    assert not ledger.path.exists()


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_csv_of_other_programs_is_read(separator, mark):
    text = mark + separator.join(["Sample_ID", "proposed_label"]) + "\r\n" + separator.join(["id0", "A B"]) + "\r\n"
    table = read_corrections(text.encode("utf-8"), name="x.csv")
    assert table.rows[["key", "label_proposed", "line"]].to_dict("records") == [
        {"key": "id0", "label_proposed": "A B", "line": 2}
    ]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\xff\xfe\x00", "no UTF-8"),
        (b"a,b\n1,2\n", "lacks the column that names the samples"),
        (b"sample_id,label\n1,2\n", "lacks the column proposed_label"),
        (b"sample_id,proposed_label,sample_id\n1,2,3\n", "there twice"),
        (b"PAR1 and nothing more", "cannot be read as Parquet"),
    ],
)
def test_a_file_that_is_no_table_of_corrections_is_one_sentence(data, words):
    with pytest.raises(GlitchAuditError, match=words):
        read_corrections(data, name="x.csv")


def test_a_table_with_the_columns_alone_has_nothing_to_say(ledger, dataset):
    plan, batch = bring(ledger, dataset, HEADER)
    assert plan.report() == "their.csv has no corrections." and batch is None


def test_parquet_of_numbers_and_gaps_is_read_as_text():
    out = io.BytesIO()
    pd.DataFrame({"id": [1, 2], "proposed_label": ["A", None], "justification": [1.5, None]}).to_parquet(out)
    rows = read_corrections(out.getvalue(), name="x.parquet").rows
    assert rows["key"].tolist() == ["1", "2"] and rows["label_proposed"].tolist() == ["A", ""]
