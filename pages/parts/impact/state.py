"""What the page Impact remembers, and the keys of what is chosen on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

OF, VIEW, DETECTOR, COUNTS, DRAWN = "impact_of", "impact_view", "impact_detector", "impact_counts", "impact_drawn"
FAMILY, CUMULATED = "impact_family", "impact_cumulated"
STANDS_ALONE = "impact_selection"
PAD, FIRST, SECOND = "impact_pad", "impact_first", "impact_second"
MODELLED, KIND, GROUP, GLITCH = "impact_modelled", "impact_kind", "impact_group", "impact_glitch"
OWN, SIMULATED = "own", "simulated"


@dataclass(frozen=True)
class ImpactCharts:
    """What the charts answered last, by which chart; they repeat it in every run.

    Attributes:
        answers: pairs of a chart's name and its points.
    """

    answers: tuple[tuple[str, tuple[dict[str, Any], ...]], ...] = ()


@dataclass(frozen=True)
class ChosenFamily:
    """The glitches that are on the contact sheet.

    Attributes:
        of: what they are of: the case's key and the detector.
        sample_ids: which glitches.
        message: how they were chosen, in words.
    """

    of: tuple[str, str] = ("", "")
    sample_ids: tuple[str, ...] = ()
    message: str = ""


@dataclass(frozen=True)
class AskedModels:
    """Which models of a simulated detector were asked for: they are fitted where they are drawn.

    Attributes:
        keys: of them.
        refused: why what was asked for could not be begun; it is told once.
    """

    keys: tuple[str, ...] = ()
    refused: str = ""
