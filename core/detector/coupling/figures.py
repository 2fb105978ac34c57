"""What a page draws of a channel and a family, ready to be drawn: points, bands, fitted lines, null bands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.detector.coupling.choosing import chosen, family_counts
from core.detector.coupling.counts import grid_of, motion_of
from core.detector.coupling.judge import CouplingResult
from core.detector.coupling.nuisance import hour_of_day, nuisance_design
from core.detector.coupling.params import HOUR, CouplingParams
from core.detector.coupling.rates import rate_interval
from core.detector.coupling.regression import fit_nuisance, fit_rate
from core.detector.coupling.shifts import plan_shifts, scan_shifts, variants_of
from core.detector.coupling.verdicts import ANSWERS, GOES_WITH
from core.detector.model import ChannelTable, GlitchTimes, row_of
from core.errors import GlitchAuditError

_BINS = 10
_LINE = 50
_MOST_POINTS = 5000


@dataclass(frozen=True, eq=False)
class HeatMap:
    """Families against channels, for one detector and epoch.

    Attributes:
        families, channels: of the rows and the columns.
        strength: float64 (families, channels), base-10 logarithm of the rate's ratio for one step of the channel; NaN
            where nothing can be said.
        significance: float64, the same shape, -log10 of the q-value, at most 10; NaN likewise.
        verdicts: object, the same shape, the verdict, "" where the pair was not compared.
        sentences: object, the same shape.
        reasons: object, the same shape, why nothing can be said, such as "unsafe"; "" otherwise.
    """

    families: tuple[str, ...]
    channels: tuple[str, ...]
    strength: np.ndarray
    significance: np.ndarray
    verdicts: np.ndarray
    sentences: np.ndarray
    reasons: np.ndarray


@dataclass(frozen=True, eq=False)
class MotionCurve:
    """A family's rate against a channel.

    Attributes:
        per, unit: what one step of ``level`` is, and the unit of ``value``.
        level, value: float64 (bins,), the middle of each tenth of the channel's time, as compared and as read.
        rate, low, high: float64 (bins,), glitches an hour of livetime, with 95 % by days where days scatter more than
            Poisson's.
        glitches, hours: (bins,), what the rates rest on.
        line_level, line_value: float64 (points,), where the fitted line is drawn.
        line, line_low, line_high: float64 (points,), the fitted rate at the usual hour and trend; its interval is that
            of the slope, and so is narrowest in the middle.
    """

    per: str
    unit: str
    level: np.ndarray
    value: np.ndarray
    rate: np.ndarray
    low: np.ndarray
    high: np.ndarray
    glitches: np.ndarray
    hours: np.ndarray
    line_level: np.ndarray
    line_value: np.ndarray
    line: np.ndarray
    line_low: np.ndarray
    line_high: np.ndarray


@dataclass(frozen=True, eq=False)
class LagCurve:
    """How a family goes with a channel at each lag, over what shifts give.

    Attributes:
        lags: float64 (lags,), h, ascending; glitches later than the channel where positive.
        statistic: float64 (lags,), in standard errors by day.
        null_low, null_high: float64 (lags,), the middle 95 % of the shifts at each lag.
        greatest: that 95 % of the shifts stay below at all of their lags and thresholds.
        shifts, kind: how many shifts, and by what.
    """

    lags: np.ndarray
    statistic: np.ndarray
    null_low: np.ndarray
    null_high: np.ndarray
    greatest: float
    shifts: int
    kind: str


@dataclass(frozen=True, eq=False)
class HoursOfDay:
    """A family's glitches by hour of the GPS day (UTC but for the leap seconds): each array is (24,).

    Attributes:
        glitches: counted in the livetime.
        expected: at an even rate, by each hour's livetime.
        hours: of livetime, h.
        rate, low, high: glitches an hour of livetime, with 95 % by days.
        motion: the channel's median in each hour, as read; NaN without a channel.
    """

    glitches: np.ndarray
    expected: np.ndarray
    hours: np.ndarray
    rate: np.ndarray
    low: np.ndarray
    high: np.ndarray
    motion: np.ndarray


@dataclass(frozen=True, eq=False)
class ChannelSeries:
    """A channel in time, with a family's glitches on it.

    Attributes:
        times, low, value, high: float64 (points,), GPS seconds; smallest, mean and largest value of what was drawn
            together into one point, as read; NaN where nothing was recorded.
        live: bool (points,), whether the detector observed.
        sample_ids, glitch_times, glitch_values: of each glitch of the family, object and float64 (n,); the value is
            that of the channel at that time, NaN where it was not recorded.
        unit: of the values.
    """

    times: np.ndarray
    low: np.ndarray
    value: np.ndarray
    high: np.ndarray
    live: np.ndarray
    sample_ids: np.ndarray
    glitch_times: np.ndarray
    glitch_values: np.ndarray
    unit: str


def heat_map(result: CouplingResult, *, detector: str, epoch: str | None = None) -> HeatMap:
    """Return families against channels of ``detector``, in the epoch ``epoch``, by default the first.

    Channels come by group; families by name, those that go with a channel first.
    """
    own = [one for one in result.couplings if one.detector == detector]
    epoch = epoch or min((one.epoch for one in own), default="")
    own = [one for one in own if one.epoch == epoch]
    found = {one.family for one in own if one.verdict == GOES_WITH}
    families = tuple(sorted({one.family for one in own}, key=lambda name: (name not in found, name)))
    group = {one.channel: (one.group < 0, one.group, one.channel) for one in own}
    channels = tuple(sorted(group, key=lambda name: group[name]))
    shape = (len(families), len(channels))
    strength, significance = np.full(shape, np.nan), np.full(shape, np.nan)
    verdicts, sentences, reasons = (np.full(shape, "", dtype=object) for _ in range(3))
    for one in own:
        place = families.index(one.family), channels.index(one.channel)
        verdicts[place], sentences[place], reasons[place] = one.verdict, one.sentence, one.reason
        if np.isfinite(one.q_value) and one.verdict in ANSWERS:
            strength[place] = np.log10(one.ratio)
            significance[place] = min(10.0, -np.log10(max(one.q_value, 1e-10)))
    return HeatMap(families, channels, strength, significance, verdicts, sentences, reasons)


def rate_against_motion(
    table: ChannelTable,
    glitches: GlitchTimes,
    *,
    channel: str,
    family: str,
    params: CouplingParams | None = None,
    borders: Sequence[float] = (),
    epoch: str | None = None,
) -> MotionCurve:
    """Return the rate in tenths of the channel's time, and the line that the regression fits."""
    params = params or CouplingParams()
    grid, counts, motion = chosen(table, glitches, channel, family, params, borders, epoch)
    used = (counts.livetime > 0) & np.isfinite(motion.level)
    if not used.any():
        raise GlitchAuditError(f"{channel} was not recorded while {counts.detector} observed; choose another channel.")
    level = motion.level[used]
    edges = np.unique(np.quantile(level, np.linspace(0, 1, _BINS + 1)))
    place = np.full(grid.bins, -1)
    place[used] = np.clip(np.searchsorted(edges, level, side="right") - 1, 0, max(0, len(edges) - 2))
    number = max(1, len(edges) - 1)
    middle = np.array([np.median(motion.level[place == one]) for one in range(number)])
    found = [rate_interval(counts.counts, counts.livetime, place == one, grid=grid) for one in range(number)]
    fit = fit_rate(counts.counts, counts.livetime, motion.level, nuisance_design(grid, params))
    line_level = np.linspace(float(level.min()), float(level.max()), _LINE)
    weight = fit.expected[used]
    pivot = float(np.average(level, weights=weight)) if weight.sum() > 0 else float(level.mean())
    # The line goes through what was counted: the mean rate over the time that the channel was recorded.
    base = float(counts.counts[used].sum()) / float(
        (counts.livetime[used] / HOUR * np.exp(np.clip(fit.slope * (level - pivot), -50, 50))).sum()
    )
    low, high = fit.interval()
    slopes = (fit.slope, low, high)
    lines = np.stack([base * np.exp(np.clip(slope * (line_level - pivot), -50, 50)) for slope in slopes])
    return MotionCurve(
        per=motion.per,
        unit=motion.channel.unit,
        level=middle,
        value=motion.as_read(middle),
        rate=np.array([one.rate for one in found]),
        low=np.array([one.low for one in found]),
        high=np.array([one.high for one in found]),
        glitches=np.array([one.glitches for one in found]),
        hours=np.array([one.hours for one in found]),
        line_level=line_level,
        line_value=motion.as_read(line_level),
        line=lines[0],
        line_low=lines.min(axis=0),
        line_high=lines.max(axis=0),
    )


