"""The little that the desk itself remembers in a session, as one value that is replaced whole."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from core.dataset.selection import Filters
from core.space.gestures import Gesture

_KEY = "desk"


@dataclass(frozen=True)
class Opened:
    """A selection that was asked for: under which id, the gesture that chose it, and what to say of it.

    ``good`` is False where it could not be opened; ``said`` then says why, and the gesture is the one before.
    """

    selection_id: str
    gesture: Gesture | None
    said: str
    good: bool


@dataclass(frozen=True)
class Kept:
    """The selection on screen, by what makes it, and the id that an address can name it by."""

    gesture: Gesture
    filters: Filters
    selection_id: str


@dataclass(frozen=True)
class Desk:
    """What a session remembers beside what its widgets say.

    Attributes:
        data: name of the data set that the session's selection, filters and open samples belong to; empty until the
            first run has settled it.
        wanted: name of a data set that was opened in the middle of a run: the next run makes it the chosen one.
        said: what there is to say about the data set that the address asked for, until another one is chosen.
        titles: what the menu of data sets offered last, as pairs of name and title.
        clustering: fingerprint of the clustering that chosen and filtered cluster numbers belong to.
        asked: id of the selection that the address, or a click, asks for, until the map has opened it.
        opened: the selection that was asked for last, as long as nothing else is chosen.
        kept: the selection on screen, under the id that the address is to name.
        named: whether a name was typed in this session.
    """

    data: str = ""
    wanted: str = ""
    said: str = ""
    titles: tuple[tuple[str, str], ...] = ()
    clustering: str = ""
    asked: str = ""
    opened: Opened | None = None
    kept: Kept | None = None
    named: bool = False


def the_desk() -> Desk:
    """What the session remembers now."""
    return st.session_state.get(_KEY, Desk())


def change_desk(**changes: Any) -> Desk:
    """Replace some of it, in one step, so that an interrupted run leaves all of it or nothing; returns what is new."""
    changed = replace(the_desk(), **changes)
    st.session_state[_KEY] = changed
    return changed
