"""Channels that move together stand as one group."""

import numpy as np
import pytest

from core.detector.coupling.groups import group_channels, rank_likeness
from core.statistics.ranks import rank_correlation


def test_likeness_is_the_rank_correlation_without_its_sign():
    random = np.random.default_rng(0)
    base = random.normal(size=500)
    levels = np.stack([base, np.exp(base), -base, base + random.normal(size=500), random.normal(size=500)])
    alike = rank_likeness(levels)
    for one in range(5):
        for two in range(5):
            expected = 1.0 if one == two else abs(rank_correlation(levels[one], levels[two]))
            assert alike[one, two] == pytest.approx(expected, abs=1e-9)


def test_twins_form_a_group_whatever_their_sign_and_strangers_do_not():
    random = np.random.default_rng(1)
    base, other = random.normal(size=(2, 2000))
    twin = 0.95 * base + np.sqrt(1 - 0.95**2) * random.normal(size=2000)
    levels = np.stack([other, base, -twin, random.normal(size=2000)])
    groups, numbers = group_channels(["O", "B", "T", "X"], levels, likeness=0.8)
    assert [group.members for group in groups] == [("O",), ("B", "T"), ("X",)]
    assert numbers.tolist() == [0, 1, 1, 2]
    assert groups[1].least_likeness == pytest.approx(0.94, abs=0.02)
    assert groups[0].least_likeness == 1


def test_channels_without_common_time_or_without_values_are_not_alike():
    base = np.random.default_rng(2).normal(size=400)
    early, late = base.copy(), base.copy()
    early[200:], late[:200] = np.nan, np.nan
    levels = np.stack([early, late, np.full(400, np.nan), np.ones(400)])
    assert np.array_equal(rank_likeness(levels), np.eye(4))
    groups, _ = group_channels(list("abcd"), levels, likeness=0.8)
    assert len(groups) == 4


def test_one_channel_and_none():
    assert group_channels([], np.zeros((0, 10)), likeness=0.8)[0] == ()
    groups, numbers = group_channels(["A"], np.zeros((1, 10)), likeness=0.8)
    assert groups[0].members == ("A",)
    assert numbers.tolist() == [0]
