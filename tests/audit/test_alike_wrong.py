"""Like what was wrong: a decision moves the labels that have something in common with it, and no other."""

import numpy as np
import pytest

from core.audit.alike_wrong import LikenessParams, Traits, log_odds_after


def traits(score, label, suggested, matrix=None, facts=None, chance=None):
    count = len(score)
    score = np.asarray(score, dtype=float)
    return Traits(
        score=score,
        chance=1 / (1 + np.exp(-score)) if chance is None else np.asarray(chance, dtype=float),
        label=np.asarray(label),
        suggested=np.asarray(suggested),
        facts=np.zeros((count, 0), int) if facts is None else np.asarray(facts),
        matrix=matrix,
    )


SPREAD = np.linspace(-2, 2, 9)
ALL_ALIKE = np.tile(np.float32([[1, 0]]), (9, 1))


def test_without_a_decision_the_order_is_that_of_the_suspicion():
    score = np.array([0.3, -1.0, 2.0, 0.0, -0.5, 1.0, -2.0, 0.7])
    odds = log_odds_after(traits(score, [0] * 8, [1] * 8), np.array([], int), np.array([], bool))
    assert list(np.argsort(-odds)) == list(np.argsort(-score))
    # The chances were logistic in the score, so the line is the log-odds themselves.
    assert odds == pytest.approx(score)


def test_one_decision_moves_the_log_odds_as_newton_says():
    """One label decided wrong: f = m + K (1 - s(f)) at the most probable value (Rasmussen and Williams 3.17)."""
    params = LikenessParams(place=0, pair=2.0, fact=0, slope=0, level=0)
    found = log_odds_after(traits(SPREAD, [0] * 9, [1] * 9), np.array([4]), np.array([True]), params)
    shift = found[4] - SPREAD[4]
    assert shift == pytest.approx(2.0 * (1 - 1 / (1 + np.exp(-found[4]))), abs=1e-6)
    assert found - SPREAD == pytest.approx(np.full(9, shift))


def test_what_was_wrong_speaks_against_the_same_labels_and_for_the_opposite_ones():
    """Called A and looks like B was wrong; near by, called B and looks like A is less likely wrong; C has no part."""
    label, suggested = [0, 0, 1, 2, 0, 0, 0, 0, 0], [1, 1, 0, 3, 1, 1, 1, 1, 1]
    params = LikenessParams(pair=0, fact=0, slope=0, level=0)
    moved = (
        log_odds_after(traits(SPREAD, label, suggested, ALL_ALIKE), np.array([0]), np.array([True]), params) - SPREAD
    )
    assert moved[1] > 1
    assert moved[2] == pytest.approx(-moved[1], rel=1e-5)
    assert moved[3] == pytest.approx(0, abs=1e-6)


def test_a_place_reaches_no_further_than_said():
    angles = np.linspace(0, np.pi / 2, 9)
    matrix = np.column_stack([np.cos(angles), np.sin(angles)]).astype(np.float32)
    params = LikenessParams(pair=0, fact=0, slope=0, level=0, reach=0.2)
    given = traits(SPREAD, [0] * 9, [1] * 9, matrix)
    moved = log_odds_after(given, np.array([0]), np.array([False]), params) - SPREAD
    assert (np.diff(moved) > 0).all()
    assert moved[-1] / moved[0] == pytest.approx(np.exp(-1 / 0.2), rel=1e-4)


def test_the_same_week_counts_among_those_of_one_kind():
    facts = np.array([[0], [0], [1], [-1], [-1], [0], [1], [1], [1]])
    label = np.array([0, 0, 0, 0, 0, 2, 0, 0, 0])
    params = LikenessParams(place=0, pair=0, fact=2.0, slope=0, level=0)
    given = traits(SPREAD, label, [1] * 9, facts=facts)
    moved = log_odds_after(given, np.array([0, 3]), np.array([True, True]), params) - SPREAD
    assert moved[1] > 0.5
    # Another week, an unknown one, another label.
    assert moved[[2, 4, 5]] == pytest.approx(0, abs=1e-9)


def test_only_those_that_are_asked_for_are_moved():
    given = traits(SPREAD, [0] * 9, [1] * 9, ALL_ALIKE)
    every = log_odds_after(given, np.array([0]), np.array([True]))
    some = log_odds_after(given, np.array([0]), np.array([True]), asked=np.array([2, 3]))
    assert some[[2, 3]] == pytest.approx(every[[2, 3]])
    assert list(some[4:]) == pytest.approx(list(SPREAD[4:]))


def test_unknown_chances_and_scores_stay_finite():
    given = traits([np.nan, 1.0, 1.0], [0, 0, 0], [1, 1, 1], chance=[np.nan, 0.99, 0.0])
    assert np.isfinite(log_odds_after(given, np.array([1]), np.array([False]))).all()


@pytest.mark.parametrize("score_of_the_right_one", [40.0, 400.0])
def test_a_great_surprise_is_still_answered_by_the_most_probable_log_odds(score_of_the_right_one):
    """Two labels were wrong, and one right that was by far the most suspect: full Newton steps swing ever further."""
    score = np.concatenate([[score_of_the_right_one], np.full(2, 2.0), np.full(89, -6.0)])
    label, suggested = np.repeat([0, 0, 2], [1, 11, 80]), np.repeat([2, 1, 0], [1, 11, 80])
    chance = 1 / (1 + np.exp(-np.clip(score, -8, 8) / 2))
    given = traits(score, label, suggested, np.tile(np.float32([[1, 0]]), (92, 1)), chance=chance)
    params = LikenessParams(pair=0, fact=0, slope=0, level=0)
    line = log_odds_after(given, np.array([], int), np.array([], bool), params)
    found = log_odds_after(given, np.arange(3), np.array([False, True, True]), params)
    # At the most probable value f = m + K (wrong - s(f)), Rasmussen and Williams 3.17; at one place K is 30 for a label
    # shared, 60 for both labels shared.
    surprise = np.array([0, 1, 1]) - 1 / (1 + np.exp(-found[:3]))
    assert found[:3] - line[:3] == pytest.approx(
        np.array([[60, 30, 30], [30, 60, 60], [30, 60, 60]]) @ surprise, abs=1e-3
    )
    # Those that are like the two have become more suspect.
    assert (found[3:12] > line[3:12]).all()
