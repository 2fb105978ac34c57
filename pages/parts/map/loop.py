"""The moderator's loop under one roof: map, selection, contact sheet, proposal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core.audit.metrics import SelectionSummary, selection_summary
from core.dataset.selection import Filters, Selection
from core.errors import GlitchAuditError
from core.evidence.colours import cluster_name
from core.space.filters import filter_mask, make_selection
from core.space.gestures import Gesture, outline
from pages.parts.desk.shown import MapShown, Samples, SheetShown
from pages.parts.desk.who import AtDesk
from pages.parts.map.choosing import clear_gesture, current_gesture
from pages.parts.map.panel import map_panel
from pages.parts.map.selection_on_screen import keep_on_screen, nothing_on_screen
from pages.parts.selection.propose import propose_form
from pages.parts.selection.saved import save_panel
from pages.parts.selection.sheet import excluded, sheet_panel
from pages.parts.widgets.text import escaped

_MIX_SHOWN = 8


@st.fragment
def audit_loop(here: AtDesk, shown: MapShown, sheet: SheetShown, filters: Filters) -> None:
    """Draw the map and, under it, everything about the present selection; reruns without the rest of the page."""
    samples = shown.samples
    try:
        visible = filter_mask(samples.table, samples.clusters, filters)
    except GlitchAuditError as error:
        st.error(escaped(error))
        return
    gesture = current_gesture()
    mask = samples.ids.isin(gesture.sample_ids if gesture else ()) & visible
    map_panel(here, shown, filters, visible=visible, selected=mask)
    if gesture is None:
        nothing_on_screen()
        st.info(
            "Draw a lasso around an island of the map: its pictures and their labels appear here. Islands of mixed "
            "colours are where labels and shapes disagree.",
            icon=":material/gesture:",
        )
        return
    _say_of_an_earlier_map(samples, gesture)
    selection = _selection(samples, gesture, mask, filters)
    if not selection.sample_ids:
        st.warning(
            "There is no sample in this selection, or the filters exclude them all: draw another, or clear them."
        )
        return
    keep_on_screen(here, selection, gesture)
    summary = selection_summary(samples.table["label"], samples.clusters, mask)
    _summary(here, summary, _still_in(selection), total=int(visible.sum()))
    sheet_panel(sheet, selection)
    propose_form(here, samples, _still_in(selection))


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
    )


def _say_of_an_earlier_map(samples: Samples, gesture: Gesture) -> None:
    if gesture.layout == samples.layout:
        return
    here = int(samples.ids.isin(gesture.sample_ids).sum())
    total = len(gesture.sample_ids)
    made = "Drawn" if gesture.how in ("lasso", "box", "click") else "Chosen"
    left_out = f"; {total - here:,} of them are not on this map" if here < total else ""
    st.info(f"{made} on an earlier map: the same {total:,} samples stay selected{left_out}.", icon=":material/history:")


def _still_in(selection: Selection) -> Selection:
    out = excluded()
    return replace(selection, sample_ids=tuple(name for name in selection.sample_ids if name not in out))


def _summary(here: AtDesk, summary: SelectionSummary, selection: Selection, *, total: int) -> None:
    mix = summary.mix
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.subheader(
            f"{mix.n:,} sample{'' if mix.n == 1 else 's'} selected", help=f"of {total:,} that the filters leave"
        )
        with st.container(horizontal=True, width="content"):
            save_panel(here, selection)
            st.button("Clear selection", on_click=clear_gesture, icon=":material/deselect:", key="map_clear")
    numbers = st.columns([2.2, 1, 1, 1])
    numbers[0].metric("Commonest label", escaped(mix.top_label), help=escaped(mix.top_label))
    numbers[1].metric(
        "Purity",
        f"{mix.purity:.0%}",
        delta=f"{mix.purity_low:.0%} to {mix.purity_high:.0%}",
        delta_color="off",
        delta_arrow="off",
        help="Share of the commonest label, with its 95 % Wilson interval.",
    )
    numbers[2].metric(
        "Label entropy",
        f"{mix.entropy:.2f} bits",
        delta=f"{mix.entropy_corrected:.2f} corrected",
        delta_color="off",
        delta_arrow="off",
        help="0 bits: one label alone. 1 bit: as mixed as two equally common labels. The correction is Miller and "
        "Madow's.",
    )
    numbers[3].metric("Different labels", mix.label_count)
    left, right = st.columns(2)
    with left:
        _mix_table("Labels", summary.labels, str)
    with right:
        _mix_table("Clusters", summary.clusters, cluster_name)


def _mix_table(title: str, counts: pd.Series, name: Callable[[Any], str]) -> None:
    shown = counts.head(_MIX_SHOWN)
    table = pd.DataFrame(
        {
            title: [name(value) for value in shown.index],
            "samples": shown.to_numpy(),
            "share": 100 * shown / counts.sum(),
        }
    )
    st.dataframe(
        table,
        hide_index=True,
        height="content",
        column_config={"share": st.column_config.ProgressColumn("share", min_value=0, max_value=100, format="%.0f %%")},
    )
    if len(counts) > len(shown):
        st.caption(f"and {len(counts) - len(shown)} more")
