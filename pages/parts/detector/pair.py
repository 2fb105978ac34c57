"""One family and one channel: what is said of them, what to do, and what it rests on."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from core.detector.channels.names import plain_name
from core.detector.coupling.groups import ChannelGroup
from core.detector.coupling.verdicts import CANNOT_TELL, CHANCE, GOES_WITH, Coupling, fold
from core.detector.loudest import loudest_glitches
from core.errors import GlitchAuditError
from core.glossary import meaning
from pages.parts.desk.kept_choices import KEPT
from pages.parts.desk.shown import SheetShown
from pages.parts.desk.state import change_panel, set_widget
from pages.parts.desk.who import AtDesk
from pages.parts.detector.figures import hours_figure, lag_figure, motion_figure
from pages.parts.detector.in_time import chosen_sheet, in_time
from pages.parts.detector.source import DetectorShown
from pages.parts.detector.state import DRAWN, ChosenGlitches
from pages.parts.detector.words import chance_text
from pages.parts.detector.worked_out import hours_of, lags_of, motion_of
from pages.parts.selection.chosen import begin_sheet
from pages.parts.widgets import icons
from pages.parts.widgets.charts import show_chart
from pages.parts.widgets.text import code_span, escaped

RATE, TIME, HOURS, LAGS = "Rate against the channel", "In time", "Hour of the day", "Lag"
DRAWINGS = (RATE, TIME, HOURS, LAGS)
_BADGES = {
    GOES_WITH: (":material/link:", "orange"),
    CHANCE: (icons.DONE, "green"),
    CANNOT_TELL: (icons.NOT_KNOWN, "gray"),
}


def pair_panel(here: AtDesk, shown: DetectorShown, sheet: SheetShown, one: Coupling) -> None:
    """Draw everything about the pair."""
    icon, colour = _BADGES[one.verdict]
    with st.container(border=True):
        st.badge(escaped(one.verdict), icon=icon, color=colour, help=meaning("coupling"))
        st.markdown(f"**{escaped(one.sentence)}**")
        if measured := plain_name(one.channel):
            st.caption(f"{code_span(one.channel)} measures: {escaped(measured)}.")
        st.markdown(f"What to do: {escaped(one.action)}")
        _loudest_button(shown, one)
    with st.expander("How sure is this?"):
        _figures(shown, one)
    _group(shown, one)
    drawing = st.segmented_control("Show", DRAWINGS, required=True, key=DRAWN, label_visibility="collapsed", **KEPT)
    try:
        _draw(shown, one, drawing)
    except GlitchAuditError as error:
        st.info(escaped(error))
    chosen_sheet(here, shown, sheet, (one.family, one.channel))


def _draw(shown: DetectorShown, one: Coupling, drawing: str) -> None:
    dark = st.context.theme.type == "dark"
    pair = f"{one.family} and {one.channel}"
    if drawing == RATE:
        curve = motion_of(shown, one.family, one.channel, one.epoch)
        fitted = one.verdict != CANNOT_TELL
        show_chart(
            motion_figure(curve, channel=one.channel, fitted=fitted, dark=dark),
            key="detector_rate",
            alt=f"The rate of glitches against the channel, with the fitted line: {pair}",
        )
        st.caption(
            "Each point is a tenth of the time in which the channel was recorded and the detector observed, with its "
            "95 % interval by days. "
            + (
                "The line is what the regression fits beside hour of the day and slow trend."
                if fitted
                else "No line is fitted, as nothing can be told of this pair."
            )
        )
    elif drawing == TIME:
        in_time(shown, one)
    elif drawing == HOURS:
        hours = hours_of(shown, one.family, one.channel, one.detector, one.epoch)
        show_chart(hours_figure(hours, dark=dark), key="detector_hours", alt=f"Glitches by hour of the day: {pair}")
        st.caption(
            "Hours of the GPS day, which are those of UTC but for the leap seconds. A shared daily cycle is no "
            "coupling: the comparison takes it out."
        )
    else:
        curve = lags_of(shown, one.family, one.channel, one.epoch)
        show_chart(lag_figure(curve, dark=dark), key="detector_lags", alt=f"The statistic at each lag: {pair}")
        st.caption(
            f"How strongly the rate goes with the channel some hours before or after. Gray is what {curve.shifts:,} "
            f"shifts by {escaped(curve.kind)} give at each lag; 95 % of the shifts stay between the dashed lines at "
            "all of their lags and thresholds."
        )


def _loudest_button(shown: DetectorShown, one: Coupling) -> None:
    if one.verdict != GOES_WITH:
        return
    # Simulated glitches have no pictures that a contact sheet could show.
    if shown.simulated:
        st.button(
            f"Look at them {TIME.lower()}",
            icon=icons.LOOK_CLOSER,
            key="detector_see_in_time",
            on_click=set_widget,
            args=(DRAWN, TIME),
        )
        return
    st.button(
        "Look at the glitches of its loudest hours",
        icon=icons.LOOK_CLOSER,
        key="detector_loudest",
        on_click=partial(_choose_loudest, shown, one),
    )


def _choose_loudest(shown: DetectorShown, one: Coupling) -> None:
    ids = loudest_glitches(shown.detector.table, shown.glitches, channel=one.channel, family=one.family)
    begin_sheet()
    change_panel(
        ChosenGlitches,
        sample_ids=ids,
        message=f"{len(ids):,} glitches of the loudest tenth of the channel’s hours",
        pair=(one.family, one.channel),
    )


def _figures(shown: DetectorShown, one: Coupling) -> None:
    step = "where the channel is ten times as high" if one.per == "decade" else "for one standard deviation more"
    if one.per == "state":
        step = "while the state is on"
    ratio = f"{one.ratio:.3g} times ({one.low:.3g} to {one.high:.3g})" if np.isfinite(one.ratio) else "not measured"
    rows = [
        (f"rate, {step}", ratio),
        ("chance by the regression, over all lags that were tried", chance_text(one.p_value)),
        ("the same by the regression, over all channels and families", chance_text(one.q_value)),
        ("chance by shifted times", _by_shifts(one)),
        ("smallest change of the rate that these data would have shown, nine times in ten", _least(one, step)),
        ("rests on", f"{one.glitches:,} glitches in {one.hours:,.0f} h on {one.days} days"),
    ]
    lines = [f"| {escaped(name)} | {escaped(value)} |" for name, value in rows]
    st.markdown("\n".join(["| figure | value |", "|---|---|", *lines]))
    st.caption(
        "Two ways of asking, which have to agree: the regression asks how far the rate follows the channel beside hour "
        "of the day and slow trend; shifted times ask how often the same glitches fit the channel of another time as "
        "well. The second is rough, and knows no chance smaller than one in its shifts."
    )
    if sentence := shown.result.null.get((one.detector, one.epoch)):
        st.caption(escaped(sentence))


def _by_shifts(one: Coupling) -> str:
    """The share of shifts that give as much, with the smallest that there can be."""
    if not one.shifts or not np.isfinite(one.shift_p):
        return "not measured"
    smallest = (
        f"with {one.shifts:,} shifts by {one.shift_kind} no smaller one than {1 / (one.shifts + 1):.3f} can be shown"
    )
    return f"{one.shift_p:.3f} ({smallest})"


def _least(one: Coupling, step: str) -> str:
    if not np.isfinite(one.least_ratio):
        return "not measured"
    return f"{fold(one.least_ratio)} times as many glitches, or as many times fewer, {step}"


def _group(shown: DetectorShown, one: Coupling) -> None:
    group = _group_of(shown, one)
    if group is None or len(group.members) < 2:
        return
    others = ", ".join(code_span(name) for name in group.members if name != one.channel)
    if len(group.members) == 2:
        st.caption(
            f"Another channel moves with it (rank correlation {group.least_likeness:.2f}), so that nothing here tells "
            f"which of the two matters: {others}."
        )
        return
    st.caption(
        f"It stands for a group of {len(group.members)} channels that move together (rank correlation at least "
        f"{group.least_likeness:.2f}), so that nothing here tells which of them matters: {others}."
    )


def _group_of(shown: DetectorShown, one: Coupling) -> ChannelGroup | None:
    groups = shown.result.groups if shown.result is not None else ()
    return groups[one.group] if 0 <= one.group < len(groups) else None
