"""What goes out: in the schema it came in, under names that stay inside, saying what it was made of, and read back."""

import csv
import io
import json
import sys
import threading
import zipfile

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.dataset import open_dataset
from core.dataset.cells import defused, read_cell
from core.errors import GlitchAuditError
from core.ledger import ProposalFilters, proposals
from core.ledger.acts.reviewing import review
from core.ledger.exchange import (
    COPIES,
    LINKS,
    corrected_labels,
    export_label_folders,
    export_metadata,
    export_subject_ids,
    export_subject_set,
    export_summary,
    export_whole_ledger,
    fill_ledger,
    ledger_state,
    pack_folder,
    plan_import,
    read_export,
    summarise,
    whole_ledger_in,
    write_import,
)
from core.ledger.exchange.csv_rewriting import rewrite_csv
from core.ledger.exchange.folders import folder_names, safe_name
from core.ledger.people import Person
from core.ledger.views.states import sample_states
from core.version import APP_VERSION

PLAIN = settings(derandomize=True, deadline=None, max_examples=100)


def test_only_decided_labels_are_corrected(ledger, dataset, decide_on):
    decide_on("id0", "Whistle")
    decide_on("id1", "Tomte", people=("Ada",))
    table = corrected_labels(ledger, dataset.samples["label"])
    assert table["label"].to_dict() == {"id0": "Whistle", "id1": "Blip", "id2": "Tomte", "id3": "Koi_Fish"}
    assert table["label_original"].tolist() == dataset.samples["label"].tolist()
    assert (table["decision_id"] != "").tolist() == [True, False, False, False]
    assert table.at["id0", "decided_by"] == "rule" and table.at["id0", "decided_at"].endswith("Z")


def test_a_csv_keeps_every_byte_but_the_corrected_labels_and_two_columns(ledger, dataset, source, decide_on, tmp_path):
    decide_on("id0", "Whistle")
    decide_on("id3", '=a,"b"')
    export_metadata(ledger, dataset, tmp_path / "out")
    decision = corrected_labels(ledger, dataset.samples["label"])["decision_id"]
    wanted = (
        source.read_bytes()
        .decode("utf-8")
        .replace("url1\r\n", "url1,label_original,decision_id\r\n")
        .replace("id0,Blip", "id0,Whistle")
        .replace("https://x/0\r\n", f"https://x/0,Blip,{decision['id0']}\r\n")
        .replace("https://x/1\r\n", "https://x/1,,\r\n")
        .replace("https://x/2\r\n", "https://x/2,,\r\n")
        .replace('"Koi_Fish"', '"\'=a,""b"""')
        .replace('lines",\r\n', f'lines",,Koi_Fish,{decision["id3"]}\r\n')
    )
    assert (tmp_path / "out" / "metadata.csv").read_bytes().decode("utf-8") == wanted


def test_corrected_metadata_is_a_data_set_again(ledger, dataset, source, decide_on, tmp_path):
    decide_on("id0", "Whistle")
    export_metadata(ledger, dataset, tmp_path / "out")
    source.write_bytes((tmp_path / "out" / "metadata.csv").read_bytes())
    again = open_dataset(source)
    assert again.samples["label"].tolist() == ["Whistle", "Blip", "Tomte", "Koi_Fish"]
    assert set(again.samples) - set(dataset.samples) == {"label_original", "decision_id"}
    # Exported once more, the columns are not doubled, and the first original label stays.
    export_metadata(ledger, open_dataset(source), tmp_path / "out2")
    assert (tmp_path / "out2" / "metadata.csv").read_bytes() == source.read_bytes()


