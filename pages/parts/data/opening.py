"""Opening another data set: its path on the computer that runs the workbench."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import streamlit as st

from core.dataset.levels import LevelHint
from core.errors import GlitchAuditError
from core.gate import open_gate
from pages.parts.data.choosing import choosing_panel
from pages.parts.desk.acts import hint_for_refused, open_data_set
from pages.parts.desk.data_set_choice import choose_workspace
from pages.parts.desk.identity import data_roots
from pages.parts.desk.who import AtDesk
from pages.parts.desk.words import words_of
from pages.parts.widgets import icons
from pages.parts.widgets.keys import widget_key
from pages.parts.widgets.text import code_span, escaped


def open_panel(here: AtDesk) -> None:
    """Draw the form, or why nobody opens anything here; the data set that was opened is the one of the next run."""
    if here.public_demo:
        st.info("The public demo shows one data set. Install Glitch Audit on your own computer to open others.")
        return
    if hindered := here.hindrance("open"):
        st.caption(escaped(hindered))
        return
    # While the path is typed, so that the file does not wait for it.
    open_gate()
    st.subheader("Open a data set")
    st.caption(
        "A folder of class folders (`label/….png`), train/validation/test folders of class folders, a folder of "
        f"pictures with a CSV of their labels, {words_of(here.workspace).readable}, a Parquet file with pictures "
        "inside, the ZIP of a release, or a CSV or Parquet of ids with labels and 2-D coordinates or vectors. "
        "It is only read: nothing is written into it."
    )
    with st.form("open_form", border=False):
        left, right = st.columns([5, 1], vertical_alignment="bottom")
        path = left.text_input(
            "Folder or file on the computer that runs Glitch Audit",
            placeholder=_example(data_roots()),
            key="open_path",
        )
        pressed = right.form_submit_button("Open", type="primary", icon=icons.OPEN_DATA, width="stretch")
    choosing_panel(open_on_click)
    if pressed:
        _open(path)


def _example(roots: tuple[Path, ...] | None) -> str:
    """A path that may be opened here; empty where none may."""
    if roots is None:
        return str(Path.home() / "training_set")
    return str(roots[0] / "training_set") if roots else ""


def open_on_click(folder: Path) -> None:
    """Open a folder as the callback of a button, and say why where that fails."""
    try:
        choose_workspace(open_data_set(str(folder)))
    except (GlitchAuditError, OSError) as error:
        st.toast(escaped(error), icon=icons.WENT_WRONG)


def draw_hint(hint: LevelHint | None) -> None:
    """Draw what folder was probably meant, with the button that opens it; nothing where there is no such hint."""
    if hint:
        st.info(escaped(hint.sentence), icon=":material/lightbulb:")
        st.button(
            f"Open {code_span(hint.folder)}",
            icon=icons.OPEN_DATA,
            key=widget_key("open_hint", str(hint.folder)),
            on_click=open_on_click,
            args=(hint.folder,),
        )


def _open(path: str) -> None:
    if not path.strip():
        st.warning("Type or paste the path of a folder or file first.")
        return
    try:
        choose_workspace(open_data_set(path))
    except (GlitchAuditError, OSError) as error:
        st.error(escaped(error))
        with suppress(GlitchAuditError):
            draw_hint(hint_for_refused(path))
        return
    st.rerun()
