"""The bootstrap by glitch: each draw's figures are scikit-learn's on the rows of the drawn glitches."""

import numpy as np
import pytest
from sklearn.metrics import (
    accuracy_score,
    brier_score_loss,
    f1_score,
    precision_score,
    recall_score,
    roc_auc_score,
)

from core.classify.evaluation.calibration import expected_calibration_error
from core.classify.evaluation.evaluate import MEASURES
from core.classify.evaluation.intervals import draw_weights, drawn_confusions, drawn_measures, interval_of
from core.statistics.intervals import wilson_interval

GLITCHES, LABELS = 25, 4


@pytest.fixture
def case():
    """Truth, calibrated and raw probabilities and glitch numbers of glitches with 1 to 4 pictures each."""
    random = np.random.default_rng(0)
    glitch_of = np.repeat(np.arange(GLITCHES), random.integers(1, 5, size=GLITCHES))
    # The last label never occurs, and the one before is so rare that draws miss it.
    label_of = random.integers(0, 2, size=GLITCHES)
    label_of[3] = 2
    truth = label_of[glitch_of]
    scores = random.normal(size=(len(truth), LABELS)) + 1.5 * np.eye(LABELS)[truth]
    raw, calibrated = (np.exp(scores * factor) for factor in (2.0, 1.0))
    raw, calibrated = (values / values.sum(axis=1, keepdims=True) for values in (raw, calibrated))
    return truth, calibrated, raw, glitch_of


def test_every_draw_has_as_many_glitches_as_there_are():
    weights = draw_weights(GLITCHES, draws=200, seed=1)
    assert weights.shape == (200, GLITCHES) and (weights.sum(axis=1) == GLITCHES).all()
    assert (weights == draw_weights(GLITCHES, draws=200, seed=1)).all()
    assert (weights != draw_weights(GLITCHES, draws=200, seed=2)).any()
    assert draw_weights(0, draws=3, seed=0).shape == (3, 0)


def test_each_draw_is_what_scikit_learn_says_of_the_drawn_rows(case):
    truth, calibrated, raw, glitch_of = case
    weights = draw_weights(GLITCHES, draws=30, seed=0)
    drawn = drawn_measures(truth, calibrated, raw, glitch_of, weights)
    assert set(drawn) == set(MEASURES)
    missed = 0
    for number, times in enumerate(weights):
        rows = np.repeat(np.arange(len(truth)), times[glitch_of])
        t, p, r = truth[rows], calibrated[rows], raw[rows]
        named = p.argmax(axis=1)
        missed += 2 not in t
        expected = {
            "accuracy": accuracy_score(t, named),
            "auc_macro": np.mean([roc_auc_score(t == label, p[:, label]) for label in np.unique(t)]),
            "brier": brier_score_loss(t, p, labels=range(LABELS)),
            "expected_calibration_error": expected_calibration_error(r.max(axis=1), r.argmax(axis=1) == t),
            "expected_calibration_error_calibrated": expected_calibration_error(p.max(axis=1), named == t),
        }
        for average in ("weighted", "micro", "macro"):
            for name, score in (("precision", precision_score), ("recall", recall_score), ("f1", f1_score)):
                expected[f"{name}_{average}"] = score(t, named, average=average, zero_division=0)
        for measure in MEASURES:
            assert drawn[measure][number] == pytest.approx(expected[measure]), measure
    assert 0 < missed < 30


def test_a_draw_of_one_label_has_no_area(case):
    truth, calibrated, raw, glitch_of = case
    only = np.zeros((1, GLITCHES), int)
    only[0, 3] = GLITCHES
    drawn = drawn_measures(truth, calibrated, raw, glitch_of, only)
    assert np.isnan(drawn["auc_macro"][0]) and np.isfinite(drawn["accuracy"][0])


def test_confusions_count_rows_as_often_as_their_glitch_is_drawn():
    truth, named, glitch_of = np.array([0, 0, 1]), np.array([0, 1, 1]), np.array([0, 0, 1])
    counts = drawn_confusions(truth, named, glitch_of, np.array([[1, 1], [2, 0], [0, 3]]), labels=2)
    assert counts.tolist() == [[[1, 1], [0, 1]], [[2, 2], [0, 0]], [[0, 0], [0, 3]]]


def test_the_interval_is_the_middle_95_per_cent():
    drawn = np.linspace(0, 1, 1001)
    assert interval_of("accuracy", 0.5, drawn, glitches=10) == pytest.approx((0.025, 0.975))
    assert np.isnan(interval_of("accuracy", float("nan"), drawn, glitches=10)).all()
    assert np.isnan(interval_of("accuracy", 0.5, np.full(4, np.nan), glitches=10)).all()
    with_gaps = np.concatenate([drawn, np.full(500, np.nan)])
    assert interval_of("auc_macro", 0.5, with_gaps, glitches=10) == pytest.approx((0.025, 0.975))


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_never_or_always_right_so_far_is_not_certainty(value):
    interval = interval_of("f1", value, np.full(100, value), glitches=12)
    assert interval == pytest.approx(wilson_interval(12 * value, 12)) and interval[0] < interval[1]


def test_the_value_itself_is_always_held():
    """As with a macro average of two samples a label, where every draw loses some labels."""
    assert interval_of("recall_macro", 0.4, np.linspace(0.1, 0.3, 50), glitches=10)[1] == 0.4
    assert interval_of("recall_macro", 0.05, np.linspace(0.1, 0.3, 50), glitches=10)[0] == 0.05


def test_what_chance_adds_to_a_calibration_error_is_taken_off():
    drawn = np.random.default_rng(0).normal(0.08, 0.01, size=5000)
    low, high = interval_of("expected_calibration_error", 0.05, drawn, glitches=100)
    assert (low, high) == pytest.approx((0.05 - 0.0196, 0.05 + 0.0196), abs=0.001)
    assert interval_of("expected_calibration_error", 0.0, np.full(9, 0.02), glitches=100) == (0, 0)


def test_95_per_cent_of_the_intervals_hold_the_truth():
    """100 test sets of 60 glitches with four pictures each that are right or wrong together, 80 % right."""
    random = np.random.default_rng(7)
    held = {"glitch": 0, "picture": 0}
    for seed in range(100):
        right = np.repeat(random.random(60) < 0.8, 4)
        truth = np.zeros(240, int)
        named = np.where(right, 0, 1)
        for unit, unit_of in (("glitch", np.arange(240) // 4), ("picture", np.arange(240))):
            weights = draw_weights(unit_of.max() + 1, draws=300, seed=seed)
            counts = drawn_confusions(truth, named, unit_of, weights, labels=2)
            low, high = interval_of("accuracy", right.mean(), counts[:, 0, 0] / 240, glitches=60)
            held[unit] += low <= 0.8 <= high
    assert held["glitch"] >= 88
    # Drawing pictures instead would be far too sure: the reason for all this.
    assert held["picture"] < 75
