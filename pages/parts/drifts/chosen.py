"""The drift that is shown, and which part of its curve is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.audit.drift import Drift
from core.audit.model import AuditInput
from core.dataset import Taxonomy
from pages.parts.desk.shown import SheetShown
from pages.parts.desk.state import change_panel, panel, set_widget
from pages.parts.selection.chosen import begin_sheet

WHOLE, LASSO = "the whole curve", "lasso"

PART = "drift_part"
"""Key of the choice of a part."""


@dataclass(frozen=True)
class OneDrift:
    """One drift, and all that it is shown with.

    Attributes:
        drift: what to show.
        case: the audit's input, on which it was found.
        suspicion: float (n,), the chance that each sample's label is wrong, in the order of ``case.samples``.
        sheet: for the pictures of its parts.
    """

    drift: Drift
    case: AuditInput
    suspicion: np.ndarray | None
    sheet: SheetShown

    @property
    def intensity(self) -> np.ndarray:
        """Sum of the pixel values of each sample's picture."""
        return self.sheet.intensity

    @property
    def colours(self) -> Taxonomy:
        """Those of the labels."""
        return self.sheet.samples.colours


@dataclass(frozen=True)
class DriftState:
    """What the session remembers of the curve.

    Attributes:
        shown: fingerprint of the drift that it is true of.
        places: those that were lassoed or clicked, along the curve.
        points: what Plotly's view answered last.
        round: how often it was begun anew: it keeps its own selection until it gets another key.
    """

    shown: str = ""
    places: tuple[int, ...] = ()
    points: tuple[dict[str, Any], ...] = ()
    round: int = 0


def forget_another(drift: Drift) -> None:
    """Choose the whole curve where another one was shown before."""
    if panel(DriftState).shown != drift.fingerprint:
        choose_whole()
        change_panel(DriftState, shown=drift.fingerprint)


def choose_whole() -> None:
    """Choose no part of the curve."""
    set_widget(PART, WHOLE)
    change_panel(DriftState, places=(), points=(), round=panel(DriftState).round + 1)
    begin_sheet()


def choose_places(places: tuple[int, ...]) -> None:
    """Choose what was lassoed or clicked."""
    set_widget(PART, LASSO)
    change_panel(DriftState, places=places)
    begin_sheet()
