"""How often: glitches an hour of livetime, over all of it and by epoch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.detector.coupling.counts import Epoch
from core.detector.coupling.rates import exact_rate
from core.detector.model import segments
from core.impact.columns.days import DAY, Days
from core.impact.columns.figure import Column, Figure, cannot, drawn_figure

_CLUSTERED = 0.05
_FEWEST_DAYS = 3
_SPANS = (1, 7, 28)
_MOST_SPANS = 60


def rate_figure(by_day: np.ndarray, seconds: np.ndarray, days: Days, *, seed: int = 0) -> Figure:
    """Return a rate an hour from counts and livetime (s) by day, (days,) each.

    Exact Poisson interval (Garwood 1936) where the days scatter as Poisson counts do; where they scatter more (index of
    dispersion, p < 0.05), that of drawn days, and never a narrower one.
    """
    hours = float(seconds.sum()) / 3600
    if not hours > 0:
        return cannot("There is no livetime here.")
    count = int(by_day.sum())
    rate = count / hours
    observed = seconds > 0
    if int(observed.sum()) >= _FEWEST_DAYS and count and clustered(by_day[observed], seconds[observed]) < _CLUSTERED:
        return drawn_figure(rate, days.draws(by_day, seconds / 3600), count=count)
    low, high = exact_rate(count, hours)
    # Half a glitch more, as Jeffreys has it: a rate of which no glitch was seen is not surely 0.
    draws = np.random.default_rng([seed, count]).gamma(count + 0.5, 1 / hours, len(days.weights))
    return Figure(rate, low, high, draws=draws)


def clustered(by_day: np.ndarray, seconds: np.ndarray) -> float:
    """Return the chance that Poisson counts of one rate scatter as much from day to day, by the index of dispersion."""
    from scipy.stats import chi2

    expected = by_day.sum() * seconds / seconds.sum()
    return float(chi2.sf(((by_day - expected) ** 2 / expected).sum(), len(by_day) - 1))


def rate_column(times: Mapping[str, np.ndarray], days: Days) -> Column:
    """Return each family's glitches an hour of livetime; ``times`` by family, GPS seconds."""
    figures = {
        name: rate_figure(days.sums(own), days.seconds, days, seed=row) for row, (name, own) in enumerate(times.items())
    }
    return Column(
        key="rate",
        title="Rate",
        unit="per hour",
        definition="Glitches of the family in the livetime, divided by the livetime.",
        figures=figures,
    )


def epoch_columns(times: Mapping[str, np.ndarray], days: Days, epochs: tuple[Epoch, ...]) -> list[Column]:
    """Return the rate in each epoch."""
    columns = []
    for epoch in epochs:
        part = segments([(epoch.begin, epoch.end)])
        seconds = days.inside(part)
        figures = {}
        for row, (name, own) in enumerate(times.items()):
            inside = own[part.contains(own)]
            figures[name] = rate_figure(days.sums(inside), seconds, days, seed=row)
        columns.append(
            Column(
                key=f"rate in {epoch.name}",
                title=f"Rate, {epoch.name}",
                unit="per hour",
                definition=f"Glitches in the livetime from GPS {epoch.begin:.0f} to {epoch.end:.0f}, divided by it.",
                figures=figures,
            )
        )
    return columns


@dataclass(frozen=True, eq=False)
class TimeLine:
    """Rates by day, or by more of them where days would be many, for a picture of them in time.

    Attributes:
        families: of the rows.
        begins: float64 (days,), GPS seconds at which each day, or span of days, begins.
        hours: float64 (days,), livetime of each day.
        glitches: float64 (families, days), in the livetime.
        rate, low, high: float64 (families, days), glitches an hour with the exact Poisson interval; NaN on days without
            livetime.
        days: how many each of them is: 1, 7 or 28.
    """

    families: tuple[str, ...]
    begins: np.ndarray
    hours: np.ndarray
    glitches: np.ndarray
    rate: np.ndarray
    low: np.ndarray
    high: np.ndarray
    days: int = 1


def time_line(times: Mapping[str, np.ndarray], days: Days) -> TimeLine:
    """Return each family's rate by day, by week or by four weeks, so that there are at most some 60 where that does.

    ``times`` is by family, GPS seconds.
    """
    count = len(days.seconds)
    span = next((one for one in _SPANS if count <= _MOST_SPANS * one), _SPANS[-1])
    starts = np.arange(0, count, span)
    hours = np.add.reduceat(days.seconds, starts) / 3600
    by_day = np.stack([days.sums(own) for own in times.values()]) if times else np.zeros((0, count))
    glitches = np.add.reduceat(by_day, starts, axis=1)
    each = [exact_rate(int(count), float(own)) for row in glitches for count, own in zip(row, hours, strict=True)]
    edges = np.array(each).reshape(*glitches.shape, 2)
    rate = np.divide(glitches, hours, out=np.full(glitches.shape, np.nan), where=hours > 0)
    return TimeLine(
        families=tuple(times),
        begins=days.begin + DAY * starts,
        hours=hours,
        glitches=glitches,
        rate=rate,
        low=edges[..., 0],
        high=edges[..., 1],
        days=span,
    )
