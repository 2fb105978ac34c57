"""The confident joint, against cleanlab's own, and its shares a label."""

import numpy as np
import pytest

from core.audit.label_noise import label_noise
from core.audit.suspects import SuspectParams, find_suspects
from core.audit.suspects.confident import confident_label


def noisy(count=600, classes=4, rate=0.1, seed=0):
    random = np.random.default_rng(seed)
    truth = random.integers(classes, size=count)
    codes = np.where(random.random(count) < rate, random.integers(classes, size=count), truth)
    odds = random.gamma(1.0, size=(count, classes)) + 3 * np.eye(classes)[truth]
    return odds / odds.sum(axis=1, keepdims=True), codes, truth


def confident_joint(probabilities, codes):
    """Counts by given and confident label, each row scaled to its label's samples (Northcutt's equation 3)."""
    confident = confident_label(probabilities, codes)
    joint = np.zeros((probabilities.shape[1],) * 2)
    np.add.at(joint, (codes[confident >= 0], confident[confident >= 0]), 1)
    return joint / joint.sum(axis=1, keepdims=True) * np.bincount(codes)[:, None]


@pytest.mark.parametrize("seed", range(3))
def test_the_joint_is_cleanlabs(seed):
    from cleanlab.count import compute_confident_joint

    probabilities, codes, _ = noisy(seed=seed)
    expected = compute_confident_joint(codes, probabilities, calibrate=False)
    totals = expected.sum(axis=1, keepdims=True)
    ours = confident_joint(probabilities, codes)
    # cleanlab never leaves a diagonal cell empty; none is here.
    np.testing.assert_allclose(ours, expected / totals * np.bincount(codes)[:, None], rtol=1e-12)
    np.testing.assert_allclose(ours.sum(axis=1), np.bincount(codes))


def test_a_joint_worked_by_hand():
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.3, 0.7], [0.2, 0.8], [0.4, 0.6]])
    codes = np.array([0, 0, 0, 1, 1, 1])
    # Thresholds: 0.6 for label 0 and 0.7 for label 1. The last sample reaches neither.
    np.testing.assert_allclose(confident_joint(probabilities, codes), [[2, 1], [0, 3]])


def test_shares_and_intervals_hold_the_truth():
    probabilities, codes, truth = noisy(count=2000, rate=0.15, seed=4)
    labels = np.array(list("abcd"))[codes]
    table = label_noise(probabilities, labels, np.arange(2000))
    assert list(table.index) == list("abcd")
    assert table["n"].sum() == 2000
    for label, code in zip("abcd", range(4), strict=True):
        share = (truth != codes)[codes == code].mean()
        row = table.loc[label]
        assert row["wrong_low"] <= row["wrong_share"] <= row["wrong_high"]
        assert row["wrong_low"] - 0.02 <= share <= row["wrong_high"] + 0.02
        assert row["wrong"] == pytest.approx(row["wrong_share"] * row["n"])


def test_intervals_count_groups_and_not_rows():
    probabilities, codes, _ = noisy(count=200, seed=5)
    labels = np.array(list("abcd"))[codes]
    alone = label_noise(probabilities, labels, np.arange(200))
    four_times = label_noise(np.repeat(probabilities, 4, axis=0), np.repeat(labels, 4), np.repeat(np.arange(200), 4))
    assert (four_times["glitches"] == alone["glitches"]).all()
    assert (four_times["n"] == 4 * alone["n"]).all()
    np.testing.assert_allclose(four_times["wrong_share"], alone["wrong_share"])
    np.testing.assert_allclose(four_times["wrong_high"], alone["wrong_high"], atol=1e-12)


def test_small_labels_are_withheld():
    probabilities, codes, _ = noisy(count=300, classes=2, seed=6)
    labels = np.where(codes == 0, "common", "odd")
    labels[5:] = "common"
    table = label_noise(probabilities, labels, np.arange(300), least=20)
    assert table["withheld"].to_dict() == {"common": False, "odd": True}
    assert table.loc["odd", ["wrong", "wrong_share", "wrong_low", "wrong_high"]].isna().all()


def test_no_suspect_does_not_mean_certain():
    probabilities = np.tile([0.9, 0.1], (60, 1))
    probabilities[30:] = [0.1, 0.9]
    table = label_noise(probabilities, np.repeat(["a", "b"], 30), np.arange(60))
    assert (table["wrong"] == 0).all()
    assert (table["wrong_high"] > 0.05).all()


def test_one_label_and_none():
    table = label_noise(np.ones((30, 1)), np.full(30, "only"), np.arange(30))
    assert table["withheld"].all()
    assert label_noise(np.zeros((0, 0)), np.array([], str), np.array([], int)).empty


def test_from_suspects(make_input):
    random = np.random.default_rng(7)
    truth = np.repeat(["a", "b"], 40)
    matrix = np.eye(8)[np.repeat([0, 1], 40)] + 0.2 * random.normal(size=(80, 8))
    labels = truth.copy()
    labels[:4] = "b"
    suspects = find_suspects(make_input(matrix, labels), SuspectParams(plantings=2))
    table = label_noise(suspects, labels, np.arange(80))
    assert table.loc["b", "wrong"] == pytest.approx(4, abs=1)
    assert table.loc["a", "wrong"] == pytest.approx(0, abs=1)
