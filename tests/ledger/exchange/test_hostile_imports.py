"""Corrections and exports made to do harm: a sentence or a report, a ledger as it was, and text that stays text."""

import csv
import io
import json
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import GlitchAuditError
from core.gate.wire import INSIDE
from core.ledger import export_csv, proposals
from core.ledger.exchange import (
    export_label_folders,
    export_metadata,
    plan_import,
    read_corrections,
    read_export,
    write_import,
)
from core.ledger.exchange.importing import STATUSES
from core.ledger.exchange.summary import read_summary

EACH = settings(
    derandomize=True,
    deadline=None,
    max_examples=120,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

ATTACKS = (
    *("=1+1", '=HYPERLINK("http://x","y")', "+1", "-2+3", "@SUM(A1)", "\t=1", "\uff1d1", "'=1", "|calc"),
    *("'; DROP TABLE correction; --", '" OR 1=1 --', "$1", "?", "%s", "NULL", "x'); DELETE FROM batch; --"),
    *("../../etc/passwd", "/etc/passwd", "..\\..\\x", "C:\\x", "~", ".", "..", "con", "NUL.txt", "a/b"),
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "{{7*7}}", "\u202eevil", "a\u0000b", "\ud7ff"),
    *("", " ", "x" * 3_000, "\n\r", "\ufeff", "nan", "1e999", "9" * 5_000),
)
TEXT = st.one_of(st.sampled_from(ATTACKS), st.text(max_size=15))
IDS = st.one_of(st.sampled_from(["id0", "id1", "id2", "H1_id0_spectrogram_0.5.png"]), TEXT)
NAMES = ("sample_id", "true_label", "segment", "proposed_label", "justification", "author", "status", "correction_id")


def planned(ledger, dataset, data):
    """The plan, or None where the file was refused in one sentence of a sensible length."""
    try:
        plan = plan_import(ledger, read_corrections(data, name="x.csv"), dataset)
    except GlitchAuditError as error:
        assert 0 < len(str(error)) < 5_000
        return None
    assert set(plan.rows["status"]) <= set(STATUSES) and plan.report()
    assert set(plan.rows.loc[plan.rows["status"] == "new", "sample_id"]) <= set(dataset.samples.index)
    return plan


@EACH
@given(data=st.binary(max_size=500))
def test_any_bytes(ledger, dataset, rows_of, decide_on, data):
    if not ledger.path.exists():
        decide_on("id1", "Whistle")
    before = rows_of(ledger)
    planned(ledger, dataset, data)
    planned(ledger, dataset, b"PAR1" + data)
    planned(ledger, dataset, b"sample_id,proposed_label\n" + data)
    assert rows_of(ledger) == before


@settings(EACH, max_examples=50)
@given(rows=st.lists(st.tuples(IDS, *[TEXT] * (len(NAMES) - 1)), max_size=6), ending=st.sampled_from(["\n", "\r\n"]))
def test_any_cells_in_a_csv(ledger, dataset, rows_of, decide_on, rows, ending):
    if not ledger.path.exists():
        decide_on("id1", "Whistle")
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=ending, quoting=csv.QUOTE_ALL).writerows([NAMES, *rows])
    before = rows_of(ledger)
    plan = planned(ledger, dataset, out.getvalue().encode("utf-8", "replace"))
    assert rows_of(ledger) == before
    assert plan is None or len(plan.rows) == sum(any(row) for row in rows)


@EACH
@given(
    columns=st.lists(st.sampled_from([*NAMES, "file_name", "label_proposed", "x" * 3_000, "=1", ""]), max_size=8),
    rows=st.lists(st.lists(TEXT, max_size=9), max_size=5),
    separator=st.sampled_from([",", ";", "\t", "|"]),
)
def test_any_columns_in_any_number(ledger, dataset, rows_of, columns, rows, separator):
    before = rows_of(ledger)
    text = "\n".join(separator.join(cells) for cells in [columns, *rows])
    planned(ledger, dataset, text.encode("utf-8", "replace"))
    assert rows_of(ledger) == before


@EACH
@given(
    rows=st.lists(st.tuples(IDS, TEXT, st.one_of(st.none(), st.floats(), st.integers(-10, 10))), max_size=5),
    third=st.sampled_from(["justification", "true_label", "status", "picture"]),
    nested=st.booleans(),
)
def test_any_values_in_parquet(ledger, dataset, rows_of, rows, third, nested):
    clean = [text.encode("utf-8", "replace").decode() for row in rows for text in row[:2]]
    kind = pa.list_(pa.float64()) if nested else pa.float64()
    last = [None if row[2] is None else [float(row[2])] if nested else float(row[2]) for row in rows]
    out = io.BytesIO()
    pq.write_table(pa.table({"sample_id": clean[::2], "proposed_label": clean[1::2], third: pa.array(last, kind)}), out)
    before = rows_of(ledger)
    planned(ledger, dataset, out.getvalue())
    assert rows_of(ledger) == before