def lag_curve(
    table: ChannelTable,
    glitches: GlitchTimes,
    *,
    channel: str,
    family: str,
    params: CouplingParams | None = None,
    borders: Sequence[float] = (),
    epoch: str | None = None,
) -> LagCurve:
    """Return the statistic at each lag of the settings, beside what shifts give at it."""
    params = params or CouplingParams()
    grid, counts, motion = chosen(table, glitches, channel, family, params, borders, epoch)
    nuisance = nuisance_design(grid, params)
    expected, alpha = fit_nuisance(counts.counts, counts.livetime, nuisance)
    days = int((counts.livetime.reshape(grid.days, -1) > 0).any(axis=1).sum())
    plan = plan_shifts(grid, days, params)
    variants = variants_of(motion.level, nuisance, grid=grid, params=params)
    lags = len(params.lags_hours)
    scan = scan_shifts(variants, (counts.counts - expected) / (1 + alpha * expected), plan, grid=grid, lags=lags)
    order = np.argsort(params.lags_hours)
    shifted = scan.shifted[:, :lags][:, order] if len(scan.shifted) else np.zeros((1, lags))
    low, high = np.quantile(shifted, [0.025, 0.975], axis=0)
    greatest = np.abs(scan.shifted).max(axis=1) if len(scan.shifted) else np.zeros(1)
    return LagCurve(
        lags=np.asarray(params.lags_hours)[order],
        statistic=scan.statistic[:lags][order],
        null_low=low,
        null_high=high,
        greatest=float(np.quantile(greatest, 0.95)),
        shifts=len(plan.bins),
        kind=plan.kind,
    )


