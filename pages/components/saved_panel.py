"""Saved selections: keep the present one under a name, open one again, open what an address asks for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

from core.dataset.selection import Filters, Selection
from core.errors import GlitchAuditError
from core.ledger import new_batch_id
from core.ledger.saved_selections import (
    MAX_NAME,
    MAX_NOTE,
    SavedSelection,
    find_saved_selection,
    save_selection,
    saved_selections,
    withdraw_saved_selection,
)
from core.prepare.stages import Prepared
from core.space.filters import filter_mask
from core.space.gestures import Gesture
from core.version import APP_VERSION
from pages.components.act_button import act_button
from pages.components.addresses import SELECTION, asked, copy_link, show_link
from pages.components.filter_panel import numeric_columns, set_filters
from pages.components.identity import public_demo
from pages.components.map_panel import current_gesture, set_gesture
from pages.components.session import allowed, desk_ledger, may_take_back, person, why_not
from pages.components.text import inert

_OPENED = "saved_opened"
_DRAWN = ("lasso", "box", "click")


def follow_selection(prepared: Prepared) -> None:
    """Open the saved selection that the address asks for, once; and say what was opened, or why nothing was."""
    wanted = asked(SELECTION)
    if wanted is None:
        return
    opened, gesture, said, good = st.session_state.get(_OPENED, (None, None, "", True))
    if opened != wanted:
        try:
            gesture, said, good = *_open(prepared, find_saved_selection(desk_ledger(), wanted)), True
        except GlitchAuditError as error:
            gesture, said, good = None, str(error), False
        st.session_state[_OPENED] = (wanted, gesture, said, good)
    if good and current_gesture() is not gesture:
        # Something else was chosen meanwhile: the address no longer says what is on screen.
        del st.query_params[SELECTION]
        del st.session_state[_OPENED]
    elif good:
        st.info(said, icon=":material/bookmark:")
    else:
        st.warning(inert(said))


def save_panel(selection: Selection) -> None:
    """Keep the present selection under a name, and show the address that opens it."""
    if not allowed("save selection"):
        return
    with st.popover("Save or share", icon=":material/bookmark_add:"):
        if trouble := desk_ledger().problem():
            st.warning(f"Saving is not possible now: {inert(trouble)}")
            return
        name = st.text_input("Name of this selection", key="saved_name", max_chars=MAX_NAME)
        note = st.text_area("Note (optional)", key="saved_note", max_chars=MAX_NOTE, placeholder="What is it for?")
        hindered = why_not("save selection") or ("" if name.strip() else "Give it a name.")
        if act_button(
            f"Save {len(selection.sample_ids):,} sample{'' if len(selection.sample_ids) == 1 else 's'}",
            missing=hindered,
            icon=":material/bookmark:",
            key="saved_save",
        ):
            _save(selection, name, note)
        saved: SavedSelection | None = st.session_state.get("saved_last")
        if saved is not None and saved.selection == selection:
            st.success(f"Saved as {inert(saved.name)}.")
            show_link(SELECTION, saved.selection_id, what="the same samples")
            if public_demo():
                st.caption("In the public demo a saved selection is part of your own sandbox: only you can open it.")


def saved_list(prepared: Prepared) -> None:
    """The saved selections of this data set: open one, copy its address, take it back."""
    table = saved_selections(desk_ledger(), dataset_fingerprint=prepared.dataset.fingerprint)
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
        st.caption(f"{row['samples']:,} samples, by {inert(row['author'])}. {inert(row['note'])}")
        with st.container(horizontal=True):
            st.button("Open", on_click=_ask_for, args=(chosen,), icon=":material/bookmark:", key="saved_open")
            copy_link(SELECTION, chosen, what="the same samples")
            if may_take_back(row["author"], row["author_verified"]):
                st.button("Withdraw", on_click=_withdraw, args=(chosen,), icon=":material/undo:", key="saved_withdraw")
    if trouble := st.session_state.pop("saved_trouble", None):
        st.error(inert(trouble))


def _title(row: pd.Series) -> str:
    return f"{row['name']} ({row['created_at']:%Y-%m-%d}, {row['samples']:,})"


def _ask_for(selection_id: str) -> None:
    st.session_state.pop(_OPENED, None)
    st.query_params[SELECTION] = selection_id


def _withdraw(selection_id: str) -> None:
    try:
        withdraw_saved_selection(desk_ledger(), selection_id, author=person(), app_version=APP_VERSION)
    except GlitchAuditError as error:
        st.session_state["saved_trouble"] = str(error)


def _save(selection: Selection, name: str, note: str) -> None:
    content = (selection, name, note, person().name)
    if st.session_state.get("saved_content") != content:
        # The same selection saved twice keeps its id, so that a double click writes once.
        st.session_state["saved_content"] = content
        st.session_state["saved_id"] = new_batch_id()
    try:
        saved = save_selection(
            desk_ledger(),
            selection,
            name=name,
            note=note,
            author=person(),
            app_version=APP_VERSION,
            selection_id=st.session_state["saved_id"],
        )
    except GlitchAuditError as error:
        st.error(inert(error))
        return
    st.session_state["saved_last"] = saved
    st.rerun()


def _open(prepared: Prepared, saved: SavedSelection) -> tuple[Gesture, str]:
    """Select the saved samples on the map; returns the gesture that does so, and what to say."""
    ids = tuple(name for name in saved.selection.sample_ids if name in prepared.row_of)
    total = len(saved.selection.sample_ids)
    if not ids:
        raise GlitchAuditError(
            f"None of the {total:,} samples of “{saved.name}” are on this map: open the data set that it was made on, "
            "or prepare it again."
        )
    rows = np.array([prepared.row_of[name] for name in ids])
    filters = _usable_filters(prepared, saved.selection.filters)
    visible = filter_mask(prepared.samples, prepared.clustering.labels, filters)
    # The samples count: filters that would hide some of them now stay off.
    set_filters(filters if visible[rows].all() else Filters())
    gesture = _gesture(prepared, replace(saved.selection, sample_ids=ids), rows)
    set_gesture(gesture)
    parts = [f"Opened **{inert(saved.name)}**, saved by {inert(saved.author)} on {saved.created_at:%Y-%m-%d}."]
    if saved.note:
        parts.append(inert(saved.note))
    if len(ids) < total:
        parts.append(f"{total - len(ids):,} of its {total:,} samples are not on this map.")
    if saved.withdrawn:
        parts.append("It was withdrawn since.")
    return gesture, " ".join(parts)


def _gesture(prepared: Prepared, selection: Selection, rows: np.ndarray) -> Gesture:
    """The gesture behind the selection where it still means something on this map, else a mere list of samples."""
    same_map = selection.layout_fingerprint == prepared.layout.fingerprint
    if selection.how in _DRAWN and same_map:
        return Gesture(
            selection.how,
            polygon=selection.polygon,
            sample_ids=selection.sample_ids,
            parts=selection.parts,
            settled=len(selection.parts),
        )
    whole = not selection.parts and (prepared.clustering.labels[rows] == selection.cluster).all()
    if selection.how == "cluster" and whole:
        return Gesture("cluster", cluster=selection.cluster, sample_ids=selection.sample_ids)
    return Gesture("query", sample_ids=selection.sample_ids)


def _usable_filters(prepared: Prepared, filters: Filters) -> Filters:
    """The filters without values that this data set does not have."""
    samples = prepared.samples

    def known(column: str, values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(v for v in values if column in samples and (samples[column].astype(str) == v).any())

    clusters = set(prepared.clustering.labels.tolist())
    return Filters(
        labels=tuple(label for label in filters.labels if label in prepared.dataset.labels),
        clusters=tuple(number for number in filters.clusters if number in clusters),
        detectors=known("detector", filters.detectors),
        splits=known("split", filters.splits),
        ranges=tuple(
            (column, *_inside(samples[column], low, high))
            for column, low, high in filters.ranges
            if column in numeric_columns(samples)
        ),
        text=filters.text,
    )


def _inside(values: pd.Series, low: float, high: float) -> tuple[float, float]:
    """The range cut to what the slider can show."""
    smallest, largest = float(values.min()), float(values.max())
    low, high = (min(max(end, smallest), largest) for end in (low, high))
    return min(low, high), max(low, high)
