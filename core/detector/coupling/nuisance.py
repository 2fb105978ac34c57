"""What a rate may do of its own, without any channel: a daily cycle and a slow trend."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.detector.coupling.counts import Grid
from core.detector.coupling.params import DAY, CouplingParams

_CYCLE_PRECISION = 0.1
_TINY = 1e-9


@dataclass(frozen=True, eq=False)
class Design:
    """The columns of a regression, with the trend kept day by day, as each day touches few of its knots.

    Attributes:
        shared: float64 (bins, c), columns that all days have: the channel first where there is one, then sine and
            cosine of each harmonic of the day.
        hats: float64 (bins, k), how near a bin is to each of the k knots that its day touches.
        before: int64 (days,), the first knot of each day; its last is the first of the next day.
        penalty: float64 (c + knots, c + knots), precision of the prior: weak on the daily cycle, and on the steps from
            knot to knot, which keeps days without glitches from running off.
    """

    shared: np.ndarray
    hats: np.ndarray
    before: np.ndarray
    penalty: np.ndarray

    @property
    def places(self) -> np.ndarray:
        """Which coefficients each day has, int64 (days, c + k)."""
        count, columns = len(self.before), self.shared.shape[1]
        own = np.broadcast_to(np.arange(columns), (count, columns))
        return np.column_stack([own, columns + self.before[:, None] + np.arange(self.hats.shape[1])])

    def with_channel(self, level: np.ndarray) -> Design:
        """The same with a channel's level, (bins,), as first column, without a prior."""
        wider = np.zeros((len(self.penalty) + 1,) * 2)
        wider[1:, 1:] = self.penalty
        return Design(np.column_stack([level, self.shared]), self.hats, self.before, wider)

    def by_day(self) -> np.ndarray:
        """All columns that a day has, float64 (days, bins a day, c + k)."""
        columns = np.column_stack([self.shared, self.hats])
        return columns.reshape(len(self.before), -1, columns.shape[1])

    def times(self, coefficients: np.ndarray) -> np.ndarray:
        """The columns times ``coefficients``, float64 (bins,)."""
        return np.einsum("dbc,dc->db", self.by_day(), coefficients[self.places]).ravel()

    def sums(self, values: np.ndarray) -> np.ndarray:
        """The sum of ``values`` (bins,) times each column, float64 (c + knots,)."""
        parts = np.einsum("dbc,db->dc", self.by_day(), values.reshape(len(self.before), -1))
        return np.bincount(self.places.ravel(), weights=parts.ravel(), minlength=len(self.penalty))

    def information(self, weight: np.ndarray) -> np.ndarray:
        """The sum of ``weight`` (bins,) times each pair of columns, with the prior, float64 (c + knots, c + knots)."""
        days = self.by_day()
        blocks = np.matmul((days * weight.reshape(len(self.before), -1, 1)).transpose(0, 2, 1), days)
        size = len(self.penalty)
        flat = self.places[:, :, None] * size + self.places[:, None, :]
        whole = np.bincount(flat.ravel(), weights=blocks.ravel(), minlength=size * size).reshape(size, size)
        return whole + self.penalty + _TINY * np.eye(size)


def nuisance_design(grid: Grid, params: CouplingParams) -> Design:
    """Return what every regression has beside the channel.

    Harmonics of the day, and a trend that is straight between ``knots_a_day`` knots a day.
    """
    days = (np.arange(grid.bins) + 0.5) / grid.bins_a_day
    waves = [wave(2 * np.pi * days * (n + 1)) for n in range(params.harmonics) for wave in (np.sin, np.cos)]
    shared = np.column_stack(waves) if waves else np.zeros((grid.bins, 0))
    pieces = params.knots_a_day
    before = np.arange(grid.days) * pieces
    knots = int(before[-1]) + pieces + 1
    hats = np.maximum(0, 1 - np.abs((days % 1)[:, None] * pieces - np.arange(pieces + 1)))
    columns = shared.shape[1]
    penalty = np.zeros((columns + knots,) * 2)
    penalty[:columns, :columns] = _CYCLE_PRECISION * np.eye(columns)
    steps = np.diff(np.eye(knots), axis=0)
    penalty[columns:, columns:] = params.trend_precision * steps.T @ steps
    return Design(shared, hats, before, penalty)


def left_over(level: np.ndarray, design: Design) -> np.ndarray:
    """Return ``level`` (bins,) without its own daily cycle and slow trend, by least squares; 0 where it is NaN."""
    known = np.isfinite(level)
    if not known.any():
        return np.zeros(len(level))
    values = np.where(known, level, 0.0)
    values = np.where(known, values - values[known].mean(), 0.0)
    fitted = np.linalg.solve(design.information(known.astype(float)), design.sums(values))
    return np.where(known, values - design.times(fitted), 0.0)


def hour_of_day(times: np.ndarray) -> np.ndarray:
    """Return the hour of the GPS day of each of ``times`` (GPS seconds), float64, 0 to 24."""
    return np.mod(times, DAY) / 3600.0
