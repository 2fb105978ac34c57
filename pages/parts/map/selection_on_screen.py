"""The selection that an address, or a click, asks for: opened once; and the one on screen: named in the address."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

from core.dataset.selection import Filters, Selection
from core.errors import GlitchAuditError
from core.ledger.views.saved_selections import SavedSelection, find_saved_selection
from core.pipeline.kept_selections import is_kept_id, kept_selection
from core.space.filters import filter_mask
from core.space.gestures import Gesture
from pages.parts.desk.acts import keep_selection
from pages.parts.desk.addresses import SELECTION, root_address
from pages.parts.desk.shown import MapShown, Samples
from pages.parts.desk.state import Kept, Opened, change_desk, the_desk
from pages.parts.desk.who import AtDesk
from pages.parts.map.arrangement import name_of_arrangement
from pages.parts.map.choosing import choose, choose_again, current_gesture
from pages.parts.map.filters import numeric_columns, set_filters, value_choices
from pages.parts.widgets import icons
from pages.parts.widgets.keeping import keep
from pages.parts.widgets.text import escaped

_DRAWN = ("lasso", "box", "click")


def follow_selection(here: AtDesk, shown: MapShown) -> None:
    """Open the selection that was asked for, once; and say what was opened, or why nothing was."""
    desk = the_desk()
    if desk.asked:
        desk = change_desk(asked="", opened=_opened(here, shown, desk.asked))
    if desk.opened is None:
        return
    if current_gesture() is not desk.opened.gesture:
        # Something else was chosen meanwhile: that is on screen now.
        change_desk(opened=None)
    elif not desk.opened.good:
        st.warning(escaped(desk.opened.message))
    elif desk.opened.message:
        st.info(escaped(desk.opened.message), icon=icons.SAVED)


def nothing_on_screen() -> None:
    """Let the address name no selection."""
    if the_desk().kept is not None:
        change_desk(kept=None)
    keep({SELECTION: ""}, key="keeping_selection", root=root_address())


def keep_on_screen(here: AtDesk, selection: Selection, gesture: Gesture) -> None:
    """Let the address name the selection on screen, so that a reload or a second tab shows it again.

    A saved one goes by its own id. In the public demo nothing of a visitor is kept on the server.
    """
    desk = the_desk()
    opened, kept = desk.opened, desk.kept
    if kept is not None and kept.gesture is gesture and kept.filters == selection.filters:
        selection_id = kept.selection_id
    elif opened is not None and opened.gesture is gesture and opened.good and not is_kept_id(opened.selection_id):
        selection_id = opened.selection_id
    else:
        selection_id = _kept_on_disk(here, selection, gesture)
    if kept is None or kept.gesture is not gesture or kept.filters != selection.filters:
        change_desk(kept=Kept(gesture, selection.filters, selection_id))
    keep({SELECTION: selection_id}, key="keeping_selection", root=root_address())


def _kept_on_disk(here: AtDesk, selection: Selection, gesture: Gesture) -> str:
    """The id under which the selection is kept; empty where it is not."""
    # Who may leave nothing on the server can still look, and so can all where it cannot be written.
    with suppress(GlitchAuditError):
        return keep_selection(here.workspace, selection, clustering=gesture.clustering)
    return ""


def _opened(here: AtDesk, shown: MapShown, selection_id: str) -> Opened:
    before = current_gesture()
    try:
        if is_kept_id(selection_id):
            gesture, message = _open_kept(shown, *kept_selection(here.workspace, selection_id))
        else:
            gesture, message = _open(shown, find_saved_selection(here.ledger, selection_id))
    except GlitchAuditError as error:
        return Opened(selection_id, before, str(error), good=False)
    return Opened(selection_id, gesture, message, good=True)


def _open(shown: MapShown, saved: SavedSelection) -> tuple[Gesture, str]:
    """Select the saved samples on the map; returns the gesture that does so, and what to say."""
    row_of = shown.samples.row_of
    ids = tuple(name for name in saved.selection.sample_ids if name in row_of)
    total = len(saved.selection.sample_ids)
    if not ids:
        raise GlitchAuditError(
            f"None of the {total:,} samples of “{saved.name}” are on this map: open the data set that it was made on, "
            "or prepare it again."
        )
    rows = np.array([row_of[name] for name in ids])
    _set_filters_unless_they_hide(shown.samples, saved.selection.filters, rows)
    gesture = _gesture(shown, replace(saved.selection, sample_ids=ids), rows)
    if gesture.layout:
        choose_again(gesture)
    else:
        gesture = choose(shown, gesture)
    parts = [f"Opened “{saved.name}”, saved by {saved.author} on {saved.created_at:%Y-%m-%d}."]
    if saved.note:
        parts.append(saved.note)
    if len(ids) < total:
        parts.append(f"{total - len(ids):,} of its {total:,} samples are not on this map.")
    if saved.withdrawn:
        parts.append("It was withdrawn since.")
    return gesture, " ".join(parts)


def _open_kept(shown: MapShown, selection: Selection, clustering: str) -> tuple[Gesture, str]:
    """Select what was on screen; returns the gesture that does so, and what to say of it: nothing."""
    row_of = shown.samples.row_of
    rows = np.array([row_of[name] for name in selection.sample_ids if name in row_of], dtype=int)
    if not len(rows):
        raise GlitchAuditError("None of the samples that the address names are on this map: draw the selection again.")
    _set_filters_unless_they_hide(shown.samples, selection.filters, rows)
    gesture = Gesture(
        selection.how,
        polygon=selection.polygon if selection.how in _DRAWN else (),
        cluster=selection.cluster,
        sample_ids=selection.sample_ids,
        layout=selection.layout_fingerprint,
        clustering=clustering,
        parts=selection.parts,
        settled=len(selection.parts),
        asked=selection.asked,
    )
    choose_again(gesture)
    return gesture, ""


def _set_filters_unless_they_hide(samples: Samples, wanted: Filters, rows: np.ndarray) -> None:
    """Set the filters; the samples count, so those that would hide some of them now stay off."""
    filters = _usable_filters(samples, wanted)
    visible = filter_mask(samples.table, samples.clusters, filters)
    set_filters(filters if visible[rows].all() else Filters())


def _gesture(shown: MapShown, selection: Selection, rows: np.ndarray) -> Gesture:
    """The gesture behind the selection where it still means something on this map, else a mere list of samples.

    What was drawn stays bound to its own arrangement of these islands: its outline shows there alone.
    """
    samples = shown.samples
    if selection.how in _DRAWN and name_of_arrangement(shown, selection.layout_fingerprint):
        return Gesture(
            selection.how,
            polygon=selection.polygon,
            sample_ids=selection.sample_ids,
            layout=selection.layout_fingerprint,
            clustering=samples.clustering,
            parts=selection.parts,
            settled=len(selection.parts),
        )
    whole = not selection.parts and (samples.clusters[rows] == selection.cluster).all()
    if selection.how == "cluster" and whole:
        return Gesture("cluster", cluster=selection.cluster, sample_ids=selection.sample_ids)
    if selection.how == "search" and not selection.parts:
        return Gesture("search", sample_ids=selection.sample_ids, asked=selection.asked)
    return Gesture("query", sample_ids=selection.sample_ids)


def _usable_filters(samples: Samples, filters: Filters) -> Filters:
    """The filters without values that this data set does not have."""
    table = samples.table

    def known(column: str, values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(v for v in values if column in table and (table[column].astype(str) == v).any())

    clusters = set(samples.clusters.tolist())
    return Filters(
        labels=tuple(label for label in filters.labels if label in samples.labels),
        clusters=tuple(number for number in filters.clusters if number in clusters),
        detectors=known("detector", filters.detectors),
        splits=known("split", filters.splits),
        ranges=tuple(
            (column, *_inside(table[column], low, high))
            for column, low, high in filters.ranges
            if column in numeric_columns(table)
        ),
        text=filters.text,
        values=tuple(pair for pair in filters.values if pair in value_choices(table).values()),
    )


def _inside(values: pd.Series, low: float, high: float) -> tuple[float, float]:
    """The range cut to what the slider can show."""
    smallest, largest = float(values.min()), float(values.max())
    low, high = (min(max(end, smallest), largest) for end in (low, high))
    return min(low, high), max(low, high)
