"""Rates in parts of the time, with an interval by days: in and out of a state, in an hour, at a motion."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.detector.coupling.counts import FamilyCounts, Grid
from core.detector.model import Segments

UNKNOWN = float("nan")


@dataclass(frozen=True)
class Rate:
    """Glitches an hour of livetime, with a 95 % interval; ``glitches`` in ``hours`` of livetime."""

    rate: float
    low: float
    high: float
    glitches: int
    hours: float


@dataclass(frozen=True)
class StateRates:
    """A family's rate in a state and out of it.

    Attributes:
        inside, outside: the rates.
        ratio, low, high: of the two, with a 95 % interval by days.
        p_value: chance of a ratio as far from 1, by days.
    """

    inside: Rate
    outside: Rate
    ratio: float
    low: float
    high: float
    p_value: float


def exact_rate(glitches: int, hours: float, *, confidence: float = 0.95) -> tuple[float, float]:
    """Return the interval of a Poisson rate after Garwood (1936), glitches an hour; (NaN, NaN) without livetime."""
    if not hours > 0:
        return UNKNOWN, UNKNOWN
    from scipy.stats import chi2

    tail = (1 - confidence) / 2
    low = chi2.ppf(tail, 2 * glitches) / 2 if glitches else 0.0
    return float(low) / hours, float(chi2.isf(tail, 2 * glitches + 2)) / 2 / hours


def rate_interval(counts: np.ndarray, livetime: np.ndarray, chosen: np.ndarray, *, grid: Grid) -> Rate:
    """Return the rate over the bins ``chosen``, bool (bins,); its interval is as wide as days scatter, or Poisson's.

    The wider of Garwood's exact interval and of the jackknife over days on the logarithm, as glitches come in showers.
    """
    by_day = (grid.days, grid.bins_a_day)
    seen = np.where(chosen, counts, 0.0).reshape(by_day).sum(axis=1)
    live = np.where(chosen, livetime, 0.0).reshape(by_day).sum(axis=1) / 3600
    glitches, hours = float(seen.sum()), float(live.sum())
    if not hours > 0:
        return Rate(UNKNOWN, UNKNOWN, UNKNOWN, 0, 0.0)
    rate = glitches / hours
    low, high = exact_rate(int(glitches), hours)
    days = int((live > 0).sum())
    if glitches > 0 and days > 2:
        half = _half(_log_rates_without(seen, live), days)
        low, high = min(low, rate * float(np.exp(-half))), max(high, rate * float(np.exp(min(half, 50.0))))
    return Rate(rate, low, high, int(glitches), hours)


def state_rates(family: FamilyCounts, inside: np.ndarray, known: np.ndarray, *, grid: Grid) -> StateRates:
    """Return a family's rate inside and outside of a state, and their ratio with a 95 % interval by days.

    ``inside`` and ``known`` are bool (bins,): in the state, and whether that is known. Days with glitches inside and
    outside are what the interval goes by; it is (0, inf) where one of the rates is 0. A daily cycle or a slow rate that
    both share is not taken out: `judge_couplings` does that.
    """
    live = known & (family.livetime > 0)
    rates = [rate_interval(family.counts, family.livetime, live & part, grid=grid) for part in (inside, ~inside)]
    within, without = rates
    if not (within.glitches and without.glitches):
        ratio = within.rate / without.rate if without.glitches else (np.inf if within.glitches else UNKNOWN)
        return StateRates(within, without, float(ratio), 0.0, float("inf"), 1.0)
    by_day = (grid.days, grid.bins_a_day)
    parts = []
    for part in (live & inside, live & ~inside):
        seen = np.where(part, family.counts, 0.0).reshape(by_day).sum(axis=1)
        hours = np.where(part, family.livetime, 0.0).reshape(by_day).sum(axis=1) / 3600
        parts.append(_log_rates_without(seen, hours))
    days = int(live.reshape(by_day).any(axis=1).sum())
    left = parts[0] - parts[1]
    ratio = within.rate / without.rate
    # Two Poisson counts scatter at least as much as this; few days may hide it.
    least = float(np.sqrt(1 / within.glitches + 1 / without.glitches))
    error = max(least, _error(left, days))
    from scipy.stats import t

    freedom = max(1, days - 1)
    half = float(t.ppf(0.975, freedom)) * error
    p_value = float(2 * t.sf(abs(np.log(ratio)) / error, freedom))
    low, high = ratio * np.exp(-half), ratio * np.exp(min(half, 50.0))
    return StateRates(within, without, float(ratio), float(low), float(high), p_value)


def state_bins(state: Segments, *, grid: Grid) -> np.ndarray:
    """Return which bins lie for the larger part in ``state``, bool (bins,)."""
    return state.per_bin(grid.begin, grid.bin_seconds, grid.bins) > grid.bin_seconds / 2


def _log_rates_without(seen: np.ndarray, hours: np.ndarray) -> np.ndarray:
    """Return the logarithm of the rate without each day, float64 (days,); half a glitch where none is left."""
    left = np.maximum(seen.sum() - seen, 0.5)
    time = np.maximum(hours.sum() - hours, 1e-9)
    return np.log(left / time) - np.log(max(seen.sum(), 0.5) / hours.sum())


def _error(changes: np.ndarray, days: int) -> float:
    return float(np.sqrt((days - 1) / days * (changes**2).sum())) if days > 1 else float("inf")


def _half(changes: np.ndarray, days: int) -> float:
    from scipy.stats import t

    return float(t.ppf(0.975, days - 1)) * _error(changes, days)
