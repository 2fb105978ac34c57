"""Choosing a data set's folder by walking through the folders that may be opened here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import streamlit as st

from core.dataset.folders import Listing, Subfolder, folder_above, place_beside
from core.errors import GlitchAuditError
from core.evidence.figures.model import count_of
from core.jobs.keeping import recent_first
from core.workspace import DEMO_SOURCE, known_workspaces
from pages.parts.desk.acts import listed_roots, look_into
from pages.parts.desk.state import change_panel, panel, the_desk, widget_value
from pages.parts.widgets import icons
from pages.parts.widgets.keys import widget_key
from pages.parts.widgets.text import code_span, escaped

_TOGGLE = "open_choose"


@dataclass(frozen=True)
class ChoosingState:
    """The folder that one has walked to.

    "" is the one that may be opened, or the list of those; None is where one begins: beside the data set opened last,
    for the folder that may be opened often holds no pictures at all.
    """

    folder: str | None = None


def choosing_panel(open_folder: Callable[[Path], None]) -> None:
    """Draw the walk through the folders, once it is asked for; ``open_folder`` is called as a button's callback.

    Where others than this machine come here and no folders were allowed by name, nothing is listed to anybody.
    """
    roots = listed_roots()
    if roots == ():
        return
    if not st.toggle("Choose a folder instead of typing its path", key=_TOGGLE):
        return
    starts = roots or (Path.home(),)
    folder = panel(ChoosingState).folder
    if folder is None:
        folder = str(place_beside(_opened_last(), roots) or "")
        _go(folder)
    if not folder and len(starts) > 1:
        _select("Folders that may be opened here", {str(start): start for start in starts})
        return
    try:
        listing = look_into(Path(folder) if folder else starts[0])
    except GlitchAuditError as error:
        st.error(escaped(error))
        st.button("Begin again", key="open_begin", on_click=_go, args=("",))
        return
    _walk(listing, roots, open_folder)


def _opened_last() -> tuple[Path, ...]:
    """The sources of the data sets, the one that is open first, then the one that changed last; not the demo's."""
    known = sorted(recent_first(known_workspaces()), key=lambda one: one.name != the_desk().data)
    return tuple(one.source for one in known if one.source != DEMO_SOURCE)


def _walk(listing: Listing, roots: tuple[Path, ...] | None, open_folder: Callable[[Path], None]) -> None:
    below = sum(one.here + one.below for one in listing.subfolders)
    some = "" if all(one.all_counted for one in listing.subfolders) and not listing.more else "at least "
    st.markdown(
        f"{code_span(listing.folder)}: {count_of(listing.here, 'picture')} in it, {some}{below:,} in its folders."
    )
    if listing.subfolders:
        more = f" ({listing.more:,} more are not listed: type the path of one of those)" if listing.more else ""
        _select(f"Folders in it{more}", {_in_words(one): one.path for one in listing.subfolders})
    else:
        st.caption("There are no folders in it.")
    file = _file_in(listing)
    above = folder_above(listing.folder, roots)
    with st.container(horizontal=True):
        st.button(
            "Up",
            icon=":material/arrow_upward:",
            key="open_up",
            disabled=above is None and len(roots or ()) < 2,
            on_click=_go,
            args=(str(above or ""),),
        )
        st.button(
            "Open this file" if file else "Open this folder",
            type="primary",
            icon=icons.OPEN_DATA,
            key="open_this",
            disabled=not (file or listing.here or below or listing.files),
            on_click=open_folder,
            args=(file or listing.folder,),
        )


def _file_in(listing: Listing) -> Path | None:
    """The file in the folder that is chosen; None where none is, or there are none that may be a data set."""
    if not listing.files:
        return None
    names = {path.name: path for path in listing.files}
    key = widget_key("open_file", str(listing.folder))
    return names.get(st.selectbox("Files in it", list(names), index=None, key=key, placeholder="Or one file alone …"))


def _select(label: str, folders: dict[str, Path]) -> None:
    key = widget_key("open_folder", panel(ChoosingState).folder or "")
    st.selectbox(
        escaped(label),
        list(folders),
        index=None,
        key=key,
        placeholder="Go into …",
        on_change=partial(_go_into, key, folders),
    )


def _go_into(key: str, folders: dict[str, Path]) -> None:
    if (chosen := folders.get(widget_value(key, ""))) is not None:
        _go(str(chosen))


def _go(folder: str) -> None:
    change_panel(ChoosingState, folder=folder)


def _in_words(one: Subfolder) -> str:
    more = "" if one.all_counted else " or more"
    counts = [count_of(one.here, "picture")] if one.here else []
    counts += [f"{one.below:,} in its folders"] if one.below else []
    return f"{one.path.name} · {', '.join(counts) or 'no pictures'}{more}"
