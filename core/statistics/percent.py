"""Shares in words."""

from __future__ import annotations

import math
from typing import Any


def percent(share: Any, *, digits: int = 0, unknown: str = "?") -> str:
    """Return a share (0 to 1) as people read it, "52 %"; ``unknown`` where it is None or not a number."""
    return unknown if share is None or share != share else f"{100 * share:.{digits}f} %"


def chance_percent(chance: float) -> str:
    """Return a probability as it is written on screen: "91 %", never 0 % or 100 %, because nothing is certain."""
    if not math.isfinite(chance):
        return "?"
    if chance <= 0.005:
        return "under 1 %"
    return "over 99 %" if chance >= 0.995 else percent(chance)
