"""The label errors of benchmarks/real_noise.py, and its figures, against scikit-learn's and hand-worked ones."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from benchmarks.human_labels import Embedded
from benchmarks.real_noise import at_the_rate, average_precision
from benchmarks.real_noise_methods import CELLS, Cell, noisy_labels

CLASSES = np.array(["cat", "deer", "dog"])
# Ten cats of which two look much and two a little like dogs, and ten dogs that nobody doubts.
VOTES = np.array([[30, 1, 20], [32, 0, 18], [48, 0, 2], [49, 1, 0], *[[50, 0, 0]] * 6, *[[0, 0, 50]] * 10])
DATA = Embedded(np.eye(20, dtype=np.float32), np.array(["cat"] * 10 + ["dog"] * 10), VOTES, CLASSES)


def test_the_most_disputed_get_their_commonest_wrong_label():
    labels = noisy_labels(DATA, Cell("most disputed", 0.1), seed=0)
    assert list(np.flatnonzero(labels != DATA.truth)) == [0, 1] and list(labels[:2]) == ["dog", "dog"]


def test_disputed_ones_are_a_random_half_of_twice_as_many():
    found = [noisy_labels(DATA, Cell("disputed", 0.1), seed) != DATA.truth for seed in range(40)]
    assert {int(wrong.sum()) for wrong in found} == {2}
    assert set(np.flatnonzero(np.any(found, axis=0))) == {0, 1, 2, 3}


def test_one_vote_is_wrong_as_often_as_votes_are():
    found = np.array([noisy_labels(DATA, Cell("one vote"), seed) != DATA.truth for seed in range(400)])
    # 21 of 51 votes; of 400 draws one standard error is 2.5 %.
    assert abs(found[:, 0].mean() - 21 / 51) < 0.1 and not found[:, 4:].any()


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.name)
def test_seeds_repeat_and_differ(cell):
    assert (noisy_labels(DATA, cell, 3) == noisy_labels(DATA, cell, 3)).all()
    if cell.rate:
        assert (noisy_labels(DATA, cell, 3) != DATA.truth).sum() == round(cell.rate * 20)


def test_average_precision_is_that_of_scikit_learn():
    random = np.random.default_rng(0)
    wrong, score = random.random(300) < 0.2, random.normal(size=300)
    assert average_precision(wrong, score) == pytest.approx(average_precision_score(wrong, score))


def test_precision_at_the_rate_by_hand():
    wrong = np.array([True, False, True, False, False])
    assert at_the_rate(wrong, np.array([5.0, 4, 3, 2, 1])) == 0.5
