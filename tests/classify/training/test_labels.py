"""A run that learns from another reading of the labels: the same glitches in the same parts, and a card to say so."""

import pandas as pd
import pytest

from core.classify.params import TrainParams
from core.classify.training.labels import TrainingLabels, load_labels
from core.classify.training.runs import LABELS_FILE, load_run, read_predictions, read_split
from core.classify.training.splits import make_split
from core.classify.training.train import train_run
from core.errors import GlitchAuditError

VIEWS = ("1.0", "2.0")


def read(dataset, **said):
    """The reading "now" in which these samples carry these labels."""
    labels = dataset.samples["label"].astype("str").copy()
    labels[list(said)] = list(said.values())
    table = pd.DataFrame({"label": labels, "known": labels.index.isin(list(said))})
    return TrainingLabels("now", "2026-11-30T10:00:00+00:00", table)


def test_two_readings_are_judged_on_the_same_glitches(make_drawn):
    dataset = make_drawn(60)
    brought = make_split(dataset, TrainParams(views=VIEWS))
    relabelled = {f"glitch{number:03d}": "Tomte" for number in range(0, 30, 3)}
    now = make_split(dataset, TrainParams(views=VIEWS), labels=read(dataset, **relabelled))
    assert now.rows[["sample_id", "split"]].equals(brought.rows[["sample_id", "split"]])
    differ = brought.rows.loc[brought.rows["label"] != now.rows["label"], "sample_id"]
    assert set(differ) == set(relabelled) and now.fingerprint != brought.fingerprint


@pytest.mark.parametrize("own", [False, True])
def test_a_new_label_that_nobody_would_learn_has_its_glitches_dealt_anew(make_drawn, own):
    parts = ["train", "validation", "test"]
    dataset = make_drawn(60, split=[parts[number % 5 % 3] for number in range(60)] if own else None)
    brought = make_split(dataset, TrainParams(views=VIEWS)).rows
    tested = brought.loc[brought["split"] == "test", "sample_id"].iloc[:4]
    rows = make_split(dataset, TrainParams(views=VIEWS), labels=read(dataset, **dict.fromkeys(tested, "New"))).rows
    moved = set(rows.loc[rows["split"] != brought["split"], "sample_id"])
    assert moved <= set(tested)
    # The data set's own parts are kept, whatever that costs.
    assert ("train" in set(rows.loc[rows["label"] == "New", "split"])) != own and bool(moved) != own


def test_one_label_for_all_cannot_be_learnt(make_drawn):
    dataset = make_drawn(30)
    with pytest.raises(GlitchAuditError, match="All samples are labelled Blip in this reading"):
        make_split(
            dataset, TrainParams(views=VIEWS), labels=read(dataset, **dict.fromkeys(dataset.samples.index, "Blip"))
        )


def test_a_run_learns_them_says_so_and_goes_on_with_them(make_drawn, quick, tmp_path):
    dataset = make_drawn(45)
    labels = read(dataset, glitch000="Tomte", glitch001="Ripple", glitch004="Ripple", glitch007="Ripple")
    run = train_run(dataset, quick(epochs=1), tmp_path / "now", labels=labels)
    assert (run.state, run.reading, run.relabelled, run.read_at) == ("done", "now", 4, labels.read_at)
    assert run.labels_fingerprint == labels.fingerprint and "Ripple" in run.labels
    # What it has learnt from is the data set as it is, so that no page says that the data has changed.
    assert run.dataset_fingerprint == dataset.fingerprint
    split = read_split(run).set_index("sample_id")["label"]
    assert split["glitch000"] == "Tomte" and (split == "Ripple").sum() == 3
    truth = labels.table["label"]
    answered = read_predictions(run)
    assert (answered["label"].to_numpy() == truth[answered["sample_id"]].to_numpy()).all()
    again = load_labels(load_run(run.folder))
    assert again.fingerprint == labels.fingerprint and again.table["known"].sum() == 4

    brought = train_run(dataset, quick(epochs=1), tmp_path / "brought")
    assert brought.fingerprint != run.fingerprint and (brought.reading, brought.labels_fingerprint) == ("brought", "")
    assert load_labels(brought) is None and not (brought.folder / LABELS_FILE).exists()


def test_a_run_is_not_taken_up_with_other_labels(make_drawn, quick, tmp_path):
    dataset = make_drawn(45)
    train_run(dataset, quick(epochs=1), tmp_path / "one", labels=read(dataset, glitch000="Tomte"))
    with pytest.raises(GlitchAuditError, match="with another reading of the labels"):
        train_run(dataset, quick(epochs=1), tmp_path / "one")
    # That a label was confirmed meanwhile changes nothing in a training.
    confirmed = read(dataset, glitch000="Tomte", glitch003="Blip")
    assert train_run(dataset, quick(epochs=1), tmp_path / "one", labels=confirmed).state == "done"


def test_labels_that_are_gone_are_said(make_drawn, quick, tmp_path):
    dataset = make_drawn(45)
    run = train_run(dataset, quick(epochs=1), tmp_path / "one", labels=read(dataset, glitch000="Tomte"))
    (run.folder / LABELS_FILE).write_bytes(b"nothing")
    with pytest.raises(GlitchAuditError, match="missing or damaged"):
        load_labels(run)
