"""What was measured that tells two labels apart best, with figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.audit.physical import PHYSICAL_UNITS
from core.statistics.ranks import chance_larger

FEWEST = 5
"""So many values of each label are needed."""

LEAST_CHANCE = 0.85
"""A measure tells two labels apart where one of each are in the usual order with at least this chance."""

LUCK = 0.01
"""So often luck may name a measure, over all that are looked at, where none tells anything."""

MEASURE_NAMES: Mapping[str, str] = {
    "peak_frequency": "peak frequency",
    "central_freq": "central frequency",
    "bandwidth": "bandwidth",
    "duration": "duration",
    "snr": "loudness (SNR)",
}
"""What can be seen in a picture: an amplitude cannot."""


@dataclass(frozen=True)
class Spread:
    """The middle value and the two between which the middle half of the values lies."""

    middle: float
    low: float
    high: float


@dataclass(frozen=True)
class Difference:
    """A measure that tells two labels apart: its name and unit, the spread of each, and how well.

    ``chance`` says how often one of each are in the usual order, 0.5 to 1.
    """

    measure: str
    unit: str
    first: Spread
    second: Spread
    chance: float


def best_difference(
    measures: Mapping[str, np.ndarray], first: np.ndarray, second: np.ndarray, *, units: Mapping[str, str]
) -> Difference | None:
    """Return the measure that tells the samples apart best; None where none does so well, or beyond luck.

    How well is the chance that of one sample of each the usual one has the larger value, which goes by order alone
    (Mann and Whitney 1947). It has to reach :data:`LEAST_CHANCE`, and lie beyond what luck gives in one of 1 /
    :data:`LUCK` cases over all measures (Mann and Whitney's exact chances for few values, Bonferroni's correction).

    Args:
        measures: by name, float (n,); NaN is left out.
        first, second: rows of the samples of each label, int, a glitch once.
        units: of each measure; "" for plain numbers.
    """
    best: tuple[float, str] | None = None
    for name, values in measures.items():
        one, other = _known(values[first]), _known(values[second])
        if min(len(one), len(other)) < FEWEST:
            continue
        larger = chance_larger(np.concatenate([one, other]), np.arange(len(one) + len(other)) >= len(one))
        chance = max(larger, 1 - larger)
        better = chance >= LEAST_CHANCE and (best is None or chance > best[0])
        if better and _luck(one, other) * len(measures) <= LUCK:
            best = chance, name
    if best is None:
        return None
    chance, name = best
    spreads = [_spread(_known(measures[name][rows])) for rows in (first, second)]
    return Difference(name, units[name], spreads[0], spreads[1], chance)


def seen_measures(columns: Mapping[str, np.ndarray]) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Return the columns of :func:`core.audit.physical.physical_columns` that can be seen in a picture, and units.

    Both by the name that is shown; the values are no logarithms.
    """
    shown = {name: MEASURE_NAMES[name] for name in columns if name in MEASURE_NAMES}
    return (
        {title: 10 ** columns[name] for name, title in shown.items()},
        {title: PHYSICAL_UNITS[name] for name, title in shown.items()},
    )


def difference_in_words(found: Difference, first: str, second: str) -> str:
    """Return the difference in words, each label with its middle value and, in brackets, the middle half of its values.

    Such as "Measured, they differ most in duration. Blip: 10 ms (5 to 20). Tomte: 25 ms (15 to 40)."
    """
    one, other = _in_words(found.first, found.unit), _in_words(found.second, found.unit)
    return f"Measured, they differ most in {found.measure}. {first}: {one}. {second}: {other}."


def _in_words(spread: Spread, unit: str) -> str:
    if unit == "s" and spread.middle < 1:
        spread, unit = Spread(*(1000 * value for value in (spread.middle, spread.low, spread.high))), "ms"
    # Two digits say all that such a figure is worth, but where they would leave nothing between the brackets.
    narrow = _digits(spread.low, 2) == _digits(spread.high, 2)
    middle, low, high = (_digits(value, 4 if narrow else 2) for value in (spread.middle, spread.low, spread.high))
    return f"{middle}{' ' if unit else ''}{unit} ({low} to {high})"


def _digits(value: float, count: int) -> str:
    return f"{float(f'{value:.{count}g}'):,.10g}"


def _known(values: np.ndarray) -> np.ndarray:
    return values[np.isfinite(values)]


def _spread(values: np.ndarray) -> Spread:
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
    return Spread(float(middle), float(low), float(high))


def _luck(one: np.ndarray, other: np.ndarray) -> float:
    from scipy.stats import mannwhitneyu

    return float(mannwhitneyu(one, other).pvalue)
