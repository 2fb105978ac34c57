"""Chance as a measure: groups exchange their values, and what was found counts as one draw."""

import numpy as np
import pytest

from core.statistics.permutation import chance_of_as_much, shuffles_among_groups, shuffles_within_groups


def test_glitches_exchange_their_values_as_a_whole():
    glitches = np.array([5, 5, 2, 2, 9, 9])
    values = np.array(["a", "a", "b", "b", "c", "c"])
    seen = {tuple(values[rows]) for rows in shuffles_among_groups(glitches, 200)}
    assert seen == {tuple(np.repeat(list(order), 2)) for order in ("abc", "acb", "bac", "bca", "cab", "cba")}


def test_glitches_are_exchanged_within_their_stratum_only():
    within = np.array(["H1"] * 6 + ["L1"] * 4)
    for rows in shuffles_among_groups(np.arange(10), 20, within=within):
        assert (within[rows] == within).all()
        assert sorted(rows.tolist()) == list(range(10))


def test_glitches_with_unlike_numbers_of_views_can_be_exchanged():
    glitches = np.array([0, 1, 1, 1, 2, 2])
    values = np.array(["a", "b", "b", "b", "c", "c"])
    for rows in shuffles_among_groups(glitches, 50):
        for glitch in range(3):
            assert len(set(values[rows][glitches == glitch])) == 1


def test_views_are_exchanged_within_each_glitch():
    glitches = np.array([3, 1, 3, 1, 3, 7])
    seen = set()
    for rows in shuffles_within_groups(glitches, 300):
        assert (glitches[rows] == glitches).all()
        assert sorted(rows.tolist()) == list(range(6))
        seen.add(tuple(rows.tolist()))
    assert len(seen) == 6 * 2


def test_what_was_found_counts_as_one_of_the_draws():
    assert chance_of_as_much(2, np.array([0, 1, 2, 3])) == 3 / 5
    assert chance_of_as_much(9, []) == 1
    assert chance_of_as_much(0.3, [0.1 + 0.2 - 1e-10], rounding=1e-9) == 1
    assert chance_of_as_much(0.3, [0.3 - 1e-8], rounding=1e-9) == pytest.approx(1 / 2)
