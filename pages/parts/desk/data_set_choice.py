"""Which data set is open: settled once at the start of a run, chosen in the sidebar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from core.pipeline.kept_pictures import AskedPicture
from core.workspace import Workspace, demo_workspace
from pages.parts.desk.addresses import DATA, HELD, LABELS, SELECTION, TOUR, asked
from pages.parts.desk.identity import public_demo
from pages.parts.desk.state import WORKSPACE, change_desk, forget_work, set_widget, the_desk, widget_value
from pages.parts.desk.who import AtDesk
from pages.parts.widgets.keeping import DATA_COOKIE, remembered
from pages.parts.widgets.text import escaped


def choose_workspace(workspace: Workspace, carried: Sequence[AskedPicture] = ()) -> None:
    """Make ``workspace`` the session's from the next run on; what was selected in the other one is forgotten then.

    Args:
        workspace: of the data set.
        carried: samples of the one that is open, to search the other one for.
    """
    change_desk(wanted=workspace.name, carried=tuple(carried))


def settle_data_set(titles: Mapping[str, str]) -> None:
    """Settle which data set this run shows, and forget the work on another one; call it before anything is drawn.

    The menu's own value is the only record of the choice, so that the two cannot disagree: a run that is interrupted
    anywhere leaves nothing behind that asks for another data set. What belongs to the former one is forgotten here,
    however it was left.

    Args:
        titles: what each data set is called, by its name.
    """
    if public_demo():
        _settle(demo_workspace().name, "")
        return
    names = list(titles)
    desk = the_desk()
    name = desk.wanted or widget_value(WORKSPACE, "")
    message = desk.message if desk.data in ("", name) else ""
    if not desk.data:
        # The address counts where a session begins; from then on it follows the choice.
        name, message = _asked_for(names) or (name or remembered(DATA_COOKIE), message)
    if name not in names:
        name = demo_workspace().name
    offered = tuple(titles.items())
    # The browser knows the choice by its title alone: where one changed, the menu would fall back on its first entry.
    if widget_value(WORKSPACE) != name or offered != desk.titles:
        set_widget(WORKSPACE, name)
    if offered != desk.titles:
        change_desk(titles=offered)
    _settle(name, message)
    if message:
        st.warning(escaped(message))


def data_set_choice(here: AtDesk, titles: Mapping[str, str]) -> None:
    """Draw the menu of data sets; not in the public demo, which has one."""
    if here.public_demo:
        return
    st.selectbox(
        "Data set",
        list(titles),
        key=WORKSPACE,
        format_func=titles.get,
        help="Open another one on the page “Data and settings”.",
        persist_state="session",
    )


def _step_asked() -> int:
    """The step of the tour that the address is at; 0 where it says none."""
    step = asked(TOUR) or ""
    return int(step) if step.isdecimal() and len(step) == 1 else 0


def _settle(name: str, message: str) -> None:
    desk = the_desk()
    if not desk.data:
        selection = asked(SELECTION) or asked(HELD) or ""
        change_desk(data=name, message=message, asked=selection, reading=asked(LABELS) or "", tour=_step_asked())
    elif desk.data != name:
        forget_work()
        # What was carried to one data set has no business in the next.
        change_desk(carried=desk.carried if name == desk.wanted else ())
        change_desk(data=name, wanted="", message=message, clustering="", reading="", asked="", opened=None, kept=None)
        change_desk(choices=())
    elif (desk.wanted, desk.message) != ("", message):
        change_desk(wanted="", message=message)


def _asked_for(names: list[str]) -> tuple[str, str] | None:
    """The data set that the address asks for and what to say of it; None where it asks for none."""
    name = asked(DATA)
    if name is None:
        return None
    if name in names:
        return name, ""
    return "", (
        f"The address asks for the data set “{name[:80]}”, which is not known here: open it on the page “Data "
        "and settings” first, then follow the link again."
    )
