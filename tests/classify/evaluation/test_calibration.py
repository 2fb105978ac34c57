"""Temperature scaling and calibration errors."""

import numpy as np
import pytest
from scipy.special import log_softmax, softmax
from sklearn.calibration import calibration_curve
from sklearn.metrics import log_loss

from core.classify.evaluation.calibration import (
    BINS,
    COOLEST,
    HOTTEST,
    bin_of,
    expected_calibration_error,
    fit_temperature,
    log_probabilities,
    negative_log_likelihood,
    probabilities,
    reliability_table,
)
from core.classify.evaluation.evaluate import evaluate_run
from core.statistics.intervals import wilson_interval

LABELS = ("Blip", "Koi_Fish", "Scratchy")


def drawn_from_their_own_probabilities(count, *, sharpness, seed=0):
    """Scores that are ``sharpness`` times too sure, and labels drawn with the true probabilities."""
    random = np.random.default_rng(seed)
    scores = 2 * random.normal(size=(count, 4))
    shares = softmax(scores, axis=1)
    truth = (shares.cumsum(axis=1) > random.random((count, 1))).argmax(axis=1)
    return sharpness * scores, truth


def test_probabilities_are_softmax_also_of_huge_scores():
    scores = np.array([[1000.0, 0.0, -1000.0], [3.0, 3.0, 3.0]])
    np.testing.assert_allclose(log_probabilities(scores, temperature=2), log_softmax(scores / 2, axis=1))
    np.testing.assert_allclose(probabilities(scores, temperature=2), softmax(scores / 2, axis=1))


@pytest.mark.parametrize("sharpness", [0.3, 1.0, 5.0])
def test_the_temperature_undoes_sharpness(sharpness):
    scores, truth = drawn_from_their_own_probabilities(20_000, sharpness=sharpness)
    assert fit_temperature(scores, truth) == pytest.approx(sharpness, rel=0.05)


def test_no_other_temperature_makes_the_labels_more_probable():
    scores, truth = drawn_from_their_own_probabilities(300, sharpness=2.0)
    best = fit_temperature(scores, truth)
    losses = {t: negative_log_likelihood(scores, truth, temperature=t) for t in (best, *np.geomspace(0.1, 10, 400))}
    assert losses[best] == min(losses.values())
    expected = log_loss(truth, softmax(scores / best, axis=1), labels=range(4))
    assert losses[best] == pytest.approx(expected)


def test_rows_with_a_label_that_was_never_taught_do_not_count():
    scores, truth = drawn_from_their_own_probabilities(300, sharpness=2.0)
    more = np.vstack([scores, 9 * scores]), np.concatenate([truth, np.full(300, -1)])
    assert fit_temperature(*more) == fit_temperature(scores, truth)


def test_where_nothing_can_be_learnt_the_temperature_is_1():
    assert fit_temperature(np.zeros((0, 3)), np.zeros(0, int)) == 1
    assert fit_temperature(np.ones((5, 1)), np.zeros(5, int)) == 1
    # Samples that are all named rightly would make every probability 1.
    assert fit_temperature(np.eye(3) * 4, np.arange(3)) == 1


def test_the_temperature_stays_within_reason():
    always_wrong = np.roll(np.eye(3), 1, axis=1) * 4
    assert fit_temperature(always_wrong, np.arange(3)) == pytest.approx(HOTTEST, rel=0.01)
    timid, truth = drawn_from_their_own_probabilities(500, sharpness=0.01)
    assert fit_temperature(timid, truth) == pytest.approx(COOLEST, rel=0.01)


def test_a_bin_holds_its_upper_edge():
    edges = np.linspace(0, 1, BINS + 1)
    assert list(bin_of(edges[1:])) == list(range(BINS))
    assert list(bin_of(edges[1:-1] + 1e-9)) == list(range(1, BINS))
    assert bin_of(np.array([0.0]))[0] == 0


def test_the_error_of_a_hand_worked_case():
    confidence = np.array([0.95, 0.95, 0.55, 0.55])
    right = np.array([True, False, True, True])
    # Two bins of two samples: |1/2 - 0.95| and |1 - 0.55|, each with half the weight.
    assert expected_calibration_error(confidence, right) == pytest.approx(0.45)
    assert expected_calibration_error(np.ones(3), np.ones(3, bool)) == 0
    assert np.isnan(expected_calibration_error(np.zeros(0), np.zeros(0, bool)))


def test_reliability_is_scikit_learns_with_wilsons_interval():
    random = np.random.default_rng(0)
    confidence = random.uniform(0.3, 1, size=400)
    right = random.random(400) < confidence
    table = reliability_table(confidence, right, np.arange(400))
    filled = table[table["n"] > 0]
    share, mean = calibration_curve(right, confidence, n_bins=BINS)
    np.testing.assert_allclose(filled["accuracy"], share)
    np.testing.assert_allclose(filled["confidence"], mean)
    assert table["n"].sum() == 400 and len(table) == BINS
    for row in filled.itertuples():
        assert (row.accuracy_low, row.accuracy_high) == pytest.approx(wilson_interval(row.accuracy * row.n, row.n))
    error = (filled["n"] / 400 * (filled["accuracy"] - filled["confidence"]).abs()).sum()
    assert expected_calibration_error(confidence, right) == pytest.approx(error)
    assert table[table["n"] == 0][["confidence", "accuracy", "accuracy_low", "accuracy_high"]].isna().all(axis=None)


def test_four_pictures_of_a_glitch_are_one_observation():
    confidence, right = np.full(40, 0.9), np.arange(40) < 32
    row = reliability_table(confidence, right, np.arange(40) // 4).iloc[bin_of(np.array([0.9]))[0]]
    assert (row["accuracy_low"], row["accuracy_high"]) == pytest.approx(wilson_interval(8, 10))


def test_scaling_is_fitted_on_validation_and_lowers_the_tests_error(make_run, draw_predictions):
    predictions = draw_predictions(LABELS, held={"validation": 400, "test": 600}, sharpness=6.0)
    evaluation = evaluate_run(make_run(predictions, LABELS), bootstrap=20)
    validation = predictions[predictions["split"] == "validation"]
    scores = validation[[f"score:{label}" for label in LABELS]].to_numpy(float)
    truth = np.array([LABELS.index(label) for label in validation["label"]])
    assert evaluation.temperature == pytest.approx(fit_temperature(scores, truth))
    before, after = evaluation.overall.loc[
        ["expected_calibration_error", "expected_calibration_error_calibrated"], "value"
    ]
    assert after < before / 2
    assert list(evaluation.reliability["kind"].unique()) == ["raw", "calibrated"]
    assert (evaluation.reliability.groupby("kind")["n"].sum() == 600).all()
    # The order of the labels, and so the accuracy, is what it was.
    unscaled = predictions[predictions["split"] == "test"]
    named = unscaled[[f"score:{label}" for label in LABELS]].to_numpy().argmax(axis=1)
    assert list(evaluation.predicted["predicted"]) == [LABELS[number] for number in named]
