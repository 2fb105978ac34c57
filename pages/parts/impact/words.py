"""Figures of the page Impact in words."""

from __future__ import annotations

import numpy as np

from core.impact.columns.figure import Figure
from core.impact.ranking import Ranked

PLACES = (
    "Place “3 to 5” of six: two families surely cost more, one surely costs less, and the others cannot be told apart "
    "from it."
)
CHANCE = "times chance"
"""The unit of a bare ratio: windows at random times have 1."""

_LEAST_RATE = 0.1
_CLEARLY = 0.1
"""From this share of the deviance on a model is called clearly better: a word for a number, and no test."""
_SPANS = (("per hour", 1.0), ("per day", 24.0), ("per year", 24 * 365.25))
_NOTHING = 1e-12
"""What rounding leaves of 0."""


def number_text(value: float, unit: str) -> str:
    """A value with its unit: "12 %" of a share, "1.2 per hour", "490" of a bare ratio; "not known" for none."""
    if not np.isfinite(value):
        return "not known"
    value = 0.0 if abs(value) < _NOTHING else value
    if unit == "share":
        return f"{digits(100 * value)} %"
    return f"{digits(value)} {unit}" if unit else digits(value)


def digits(value: float) -> str:
    """A number with three significant digits, written out where it is 1,000 or more."""
    rounded = float(f"{value:.3g}")
    return f"{rounded:,.0f}" if abs(rounded) >= 1000 else f"{rounded:.3g}"


def readable_rate(value: float) -> tuple[str, float]:
    """The unit in which a rate an hour is no tiny number, and its hours: "per hour", "per day" or "per year"."""
    for unit, hours in _SPANS:
        if value * hours >= _LEAST_RATE:
            return unit, hours
    return _SPANS[-1] if value > 0 else _SPANS[0]


def said(figure: Figure, unit: str) -> str:
    """A figure with its interval, or why there is none."""
    if not figure.known:
        return figure.why or "not known"
    unit, times = readable_rate(figure.value) if unit == "per hour" else (unit or CHANCE, 1.0)
    value = number_text(times * figure.value, unit)
    if not np.isfinite(figure.low):
        return value
    low, high = (number_text(times * edge, unit).removesuffix(f" {unit}") for edge in (figure.low, figure.high))
    return f"{value} ({low.removesuffix(' %')} to {high.removesuffix(' %')})"


def skill_text(value: float, *, skilled: bool) -> str:
    """How good a model is, for somebody who has never heard of deviance; ``value`` is its skill."""
    if not skilled:
        return "It foresees no better than the hour of the day alone."
    how = "by a little" if value < _CLEARLY else "clearly"
    return f"It foresees better than the hour of the day alone, {how}."


def place_text(one: Ranked) -> str:
    """Between which places a family surely lies: "2", "1 to 3"."""
    return str(one.place) if one.place == one.last_place else f"{one.place} to {one.last_place}"
