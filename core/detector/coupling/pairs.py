"""One channel against one family: what is measured, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from core.detector.coupling.counts import FamilyCounts, Grid, Motion
from core.detector.coupling.groups import ChannelGroup
from core.detector.coupling.nuisance import Design, daily_share
from core.detector.coupling.params import HOUR, CouplingParams
from core.detector.coupling.regression import RateFit, fit_rate
from core.detector.coupling.shifts import Scan, ShiftPlan, later, scan_shifts
from core.detector.coupling.verdicts import (
    AT_ODDS,
    BY_HOUR,
    CANNOT_TELL,
    CHANCE,
    CONSTANT,
    FEW_DAYS,
    FEW_GLITCHES,
    GOES_WITH,
    MISSING,
    NO_LIVETIME,
    TOO_VAGUE,
    Coupling,
    chance_sentence,
    goes_with_action,
    goes_with_sentence,
    why_not,
)

_LEAST_HOURS = 24.0
_SEEN = 0.9
_STEEPEST = 50.0


@dataclass(frozen=True, eq=False)
class Measured:
    """What was measured of one pair; ``reason`` says why nothing was, and then the rest is None.

    Attributes:
        p_value: of the slope over the lags that were tried; NaN where nothing was measured.
        fit: at lag 0.
        lag: number of the lag that fits best; lag_fit: at that lag.
        span: how far apart the channel's quietest tenth and its loudest begin, in units of its level.
    """

    family: FamilyCounts
    motion: Motion
    glitches: int
    days: int
    hours: float
    plan: ShiftPlan
    reason: str = ""
    p_value: float = float("nan")
    fit: RateFit | None = None
    scan: Scan | None = None
    lag: int = 0
    lag_fit: RateFit | None = None
    span: float = 0.0


def too_little(family: FamilyCounts, grid: Grid, params: CouplingParams, *, known: np.ndarray | None = None) -> str:
    """Return why a family cannot be compared, or not with a channel that is ``known``, bool (bins,); "" if it can."""
    live = (family.livetime > 0) & (True if known is None else known)
    if not family.livetime.any():
        return NO_LIVETIME
    if float(family.livetime[live].sum()) < _LEAST_HOURS * HOUR and known is not None:
        return MISSING
    if int(live.reshape(grid.days, grid.bins_a_day).any(axis=1).sum()) < params.fewest_days:
        return FEW_DAYS
    return FEW_GLITCHES if family.counts[live].sum() < params.fewest_glitches else ""


def measure_pair(
    family: FamilyCounts,
    motion: Motion,
    background: tuple[np.ndarray, float] | None,
    variants: np.ndarray,
    nuisance: Design,
    *,
    plan: ShiftPlan,
    grid: Grid,
    params: CouplingParams,
) -> Measured:
    """Return how the rate goes with the channel, at lag 0 and at the lag that fits best, and what shifts give.

    ``background`` is what is expected of the family without any channel, and its dispersion; None where it has too
    little of anything. ``variants`` are those of the channel, see `variants_of`.
    """
    known = np.isfinite(motion.level)
    live = known & (family.livetime > 0)
    bare = Measured(
        family,
        motion,
        glitches=int(family.counts[live].sum()),
        days=int(live.reshape(grid.days, grid.bins_a_day).any(axis=1).sum()),
        hours=float(family.livetime[live].sum()) / HOUR,
        plan=plan,
    )
    reason = too_little(family, grid, params) or too_little(family, grid, params, known=known)
    if not reason and not np.ptp(motion.level[live]) > 0:
        reason = CONSTANT
    if not reason and daily_share(motion.level, live, nuisance) > params.most_daily:
        reason = BY_HOUR
    if reason or background is None:
        return replace(bare, reason=reason or FEW_GLITCHES)
    expected, dispersion = background
    score = (family.counts - expected) / (1 + dispersion * expected)
    lags = len(params.lags_hours)
    scan = scan_shifts(variants, score, plan, grid=grid, lags=lags)
    fit = _fit(family, motion.level, nuisance, dispersion)
    p_value, lag, lag_fit = fit.p_value, 0, fit
    if lags > 1:
        p_value = p_value / params.lag_zero_weight
        if scan.best_lag:
            bins = round(params.lags_hours[scan.best_lag] * HOUR / grid.bin_seconds)
            moved = later(motion.level, bins, unknown=np.nan)
            share = (1 - params.lag_zero_weight) / (lags - 1)
            other = _fit(family, moved, nuisance, dispersion)
            if other.p_value / share < p_value:
                p_value, lag, lag_fit = other.p_value / share, scan.best_lag, other
    quiet, loud = (0.0, 1.0) if motion.per == "state" else np.quantile(motion.level[live], [0.1, 0.9])
    return replace(
        bare, p_value=min(1.0, p_value), fit=fit, scan=scan, lag=lag, lag_fit=lag_fit, span=float(loud - quiet)
    )


def judge_pair(
    measured: Measured, *, q_value: float, tests: int, group: ChannelGroup, params: CouplingParams
) -> Coupling:
    """Return the verdict of one pair, ``q_value`` adjusted for all ``tests`` that were made."""
    bare = Coupling(
        detector=measured.family.detector,
        family=measured.family.family,
        epoch=measured.family.epoch.name,
        channel=measured.motion.channel.name,
        verdict=CANNOT_TELL,
        sentence="",
        action="",
        group=group.number,
        glitches=measured.glitches,
        days=measured.days,
        hours=measured.hours,
        per=measured.motion.per,
    )
    fit, scan = measured.fit, measured.scan
    if fit is None or scan is None:
        needed = params.fewest_days if measured.reason == FEW_DAYS else params.fewest_glitches
        return _cannot(bare, measured.reason, needed=needed)
    low, high = fit.interval()
    best = measured.lag_fit or fit
    least = _least_slope(fit, tests, params)
    found = replace(
        bare,
        ratio=_ratio(fit.slope),
        low=_ratio(low),
        high=_ratio(high),
        p_value=measured.p_value,
        q_value=q_value,
        lag_hours=params.lags_hours[measured.lag],
        lag_ratio=_ratio(best.slope),
        lag_low=_ratio(best.interval()[0]),
        lag_high=_ratio(best.interval()[1]),
        shift_p=scan.p_value,
        shifts=len(measured.plan.bins),
        shift_kind=measured.plan.kind,
        least_ratio=_ratio(least),
        dispersion=fit.dispersion,
    )
    if q_value > params.error_rate:
        if least * measured.span > np.log(params.telling_ratio):
            return _cannot(found, TOO_VAGUE)
        return replace(found, verdict=CHANCE, sentence=chance_sentence(found), action="Look at other channels.")
    if scan.p_value > max(params.shift_chance, measured.plan.floor):
        return _cannot(found, AT_ODDS)
    others = len(group.members) - 1
    action = goes_with_action(safety=measured.motion.channel.safety, others=others)
    return replace(found, verdict=GOES_WITH, sentence=goes_with_sentence(found, others=others), action=action)


def _fit(family: FamilyCounts, level: np.ndarray, nuisance: Design, dispersion: float) -> RateFit:
    return fit_rate(family.counts, family.livetime, level, nuisance, dispersion=dispersion)


def _cannot(bare: Coupling, reason: str, *, needed: int = 0) -> Coupling:
    sentence, action = why_not(reason, bare, needed=needed)
    return replace(bare, reason=reason, sentence=sentence, action=action)


def _least_slope(fit: RateFit, tests: int, params: CouplingParams) -> float:
    """Return the slope that would have been the first to be seen, in nine of ten such observations."""
    from scipy.stats import t

    first = params.error_rate / (max(1, tests) * float((1 / np.arange(1, max(1, tests) + 1)).sum()))
    level = first * (params.lag_zero_weight if len(params.lags_hours) > 1 else 1)
    return float(t.isf(level / 2, fit.freedom) + t.ppf(_SEEN, fit.freedom)) * fit.error


def _ratio(slope: float) -> float:
    return float(np.exp(np.clip(slope, -_STEEPEST, _STEEPEST)))
