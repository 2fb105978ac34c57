"""One figure of one family, and a column of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from core.statistics.intervals import drawn_interval

UNKNOWN = float("nan")


def _no_draws() -> np.ndarray:
    return np.zeros(0)


@dataclass(frozen=True, eq=False)
class Figure:
    """A value with its 95 % interval.

    Attributes:
        value, low, high: NaN where they cannot be said.
        why: why the value, or the interval, cannot be said; "" otherwise.
        draws: float64 (draws,), what the value may as well have been, by which families are ranked; days are drawn
            alike for all families and columns of a table. Empty where there is no interval.
    """

    value: float
    low: float = UNKNOWN
    high: float = UNKNOWN
    why: str = ""
    draws: np.ndarray = field(default_factory=_no_draws)

    @property
    def known(self) -> bool:
        """Whether there is a value."""
        return bool(np.isfinite(self.value))


@dataclass(frozen=True, eq=False)
class Column:
    """A column of the cost table.

    Attributes:
        key: its name in exports, such as ``deadtime``.
        title: its name on screen.
        unit: of the values; "" for a bare ratio.
        definition: what the value is, one sentence.
        figures: by family.
    """

    key: str
    title: str
    unit: str
    definition: str
    figures: Mapping[str, Figure]


def cannot(why: str) -> Figure:
    """Return the figure of what cannot be said, with the reason."""
    return Figure(UNKNOWN, why=why)


def drawn_figure(value: float, draws: np.ndarray, *, count: int | None = None, most: float = np.inf) -> Figure:
    """Return a figure with the interval of its draws, at least as wide as a Poisson count of ``count`` allows.

    ``most`` is the largest value there can be, such as 1 for a share.
    """
    draws = np.clip(draws, 0.0, most)
    low, high = (float(edge) for edge in drawn_interval(draws))
    if count:
        from core.detector.coupling.rates import exact_rate

        least, greatest = exact_rate(count, float(count))
        low, high = min(low, value * least), max(high, value * greatest)
    return Figure(value, min(low, value), min(max(high, value), most), draws=draws)
