"""The chances bent to fit what people judged, and how many flags are right by both."""

import numpy as np
import pandas as pd
import pytest

from core.audit.recalibration import (
    LEAST,
    MISFIT,
    SLOPE_ERROR,
    Recalibration,
    by_judged,
    counted_answers,
    flags_right,
    recalibrate,
)
from core.audit.total_wrong import FLAGGED, with_drawn


def entries(count=400, seed=0):
    random = np.random.default_rng(seed)
    chances = np.sort(random.choice([0.01, 0.1, 0.3, 0.6, 0.8, 0.95, 0.99], size=count))
    names = [f"g{row}" for row in range(count)]
    table = pd.DataFrame({"glitch": names, "chance_wrong": chances, "score": np.arange(count) / count}, index=names)
    return with_drawn(table.assign(flagged=chances >= 0.5))


def judged(names, wrong):
    return pd.DataFrame({"verdict": np.where(wrong, "accept", "keep")}, index=list(names))


def in_turn(drawn, count):
    return list(drawn.sort_values("drawn_rank", ascending=False).index[:count])


def odds(chances):
    return np.log(chances / (1 - np.asarray(chances)))


def test_the_line_is_the_most_probable_one_by_another_optimiser():
    from scipy.optimize import minimize

    random = np.random.default_rng(1)
    chances = random.choice([0.02, 0.2, 0.5, 0.7, 0.9, 0.99], size=120)
    wrong = random.random(120) < chances * 0.7

    def loss(line):
        fitted = line[0] + line[1] * odds(chances)
        prior = line[0] ** 2 / 0.8**2 + (line[1] - 1) ** 2 / SLOPE_ERROR**2
        return np.logaddexp(0, fitted).sum() - fitted[wrong].sum() + prior / 2

    best = minimize(loss, [0, 1], options={"gtol": 1e-8})
    found = recalibrate(chances, wrong, error=0.8)
    np.testing.assert_allclose(found.line, best.x, atol=1e-4)
    # The inverse of the second derivative, by differences.
    step = 1e-3
    corners = [(1, 1), (1, -1), (-1, 1), (-1, -1)]
    mixed = sum(a * b * loss(best.x + step * np.array([a, b])) for a, b in corners) / (4 * step**2)
    own = [(loss(best.x + step * unit) - 2 * loss(best.x) + loss(best.x - step * unit)) / step**2 for unit in np.eye(2)]
    np.testing.assert_allclose(np.linalg.inv(found.covariance), [[own[0], mixed], [mixed, own[1]]], rtol=1e-3)
    assert found.judged == 120


def test_nothing_judged_leaves_the_line_as_it_was_said():
    found = recalibrate(np.zeros(0), np.zeros(0, bool), error=0.8)
    np.testing.assert_allclose(found.line, [0, 1])
    np.testing.assert_allclose(found.covariance, np.diag([0.8**2, SLOPE_ERROR**2]))


def test_chances_by_hand():
    # Log-odds 1 + 0.5 * 0 at a chance of one half, variance 0.09 for misfit alone.
    found = Recalibration(np.array([1.0, 0.5]), np.zeros((2, 2)), 1)
    expected = 1 / (1 + np.exp(-1 / np.sqrt(1 + np.pi * MISFIT**2 / 8)))
    chances = found.chances(np.array([0.5, np.nan]))
    assert chances[0] == pytest.approx(expected) and np.isnan(chances[1])
    # No chance is so small or large that its log-odds are without bound.
    assert np.isfinite(found.chances(np.array([0.0, 1.0]))).all()


@pytest.mark.parametrize(("intercept", "slope"), [(-1.0, 0.5), (0.0, 1.0), (1.5, 0.7)])
def test_chances_that_are_off_by_a_line_are_mended(intercept, slope):
    random = np.random.default_rng(2)
    said = random.uniform(0.02, 0.98, size=4000)
    true = 1 / (1 + np.exp(-intercept - slope * odds(said)))
    found = recalibrate(said, random.random(4000) < true, error=1.2)
    assert np.abs(found.chances(said) - true).max() < 0.05


