"""Figures of the page Impact in words."""

from __future__ import annotations

import numpy as np

from core.impact.columns.figure import Figure
from core.impact.ranking import Ranked

PLACES = (
    "Place “3 to 5” of six: two families surely cost more, one surely costs less, and the others cannot be told apart "
    "from it."
)
_NOTHING = 1e-12
"""What rounding leaves of 0."""


def number_text(value: float, unit: str) -> str:
    """A value with its unit: "12 %" of a share, "1.2 per hour", "490" of a bare ratio; "not known" for none."""
    if not np.isfinite(value):
        return "not known"
    value = 0.0 if abs(value) < _NOTHING else value
    if unit == "share":
        return f"{100 * value:.3g} %"
    return f"{value:.3g} {unit}" if unit else f"{value:.3g}"


def said(figure: Figure, unit: str) -> str:
    """A figure with its interval, or why there is none."""
    if not figure.known:
        return figure.why or "not known"
    value = number_text(figure.value, unit)
    if not np.isfinite(figure.low):
        return value
    low, high = (number_text(edge, unit).removesuffix(f" {unit}") for edge in (figure.low, figure.high))
    return f"{value} ({low.removesuffix(' %')} to {high.removesuffix(' %')})"


def place_text(one: Ranked) -> str:
    """Between which places a family surely lies: "2", "1 to 3"."""
    return str(one.place) if one.place == one.last_place else f"{one.place} to {one.last_place}"
