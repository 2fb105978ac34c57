"""The moderator's loop under one roof: map, selection, contact sheet, proposal."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from core.audit.failure_modes.before_relabelling import Advice, advice_before_relabelling
from core.audit.metrics import selection_summary
from core.dataset.selection import Filters, Selection
from core.errors import GlitchAuditError
from core.space.filters import filter_mask, make_selection
from core.space.gestures import Gesture, outline
from pages.parts.desk.shown import MapShown, Samples, SheetShown
from pages.parts.desk.who import AtDesk
from pages.parts.map.arrangement import arranged, name_of_arrangement
from pages.parts.map.choosing import current_gesture
from pages.parts.map.jump_bar import form_place, jump_bar, sheet_place
from pages.parts.map.panel import map_panel
from pages.parts.map.selection_on_screen import keep_on_screen, nothing_on_screen
from pages.parts.map.summary import label_bars, summary_panel
from pages.parts.selection.chosen import kept_labels, of_kept_labels, settle_start, still_in
from pages.parts.selection.marks import proposed_marks
from pages.parts.selection.propose import propose_form
from pages.parts.selection.propose_one import propose_one
from pages.parts.selection.sheet import sheet_panel
from pages.parts.widgets import icons
from pages.parts.widgets.panel_border import panel_border
from pages.parts.widgets.text import escaped

_OFFERED = 2
"""So many of the commonest labels stand over the form, to be taken with one click."""


@st.fragment
def audit_loop(
    here: AtDesk, shown: MapShown, sheet: SheetShown, filters: Filters, verdicts: pd.DataFrame | None = None
) -> None:
    """Draw the map and, beside it, everything about the present selection; reruns without the rest of the page.

    Args:
        here: who is at the desk, and with which data set.
        shown: the map.
        sheet: what its contact sheet shows.
        filters: as set in the sidebar.
        verdicts: those of the audit; None where there is none.
    """
    samples, shown = shown.samples, arranged(shown)
    try:
        visible = filter_mask(samples.table, samples.clusters, filters)
    except GlitchAuditError as error:
        st.error(escaped(error))
        return
    gesture = current_gesture()
    mask = samples.mask(gesture.sample_ids if gesture else ()) & visible
    # The grid of page.css: the map alone until something is selected, then the panel beside it.
    with st.container(key="look"):
        with st.container(key="look_map"):
            map_panel(here, shown, filters, visible=visible, selected=mask)
            if gesture is None:
                nothing_on_screen()
                st.info(
                    "Draw a lasso around an island of the map: its pictures and their labels appear here. Islands of "
                    "mixed colours are where labels and shapes disagree.",
                    icon=":material/gesture:",
                )
        if gesture is not None:
            panel_border(key="look_border")
            with st.container(key="look_panel", gap="xsmall"):
                _say_of_another_map(shown, gesture)
                _beside_the_map(here, sheet, gesture, mask, filters, verdicts, total=int(visible.sum()))


def _beside_the_map(
    here: AtDesk,
    sheet: SheetShown,
    gesture: Gesture,
    mask: np.ndarray,
    filters: Filters,
    verdicts: pd.DataFrame | None,
    *,
    total: int,
) -> None:
    """Everything about the selection: its summary, its sheet, and the form."""
    samples = sheet.samples
    selection = _selection(samples, gesture, mask, filters)
    if not selection.sample_ids:
        st.warning(
            "There is no sample in this selection, or the filters exclude them all: draw another, or clear them."
        )
        return
    keep_on_screen(here, selection, gesture)
    settle_start(sheet.sample, selection)
    kept = of_kept_labels(samples, selection)
    summary = selection_summary(samples.table["label"], samples.clusters, mask)
    summary_panel(here, summary, still_in(kept), total=total)
    label_bars(samples, summary.labels, kept_labels(samples, selection))
    sheet_place()
    sheet_panel(
        here, sheet, kept, marks=partial(proposed_marks, here, samples), beside=partial(propose_one, here, samples)
    )
    jump_bar(on_sheet=len(kept.sample_ids), still_in=len(still_in(kept).sample_ids))
    with st.container(key="look_form", gap="xsmall"):
        form_place()
        propose_form(
            here,
            samples,
            still_in(kept),
            offered=tuple(summary.labels.index[:_OFFERED]),
            advise=partial(_advice, summary.labels, verdicts),
        )


def _advice(counts: pd.Series, verdicts: pd.DataFrame | None, new_label: str) -> tuple[Advice, ...]:
    return () if verdicts is None else advice_before_relabelling(counts, verdicts, new_label=new_label)


def _selection(samples: Samples, gesture: Gesture, mask: np.ndarray, filters: Filters) -> Selection:
    # A cluster's number says nothing once the clusters were found anew; a polygon stays true of its own layout.
    renumbered = gesture.how == "cluster" and gesture.clustering != samples.clustering
    return make_selection(
        samples.table,
        mask,
        how="query" if renumbered else gesture.how,
        filters=filters,
        clusters=samples.clusters,
        polygon=outline(gesture),
        cluster=None if renumbered else gesture.cluster,
        dataset_fingerprint=samples.dataset,
        layout_fingerprint=gesture.layout,
        parts=gesture.parts,
        asked=gesture.asked if gesture.how == "search" else None,
    )


def _say_of_another_map(shown: MapShown, gesture: Gesture) -> None:
    """Say where the selection was made where that is not the map on screen, as its outline does not show then."""
    if gesture.layout == shown.layout:
        return
    samples = shown.samples
    drawn = gesture.how in ("lasso", "box", "click")
    here = int(samples.mask(gesture.sample_ids).sum())
    total = len(gesture.sample_ids)
    arrangement = name_of_arrangement(shown, gesture.layout)
    if arrangement and drawn:
        st.info(
            f"Drawn on the map “{escaped(arrangement)}”: the same {total:,} samples stay selected, and the outline "
            "shows there.",
            icon=icons.HISTORY,
        )
    elif not arrangement:
        left_out = f"; {total - here:,} of them are not on this map" if here < total else ""
        st.info(
            f"{'Drawn' if drawn else 'Chosen'} on an earlier map: the same {total:,} samples stay selected{left_out}.",
            icon=icons.HISTORY,
        )
