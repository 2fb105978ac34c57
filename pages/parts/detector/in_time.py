"""A channel in time with the glitches on it; chosen ones are laid on a contact sheet."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.detector.coupling.figures import ChannelSeries
from core.detector.coupling.verdicts import Coupling
from core.detector.strain.gps import utc_words
from pages.parts.desk.shown import SheetShown
from pages.parts.desk.state import change_panel, panel
from pages.parts.desk.who import AtDesk
from pages.parts.detector.figures import HEIGHT, plain, series_figure
from pages.parts.detector.source import DetectorShown
from pages.parts.detector.state import DAYS, ChosenGlitches
from pages.parts.detector.worked_out import series_of
from pages.parts.selection.chosen import begin_sheet
from pages.parts.selection.sheet import sheet_panel
from pages.parts.widgets.keys import widget_key
from pages.parts.widgets.plotly_view import show_figure
from pages.parts.widgets.text import escaped

_DAY = 86_400.0


def days_of(shown: DetectorShown) -> int:
    """How many days the channels are of, at least one."""
    table = shown.detector.table
    return max(1, -int(-(table.end - table.start) // _DAY))


def in_time(shown: DetectorShown, one: Coupling) -> None:
    """Draw the channel between the chosen days, and take what is chosen in it."""
    table = shown.detector.table
    last = days_of(shown)
    first, end = (0, last)
    if last > 1:
        first, end = st.slider("Days", 0, last, key=DAYS, persist_state="session")
    series = series_of(
        shown, one.family, one.channel, table.start + first * _DAY, table.start + max(end, first + 1) * _DAY
    )
    figure = series_figure(
        series,
        begin=table.start,
        channel=one.channel,
        log=one.per == "decade",
        dark=st.context.theme.type == "dark",
    )
    points = show_figure(
        figure, key=widget_key("detector_series", shown.key, one.family, one.channel, first, end), height=HEIGHT
    )
    st.caption(
        f"{len(series.sample_ids):,} glitches of {escaped(one.family)}. Day 0 begins at {utc_words(table.start)}. "
        "Where the ground of the drawing is darkened from top to bottom, the detector did not observe. Draw around "
        "some glitches, or click one, to see them."
    )
    # The component repeats its last answer in every run; only a new one is a choice.
    if tuple(points) == panel(ChosenGlitches).points:
        return
    change_panel(ChosenGlitches, points=tuple(points))
    ids = chosen_ids(points, series, begin=table.start)
    if ids:
        begin_sheet()
        change_panel(
            ChosenGlitches,
            sample_ids=ids,
            message=f"{len(ids):,} glitches that were chosen in time",
            pair=(one.family, one.channel),
        )


def chosen_ids(points: list[dict[str, Any]], series: ChannelSeries, *, begin: float) -> tuple[str, ...]:
    """The glitches at the chosen places: by their place, never by a trace's number."""
    places = {(point.get("x"), point.get("y")) for point in points}
    days = plain((series.glitch_times - begin) / _DAY)
    values = plain(series.glitch_values)
    return tuple(
        str(name) for name, day, value in zip(series.sample_ids, days, values, strict=True) if (day, value) in places
    )


def chosen_sheet(here: AtDesk, shown: DetectorShown, sheet: SheetShown, pair: tuple[str, str]) -> None:
    """The contact sheet of the glitches that were chosen for this pair; nothing where none were."""
    chosen = panel(ChosenGlitches)
    if not chosen.sample_ids or chosen.pair != pair:
        return
    st.subheader(escaped(chosen.message))
    if shown.simulated:
        st.info("Simulated glitches have no pictures; of a real detector's their contact sheet stands here.")
        return
    sheet_panel(here, sheet, sheet.samples.listed(chosen.sample_ids))
