"""What a rate may do of its own, without any channel: a daily cycle and a slow trend."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.detector.coupling.counts import Grid
from core.detector.coupling.params import DAY, CouplingParams

_CYCLE_PRECISION = 0.1
_TINY = 1e-9


@dataclass(frozen=True, eq=False)
class Information:
    """A matrix of sums of squares in parts: few shared columns, and a trend whose knots meet only their neighbours.

    Attributes:
        shared: float64 (c, c).
        mixed: float64 (c, knots).
        trend: float64 (2, knots), the diagonal of the trend's part below the row beside it, as `solveh_banded` has it.
    """

    shared: np.ndarray
    mixed: np.ndarray
    trend: np.ndarray

    def solve(self, values: np.ndarray) -> np.ndarray:
        """The matrix's inverse times ``values``, float64 (c + knots,)."""
        from scipy.linalg import solveh_banded

        count = len(self.shared)
        alone = solveh_banded(self.trend, np.column_stack([self.mixed.T, values[count:]]), check_finite=False)
        rest, own = alone[:, :count], alone[:, count]
        first = np.linalg.solve(self.shared - self.mixed @ rest, values[:count] - self.mixed @ own)
        return np.concatenate([first, own - rest @ first])

    def inverse(self) -> np.ndarray:
        """The inverse, float64 (c + knots, c + knots)."""
        from scipy.linalg import solveh_banded

        count, knots = self.mixed.shape
        alone = solveh_banded(self.trend, np.column_stack([self.mixed.T, np.eye(knots)]), check_finite=False)
        rest, trend = alone[:, :count], alone[:, count:]
        first = np.linalg.inv(self.shared - self.mixed @ rest)
        corner = -rest @ first
        return np.block([[first, corner.T], [corner, trend - corner @ rest.T]])


@dataclass(frozen=True, eq=False)
class Design:
    """The columns of a regression, with the trend kept day by day, as each day touches few of its knots.

    Attributes:
        shared: float64 (bins, c), columns that all days have: the channel first where there is one, then sine and
            cosine of each harmonic of the day.
        hats: float64 (bins, k), how near a bin is to each of the k knots that its day touches.
        before: int64 (days,), the first knot of each day; its last is the first of the next day.
        ridge: float64 (c,), precision of the prior around 0 of each shared column.
        stiffness: precision of the prior on the steps from knot to knot: it keeps days without glitches from running
            off.
    """

    shared: np.ndarray
    hats: np.ndarray
    before: np.ndarray
    ridge: np.ndarray
    stiffness: float

    @property
    def columns(self) -> int:
        """How many shared columns there are."""
        return self.shared.shape[1]

    @property
    def knots(self) -> int:
        """How many knots the trend has."""
        return int(self.before[-1]) + self.hats.shape[1]

    @cached_property
    def places(self) -> np.ndarray:
        """Which coefficients each day has, int64 (days, c + k)."""
        own = np.broadcast_to(np.arange(self.columns), (len(self.before), self.columns))
        return np.column_stack([own, self.columns + self._knots_of_days])

    @cached_property
    def by_day(self) -> np.ndarray:
        """All columns that a day has, float64 (days, bins a day, c + k)."""
        columns = np.concatenate([self.shared, self.hats], axis=1)
        return columns.reshape(len(self.before), -1, columns.shape[1])

    def with_channel(self, level: np.ndarray) -> Design:
        """The same with a channel's level, (bins,), as first column, without a prior."""
        shared = np.column_stack([level, self.shared])
        return Design(shared, self.hats, self.before, np.concatenate([[0.0], self.ridge]), self.stiffness)

    def times(self, coefficients: np.ndarray) -> np.ndarray:
        """The columns times ``coefficients``, float64 (bins,)."""
        return np.matmul(self.by_day, coefficients[self.places][:, :, None]).ravel()

    def sums(self, values: np.ndarray) -> np.ndarray:
        """The sum of ``values`` (bins,) times each column, float64 (c + knots,)."""
        parts = np.matmul(values.reshape(len(self.before), 1, -1), self.by_day)
        return np.bincount(self.places.ravel(), weights=parts.ravel(), minlength=self.columns + self.knots)

    def pull(self, coefficients: np.ndarray) -> np.ndarray:
        """How strongly the prior pulls ``coefficients`` back, float64 (c + knots,)."""
        steps = self.stiffness * np.diff(coefficients[self.columns :])
        trend = np.concatenate([[0.0], steps]) - np.concatenate([steps, [0.0]])
        return np.concatenate([self.ridge * coefficients[: self.columns], trend])

    def blocks(self, weight: np.ndarray) -> np.ndarray:
        """The sum over each day of ``weight`` (bins,) times each pair of its columns, float64 (days, c + k, c + k)."""
        days = self.by_day
        return np.matmul((days * weight.reshape(len(self.before), -1, 1)).transpose(0, 2, 1), days)

    def information(self, weight: np.ndarray) -> Information:
        """The sum of ``weight`` (bins,) times each pair of columns, with the prior."""
        blocks, count, knots = self.blocks(weight), self.columns, self.knots
        size = self.hats.shape[1]
        shared = blocks[:, :count, :count].sum(axis=0) + np.diag(self.ridge + _TINY)
        place = (np.arange(count)[:, None] * knots + self._knots_of_days[:, None, :]).ravel()
        mixed = np.bincount(place, weights=blocks[:, :count, count:].ravel(), minlength=count * knots)
        own = blocks[:, count + np.arange(size), count + np.arange(size)]
        beside = blocks[:, count + np.arange(size - 1), count + np.arange(1, size)]
        trend = np.zeros((2, knots))
        trend[1] = np.bincount(self._knots_of_days.ravel(), weights=own.ravel(), minlength=knots) + _TINY
        trend[0, 1:] = beside.ravel() - self.stiffness
        trend[1, 1:] += self.stiffness
        trend[1, :-1] += self.stiffness
        return Information(shared, mixed.reshape(count, knots), trend)

    @cached_property
    def _knots_of_days(self) -> np.ndarray:
        return self.before[:, None] + np.arange(self.hats.shape[1])


