"""The null of shifted times."""

import numpy as np
import pytest

from core.detector.coupling.counts import Grid
from core.detector.coupling.nuisance import left_over, nuisance_design
from core.detector.coupling.params import CouplingParams
from core.detector.coupling.shifts import later, plan_shifts, scan_shifts, variants_of

PARAMS = CouplingParams()
GRID = Grid(1.2e9 - 1.2e9 % 86400, 25, 144, 600.0)


def test_many_days_are_shifted_by_whole_days_and_p_is_no_smaller_than_one_in_that_many():
    plan = plan_shifts(GRID, 25, PARAMS)
    assert plan.kind == "whole days"
    assert plan.bins.tolist() == [144 * day for day in range(1, 25)]
    assert plan.floor == pytest.approx(1 / 25)
    assert "no chance smaller than 0.040" in plan.sentence


def test_few_days_are_shifted_by_hours_and_it_is_said():
    plan = plan_shifts(Grid(0.0, 9, 144, 600.0), 9, PARAMS)
    assert plan.kind == "hours"
    assert plan.bins.min() == 72
    assert plan.bins.max() <= 9 * 144 - 72
    assert "9 days are too few for shifts by whole days" in plan.sentence


def test_a_year_is_thinned():
    plan = plan_shifts(Grid(0.0, 365, 144, 600.0), 365, PARAMS)
    assert len(plan.bins) == PARAMS.most_shifts
    assert len(set(plan.bins)) == PARAMS.most_shifts
    assert (plan.bins % 144 == 0).all()


def test_the_statistic_of_a_shift_is_that_of_the_moved_channel():
    random = np.random.default_rng(3)
    variants, score = random.normal(size=(2, GRID.bins)), random.normal(size=GRID.bins)
    plan = plan_shifts(GRID, 10, PARAMS)
    scan = scan_shifts(variants, score, plan, grid=GRID, lags=2)
    for number in (0, 17, len(plan.bins) - 1):
        moved = np.roll(variants[1], plan.bins[number])
        by_day = (moved * score).reshape(25, 144).sum(axis=1)
        assert scan.shifted[number, 1] == pytest.approx(by_day.sum() / np.sqrt((by_day**2).sum()))


def test_p_is_the_share_of_shifts_with_as_great_a_statistic_over_all_variants():
    random = np.random.default_rng(4)
    variants, score = random.normal(size=(3, GRID.bins)), random.normal(size=GRID.bins)
    scan = scan_shifts(variants, score, plan_shifts(GRID, 25, PARAMS), grid=GRID, lags=2)
    as_great = (np.abs(scan.shifted).max(axis=1) >= np.abs(scan.statistic).max()).sum()
    assert scan.p_value == pytest.approx((as_great + 1) / 25)


def test_variants_are_the_lags_and_then_the_thresholds():
    level = np.random.default_rng(5).normal(size=GRID.bins)
    level[500:600] = np.nan
    nuisance = nuisance_design(GRID, PARAMS)
    variants = variants_of(level, nuisance, grid=GRID, params=PARAMS)
    assert len(variants) == len(PARAMS.lags_hours) + len(PARAMS.thresholds)
    plain = left_over(level, nuisance)
    assert np.array_equal(variants[0], plain)
    assert np.array_equal(variants[3][:-6], plain[6:])  # an hour earlier
    assert np.array_equal(variants[4][6:], plain[:-6])  # an hour later
    assert not variants[0][500:600].any()


def test_later_and_earlier():
    values = np.arange(1.0, 5.0)
    assert later(values, 1, unknown=0.0).tolist() == [0, 1, 2, 3]
    assert later(values, -1, unknown=0.0).tolist() == [2, 3, 4, 0]
    assert later(values, 0, unknown=np.nan).tolist() == values.tolist()
    assert np.isnan(later(values, 2, unknown=np.nan)).tolist() == [True, True, False, False]
