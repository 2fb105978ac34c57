"""What learning from other labels changed: the same samples before and after, decisions counted."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score

from core.classify.evaluation.before_after import change_sentence, change_verdict, classifier_change
from core.classify.evaluation.evaluate import evaluate_run
from core.classify.evaluation.twins import find_twins, twins_change
from core.classify.training.labels import TrainingLabels, save_labels
from core.errors import GlitchAuditError


def draw(count=400, labels=5, seed=1, wrong=(0.2, 0.2)):
    random = np.random.default_rng(seed)
    truth = random.integers(labels, size=count)
    named = [np.where(random.random(count) < share, random.integers(labels, size=count), truth) for share in wrong]
    return truth, *named


def test_the_figures_are_those_of_scikit_learn():
    truth, before, after = draw()
    found = classifier_change(truth, before, after, groups=np.arange(len(truth)))
    for name, named in (("before", before), ("after", after)):
        assert found.loc["accuracy", name] == pytest.approx(accuracy_score(truth, named))
        assert found.loc["f1_macro", name] == pytest.approx(f1_score(truth, named, average="macro"))
    assert found["difference"].to_numpy() == pytest.approx((found["after"] - found["before"]).to_numpy())
    assert (found["low"] < found["high"]).all()
    assert (found["moved"] == (before != after).sum()).all() and (found["samples"] == 400).all()


def test_the_interval_of_macro_f1_is_that_of_the_jackknife():
    truth, before, after = draw(count=60, labels=3)
    groups = np.arange(60) // 2

    def gap(keep):
        return np.diff([f1_score(truth[keep], named[keep], average="macro") for named in (before, after)])[0]

    whole = gap(np.ones(60, bool))
    pseudo = [30 * whole - 29 * gap(groups != group) for group in range(30)]
    moved = [(before != after)[groups == group].any() for group in range(30)]
    step = np.abs(np.array(pseudo)[moved]).mean()
    imagined = np.array([*pseudo, step, -step])
    half = 1.959964 * imagined.std() / np.sqrt(32)
    row = classifier_change(truth, before, after, groups=groups).loc["f1_macro"]
    assert (row["low"], row["high"]) == pytest.approx((imagined.mean() - half, imagined.mean() + half), abs=1e-6)


def test_nothing_that_moved_is_not_taken_for_certain():
    truth, before, _ = draw()
    found = classifier_change(truth, before, before, groups=np.arange(400))
    assert (found["difference"] == 0).all() and (found["low"] < 0).all() and (found["high"] > 0).all()
    assert [change_verdict(row) for _, row in found.iterrows()] == ["cannot tell", "cannot tell"]


def test_a_classifier_that_became_better_is_seen_and_one_that_became_worse_too():
    truth, before, after = draw(wrong=(0.4, 0.1))
    for order, verdict in (((before, after), "better"), ((after, before), "worse")):
        found = classifier_change(truth, *order, groups=np.arange(400))
        assert {change_verdict(row) for _, row in found.iterrows()} == {verdict}
    assert "macro-F1" in change_sentence("f1_macro", found.loc["f1_macro"]) and "worse" in change_sentence(
        "f1_macro", found.loc["f1_macro"]
    )


def test_what_one_decision_moved_is_one_observation():
    truth = np.zeros(400, int)
    truth[:200] = 1
    after = truth.copy()
    before = truth.copy()
    before[:30] = 0
    alone = classifier_change(truth, before, after, groups=np.arange(400))
    assert {change_verdict(row) for _, row in alone.iterrows()} == {"better"}
    together = classifier_change(truth, before, after, groups=np.arange(400), causes=np.full(400, 7))
    assert {change_verdict(row) for _, row in together.iterrows()} == {"cannot tell"}
    assert (together["moved"] == 30).all()


def test_without_a_sample_there_is_no_figure():
    nobody = np.empty(0, int)
    found = classifier_change(nobody, nobody, nobody, groups=nobody)
    assert found["difference"].isna().all() and change_verdict(found.iloc[0]) == "cannot tell"


@pytest.fixture
def twins(make_run, draw_predictions):
    """Two runs of one kind: one learnt the labels as brought, one those in which ten of the test samples differ."""
    labels = ("Blip", "Koi", "Tomte")
    held = {"validation": 40, "test": 120}
    brought = draw_predictions(labels, held=held, separation=1.0)
    read = draw_predictions(labels, held=held, separation=4.0)
    first = make_run(brought, labels, name="first", dataset_fingerprint="data")
    table = read.set_index("sample_id")[["label"]].assign(known=False)
    relabelled = [f"test{number:04d}" for number in range(10)]
    table.loc[relabelled, "label"] = "Koi"
    table.loc[[*relabelled, "test0050"], "known"] = True
    read["label"] = table["label"].to_numpy()
    kept = TrainingLabels("now", "2026-11-30T10:00:00+00:00", table)
    about = {"reading": "now", "labels_fingerprint": kept.fingerprint, "dataset_fingerprint": "data"}
    second = make_run(read, labels, name="second", **about)
    save_labels(kept, second.folder)
    other = make_run(brought, labels, name="other", dataset_fingerprint="another data set")
    return [(run, evaluate_run(run, bootstrap=20)) for run in (second, first, other)]


def test_runs_that_differ_in_the_labels_alone_are_compared_on_what_nobody_touched(twins):
    (pair,) = find_twins(twins)
    assert (pair.brought[0].name, pair.read[0].name) == ("first", "second")
    change = twins_change(pair)
    # 120 without those whose label differs and the one that was confirmed.
    ours, theirs = pair.brought[1].predicted, pair.read[1].predicted
    alike = (ours["label"] == theirs["label"]) & ~ours.index.isin(["test0050", *(f"test{n:04d}" for n in range(10))])
    assert (change["samples"] == alike.sum()).all() and 108 <= alike.sum() <= 109
    assert change.loc["accuracy", "before"] == pytest.approx(ours.loc[alike, "right"].mean())
    assert change.loc["accuracy", "after"] == pytest.approx(theirs.loc[alike, "right"].mean())
    assert change_verdict(change.loc["accuracy"]) == "better"


def test_labels_that_are_gone_are_said(twins):
    (pair,) = find_twins(twins)
    (pair.read[0].folder / "labels.parquet").unlink()
    with pytest.raises(GlitchAuditError, match="missing or damaged"):
        twins_change(pair)