def test_the_interval_of_the_flags_holds_as_often_as_it_says():
    held, off = [], []
    for seed in range(100):
        drawn, random = entries(seed=seed), np.random.default_rng([3, seed])
        # Real errors score otherwise than planted ones, each time in another way.
        true = 1 / (1 + np.exp(-random.normal(0, 1.0) - odds(drawn["chance_wrong"])))
        wrong = pd.Series(random.random(len(drawn)) < true, index=drawn.index)
        said = judged(names := in_turn(drawn, 60), wrong[names])
        flagged = drawn[drawn["flagged"]]
        expected, low, high = flags_right(flagged, said, by_judged(drawn, said, error=1.0))
        right = wrong[flagged.index].sum()
        held.append(low <= right <= high)
        off.append((expected - right) / len(flagged))
    assert np.mean(held) >= 0.9
    assert abs(np.mean(off)) < 0.03


def test_judged_flags_count_as_judged_whatever_the_chances_say():
    drawn = entries()
    flagged = drawn[drawn["flagged"]]
    wrong = np.arange(len(flagged)) % 3 == 0
    said = judged(flagged.index, wrong)
    line = by_judged(drawn, said, error=1.0)
    assert flags_right(flagged, said, line) == (wrong.sum(), wrong.sum(), wrong.sum())
    # Who contradict each other settle nothing: that flag has a chance again.
    both = pd.concat([said, judged(flagged.index[:1], ~wrong[:1])])
    _, low, high = flags_right(flagged, both, by_judged(drawn, both, error=1.0))
    assert (low, high) == (wrong[1:].sum(), wrong[1:].sum() + 1)


def test_what_is_judged_out_of_turn_does_not_count():
    drawn = entries()
    flagged = drawn[drawn["flagged"]].sort_values("score", ascending=False, kind="stable")
    turn = drawn[drawn["stratum"] == FLAGGED].sort_values("drawn_number")
    # The second of either order, without the first: somebody may have looked because it looks wrong.
    out = [name for name in (flagged.index[1], turn.index[1]) if name not in (flagged.index[0], turn.index[0])]
    assert np.isnan(counted_answers(drawn, judged(out, [True] * len(out)))).all()
    top = list(flagged.index[:2])
    found = pd.Series(counted_answers(drawn, judged(top, [True, False])), index=drawn.index)
    assert found[top].tolist() == [1, 0] and found.notna().sum() == 2
    first = list(turn.index[:2])
    found = pd.Series(counted_answers(drawn, judged(first, [False, True])), index=drawn.index)
    assert found[first].tolist() == [0, 1]
    unsure = pd.DataFrame({"verdict": ["unsure", "accept"]}, index=top)
    found = pd.Series(counted_answers(drawn, unsure), index=drawn.index)
    # No clear answer is none, and stops nothing.
    assert np.isnan(found[top[0]]) and found[top[1]] == 1


def test_few_answers_leave_the_chances_as_they_are():
    drawn = entries()
    names = in_turn(drawn, LEAST)
    assert by_judged(drawn, judged(names[:-1], [True] * (LEAST - 1)), error=1.0) is None
    assert by_judged(drawn, judged(names, [True] * LEAST), error=1.0).judged == LEAST
    # Where every flag is judged, fewer suffice.
    drawn = with_drawn(entries().assign(flagged=lambda table: table["score"] > 0.995))
    assert 0 < drawn["flagged"].sum() < LEAST
    said = judged(drawn.index[drawn["flagged"]], True)
    assert by_judged(drawn, said, error=1.0) is not None
    assert by_judged(drawn, said.iloc[:0], error=1.0) is None
    # Where there is no flag at all, one answer bends nothing.
    none = with_drawn(entries().assign(flagged=False))
    assert by_judged(none, judged(in_turn(none, 1), [True]), error=1.0) is None
