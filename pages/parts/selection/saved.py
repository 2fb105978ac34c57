"""Saved selections: keep the present one under a name, open one again, take one back."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.dataset.selection import Selection
from core.errors import GlitchAuditError
from core.ledger import new_batch_id
from core.ledger.acts.saving_selections import MAX_NAME, MAX_NOTE, save_selection, withdraw_saved_selection
from core.ledger.views.comments import SELECTION as A_SELECTION
from core.ledger.views.comments import Subject
from core.ledger.views.saved_selections import SavedSelection, find_saved_selection, saved_selections
from core.pipeline.kept_selections import is_kept_id
from core.version import APP_VERSION
from pages.parts.desk.addresses import SELECTION, copy_link, show_link
from pages.parts.desk.comments import comments
from pages.parts.desk.state import change_desk, change_panel, panel, the_desk
from pages.parts.desk.who import AtDesk, at_desk
from pages.parts.widgets import icons
from pages.parts.widgets.act_button import act_button
from pages.parts.widgets.text import escaped


@dataclass(frozen=True)
class SavedState:
    """What the session remembers of saved selections.

    Attributes:
        content: what was sent last: selection, name, note and author.
        selection_id: the id that it was, or will be, saved under: the same for the same content, so that a double click
            writes once.
        last: the selection that was saved last.
        trouble: why one could not be withdrawn.
    """

    content: tuple[object, ...] = ()
    selection_id: str = ""
    last: SavedSelection | None = None
    trouble: str = ""


def save_panel(here: AtDesk, selection: Selection) -> None:
    """Keep the present selection under a name, and show the address that opens it."""
    if not here.allowed("save selection"):
        return
    with st.popover("Save or share", icon=":material/bookmark_add:"):
        if trouble := here.ledger.problem():
            st.warning(f"Saving is not possible now: {escaped(trouble)}")
            return
        name = st.text_input("Name of this selection", key="saved_name", max_chars=MAX_NAME)
        note = st.text_area("Note (optional)", key="saved_note", max_chars=MAX_NOTE, placeholder="What is it for?")
        hindered = here.why_not("save selection") or ("" if name.strip() else "Give it a name.")
        if act_button(
            f"Save {len(selection.sample_ids):,} sample{'' if len(selection.sample_ids) == 1 else 's'}",
            missing=hindered,
            icon=icons.SAVED,
            key="saved_save",
        ):
            _save(here, selection, name, note)
        saved = panel(SavedState).last
        if saved is not None and saved.selection == selection:
            st.success(f"Saved as {escaped(saved.name)}.")
            show_link(here, SELECTION, saved.selection_id, what="the same samples")
            if here.public_demo:
                st.caption("In the public demo a saved selection is part of your own sandbox: only you can open it.")


def selection_comments(here: AtDesk, selection: Selection) -> None:
    """Draw what was said about the selection on screen, where it is a saved one."""
    kept, last = the_desk().kept, panel(SavedState).last
    name, title = "", ""
    if kept is not None and kept.selection_id and not is_kept_id(kept.selection_id):
        name = kept.selection_id
        title = find_saved_selection(here.ledger, name).name
    elif last is not None and last.selection == selection:
        name, title = last.selection_id, last.name
    if name:
        subject = Subject(A_SELECTION, name, f"the selection “{title}”")
        comments(here, subject, place="map", dataset=selection.dataset_fingerprint, in_a_bar=True)


def saved_list(here: AtDesk) -> None:
    """The saved selections of this data set: open one, copy its address, take it back.

    Those made before its labels or its metadata changed are among them: the samples count, and a ledger has one data
    set.
    """
    table = saved_selections(here.ledger)
    if table.empty:
        return
    with st.expander(f"Saved selections ({len(table):,})", icon=":material/bookmarks:"):
        rows = table.set_index("selection_id")
        chosen = st.selectbox(
            "Saved selection",
            list(rows.index),
            format_func=lambda selection_id: _title(rows.loc[selection_id]),
            key="saved_chosen",
            label_visibility="collapsed",
        )
        row = rows.loc[chosen]
        st.caption(f"{row['samples']:,} samples, by {escaped(row['author'])}. {escaped(row['note'])}")
        with st.container(horizontal=True):
            st.button("Open", on_click=_ask_for, args=(chosen,), icon=icons.SAVED, key="saved_open")
            copy_link(here, SELECTION, chosen, what="the same samples")
            if here.may_take_back(row["author"], row["author_key"]):
                st.button("Withdraw", on_click=_withdraw, args=(chosen,), icon=icons.UNDO, key="saved_withdraw")
    if trouble := panel(SavedState).trouble:
        change_panel(SavedState, trouble="")
        st.error(escaped(trouble))


def _title(row: pd.Series) -> str:
    return f"{row['name']} ({row['created_at']:%Y-%m-%d}, {row['samples']:,})"


def _ask_for(selection_id: str) -> None:
    change_desk(asked=selection_id)


def _withdraw(selection_id: str) -> None:
    now = at_desk()
    try:
        withdraw_saved_selection(now.ledger, selection_id, author=now.person, app_version=APP_VERSION)
    except GlitchAuditError as error:
        change_panel(SavedState, trouble=str(error))


def _save(here: AtDesk, selection: Selection, name: str, note: str) -> None:
    state, author = panel(SavedState), at_desk().person
    content = (selection, name, note, author.key)
    if state.content != content:
        state = change_panel(SavedState, content=content, selection_id=new_batch_id())
    try:
        saved = save_selection(
            here.ledger,
            selection,
            name=name,
            note=note,
            author=author,
            app_version=APP_VERSION,
            selection_id=state.selection_id,
        )
    except GlitchAuditError as error:
        st.error(escaped(error))
        return
    change_panel(SavedState, last=saved)
    st.rerun()