def test_text_that_comes_in_is_text_all_the_way_out(ledger, dataset, rows_of, other_ledger, tmp_path):
    """Formulas, SQL, markup and paths: written as they are, kept from running in CSV, and the same when read back."""
    labels = ["=1+1", "'; DROP TABLE correction; --", "<script>alert(1)</script>", "../../../evil"]
    rows = [(f"id{number}", label, label, "@SUM(A1)") for number, label in enumerate(labels)]
    out = io.StringIO()
    csv.writer(out).writerows([("sample_id", "proposed_label", "justification", "author"), *rows])
    plan = planned(ledger, dataset, out.getvalue().encode())
    for name in ("Cleo", "Dan"):
        # Two people who bring the same labels for other reasons agree, so that the rule decides.
        changed = plan.rows.assign(reason=plan.rows["reason"] + f" says {name}")
        write_import(ledger, type(plan)(**{**vars(plan), "rows": changed}), author=name, app_version="0.2")
    assert len(rows_of(ledger)[1]) == 8
    text = export_csv(proposals(ledger))
    for row in csv.reader(io.StringIO(text)):
        assert not any(cell.startswith(("=", "+", "@")) for cell in row)
    export_metadata(ledger, dataset, tmp_path / "metadata")
    export_label_folders(ledger, dataset, tmp_path / "folders")
    assert read_export(tmp_path / "metadata").table["label"].tolist() == labels
    # A ledger that is a file makes its workspace's folder.
    assert {path.name for path in tmp_path.iterdir()} - {"workspace"} == {"data", "folders", "metadata"}
    assert {path.parent.parent for path in (tmp_path / "folders").rglob("*.png")} == {tmp_path / "folders"}
    again = planned(other_ledger, dataset, text.encode())
    assert again.rows.loc[again.rows["status"] == "new", "label_proposed"].tolist() == labels


@EACH
@given(
    about=st.one_of(
        st.binary(max_size=60),
        st.dictionaries(
            st.sampled_from(["format", "kind", "files", "dataset_name", "ledger_events"]),
            st.one_of(st.none(), st.integers(), TEXT, st.lists(TEXT, max_size=3)),
        ).map(lambda facts: json.dumps({"format": "glitch-audit export"} | facts).encode()),
    ),
    names=st.lists(TEXT, max_size=3),
    data=st.binary(max_size=60),
)
def test_any_archive(about, names, data):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("about.json", about)
        for name in {name.encode("utf-8", "replace").decode()[:1_000] for name in names} - {"", "about.json"}:
            archive.writestr(name, data)
    try:
        read_export(out.getvalue(), name="x.zip")
    except GlitchAuditError as error:
        assert 0 < len(str(error)) < 5_000


@EACH
@given(st.binary(max_size=100))
def test_any_summary(data):
    with pytest.raises(GlitchAuditError):
        read_summary(data, where="x")


def test_a_file_over_the_stated_size_is_refused(monkeypatch):
    from core.ledger.exchange import tables

    # In this process, where the limit is lowered.
    monkeypatch.setenv(INSIDE, "1")
    monkeypatch.setattr(tables, "MAX_LIST_BYTES", 1_000)
    with pytest.raises(GlitchAuditError, match="too big"):
        read_corrections(b"sample_id,proposed_label\n" + b"a,b\n" * 500, name="x.csv")
    out = io.BytesIO()
    packed = pa.table({"sample_id": ["x" * 90] * 400, "proposed_label": ["y"] * 400})
    pq.write_table(packed, out, use_dictionary=False, compression="zstd")
    monkeypatch.setattr(tables, "MAX_LIST_BYTES", max(20_000, len(out.getvalue())))
    with pytest.raises(GlitchAuditError, match="unpacks to"):
        read_corrections(out.getvalue(), name="x.parquet")


def test_a_table_with_too_many_rows_or_columns_is_refused(monkeypatch):
    from core.ledger.exchange import tables

    # In this process, where the limit is lowered.
    monkeypatch.setenv(INSIDE, "1")
    monkeypatch.setattr(tables, "MAX_ROWS", 10)
    with pytest.raises(GlitchAuditError, match="more than 10 rows"):
        read_corrections(b"sample_id,proposed_label\n" + b"a,b\n" * 12, name="x.csv")
    with pytest.raises(GlitchAuditError, match="2,001 columns"):
        read_corrections(",".join(["sample_id", *map(str, range(2_000))]).encode(), name="x.csv")
