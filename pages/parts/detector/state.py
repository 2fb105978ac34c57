"""What the page Detector remembers, and the keys of what is chosen on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

SOURCE, BY, VIEW = "detector_source", "detector_by", "detector_view"
SELECTION = "detector_selection"
DETECTOR, EPOCH, FAMILY, CHANNEL = "detector_of", "detector_epoch", "detector_family", "detector_channel"
DRAWN, DAYS, GLITCH, SEED = "detector_drawn", "detector_days", "detector_glitch", "detector_seed"
SEEDS = (0, 9999)
"""The least and the greatest number of a simulated detector."""
GLITCH_FAMILY = "detector_glitch_family"
EVENT, FIRST, SECOND, ROUNDS = "detector_event", "detector_first", "detector_second", "detector_rounds"
BROUGHT, SIMULATED = "brought", "simulated"


@dataclass(frozen=True)
class HeatState:
    """What the session remembers of the heat map.

    Attributes:
        points: what it answered last.
        turn: how often a pair was chosen by its names: another key makes the map forget its last answer.
    """

    points: tuple[dict[str, Any], ...] = ()
    turn: int = 0


@dataclass(frozen=True)
class ChosenGlitches:
    """The glitches that are on the contact sheet.

    Attributes:
        points: what the chart in time answered last.
        sample_ids: which glitches.
        message: how they were chosen, in words.
        pair: family and channel that they were chosen for.
    """

    points: tuple[dict[str, Any], ...] = ()
    sample_ids: tuple[str, ...] = ()
    message: str = ""
    pair: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class BringingState:
    """What the session remembers of the form that brings a detector.

    Attributes:
        refused: why what was typed could not be brought; it is told once.
    """

    refused: str = ""
