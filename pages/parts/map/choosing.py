"""What is chosen on the map: a gesture, bound to the samples that it means on the results of its time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.space.gestures import Gesture, bind, extended, gesture_mask, without_outlines
from pages.parts.desk.shown import MapShown
from pages.parts.desk.state import change_desk, change_panel, panel, the_desk
from pages.parts.map.arrangement import name_of_arrangement
from pages.parts.selection.chosen import begin_sheet
from pages.parts.selection.propose import empty_form_if_written
from pages.parts.widgets.glitch_map import MapEvent
from pages.parts.widgets.map_packing import REPLACE


@dataclass(frozen=True)
class PlotlyState:
    """What the session remembers of Plotly's view, which keeps a selection of its own until it gets another key.

    Attributes:
        round: how often it was begun anew.
        points: what it answered last.
    """

    round: int = 0
    points: tuple[dict[str, Any], ...] = ()


def current_gesture() -> Gesture | None:
    """What the moderator chose last, on whichever view."""
    return the_desk().gesture


def choose(
    shown: MapShown, gesture: Gesture, *, allowed: np.ndarray | None = None, same_sheet: bool = False
) -> Gesture:
    """Choose what a gesture means on these results, and return it bound to them.

    From now on its samples count: another layout, or the same places under other samples, does not change them.

    Args:
        shown: the map on which the gesture was made.
        gesture: what was drawn, clicked or asked for.
        allowed: bool (n,), the samples that a click can take; all if not given.
        same_sheet: whether what was taken out on the sheet stays out.
    """
    everything = np.ones(len(shown.samples.table), dtype=bool)
    mask = gesture_mask(
        gesture,
        shown.coordinates,
        clusters=shown.samples.clusters,
        # An outline takes in what filters hide now, so that it is there when they are cleared.
        allowed=everything,
        clickable=allowed,
        row_of=shown.samples.row_of,
    )
    bound = bind(
        gesture,
        mask,
        ids=shown.samples.ids,
        layout=shown.layout,
        clustering=shown.samples.clustering,
    )
    if same_sheet:
        change_desk(gesture=bound)
    else:
        _set_gesture(bound)
    return bound


def choose_again(gesture: Gesture) -> None:
    """Choose what was bound to results before, these or earlier ones."""
    _set_gesture(gesture)


def _set_gesture(gesture: Gesture | None) -> None:
    """Choose anew; what was taken out of the former selection is forgotten with it."""
    change_desk(gesture=gesture)
    begin_sheet()
    empty_form_if_written()


def extend(shown: MapShown, event: MapEvent, *, allowed: np.ndarray) -> None:
    """Add a shape to what is chosen, or take it away; what was taken out on the sheet stays out."""
    before = current_gesture()
    anew = before is None or event.operation == REPLACE
    if not anew and before.layout != shown.layout:
        before = _brought_here(shown, before)
    gesture = extended(before, event.operation, event.how, event.polygon)
    if gesture is None:
        _set_gesture(None)
    else:
        choose(shown, gesture, allowed=allowed, same_sheet=not anew)


def _brought_here(shown: MapShown, before: Gesture) -> Gesture:
    """The same samples on this layout. Shapes of two layouts make no one record: of those drawn before, none stays."""
    if name_of_arrangement(shown, before.layout) and not before.polygon and not before.points and not before.parts:
        return replace(before, layout=shown.layout)
    return without_outlines(before, layout=shown.layout, clustering=shown.samples.clustering)


def clear_gesture() -> None:
    """Select nothing. Plotly's view keeps its own selection until it gets another key."""
    _set_gesture(None)
    change_panel(PlotlyState, round=panel(PlotlyState).round + 1, points=())