def test_every_export_says_what_it_was_made_of_and_is_read_back(ledger, dataset, decide_on, tmp_path):
    decide_on("id0", "=Whistle")
    export_metadata(ledger, dataset, tmp_path / "metadata")
    export_label_folders(ledger, dataset, tmp_path / "folders")
    export_subject_set(ledger, dataset, ["id3", "id0"], tmp_path / "subjects")
    export_subject_ids(ledger, dataset, ["id3", "id0"], {"id3": "77"}, tmp_path / "ids")
    export_summary(ledger, dataset, tmp_path / "summary")
    for name in ("metadata", "folders", "subjects", "ids", "summary"):
        for found in (read_export(tmp_path / name), read_export(pack_folder(tmp_path / name))):
            stamp = found.stamp
            assert (stamp.dataset_name, stamp.dataset_fingerprint) == (dataset.name, dataset.fingerprint)
            assert stamp.ledger_fingerprint == ledger_state(ledger).fingerprint and stamp.ledger_events == 4
            assert stamp.app_version == APP_VERSION and dataset.fingerprint in stamp.sentence()
    assert read_export(tmp_path / "metadata").table["label"].tolist() == ["=Whistle", "Blip", "Tomte", "Koi_Fish"]
    assert read_export(tmp_path / "subjects").table["#sample_id"].tolist() == ["id3", "id0"]
    assert read_export(tmp_path / "ids").table.to_dict("records") == [{"subject_id": "77", "sample_id": "id3"}]
    assert read_export(tmp_path / "summary").summary == summarise(ledger, dataset)


@pytest.mark.parametrize("kind", ["metadata", "folders"])
def test_corrected_labels_can_be_imported_elsewhere(ledger, dataset, decide_on, other_ledger, tmp_path, kind):
    decide_on("id0", "=Whistle")
    (export_metadata if kind == "metadata" else export_label_folders)(ledger, dataset, tmp_path / "out")
    plan = plan_import(other_ledger, read_export(tmp_path / "out").corrections(), dataset)
    assert plan.counts == {"new": 1}
    write_import(other_ledger, plan, author="Cleo", app_version="0.2")
    again = plan_import(other_ledger, read_export(tmp_path / "out").corrections(), dataset)
    assert again.counts == {"already there": 1}


@pytest.mark.parametrize("how", [COPIES, LINKS])
def test_pictures_lie_in_folders_by_corrected_label(ledger, dataset, decide_on, tmp_path, how):
    decide_on("id0", "../../Whistle")
    export_label_folders(ledger, dataset, tmp_path / "out", how=how)
    pictures = list((tmp_path / "out").rglob("*.png"))
    assert len(pictures) == 16 and all(path.is_symlink() == (how == LINKS) for path in pictures)
    assert {path.parent.parent for path in pictures} == {tmp_path / "out"}
    assert {path.name for path in tmp_path.iterdir()} - {"workspace"} == {"data", "out"}
    table = read_export(tmp_path / "out").table
    chosen = table[table["sample_id"] == "id0"]
    assert set(chosen["label"]) == {"../../Whistle"} and set(chosen["label_original"]) == {"Blip"}
    original = dataset.pictures.set_index(["sample_id", "view"])["location"]
    for row in table.itertuples():
        assert (tmp_path / "out" / row.file).read_bytes() == dataset.store.read(original[row.sample_id, row.view])
    if how == COPIES:
        again = open_dataset(tmp_path / "out")
        assert again.samples.index.sort_values().tolist() == ["id0", "id1", "id2", "id3"]
        assert len(again.problems) == 0


def test_folders_are_written_whole_or_not_at_all_and_never_into_the_data(ledger, dataset, tmp_path, monkeypatch):
    with pytest.raises(GlitchAuditError, match="only read"):
        export_label_folders(ledger, dataset, tmp_path / "data" / "out")
    (tmp_path / "there").mkdir()
    with pytest.raises(GlitchAuditError, match="already"):
        export_label_folders(ledger, dataset, tmp_path / "there")

    def stop(done, total):
        if done == 5:
            raise GlitchAuditError("stopped")

    with pytest.raises(GlitchAuditError, match="stopped"):
        export_label_folders(ledger, dataset, tmp_path / "half", on_progress=stop)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "there"]


@PLAIN
@given(st.text(max_size=200))
def test_no_text_makes_a_name_that_leaves_its_folder(text):
    name = safe_name(text)
    assert name not in ("", ".", "..") and not set(name) & set('/\\\0:*?"<>|\n\r')
    assert len(name) <= 100 and not name.endswith((".", " ")) and not name.startswith((".", " ", "-"))


@PLAIN
@given(st.lists(st.text(max_size=12), max_size=12))
def test_different_labels_get_different_folders_whatever_the_letter_case(labels):
    names = folder_names(labels)
    assert len({name.casefold() for name in names.values()}) == len(set(labels))


