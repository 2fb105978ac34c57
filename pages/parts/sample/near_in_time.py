"""What else happened in the minutes around a sample, as tiles that lead there."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.detector.strain.near_in_time import how_many_near, near_in_time, time_of
from pages.parts.desk.kept_choices import KEPT, Choice, keep_choices
from pages.parts.desk.shown import SampleShown
from pages.parts.sample.pictures import picture_tiles
from pages.parts.widgets.contact_sheet import SheetEvent, contact_sheet
from pages.parts.widgets.keys import widget_key

MINUTES = (0.5, 2.0, 10.0, 60.0)
_KEY = "near_minutes"
_SHOWN = 24
_TILE = 110


def near_in_time_panel(shown: SampleShown, sample_id: str, *, on_event: Callable[[SheetEvent], None]) -> None:
    """Draw it under its heading; nothing where the sample has no time. ``on_event`` is told of a click on a tile."""
    table = shown.samples.table
    if not shown.samples.words.of_detectors or time_of(table, sample_id) is None:
        return
    st.subheader("Near in time")
    keep_choices([Choice(_KEY, 2.0, MINUTES)], key="keeping_near")
    minutes = st.segmented_control(
        "Minutes before and after", MINUTES, format_func=lambda one: f"{one:g}", required=True, key=_KEY, **KEPT
    )
    near = near_in_time(table, sample_id, minutes=minutes, most=_SHOWN)
    if near.empty:
        st.caption(f"No other sample of this data set lies within {minutes:g} minutes.")
        return
    captions = [
        f"{seconds:+.1f} s {detector}".strip()
        for seconds, detector in zip(near["seconds"], near["detector"], strict=True)
    ]
    contact_sheet(
        picture_tiles(shown, list(near.index), captions, view=shown.view),
        key=widget_key("near_in_time", sample_id),
        on_event=on_event,
        tile_width=_TILE,
        selectable=False,
    )
    total = how_many_near(table, sample_id, minutes=minutes) if len(near) == _SHOWN else len(near)
    more = f" The {_SHOWN} nearest of {total:,} are shown." if total > len(near) else ""
    st.caption(f"In the order of time, with the seconds from this sample.{more} Click one to open it.")
