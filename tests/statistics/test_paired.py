"""A change on the same samples: Bonett and Price's interval, glitches as units, and nothing taken for certain."""

import math

import numpy as np
import pytest

from core.statistics.paired import paired_change


def bonett_price(rises, falls, n):
    """The interval as the paper gives it, for n pairs of which so many rose and fell."""
    up, down = (rises + 1) / (n + 2), (falls + 1) / (n + 2)
    half = 1.959964 * math.sqrt((up + down - (up - down) ** 2) / (n + 2))
    return up - down - half, up - down + half


@pytest.mark.parametrize(("rises", "falls", "n"), [(7, 2, 40), (0, 0, 25), (12, 0, 1500), (30, 30, 60)])
def test_shares_of_single_samples_have_the_published_interval(rises, falls, n):
    before, after = np.zeros(n), np.zeros(n)
    after[:rises] = 1
    before[rises : rises + falls] = 1
    found = paired_change(before, after, np.arange(n))
    assert (found.low, found.high) == pytest.approx(bonett_price(rises, falls, n), abs=1e-6)
    assert found.difference == pytest.approx((rises - falls) / n) and found.moved == rises + falls


def test_pictures_of_one_glitch_count_once():
    before, after = np.zeros(80), np.zeros(80)
    after[:8] = 1
    single = paired_change(before[::4], after[::4], np.arange(20))
    glitches = paired_change(before, after, np.repeat(np.arange(20), 4))
    assert (glitches.low, glitches.high) == pytest.approx((single.low, single.high))
    assert glitches.moved == 2 and glitches.rows == 80


def test_rises_and_falls_inside_a_glitch_cancel():
    found = paired_change(np.array([0, 1, 0, 0]), np.array([1, 0, 0, 0]), np.array([0, 0, 1, 1]))
    assert found.moved == 0 and found.low < 0 < found.high


def test_what_one_cause_moved_counts_once():
    before, after = np.zeros(200), np.zeros(200)
    after[:60] = 1
    alone = paired_change(before, after, np.arange(200))
    # Two causes of thirty each: with one more that rises and one that falls, sqrt(4 * 30^2) / 200 by hand.
    together = paired_change(before, after, np.arange(200), pushes=np.array([30.0, 30.0]))
    assert alone.low > 0 > together.low
    assert (together.high - together.low) / 2 == pytest.approx(1.96 * 0.3, rel=0.1)
    assert (together.difference, together.moved) == (alone.difference, alone.moved)
    still = paired_change(before, before, np.arange(200))
    assert paired_change(before, before, np.arange(200), pushes=np.zeros(50)) == still


def test_of_no_sample_nothing_is_said():
    found = paired_change(np.zeros(0), np.zeros(0), np.zeros(0, int))
    assert math.isnan(found.difference) and math.isnan(found.low) and found.rows == 0


@pytest.mark.parametrize("rates", [(0.0, 0.0), (0.01, 0.0), (0.02, 0.02), (0.05, 0.01)])
def test_the_interval_holds_and_where_something_rises_it_is_seen(rates):
    random, n, held, seen = np.random.default_rng(11), 1000, 0, 0
    for _ in range(300):
        kinds = random.choice([1, -1, 0], size=n, p=[*rates, 1 - sum(rates)])
        found = paired_change((kinds < 0).astype(float), (kinds > 0).astype(float), np.arange(n))
        held += found.low <= rates[0] - rates[1] <= found.high
        seen += found.low > 0
    assert held >= 0.93 * 300
    if rates == (0.05, 0.01):
        assert seen >= 0.95 * 300
    if rates[0] == rates[1]:
        assert seen <= 0.04 * 300
