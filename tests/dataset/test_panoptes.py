"""Volunteers' votes from a Panoptes classification export."""

import csv
import json

import numpy as np
import pandas as pd
import pytest

from core.dataset import open_dataset
from core.dataset.readers.panoptes import read_votes, vote_columns
from core.errors import GlitchAuditError

SURVEY, QUESTION = "survey", "question"


@pytest.fixture
def dataset(tmp_path, glitch_files):
    for label, sample_id in (("Koi_Fish", "abc"), ("Power_Line", "def"), ("Blip", "ghi")):
        glitch_files(tmp_path / "data" / label, sample_id)
    return open_dataset(tmp_path / "data")


@pytest.fixture
def export(tmp_path):
    """Writes a classification export; rows are (person, metadata of the subject, annotations)."""

    def write(rows, name="classifications.csv"):
        path = tmp_path / name
        with path.open("w", newline="", encoding="utf-8") as file:
            out = csv.writer(file)
            out.writerow(["classification_id", "user_name", "workflow_id", "workflow_name", "metadata",
                          "annotations", "subject_data", "subject_ids"])  # fmt: skip
            for number, (person, subject, annotations) in enumerate(rows):
                key = str(1000 + abs(hash(json.dumps(subject, sort_keys=True))) % 10_000)
                out.writerow([number, person, "1610", "Apprentice", "{}", json.dumps(annotations),
                              json.dumps({key: subject}), key])  # fmt: skip
        return path

    return write


def survey(choice):
    return [{"task": "T0", "value": [{"choice": choice, "answers": {}, "filters": {}}]}]


def question(value, task="T1"):
    return [{"task": task, "task_label": "What is it?", "value": value}]


ABC = {"retired": None, "Filename1": "H1_abc_spectrogram_0.5.png", "#note": "x"}


@pytest.mark.parametrize(
    "subject", [ABC, {"#sample_id": "abc"}, {"gravityspy_id": "abc"}, {"deep": {"a": 1}, "id": 7, "uniqueID": "abc"}]
)
@pytest.mark.parametrize("annotations", [survey("KOIFISH"), question("Koi Fish"), question([{"value": "koi_fish"}])])
def test_a_vote_is_tied_to_its_sample_and_label(export, dataset, subject, annotations):
    votes = read_votes(export([("ann", subject, annotations)]), dataset)
    assert votes.table[["person", "sample_id", "label"]].to_numpy().tolist() == [["ann", "abc", "Koi_Fish"]]
    assert set(votes.subject_of) == {"abc"}


def test_gravity_spys_own_choices_are_known(export, dataset):
    rows = [("a", {"#sample_id": "def"}, survey(c)) for c in ("POWERLINE60HZ",)]
    rows += [("b", {"#sample_id": "def"}, survey("1080LINE")), ("c", {"#sample_id": "def"}, survey("Crocodile"))]
    assert read_votes(export(rows), dataset).table["label"].tolist() == ["Power_Line", "1080Lines", "Crocodile"]


def test_a_person_votes_once_and_the_first_vote_counts(export, dataset):
    again = {"#sample_id": "abc"}
    rows = [("ann", ABC, survey("BLIP")), ("ann", again, survey("KOIFISH")), ("bo", ABC, survey("BLIP"))]
    votes = read_votes(export(rows), dataset)
    assert votes.table["label"].tolist() == ["Blip", "Blip"] and votes.left_out == 1
    assert "voted on the sample before" in votes.problems[0].reason
    assert votes.report().startswith("2 votes of 2 people on 1 samples, from 3 classifications; 1 were left out")


def test_tasks_and_workflows_can_be_chosen_and_combined_tasks_are_opened(export, dataset):
    both = [{"task": "T9", "value": [*question("Blip", "T0"), *question("Koi_Fish", "T1")]}]
    path = export([("ann", ABC, both)])
    assert read_votes(path, dataset).table["label"].tolist() == ["Blip"]
    assert read_votes(path, dataset, task="T1").table["label"].tolist() == ["Koi_Fish"]
    assert len(read_votes(path, dataset, workflow="Apprentice").table) == 1
    with pytest.raises(GlitchAuditError, match="none of the 0 classifications"):
        read_votes(path, dataset, workflow="Master")


@pytest.mark.parametrize(
    ("annotations", "reason"),
    [
        ([], "no label was chosen"),
        ({"a": 1}, "no list"),
        (question(["Blip", "Koi_Fish"]), "2 labels were chosen"),
        (question(None), "no label"),
        (question("x" * 301), "301 characters"),
        (question("a\nb"), "cannot be shown"),
        ([1, "x", None, {"value": {"choice": 3}}], "no label"),
    ],
)
def test_what_is_no_vote_is_left_out_with_the_reason(export, dataset, annotations, reason):
    votes = read_votes(export([("ann", ABC, annotations), ("bo", ABC, survey("BLIP"))]), dataset)
    assert len(votes.table) == 1 and reason in votes.problems[0].reason


def test_a_file_without_votes_on_these_samples_is_one_sentence(export, dataset, tmp_path):
    with pytest.raises(GlitchAuditError, match="names no sample"):
        read_votes(export([("ann", {"x": "nobody"}, survey("BLIP"))]), dataset)
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(GlitchAuditError, match="annotations and subject_data"):
        read_votes(tmp_path / "other.csv", dataset)
    with pytest.raises(GlitchAuditError, match="no such file"):
        read_votes(tmp_path / "nothing.csv", dataset)


def test_entropy_consensus_and_share_by_hand():
    """3 of 4 for x: -(3/4 log2 3/4 + 1/4 log2 1/4) = 0.8113 bits; an even split is 1 bit and has no consensus."""
    votes = pd.DataFrame(
        [("s", "x")] * 3 + [("s", "y"), ("t", "x"), ("t", "y"), ("u", "y")], columns=["sample_id", "label"]
    )
    table = vote_columns(votes, ["u", "s", "none", "t"])
    assert table.index.tolist() == ["u", "s", "none", "t"]
    assert table["votes"].tolist() == [1, 4, 0, 2]
    assert table["vote_consensus"].tolist() == ["y", "x", "", ""]
    np.testing.assert_allclose(table["vote_entropy"], [0, 0.8112781, np.nan, 1])
    np.testing.assert_allclose(table["vote_share"], [1, 0.75, np.nan, 0.5])


def test_columns_of_no_votes():
    empty = pd.DataFrame({"sample_id": [], "label": []})
    assert vote_columns(empty, ["a"])["votes"].tolist() == [0] and vote_columns(empty, []).empty