def hours_of_day(
    table: ChannelTable,
    glitches: GlitchTimes,
    *,
    family: str,
    detector: str,
    channel: str | None = None,
    params: CouplingParams | None = None,
    borders: Sequence[float] = (),
    epoch: str | None = None,
) -> HoursOfDay:
    """Return a family's glitches by hour of the day, beside what an even rate would give."""
    params = params or CouplingParams()
    grid = grid_of(table, params)
    counts = family_counts(table, glitches, detector, family, grid, borders, epoch)
    hour = hour_of_day(grid.middles).astype(int)
    found = [rate_interval(counts.counts, counts.livetime, hour == one, grid=grid) for one in range(24)]
    hours = np.array([one.hours for one in found])
    seen = np.array([one.glitches for one in found], dtype=float)
    motion = np.full(24, np.nan)
    if channel is not None:
        level = motion_of(table, row_of(table, channel), grid=grid)
        for one in range(24):
            known = level.level[(hour == one) & np.isfinite(level.level) & (counts.livetime > 0)]
            motion[one] = float(level.as_read(np.median(known))) if len(known) else np.nan
    whole = hours.sum()
    return HoursOfDay(
        glitches=seen,
        expected=seen.sum() * hours / whole if whole > 0 else np.zeros(24),
        hours=hours,
        rate=np.array([one.rate for one in found]),
        low=np.array([one.low for one in found]),
        high=np.array([one.high for one in found]),
        motion=motion,
    )


def channel_series(
    table: ChannelTable, glitches: GlitchTimes, *, channel: str, family: str, begin: float, end: float
) -> ChannelSeries:
    """Return a channel from ``begin`` to ``end`` (GPS seconds) as at most 5,000 points, with a family's glitches."""
    row = row_of(table, channel)
    own = table.channels[row]
    first = max(0, int(np.floor((begin - table.start) / table.step)))
    last = min(table.values.shape[1], int(np.ceil((end - table.start) / table.step)))
    values = table.values[row, first : max(first, last)].astype(np.float64)
    together = max(1, -(-len(values) // _MOST_POINTS))
    padded = np.concatenate([values, np.full(-len(values) % together, np.nan)]).reshape(-1, together)
    known = np.isfinite(padded)
    any_known = known.any(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(known, padded, 0).sum(axis=1) / known.sum(axis=1)
    low = np.where(any_known, np.where(known, padded, np.inf).min(axis=1, initial=np.inf), np.nan)
    high = np.where(any_known, np.where(known, padded, -np.inf).max(axis=1, initial=-np.inf), np.nan)
    times = table.start + table.step * (first + together * (np.arange(len(padded)) + 0.5))
    live = table.live.get(own.detector)
    times_of = np.asarray(glitches.times, dtype=np.float64)
    chosen_ones = (glitches.families == family) & (glitches.detectors == own.detector)
    chosen_ones &= (times_of >= begin) & (times_of < end)
    place = np.floor((times_of[chosen_ones] - table.start) / table.step).astype(int)
    inside = (place >= 0) & (place < table.values.shape[1])
    at = np.full(len(place), np.nan)
    at[inside] = table.values[row, place[inside]]
    return ChannelSeries(
        times=times,
        low=low,
        value=mean,
        high=high,
        live=live.contains(times) if live is not None else np.zeros(len(times), dtype=bool),
        sample_ids=glitches.sample_ids[chosen_ones],
        glitch_times=times_of[chosen_ones],
        glitch_values=at,
        unit=own.unit,
    )
