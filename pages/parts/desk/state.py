"""What a session remembers beside its widgets: a frozen value for the desk and for each panel, replaced whole.

No other module of the pages writes keys of the session's state, but for those of the widgets that it draws.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st

from core.dataset.selection import Filters
from core.space.gestures import Gesture

if TYPE_CHECKING:
    from core.ledger.storage.sandbox import Sandbox
    from core.pipeline.kept_pictures import AskedPicture

_KEY = "desk"
_PANEL = "panel."

WORKSPACE = "workspace"
"""Key of the data set's name: the value of the sidebar's menu itself, so that there is no second one."""

NAME_KEY = "reviewer"
"""Key of the name that was typed."""

CLUSTER_FILTER = "filter_clusters"
"""Key of the filter by clusters, whose values say nothing once the clusters were found anew."""

_OF_THE_DESK = (_KEY, WORKSPACE, NAME_KEY, "keeping", "blank_page", "own_server", "read_aloud")
_OF_THE_DESK_TOO = ("identity_", "demo_", "source_", "open_")
"""Beginnings of further keys that stay when the work on a data set is forgotten."""

PanelState = TypeVar("PanelState")


@dataclass(frozen=True)
class Opened:
    """A selection that was asked for: under which id, the gesture that chose it, and what to say of it.

    ``good`` is False where it could not be opened; ``said`` then says why, and the gesture is the one before.
    """

    selection_id: str
    gesture: Gesture | None
    message: str
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
        reading: id of the reading of the labels that is shown; empty where they are as they were brought.
        asked: id of the selection that the address, or a click, asks for, until the map has opened it.
        opened: the selection that was asked for last, as long as nothing else is chosen.
        kept: the selection on screen, under the id that the address is to name.
        named: whether a name was typed in this session.
        gesture: what the moderator chose last on the map, on whichever view.
        sandbox: a visitor's own ledger in the public demo.
        root: the address of the first page, with the slash at its end.
        choices: what the address said when the session began, as pairs of name and text, as far as no page has followed
            it yet; None until a page asks.
        tour: at which step of the tour one is, from 1; 0 where nobody is shown round.
        tour_goes_on: whether the page of that step is to be opened.
        carried: samples of the data set that was open before, taken along as pictures to search this one for.
    """

    data: str = ""
    wanted: str = ""
    message: str = ""
    titles: tuple[tuple[str, str], ...] = ()
    clustering: str = ""
    reading: str = ""
    asked: str = ""
    opened: Opened | None = None
    kept: Kept | None = None
    named: bool = False
    gesture: Gesture | None = None
    sandbox: Sandbox | None = None
    root: str = "/"
    choices: tuple[tuple[str, str], ...] | None = None
    tour: int = 0
    tour_goes_on: bool = False
    carried: tuple[AskedPicture, ...] = ()


def the_desk() -> Desk:
    """What the session remembers now."""
    return st.session_state.get(_KEY, Desk())


def change_desk(**changes: Any) -> Desk:
    """Replace some of it, in one step, so that an interrupted run leaves all of it or nothing; returns what is new."""
    changed = replace(the_desk(), **changes)
    st.session_state[_KEY] = changed
    return changed


def panel(kind: type[PanelState]) -> PanelState:
    """What the session remembers of a panel; at first, what ``kind()`` says.

    Args:
        kind: a frozen dataclass, defined beside the panel, whose fields all have defaults. It belongs to one data set,
            and is forgotten with it.
    """
    return st.session_state.get(panel_key(kind)) or kind()


def change_panel(kind: type[PanelState], **changes: Any) -> PanelState:
    """Replace some of what is remembered of a panel, in one step; returns what is new."""
    changed = replace(panel(kind), **changes)
    st.session_state[panel_key(kind)] = changed
    return changed


def take_from_panel(kind: type, name: str) -> Any:
    """What is remembered of a panel under this name; from now on that is its default, so that it is told once."""
    told, at_first = getattr(panel(kind), name), getattr(kind(), name)
    if told is not at_first:
        change_panel(kind, **{name: at_first})
    return told


def forget_panel(kind: type) -> None:
    """Forget what is remembered of a panel."""
    st.session_state.pop(panel_key(kind), None)


def leave_numbers() -> bool:
    """Forget each panel that has ``numbers``, of clusters that were found anew; says whether there were any."""
    outlived = {
        str(key): value
        for key, value in st.session_state.items()
        if str(key).startswith(_PANEL) and hasattr(value, "numbers")
    }
    for key in outlived:
        del st.session_state[key]
    return any(value.numbers for value in outlived.values())


def panel_key(kind: type) -> str:
    """The session's key of a panel's state."""
    return f"{_PANEL}{kind.__module__.removeprefix('pages.parts.')}.{kind.__name__}"


def widget_value(key: str, default: Any = None) -> Any:
    """What a widget says that may be drawn later in the run, or not at all; ``default`` where it was never drawn."""
    return st.session_state.get(key, default)


def set_widget(key: str, value: Any) -> None:
    """Let a widget that is not drawn yet in this run show ``value``."""
    st.session_state[key] = value


def forget_widgets(*keys: str) -> None:
    """Let widgets begin anew where they are drawn next."""
    for key in keys:
        st.session_state.pop(key, None)


def forget_widgets_beginning(beginning: str) -> None:
    """Let all widgets whose key begins so begin anew."""
    forget_widgets(*(key for key in map(str, st.session_state) if key.startswith(beginning)))


def forget_work() -> None:
    """Forget what was selected, typed and decided in this session: it belonged to another data set or ledger.

    What stays is listed, not what goes: a panel that is new cannot be left out.
    """
    for key in map(str, list(st.session_state)):
        if key not in _OF_THE_DESK and not key.startswith(_OF_THE_DESK_TOO):
            del st.session_state[key]
