"""Held-out samples that the classifier names otherwise, as suspects."""

import numpy as np
import pandas as pd
import pytest

from core.audit.queue import QueueFilters, suspect_entries, suspect_queue
from core.classify.evaluation.calibration import fit_temperature, probabilities
from core.classify.evaluation.confusing import COLUMNS, chances_with_label, confusing_samples
from core.classify.evaluation.evaluate import evaluate_run
from core.classify.params import TrainParams

LABELS = ("Blip", "Koi_Fish", "Scratchy")
HELD = {"validation": 30, "test": 40}


def test_the_held_out_samples_named_otherwise_come_most_suspect_first(make_run, draw_predictions):
    predictions = draw_predictions(LABELS, held=HELD)
    run = make_run(predictions, LABELS)
    evaluation = evaluate_run(run, bootstrap=10)
    found = confusing_samples(run, evaluation)
    scores = predictions[[f"score:{label}" for label in LABELS]].to_numpy(float) / evaluation.temperature
    shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    named = np.array(LABELS)[shares.argmax(axis=1)]
    wrong = predictions["label"] != named
    assert tuple(found.columns) == COLUMNS and found.index.name == "sample_id"
    assert set(found.index) == set(predictions.loc[wrong, "sample_id"])
    assert set(found["split"]) == {"validation", "test"}
    for sample, row in found.iterrows():
        place = predictions.index[predictions["sample_id"] == sample][0]
        given = shares[place, LABELS.index(row["label"])]
        assert row["suggested"] == named[place] != row["label"]
        assert row["label_probability"] == pytest.approx(given)
        assert row["doubt"] == pytest.approx(1 - given)
        assert row["score"] == pytest.approx(np.log((1 - given) / given))
        assert row["suggested_probability"] == pytest.approx(shares[place].max())
    assert found["doubt"].is_monotonic_decreasing and found["score"].is_monotonic_decreasing
    assert found["flagged"].all() and found["neighbour_disagreement"].isna().all()


def test_the_pictures_of_a_sample_speak_together(make_run, draw_predictions):
    predictions = draw_predictions(LABELS, held=HELD, views=("0.5", "1.0"))
    run = make_run(predictions, LABELS, params=TrainParams(unit="picture"))
    evaluation = evaluate_run(run, bootstrap=10)
    found = confusing_samples(run, evaluation)
    assert found.index.is_unique
    in_test = found[found["split"] == "test"]
    by_sample = evaluation.by_sample
    assert set(in_test.index) == set(by_sample.index[~by_sample["right"]])
    np.testing.assert_allclose(in_test["label_probability"], by_sample.loc[in_test.index, "label_probability"])


def test_nothing_is_said_of_labels_that_were_never_taught(make_run, draw_predictions):
    predictions = draw_predictions(LABELS, held=HELD, truths=[*LABELS, "Zigzag"])
    run = make_run(predictions, LABELS)
    found = confusing_samples(run, evaluate_run(run, bootstrap=10))
    never = found["label"] == "Zigzag"
    assert never.any() and found.loc[never, "doubt"].isna().all() and not found.loc[never, "flagged"].any()
    assert never.iloc[-int(never.sum()) :].all()


def test_a_classifier_that_is_always_right_suspects_nothing(make_run, draw_predictions):
    run = make_run(draw_predictions(LABELS, held=HELD, separation=50.0), LABELS)
    found = confusing_samples(run, evaluate_run(run, bootstrap=10))
    assert found.empty and tuple(found.columns) == COLUMNS


def test_the_suspects_queue_takes_them(make_run, draw_predictions):
    run = make_run(draw_predictions(LABELS, held=HELD), LABELS)
    found = confusing_samples(run, evaluate_run(run, bootstrap=10))
    glitches = pd.Series(found.index, index=found.index)
    entries = suspect_entries(found, clusters=np.full(len(found), -1), glitches=glitches)
    assert list(suspect_queue(entries, QueueFilters()).index) == list(found.index)
    likely = suspect_queue(entries, QueueFilters(minimum_chance=0.5))
    assert list(likely.index) == list(found.index[found["chance_wrong"] >= 0.5])


def test_a_label_that_somebody_chose_counts_for_something():
    """A classifier right in 83 of 100 cases, and one label in 20 wrong: it names far more otherwise than are wrong."""
    random = np.random.default_rng(0)
    count, labels = 4000, 22
    true = random.integers(0, labels, count)
    scores = 3 * np.eye(labels)[true] + random.normal(size=(count, labels))
    wrong = random.random(count) < 0.05
    given = np.where(wrong, (true + random.integers(1, labels, count)) % labels, true)
    shares = probabilities(scores, temperature=fit_temperature(scores, given))
    own = shares[np.arange(count), given]
    chances = chances_with_label(own, labels=labels)
    named_otherwise = shares.argmax(axis=1) != given
    assert wrong[named_otherwise].mean() < 0.3 and (1 - own[named_otherwise]).mean() > 0.75
    # Too low rather than too high, but much nearer than three times the truth.
    assert 0.12 < chances[named_otherwise].mean() < wrong[named_otherwise].mean()
    assert 0.02 < chances.mean() < 0.05
    # The share that is assumed is the one that is found.
    share = chances.mean()
    odds = share * (1 - own) / (labels - 1) / ((1 - share) * own)
    np.testing.assert_allclose(chances, odds / (1 + odds), rtol=1e-3, atol=1e-9)


def test_where_all_labels_are_likely_none_is_wrong():
    assert chances_with_label(np.full(50, 0.9), labels=3).max() < 1e-6
    assert np.isnan(chances_with_label(np.array([np.nan, 0.5]), labels=3)[0])
    assert list(chances_with_label(np.ones(3), labels=1)) == [0, 0, 0]
    assert len(chances_with_label(np.zeros(0), labels=3)) == 0
