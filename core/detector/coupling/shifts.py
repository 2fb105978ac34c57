"""What chance gives: the same comparison with the channel shifted in time against the glitches.

A shift by whole days keeps the daily cycle of both where it is, and breaks only what happens on the same day. D days
give D - 1 such shifts, so that no p-value is smaller than 1 / D. Fewer days are shifted by hours as well, which is
sound only as far as the daily cycle has been taken out. Shifts go around inside the observation; bins outside of the
livetime have no weight, wherever the channel comes to lie. For each shift the greatest statistic over all lags and
thresholds is taken, as it is for what was found.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.detector.coupling.counts import Grid
from core.detector.coupling.nuisance import Design, left_over
from core.detector.coupling.params import HOUR, CouplingParams
from core.statistics.permutation import ROUNDING, chance_of_as_much

WHOLE_DAYS = "whole days"
HOURS = "hours"

_STEP_HOURS = 2.0
_LEAST_HOURS = 12.0


@dataclass(frozen=True, eq=False)
class ShiftPlan:
    """Which shifts make the null.

    Attributes:
        kind: "whole days" or "hours".
        bins: int64 (shifts,), each shift in bins, none of them 0.
        floor: no p-value is smaller than this.
        sentence: how it was chosen, for a person.
    """

    kind: str
    bins: np.ndarray
    floor: float
    sentence: str


@dataclass(frozen=True, eq=False)
class Scan:
    """One channel against one family, over lags and thresholds, beside the same for every shift.

    Attributes:
        statistic: float64 (variants,), score in standard errors by day: first for each lag, then for each threshold.
        shifted: float64 (shifts, variants), the same under each shift.
        p_value: chance of as great a statistic over all variants.
        best_lag: number of the lag with the greatest statistic.
    """

    statistic: np.ndarray
    shifted: np.ndarray
    p_value: float
    best_lag: int


def plan_shifts(grid: Grid, live_days: int, params: CouplingParams) -> ShiftPlan:
    """Return the shifts that the data allow: whole days from ``days_for_whole_shifts`` days with livetime on."""
    if live_days >= params.days_for_whole_shifts:
        bins = np.arange(1, grid.days) * grid.bins_a_day
        kind, why = WHOLE_DAYS, "the daily cycle stays where it is"
    else:
        step, least = (round(hours * HOUR / grid.bin_seconds) for hours in (_STEP_HOURS, _LEAST_HOURS))
        bins = np.arange(least, grid.bins - least + 1, step)
        kind, why = HOURS, f"{live_days} days are too few for shifts by whole days, and the daily cycle was taken out"
    if len(bins) > params.most_shifts:
        bins = bins[np.unique(np.linspace(0, len(bins) - 1, params.most_shifts).round().astype(int))]
    floor = 1 / (len(bins) + 1)
    sentence = (
        f"Chance by shifted times is what {len(bins)} shifts by {kind} inside the observation give, because {why}; "
        f"no chance smaller than {floor:.3f} can be shown so."
    )
    return ShiftPlan(kind, bins, floor, sentence)


def variants_of(level: np.ndarray, nuisance: Design, *, grid: Grid, params: CouplingParams) -> np.ndarray:
    """Return what of a channel is tried, float64 (variants, bins): at each lag, then whether above each threshold.

    Each without its own daily cycle and slow trend, and 0 where ``level`` (bins,) is NaN. They serve every family.
    """
    known = np.isfinite(level)
    states = [np.where(known, level > limit, np.nan) for limit in _limits(level, params)]
    left = [left_over(one, nuisance) for one in (level, *states)]
    moves = [round(hours * HOUR / grid.bin_seconds) for hours in params.lags_hours]
    lags = [later(left[0], bins, unknown=0.0) for bins in moves]
    return np.stack([*lags, *left[1:]])


def scan_shifts(variants: np.ndarray, score: np.ndarray, plan: ShiftPlan, *, grid: Grid, lags: int) -> Scan:
    """Return how a channel's variants go with one family, and how they do under each shift.

    ``score`` is (bins,), counts minus what is expected of them without any channel; the first ``lags`` variants are
    lags.
    """
    found = _statistics(variants, score, np.zeros(1, dtype=np.int64), grid)[0]
    shifted = _statistics(variants, score, plan.bins, grid)
    greatest = float(np.abs(found).max())
    p_value = chance_of_as_much(greatest, np.abs(shifted).max(axis=1, initial=0.0), rounding=ROUNDING)
    return Scan(found, shifted, p_value, int(np.argmax(np.abs(found[:lags]))))


def _statistics(variants: np.ndarray, score: np.ndarray, shifts: np.ndarray, grid: Grid) -> np.ndarray:
    """Return (shifts, variants): sum by day of score times channel, over the root of the sum of the squared days."""
    by_day = score.reshape(grid.days, grid.bins_a_day)
    days = np.arange(grid.days)
    result = np.empty((len(shifts), len(variants)))
    for inner in np.unique(shifts % grid.bins_a_day):
        which = np.flatnonzero(shifts % grid.bins_a_day == inner)
        source = (days[None, :] - shifts[which, None] // grid.bins_a_day) % grid.days
        for number, variant in enumerate(variants):
            rolled = np.roll(variant, inner).reshape(grid.days, grid.bins_a_day)
            sums = (by_day @ rolled.T)[days[None, :], source]
            total, spread = sums.sum(axis=1), np.sqrt((sums**2).sum(axis=1))
            result[which, number] = np.divide(total, spread, out=np.zeros_like(total), where=spread > 0)
    return result


def _limits(level: np.ndarray, params: CouplingParams) -> np.ndarray:
    known = level[np.isfinite(level)]
    return np.quantile(known, params.thresholds) if len(known) else np.full(len(params.thresholds), np.inf)


def later(values: np.ndarray, bins: int, *, unknown: float) -> np.ndarray:
    """Return ``values`` moved ``bins`` later, ``unknown`` where none came from; earlier where negative."""
    moved = np.full_like(values, unknown)
    if bins > 0:
        moved[bins:] = values[:-bins]
    elif bins < 0:
        moved[:bins] = values[-bins:]
    else:
        moved[:] = values
    return moved
