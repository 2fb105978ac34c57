"""Figures of a drift in words."""

from __future__ import annotations

import numpy as np

from core.audit.drift import Segment


def counts(part: Segment) -> str:
    """How many samples carry which label."""
    return ", ".join(f"{n} {label}" for label, n in part.label_counts.items())


def number(value: float, digits: int = 2) -> str:
    """The number, or that it cannot be told."""
    return "cannot tell" if np.isnan(value) else f"{value:.{digits}f}"


def interval(low: float, high: float) -> str:
    """From where to where; nothing where that is not known."""
    return "" if np.isnan(low) else f"{low:.2f} to {high:.2f}"


def share(value: float, low: float, high: float) -> str:
    """A share with its interval in percent, or that it is not known."""
    return "not known" if np.isnan(value) else f"{value:.0%} ({low:.0%} to {high:.0%})"
