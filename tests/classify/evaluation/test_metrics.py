"""Figures of a classifier, held against scikit-learn, by the shown way and by the way of the bootstrap."""

import numpy as np
import pytest
from sklearn.metrics import (
    average_precision_score,
    brier_score_loss,
    confusion_matrix,
    f1_score,
    precision_recall_curve,
    precision_score,
    recall_score,
    roc_auc_score,
)

from core.classify.evaluation.metrics import (
    CURVE_POINTS,
    SHARES,
    auc_of_weightings,
    brier_of_rows,
    f1_of_confusions,
    label_figures,
    precision_recall_points,
    score_confusions,
    score_named,
)

LABELS = ("a", "b", "c", "d", "e")

CASES = {
    "mixed": ([0, 0, 1, 1, 2, 2, 3, 4, 4, 4], [0, 1, 1, 1, 2, 0, 3, 4, 4, 2]),
    "a label that never occurs is named": ([0, 0, 1, 1], [0, 2, 1, 2]),
    "a label is never named": ([0, 0, 1, 1, 2], [0, 0, 1, 1, 1]),
    "one label": ([3, 3, 3], [3, 3, 3]),
    "one sample, wrong": ([0], [1]),
    "all wrong": ([0, 1, 2], [1, 2, 0]),
}


@pytest.mark.parametrize("case", CASES)
def test_both_ways_agree_with_scikit_learn(case):
    truth, named = map(np.array, CASES[case])
    shown = score_named(truth, named)
    from_matrix = score_confusions(confusion_matrix(truth, named, labels=range(5)))
    assert tuple(shown) == tuple(from_matrix) == SHARES
    scores = {"precision": precision_score, "recall": recall_score, "f1": f1_score}
    for measure in SHARES:
        if measure == "accuracy":
            expected = np.mean(truth == named)
        else:
            name, average = measure.split("_")
            expected = scores[name](truth, named, average=average, zero_division=0)
        assert shown[measure] == pytest.approx(expected)
        assert from_matrix[measure] == pytest.approx(expected)


def test_many_matrices_are_scored_at_once():
    counts = np.random.default_rng(0).integers(0, 4, size=(7, 5, 5))
    together = score_confusions(counts)
    for number in range(7):
        alone = score_confusions(counts[number])
        assert all(together[measure][number] == pytest.approx(float(alone[measure])) for measure in SHARES)


def test_an_empty_matrix_has_no_figures():
    assert all(np.isnan(value) for value in score_confusions(np.zeros((3, 3))).values())


def test_f1_by_label_is_scikit_learns_and_unknown_where_a_label_is_missing():
    truth, named = map(np.array, CASES["a label that never occurs is named"])
    values = f1_of_confusions(confusion_matrix(truth, named, labels=range(5)))
    assert values[:3] == pytest.approx(f1_score(truth, named, labels=range(3), average=None, zero_division=0))
    assert np.isnan(values[3:]).all()


@pytest.mark.parametrize("decimals", [0, 1, 8])
def test_the_area_under_the_curve_counts_ties_half(decimals):
    random = np.random.default_rng(1)
    positive = random.random(60) < 0.3
    probability = np.round(random.random(60) + 0.3 * positive, decimals)
    weights = random.integers(0, 4, size=(20, 60))
    expected = [roc_auc_score(np.repeat(positive, drawn), np.repeat(probability, drawn)) for drawn in weights]
    assert auc_of_weightings(positive, probability, weights) == pytest.approx(expected)


def test_no_area_without_both_sides():
    probability = np.array([0.2, 0.4, 0.6])
    positive = np.array([True, False, False])
    areas = auc_of_weightings(positive, probability, np.array([[0, 1, 2], [3, 0, 0], [1, 1, 1]]))
    assert np.isnan(areas[:2]).all() and areas[2] == 0


def test_the_brier_score_is_scikit_learns():
    random = np.random.default_rng(2)
    shares = random.dirichlet(np.ones(5), size=40)
    truth = random.integers(0, 5, size=40)
    expected = brier_score_loss(truth, shares, labels=range(5))
    assert brier_of_rows(shares, truth).mean() == pytest.approx(expected)
    certain = np.eye(5)[truth]
    assert brier_of_rows(certain, truth) == pytest.approx(0)
    assert brier_of_rows(certain, (truth + 1) % 5) == pytest.approx(2)


def test_the_figures_of_each_label_are_scikit_learns():
    random = np.random.default_rng(3)
    truth = random.integers(0, 3, size=50)
    shares = random.dirichlet(np.ones(5), size=50)
    shares[:, 4] = 0
    table = label_figures(truth, shares, LABELS)
    named = shares.argmax(axis=1)
    assert list(table.index) == list(LABELS) and list(table["n"]) == [*np.bincount(truth), 0, 0]
    for number in range(3):
        row, positive = table.iloc[number], truth == number
        assert row["precision"] == pytest.approx(precision_score(positive, named == number))
        assert row["recall"] == pytest.approx(recall_score(positive, named == number))
        assert row["f1"] == pytest.approx(f1_score(positive, named == number))
        assert row["auc"] == pytest.approx(roc_auc_score(positive, shares[:, number]))
        assert row["average_precision"] == pytest.approx(average_precision_score(positive, shares[:, number]))
    # "d" is named but never occurs; "e" neither.
    assert table.loc["d", "precision"] == 0 and table.loc["d", "f1"] == 0
    assert table.loc["d", ["recall", "auc", "average_precision"]].isna().all()
    assert table.loc["e", ["precision", "recall", "f1", "auc", "average_precision"]].isna().all()


def test_precision_recall_curves_are_scikit_learns_thinned():
    random = np.random.default_rng(4)
    truth = random.integers(0, 2, size=900)
    shares = random.dirichlet(np.ones(5), size=900)
    points = precision_recall_points(truth, shares, LABELS)
    assert list(points["label"].unique()) == ["a", "b"]
    for number, label in enumerate("ab"):
        curve = points[points["label"] == label]
        precision, recall, threshold = precision_recall_curve(truth == number, shares[:, number])
        every = {(r, p, t) for r, p, t in zip(recall, precision, np.append(threshold, np.inf), strict=True)}
        assert len(curve) <= CURVE_POINTS
        assert set(zip(curve["recall"], curve["precision"], curve["threshold"], strict=True)) <= every
        assert curve["recall"].is_monotonic_increasing
        assert curve["recall"].iloc[0] == 0 and curve["recall"].iloc[-1] == 1
        assert np.diff(curve["recall"]).max() < 0.02


def test_a_short_curve_is_kept_whole():
    points = precision_recall_points(np.array([0, 1, 0]), np.array([[0.9, 0.1], [0.5, 0.5], [0.4, 0.6]]), ("a", "b"))
    a = points[points["label"] == "a"]
    assert list(a["recall"]) == [0, 0.5, 0.5, 1] and list(a["precision"]) == pytest.approx([1, 1, 0.5, 2 / 3])
    assert list(a["threshold"]) == [np.inf, 0.9, 0.5, 0.4]


def test_no_sample_no_curve():
    points = precision_recall_points(np.zeros(0, int), np.zeros((0, 2)), ("a", "b"))
    assert points.empty and list(points.columns) == ["label", "recall", "precision", "threshold"]
