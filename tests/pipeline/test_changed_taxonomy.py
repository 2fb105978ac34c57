"""What accepted changes of the taxonomy make of the labels: a reading, and no sample is relabelled."""

import pandas as pd
import pytest

from core.ledger import Person, decide_taxonomy_change, open_ledger, propose_taxonomy_change
from core.pipeline.changed_taxonomy import changed_taxonomy
from core.pipeline.kept_readings import keep_reading, kept_reading
from core.pipeline.reading import TAXONOMY, labels_brought, labels_read, read_as, what_is_said
from core.workspace import Workspace
from tests.ledger.conftest import Desk

MODERATOR = Person("Mo", "moderator")


@pytest.fixture
def ledger(tmp_path):
    opened = open_ledger(tmp_path / "corrections.duckdb")
    yield opened
    opened.close()


@pytest.fixture
def change(ledger):
    """``change("merge", "A, B", "C")``: proposed by Ada and, unless told otherwise, accepted by a moderator."""

    def act(kind, labels, becomes, *, samples=(), verdict="accept"):
        split = [[name.strip() for name in text.split(",") if name.strip()] for text in (labels, becomes)]
        about = {"labels": split[0], "becomes": split[1], "sample_ids": samples}
        written = propose_taxonomy_change(ledger, kind, **about, reason="so", author="Ada", app_version="0.1")
        if verdict:
            said = {"author": MODERATOR, "reason": "yes", "app_version": "0.1"}
            decide_taxonomy_change(ledger, written.change_id, verdict, **said)

    return act


def samples(*labels):
    return pd.DataFrame({"label": labels}, index=pd.Index([f"id{n}" for n in range(len(labels))], name="sample_id"))


def read(ledger, *labels):
    return labels_read(samples(*labels), TAXONOMY, ledger=ledger)


def test_a_merge_and_a_rename_move_every_sample_and_decided_labels_too(ledger, change):
    change("merge", "Blip, Tomte", "Short")
    change("rename", "Koi", "Koi_Fish")
    Desk(ledger).tell("id3", "Mo decides Tomte")
    found = read(ledger, "Blip", "Tomte", "Koi", "Helix", "Helix")
    assert found.labels.tolist() == ["Short", "Short", "Koi_Fish", "Short", "Helix"]
    assert found.known.tolist() == [False, False, False, True, False]
    assert found.before.tolist() == ["Short", "Short", "Koi_Fish", "Helix", "Helix"]


def test_only_accepted_changes_count(ledger, change):
    change("rename", "Blip", "Pop", verdict="")
    change("rename", "Tomte", "Gnome", verdict="reject")
    assert changed_taxonomy(ledger).accepted == 0
    assert read(ledger, "Blip", "Tomte").labels.tolist() == ["Blip", "Tomte"]


def test_one_change_is_made_on_what_those_before_it_made(ledger, change):
    change("merge", "A, B", "C")
    change("rename", "C", "D")
    assert changed_taxonomy(ledger).becomes == {"A": "D", "B": "D", "C": "D"}
    change("rename", "D", "A")
    assert changed_taxonomy(ledger).becomes == {"B": "A", "C": "A", "D": "A"}


@pytest.mark.parametrize(
    ("becomes", "present", "expected", "left"),
    [
        ("Blip, Low_Blip", "", ["Low_Blip", "Blip"], ()),
        ("Low_Blip, High_Blip", "", ["Blip", "Blip"], ("Blip",)),
        # Tomte is there already, so that the examples show the other part.
        ("Tomte, Low_Blip", "Tomte", ["Low_Blip", "Blip"], ()),
    ],
)
def test_a_split_moves_its_examples_where_one_part_alone_is_new(ledger, change, becomes, present, expected, left):
    change("split", "Blip", becomes, samples=["id0"])
    found = read(ledger, "Blip", "Blip", *filter(None, [present]))
    assert found.labels.tolist()[:2] == expected
    assert found.known.tolist()[:2] == [expected[0] == "Low_Blip", False]
    assert changed_taxonomy(ledger, present=["Blip", *filter(None, [present])]).open == left


def test_a_new_class_moves_its_examples_but_not_those_decided_otherwise(ledger, change):
    change("new class", "", "Crown", samples=["id0", "id1"])
    Desk(ledger).tell("id1", "Mo decides Tomte")
    assert read(ledger, "Blip", "Blip", "Blip").labels.tolist() == ["Crown", "Tomte", "Blip"]
    change("rename", "Crown", "Fast_Scattering")
    assert read(ledger, "Blip", "Blip", "Blip").labels.tolist() == ["Fast_Scattering", "Tomte", "Blip"]


def test_two_labels_may_change_their_names(ledger, change):
    change("rename", "A", "X")
    change("rename", "B", "A")
    change("rename", "X", "B")
    assert read(ledger, "A", "B", "B").labels.tolist() == ["B", "A", "A"]


def test_it_is_kept_with_what_becomes_of_the_labels(ledger, change, tmp_path):
    workspace = Workspace(root=tmp_path / "home" / "set", source=tmp_path)
    change("merge", "Blip, Tomte", "Short")
    said = what_is_said(TAXONOMY, ledger=ledger)
    reading_id = keep_reading(workspace, TAXONOMY, said.labels, becomes=said.becomes)
    kept = kept_reading(workspace, reading_id)
    assert kept.reading_id == reading_id and kept.labels_of(samples("Tomte")).labels.tolist() == ["Short"]
    assert keep_reading(workspace, TAXONOMY, said.labels) != reading_id
    assert kept.since(said.labels, said.becomes) == (0, 0)
    # Two labels no longer become another.
    assert kept.since(said.labels, {}) == (0, 2)


def test_the_audit_goes_by_it_and_the_labels_as_brought_stay(make_workspace, ledger, change):
    import numpy as np

    from core.pipeline.audit_suspects import suspects_key
    from core.pipeline.report import _labels_choice
    from core.pipeline.stages import prepare

    random = np.random.default_rng(3)
    labels = ["Blip"] * 12 + ["Tomte"] * 12 + ["Koi"] * 12
    matrix = np.repeat(np.eye(8)[:3], 12, axis=0) + random.normal(0, 0.1, (36, 8))
    prepared = prepare(make_workspace(labels, matrix), report=lambda progress: None)
    change("merge", "Blip, Tomte", "Short")
    found = read_as(prepared, labels_read(prepared.samples, TAXONOMY, ledger=ledger))
    assert found.samples["label"].value_counts().to_dict() == {"Short": 24, "Koi": 12}
    assert suspects_key(found) != suspects_key(prepared)
    assert labels_brought(found).tolist() == prepared.samples["label"].tolist()
    assert set(found.known.before) == {"Short", "Koi"}
    # Nobody decided anything: 24 samples carry another name, and none another label.
    said = _labels_choice(found)["labels"]
    assert (
        said.startswith("0 of 36 as people decided or proposed, 0 of these otherwise") and "in which 24 carry" in said
    )