def nuisance_design(grid: Grid, params: CouplingParams) -> Design:
    """Return what every regression has beside the channel.

    Harmonics of the day, and a trend that is straight between ``knots_a_day`` knots a day.
    """
    days = (np.arange(grid.bins) + 0.5) / grid.bins_a_day
    waves = [wave(2 * np.pi * days * (n + 1)) for n in range(params.harmonics) for wave in (np.sin, np.cos)]
    shared = np.column_stack(waves) if waves else np.zeros((grid.bins, 0))
    pieces = params.knots_a_day
    hats = np.maximum(0, 1 - np.abs((days % 1)[:, None] * pieces - np.arange(pieces + 1)))
    ridge = np.full(shared.shape[1], _CYCLE_PRECISION)
    return Design(shared, hats, np.arange(grid.days) * pieces, ridge, params.trend_precision)


def left_over(level: np.ndarray, design: Design) -> np.ndarray:
    """Return ``level`` (bins,) without its own daily cycle and slow trend, by least squares; 0 where it is NaN."""
    known = np.isfinite(level)
    if not known.any():
        return np.zeros(len(level))
    values = np.where(known, level, 0.0)
    values = np.where(known, values - values[known].mean(), 0.0)
    fitted = design.information(known.astype(float)).solve(design.sums(values))
    return np.where(known, values - design.times(fitted), 0.0)


def daily_share(level: np.ndarray, used: np.ndarray, design: Design) -> float:
    """Return which share of the variance of ``level`` in the bins ``used``, bool (bins,), the daily cycle explains."""
    values = level[used] - level[used].mean()
    total = float(values @ values)
    if not total > 0 or not design.columns:
        return 0.0
    waves = design.shared[used] - design.shared[used].mean(axis=0)
    fitted = waves @ np.linalg.lstsq(waves, values, rcond=None)[0]
    return float(fitted @ fitted) / total


def hour_of_day(times: np.ndarray) -> np.ndarray:
    """Return the hour of the GPS day of each of ``times`` (GPS seconds), float64, 0 to 24."""
    return np.mod(times, DAY) / 3600.0
