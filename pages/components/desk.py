"""The little that the desk itself remembers in a session, as one value that is replaced whole."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

_KEY = "desk"


@dataclass(frozen=True)
class Desk:
    """What a session remembers beside what its widgets say.

    Attributes:
        data: name of the data set that the session's selection, filters and open samples belong to; empty until the
            first run has settled it.
        wanted: name of a data set that was opened in the middle of a run: the next run makes it the chosen one.
        said: what there is to say about the data set that the address asked for, until another one is chosen.
        clustering: fingerprint of the clustering that chosen and filtered cluster numbers belong to.
    """

    data: str = ""
    wanted: str = ""
    said: str = ""
    clustering: str = ""


def the_desk() -> Desk:
    """What the session remembers now."""
    return st.session_state.get(_KEY, Desk())


def change_desk(**changes: Any) -> Desk:
    """Replace some of it, in one step, so that an interrupted run leaves all of it or nothing; returns what is new."""
    changed = replace(the_desk(), **changes)
    st.session_state[_KEY] = changed
    return changed
