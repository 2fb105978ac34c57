"""A drift in depth: the curve, what changes along it, its segments, its pictures, and proposals for a part of it."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.audit.drift import (
    HOW,
    THIRDS,
    Segment,
    curve_columns,
    curve_points,
    places_at,
    segment_of,
    segments,
)
from core.dataset import Taxonomy
from pages.parts.desk.state import change_panel, panel, set_widget, widget_value
from pages.parts.desk.who import AtDesk
from pages.parts.drifts.along import along_panel
from pages.parts.drifts.atlas import atlas
from pages.parts.drifts.chosen import (
    LASSO,
    PART,
    WHOLE,
    DriftState,
    OneDrift,
    choose_places,
    choose_whole,
    forget_another,
)
from pages.parts.drifts.figures import CURVE_HEIGHT, curve_figure
from pages.parts.drifts.summary import segment_table, summary
from pages.parts.drifts.words import counts, share
from pages.parts.selection.chosen import begin_sheet, excluded
from pages.parts.selection.propose import LABEL, propose_form
from pages.parts.selection.sheet import sheet_panel
from pages.parts.widgets import icons
from pages.parts.widgets.keys import widget_key
from pages.parts.widgets.plotly_view import read_gesture, show_figure
from pages.parts.widgets.text import escaped


@st.fragment
def drift_panel(here: AtDesk, one: OneDrift) -> None:
    """Draw everything about one drift; a page shows at most one, for it holds the contact sheet and the form.

    Args:
        here: who is at the desk, and with which data set.
        one: what to show.
    """
    forget_another(one.drift)
    summary(one.drift)
    how = st.segmented_control(
        "Cut the curve",
        HOW,
        default=HOW[0],
        key="drift_how",
        required=True,
        format_func=lambda name: f"into {escaped(name)}" if name == THIRDS else f"at {escaped(name)}",
        help="Change points of the label mix, as many as the labels bear out; or three parts of equally many samples.",
        on_change=choose_whole,
    )
    parts = segments(one.case, one.drift, how=how, suspicion=one.suspicion)
    by = _curve(one, parts)
    along_panel(one, by)
    segment_table(parts)
    atlas(one)
    _part_in_depth(here, one, parts)


def _curve(one: OneDrift, parts: tuple[Segment, ...]) -> str:
    """Draw the curve; returns the column that it is drawn against."""
    state = panel(DriftState)
    by = st.selectbox(
        "Against the place along the curve",
        curve_columns(one.case, suspicion=one.suspicion, intensity=one.intensity),
        key="drift_column",
        width=320,
        help="The curve was found in the embedding alone: a physical column that rises or falls along it says what "
        "changes.",
    )
    points = curve_points(one.case, one.drift, by, suspicion=one.suspicion, intensity=one.intensity)
    figure = curve_figure(
        points,
        one.colours,
        cuts=[part.start for part in parts[1:]],
        chosen=np.isin(np.arange(len(one.drift)), state.places),
        dark=st.context.theme.type == "dark",
    )
    # The column is part of the key: a lasso of one column's values means nothing on another's.
    message = tuple(show_figure(figure, key=widget_key("drift_curve", by, state.round), height=CURVE_HEIGHT))
    # The component repeats its last answer in every run; only a new one is a gesture.
    if message and message != state.points:
        change_panel(DriftState, points=message)
        gesture = read_gesture(message)
        places = places_at(points, gesture.points) if gesture else ()
        if len(places):
            choose_places(tuple(places.tolist()))
            st.rerun(scope="fragment")
    st.caption(
        "Lasso a part of the curve, or click a point, to see its pictures and propose a label for them below. Dotted "
        "lines are the cuts between segments."
    )
    return by


def _part_in_depth(here: AtDesk, one: OneDrift, parts: tuple[Segment, ...]) -> None:
    names = [WHOLE, *(f"segment {number}" for number in range(1, len(parts) + 1))]
    lassoed = bool(panel(DriftState).places)
    if lassoed:
        names.append(LASSO)
    if widget_value(PART) not in names:
        set_widget(PART, WHOLE)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.segmented_control(
            "Part to look at and to relabel", names, key=PART, required=True, on_change=begin_sheet
        )
        if lassoed:
            st.button("Clear selection", on_click=choose_whole, icon=icons.CLEAR_SELECTION, key="drift_clear")
    part = _part(one, parts, name)
    _say_suggestion(part, one.colours)
    samples = one.sheet.samples
    selection = samples.listed(part.sample_ids)
    sheet_panel(here, one.sheet, selection)
    left_in = tuple(sample_id for sample_id in selection.sample_ids if sample_id not in excluded())
    propose_form(here, samples, samples.listed(left_in))


def _part(one: OneDrift, parts: tuple[Segment, ...], name: str) -> Segment:
    if name == WHOLE:
        return segment_of(one.case, one.drift, np.arange(len(one.drift)), suspicion=one.suspicion)
    if name == LASSO:
        return segment_of(one.case, one.drift, np.asarray(panel(DriftState).places), suspicion=one.suspicion)
    return parts[int(name.removeprefix("segment ")) - 1]


def _say_suggestion(part: Segment, colours: Taxonomy) -> None:
    wrong = share(part.expected_wrong, part.expected_wrong_low, part.expected_wrong_high)
    st.markdown(
        f"{len(part.sample_ids):,} samples: {escaped(counts(part))}. Labels seen to be wrong: {wrong}. Another label "
        f"than {escaped(part.top_label)}: "
        f"{share(part.differing, part.differing_low, part.differing_high)}. Suggestion: "
        f"**{escaped(part.suggestion)}**."
    )
    if part.relabel_to in colours and widget_value(LABEL) != part.relabel_to:
        st.button(
            f"Take “{escaped(part.relabel_to)}” into the form",
            key="drift_take",
            icon=icons.TAKE_LABEL,
            on_click=set_widget,
            args=(LABEL, part.relabel_to),
            help=f"{len(part.differing_ids)} samples carry another label; those that carry it already are left alone.",
        )
