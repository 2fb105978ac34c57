"""Words of the page Detector that stand in several places."""

from __future__ import annotations

import numpy as np

from core.detector.channels.names import plain_name

_SMALLEST = 0.001


def chance_text(value: float) -> str:
    """A chance in words: three digits, "below 0.001", or that it was not measured."""
    if not np.isfinite(value):
        return "not measured"
    return f"below {_SMALLEST:g}" if value < _SMALLEST else f"{value:.3f}"


def counted(count: int, one: str, many: str) -> str:
    """A count with its noun: "1 stretch", "2 stretches"."""
    return f"{count:,} {one if count == 1 else many}"


def about_channel(name: str, others: int) -> str:
    """What a channel measures, as far as its name says, and that it stands for a group: "" where neither is so."""
    said = [part for part in (plain_name(name), others_text(others).strip(" ()")) if part]
    return f" ({'; '.join(said)})" if said else ""


def others_text(others: int) -> str:
    """That a channel stands for a group: "" where it is alone."""
    if not others:
        return ""
    return " (one other moves like it)" if others == 1 else f" ({others:,} others move like it)"
