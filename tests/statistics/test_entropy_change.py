"""The change of a group's entropy, against hand-worked cases and the jackknife written out."""

import math

import numpy as np
import pytest

from core.statistics.entropy import entropy_bits
from core.statistics.entropy_change import entropy_change, moved_in_and_out


def test_a_half_and_half_group_that_becomes_one_label_loses_a_bit():
    before = np.array(["Blip", "Tomte"] * 20)
    change, low, high = entropy_change(before, np.array(["Blip"] * 40), np.arange(40))
    assert change == pytest.approx(-1) and low <= change <= high < 0


def test_it_is_the_jackknife_over_glitches():
    before = np.array(["Blip"] * 5 + ["Tomte"] * 5)
    after = np.array(["Blip"] * 7 + ["Tomte"] * 3)
    groups = np.array([0, 0, 1, 1, 2, 3, 3, 4, 5, 5])

    def entropy(labels):
        return entropy_bits(np.unique(labels, return_counts=True)[1])

    change, low, high = entropy_change(before, after, groups)
    drawn = np.array([entropy(after[groups != one]) - entropy(before[groups != one]) for one in range(6)])
    half = 1.959964 * math.sqrt(5 / 6 * ((drawn - drawn.mean()) ** 2).sum())
    assert change == pytest.approx(entropy(after) - entropy(before))
    assert (low, high) == pytest.approx((change - half, change + half))


def test_nothing_changed_is_nothing_and_one_glitch_has_no_interval():
    labels = np.array(["Blip", "Tomte", "Blip"])
    assert entropy_change(labels, labels, np.arange(3)) == pytest.approx((0, 0, 0))
    change, low, high = entropy_change(labels, labels, np.zeros(3, int))
    assert change == 0 and math.isnan(low) and math.isnan(high)


def test_a_group_that_four_left_lies_in_fewer_clusters():
    # 4 of cluster 0, 4 of cluster 1 before: one bit, half in the commonest. Those of cluster 1 leave.
    kinds = np.array([0, 0, 0, 0, 1, 1, 1, 1, 2, 2])
    before, after = kinds < 2, kinds == 0
    mixed, share = moved_in_and_out(kinds, before, after, np.arange(10))
    assert mixed[0] == pytest.approx(-1) and share[0] == pytest.approx(0.5)
    assert mixed[1] <= -1 <= mixed[2] and share[1] <= 0.5 <= share[2]


def test_the_share_has_the_jackknifes_interval():
    kinds = np.array([0, 0, 0, 1, 1, 0, 1, 1])
    before = np.array([True] * 5 + [False] * 3)
    after = np.array([True] * 4 + [False, True, False, False])
    groups = np.array([0, 1, 2, 3, 4, 5, 5, 6])

    def share(inside, left_out=None):
        counted = np.unique(kinds[inside & (groups != left_out)], return_counts=True)[1]
        return counted.max() / counted.sum()

    _, (change, low, high) = moved_in_and_out(kinds, before, after, groups)
    drawn = np.array([share(after, one) - share(before, one) for one in range(7)])
    half = 1.959964 * math.sqrt(6 / 7 * ((drawn - drawn.mean()) ** 2).sum())
    assert change == pytest.approx(4 / 5 - 3 / 5)
    assert (low, high) == pytest.approx((change - half, change + half))


def test_of_a_group_that_is_empty_nothing_is_said():
    kinds, nobody = np.array([0, 1]), np.zeros(2, bool)
    for change in moved_in_and_out(kinds, ~nobody, nobody, np.arange(2)):
        assert all(map(math.isnan, change))