@PLAIN
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20))
def test_a_cell_is_kept_from_running_and_read_back_as_it_was(text):
    cell = defused(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d"))
    assert read_cell(cell) == text


@PLAIN
@given(
    st.lists(st.lists(st.text(alphabet=st.sampled_from('ab ,"\n=é'), max_size=6), min_size=3, max_size=3), max_size=8),
    st.sampled_from(["\n", "\r\n"]),
)
def test_rewriting_a_csv_changes_nothing_but_what_it_should(rows, ending):
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=ending)
    ids = [f"k{number}" for number in range(len(rows))]
    writer.writerows([["id", "label", "x", "y"], *([key, *row] for key, row in zip(ids, rows, strict=True))])
    text = rewrite_csv(
        out.getvalue(),
        id_column=0,
        label_column=1,
        added=("label_original", "decision_id"),
        change_of=lambda key: ("N,ew", 'O"ld', "d1") if key.endswith(("0", "3")) else None,
        where="x",
    )
    after = list(csv.reader(io.StringIO(text, newline="")))
    assert after[0] == ["id", "label", "x", "y", "label_original", "decision_id"]
    for key, before, now in zip(ids, rows, after[1:], strict=True):
        changed = key.endswith(("0", "3"))
        assert now == [key, "N,ew" if changed else before[0], *before[1:], *(('O"ld', "d1") if changed else ("", ""))]


def parquet_source(dataset, tmp_path, *, coded=False):
    rows = [
        {"sample_id": row.sample_id, "view": row.view, "picture": dataset.store.read(row.location),
         "label": dataset.samples.at[row.sample_id, "label"], "snr": 1.5}
        for row in dataset.pictures.itertuples()
    ]  # fmt: skip
    names = sorted({row["label"] for row in rows})
    if coded:
        rows = [row | {"label": names.index(row["label"])} for row in rows]
    table = pa.Table.from_pylist(rows)
    facts = {"info": {"features": {"label": {"names": names, "_type": "ClassLabel"}}}}
    table = table.replace_schema_metadata({"huggingface": json.dumps(facts), "mine": "kept"})
    pq.write_table(table, tmp_path / "packed.parquet", row_group_size=5)
    return tmp_path / "packed.parquet"


@pytest.mark.parametrize("coded", [False, True])
def test_parquet_keeps_columns_types_pictures_and_metadata(ledger, dataset, decide_on, tmp_path, coded):
    packed = open_dataset(parquet_source(dataset, tmp_path, coded=coded))
    decide_on("id0", "Whistle")
    export_metadata(ledger, packed, tmp_path / "out")
    before, after = pq.read_table(tmp_path / "packed.parquet"), pq.read_table(tmp_path / "out" / "packed.parquet")
    assert after.schema.names == [*before.schema.names, "label_original", "decision_id"]
    for name in before.schema.names:
        assert after.schema.field(name).type == before.schema.field(name).type
        if name != "label":
            assert after[name].to_pylist() == before[name].to_pylist()
    assert after.schema.metadata[b"mine"] == b"kept"
    again = open_dataset(tmp_path / "out" / "packed.parquet")
    assert again.samples["label"].to_dict() == packed.samples["label"].to_dict() | {"id0": "Whistle"}
    assert read_export(tmp_path / "out").corrections().rows["key"].tolist() == ["id0"]


def test_a_subject_set_has_the_pictures_and_hides_what_would_lead_volunteers(ledger, dataset, decide_on, tmp_path):
    export_subject_set(ledger, dataset, ["id3", "id0", "id3"], tmp_path / "out")
    table = pd.read_csv(tmp_path / "out" / "manifest.csv")
    assert table.columns.tolist() == ["image_1", "image_2", "image_3", "image_4", "#sample_id", "#dataset_fingerprint"]
    assert table["#sample_id"].tolist() == ["id3", "id0"]
    assert (tmp_path / "out" / table["image_1"][0]).read_bytes() == dataset.store.read(
        "pictures/L1_id3_spectrogram_0.5.png"
    )
    assert "Koi_Fish" not in (tmp_path / "out" / "manifest.csv").read_text()
    with pytest.raises(GlitchAuditError, match="not in"):
        export_subject_set(ledger, dataset, ["nobody"], tmp_path / "out2")
    with pytest.raises(GlitchAuditError, match="nothing to send"):
        export_subject_set(ledger, dataset, [], tmp_path / "out2")
    with pytest.raises(GlitchAuditError, match="Panoptes subject is known"):
        export_subject_ids(ledger, dataset, ["id0"], {}, tmp_path / "out2")


def test_the_summary_can_be_quoted(ledger, dataset, decide_on, tmp_path):
    decide_on("id0", "Whistle")
    decide_on("id1", "Whistle")
    decide_on("id2", "Blip", people=("Ada",))
    export_summary(ledger, dataset, tmp_path / "out")
    text = (tmp_path / "out" / "summary.txt").read_text()
    assert "Of 4 samples, 3 carry a standing proposal of another label; 2 were decided (2 by the rule" in text
    assert "2 people (2 under a name that was typed, not checked) made 5 proposals" in text
    assert "Blip to Whistle: 2" in text and dataset.fingerprint in text and "People: Ada, Ben." in text


def test_a_whole_ledger_stands_in_another_workspace_as_it_was(ledger, dataset, decide_on, other_ledger, tmp_path):
    decide_on("id0", "Whistle")
    decide_on("id1", "Tomte", people=("Ada",))
    correction = proposals(ledger, ProposalFilters(sample_ids=("id1",)))["correction_id"][0]
    review(ledger, correction, "reject", author="Ben", app_version="0")
    export_whole_ledger(ledger, dataset, tmp_path / "out")
    stamp, copy = whole_ledger_in(pack_folder(tmp_path / "out"), name="x.zip")
    assert stamp.dataset_fingerprint == dataset.fingerprint
    with pytest.raises(GlitchAuditError, match="takes a moderator"):
        fill_ledger(other_ledger, copy, author="Ben")
    fill_ledger(other_ledger, copy, author=Person("Mo", "moderator"))
    assert ledger_state(other_ledger) == ledger_state(ledger)
    pd.testing.assert_frame_equal(sample_states(other_ledger), sample_states(ledger))
    with pytest.raises(GlitchAuditError, match="empty ledger only"):
        fill_ledger(other_ledger, copy, author=Person("Mo", "moderator"))
    assert whole_ledger_in(b"sample_id,proposed_label", name="x.csv") is None


def test_an_empty_ledger_can_be_exported_and_is_not_made(ledger, dataset, tmp_path):
    for number, export in enumerate((export_metadata, export_label_folders, export_summary)):
        assert export(ledger, dataset, tmp_path / str(number)).ledger_events == 0
    assert not ledger.path.exists()


def zipped(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("UP", ".."), content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04 and nothing", "no ZIP archive"),
        (zipped(a="x"), "no about.json"),
        (zipped(UP__evil="x"), "leads out"),
        (zipped(bomb=b"\0" * 60_000_000), "would unpack to 60 MB"),
        (zipped(**{"about.json": "{}"}), "no description"),
        (zipped(**{"about.json": "[" * 100_000}), "no description"),
    ],
)
def test_what_is_no_export_is_one_sentence(data, words):
    with pytest.raises(GlitchAuditError, match=words):
        read_export(data, name="x.zip")


def test_an_export_cannot_send_its_reader_to_another_file(ledger, dataset, tmp_path):
    export_metadata(ledger, dataset, tmp_path / "out")
    about = tmp_path / "out" / "about.json"
    facts = json.loads(about.read_text())
    for name in ("../data/metadata.csv", "/etc/passwd", "..", "a\\b"):
        about.write_text(json.dumps(facts | {"files": [name]}))
        with pytest.raises(GlitchAuditError, match="does not say which files"):
            read_export(tmp_path / "out")


def test_an_export_is_of_one_moment_whoever_writes_meanwhile(ledger, dataset, decide_on, tmp_path, monkeypatch):
    """Somebody proposes between two of the readings that an export is made of."""
    summary_module = sys.modules[summarise.__module__]
    decide_on("id0", "Whistle")
    read, late = summary_module.proposals, []

    def after_another_act(*given):
        thread = threading.Thread(target=lambda: late.append(decide_on("id1", "Tomte", people=(f"Late {len(late)}",))))
        thread.start()
        thread.join()
        return read(*given)

    monkeypatch.setattr(summary_module, "proposals", after_another_act)
    summary = summarise(ledger, dataset)
    assert late and (summary.proposed, summary.proposals, summary.people) == (1, 2, ("Ada", "Ben"))
    monkeypatch.undo()
    assert summarise(ledger, dataset).proposals == 2 + len(late)
