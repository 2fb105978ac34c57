"""The map with its controls, in our own view or in Plotly's; both end in the same gesture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from core.dataset.selection import Filters
from core.evidence.colours import (
    Colouring,
    cluster_name,
    cluster_number,
    colour_by_chance,
    colour_by_cluster,
    colour_by_column,
    colour_by_label,
)
from core.evidence.island_names import island_names
from core.fingerprint import fingerprint
from core.space.gestures import Gesture
from pages.parts.desk.shown import MapShown
from pages.parts.desk.state import change_panel, panel, widget_value
from pages.parts.desk.who import AtDesk, at_desk
from pages.parts.map.arrangement import arrangement_choice, what_places_mean
from pages.parts.map.choosing import PlotlyState, choose, clear_gesture, current_gesture, extend
from pages.parts.map.filters import isolate, varies
from pages.parts.map.keys import map_keys
from pages.parts.map.ledger_colours import my_colours, state_colours
from pages.parts.widgets import icons
from pages.parts.widgets.glitch_map import (
    MapEvent,
    MapName,
    MapPoints,
    PictureCard,
    glitch_map,
    pack_page,
    picture_feeder,
)
from pages.parts.widgets.map_packing import SAMPLES_PER_PAGE
from pages.parts.widgets.plotly_view import HEIGHT, plotly_figure, read_gesture, show_figure

OUR_VIEW, PLOTLY_VIEW = "Map", "Plotly view"
BY_LABEL, BY_CLUSTER, BY_FIRMNESS, BY_INTENSITY = "label", "cluster", "cluster membership", "intensity"
BY_SUSPICION, BY_STATE, BY_MINE = "chance that the label is wrong", "state of decision", "said by me"
_SHAPES = ("lasso", "box", "click")
_COLOUR = "map_colour"


@dataclass(frozen=True)
class LegendState:
    """What the session remembers of the map's legend: whether it changed a filter since the page was drawn."""

    clicked: bool = False


def map_panel(here: AtDesk, shown: MapShown, filters: Filters, *, visible: np.ndarray, selected: np.ndarray) -> None:
    """Draw the controls and the map.

    Args:
        here: who is at the desk, and with which data set.
        shown: the map.
        filters: as set in the sidebar.
        visible: bool (n,), the samples that the filters leave.
        selected: bool (n,), the present selection.
    """
    by, view = _controls(shown)
    colouring = _colouring(here, shown, by)
    if view == PLOTLY_VIEW:
        _draw_plotly(shown, colouring, visible=visible, selected=selected)
    else:
        _draw_map(here, shown, filters, colouring, by=by, visible=visible, selected=selected)
    with st.container(key="look_below_map", horizontal=True, vertical_alignment="top", gap="small"):
        st.caption(what_places_mean(shown), width="stretch")
        map_keys()


def _controls(shown: MapShown) -> tuple[str, str]:
    """What the map is to be coloured by, and in which view."""
    of_pictures = (BY_INTENSITY,) if shown.intensity is not None else ()
    of_audit = (BY_SUSPICION,) if shown.suspicion is not None else ()
    choices = (BY_LABEL, BY_CLUSTER, *of_audit, BY_STATE, BY_MINE, BY_FIRMNESS, *of_pictures)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        by = st.selectbox(
            "Colour by",
            (*choices, *_columns(shown.samples.table)),
            key=_COLOUR,
            help="“cluster membership” is how firmly HDBSCAN holds a sample in its cluster, 0 to 1; “intensity” is the "
            "sum of the pixel values; “state of decision” is how far the proposals for a sample are; “said by me” is "
            "what you proposed, reviewed, or judged to be right as it is.",
            persist_state="session",
        )
        arrangement_choice(shown)
        view = st.segmented_control(
            "View",
            (OUR_VIEW, PLOTLY_VIEW),
            default=OUR_VIEW,
            key="map_view",
            required=True,
            help="The Plotly view has Plotly's own tools (zoom box, picture download) and no hover pictures.",
        )
    return by, view


def _draw_map(
    here: AtDesk, shown: MapShown, filters: Filters, colouring: Colouring, *, by: str, visible, selected
) -> None:
    gesture = current_gesture()
    points = MapPoints(
        x=shown.coordinates[:, 0],
        y=shown.coordinates[:, 1],
        colour_index=colouring.index,
        palette=colouring.palette,
        legend=colouring.names,
        signs=colouring.signs,
        visible=visible,
        selected=selected,
        fingerprint=shown.samples.fingerprint,
        shown=shown.known_as,
        title=by,
    )
    glitch_map(
        points,
        key="map_canvas",
        polygon=_outline_here(gesture, shown.layout),
        parts=gesture.parts if gesture and gesture.layout == shown.layout else (),
        isolated=_isolated(filters, by),
        names=_names(shown, visible),
        on_event=partial(_take_event, here, shown, visible),
    )
    if panel(LegendState).clicked:
        change_panel(LegendState, clicked=False)
        # The filters stand outside this fragment: the whole page has to follow.
        st.rerun(scope="app")
    picture_feeder(
        lambda page: _picture_page(shown, page),
        key="map_pictures",
        fingerprint=points.fingerprint,
        pages=-(-len(shown.samples.table) // SAMPLES_PER_PAGE),
    )


def _names(shown: MapShown, visible: np.ndarray) -> tuple[MapName, ...]:
    return _names_found(fingerprint(shown.known_as, np.packbits(visible).tobytes()), shown, visible)


@st.cache_resource(max_entries=16, show_spinner=False)
def _names_found(known_as: str, _shown: MapShown, _visible: np.ndarray) -> tuple[MapName, ...]:
    """The names on a map with some of its samples, kept: of very many samples they take longer than the rest."""
    samples = _shown.samples
    found = island_names(_shown.coordinates, samples.clusters, samples.table["label"], visible=_visible)
    return tuple(MapName(name.text, name.row, name.bounds) for name in found)


def _outline_here(gesture: Gesture | None, layout: str) -> tuple[tuple[float, float], ...] | None:
    """What to draw of the gesture on this layout: no outline outlives the layout that it was drawn on."""
    if gesture is None or gesture.how not in ("lasso", "box") or gesture.layout != layout:
        return None
    return gesture.polygon or None


def _take_event(here: AtDesk, shown: MapShown, visible: np.ndarray, event: MapEvent) -> None:
    if event.how != "clear" and (event.shown != shown.known_as or at_desk().workspace != here.workspace):
        # It was drawn on a map that a browser still showed when another one had taken its place here.
        st.toast("The map has changed since you drew this: draw it again.", icon=icons.HISTORY)
    elif event.how in _SHAPES:
        extend(shown, event, allowed=visible)
    elif event.how == "clear":
        clear_gesture()
    elif event.how == "isolate":
        _isolate(event.label)


def _isolate(name: str | None) -> None:
    """Put the legend's entry into the filters; colours other than labels and clusters have none to go to."""
    by = widget_value(_COLOUR, BY_LABEL)
    if by == BY_LABEL:
        isolate("labels", name)
    elif by == BY_CLUSTER:
        isolate("clusters", None if name is None else cluster_number(name))
    else:
        return
    change_panel(LegendState, clicked=True)


def _isolated(filters: Filters, by: str) -> str | None:
    """The legend's entry that the filters leave alone, if it is one."""
    if by == BY_LABEL and len(filters.labels) == 1:
        return filters.labels[0]
    if by == BY_CLUSTER and len(filters.clusters) == 1:
        return cluster_name(filters.clusters[0])
    return None


def _draw_plotly(shown: MapShown, colouring: Colouring, *, visible, selected) -> None:
    figure = plotly_figure(
        shown.coordinates,
        colouring,
        visible=visible,
        selected=selected,
        dark=st.context.theme.type == "dark",
    )
    # Another layout is another chart: what was chosen on the former one means nothing here.
    key = f"map_plotly_{shown.layout}_{panel(PlotlyState).round}"
    points = tuple(show_figure(figure, key=key, height=HEIGHT))
    # The component repeats its last answer in every run; only a new one is a gesture.
    if points and points != panel(PlotlyState).points:
        change_panel(PlotlyState, points=points)
        choose(shown, read_gesture(points), allowed=visible)
        st.rerun(scope="fragment")


def _columns(samples: pd.DataFrame) -> list[str]:
    few = 40
    return [
        column
        for column, values in samples.items()
        if column != "label" and (values.dtype.kind in "fi" or _at_most(few, values)) and varies(values)
    ]


def _at_most(few: int, values: pd.Series) -> bool:
    # Of very many, the first ones mostly tell: names of samples are all different.
    return values.iloc[:1000].nunique() <= few and values.nunique() <= few


def _colouring(here: AtDesk, shown: MapShown, by: str) -> Colouring:
    samples = shown.samples
    if by == BY_LABEL:
        return colour_by_label(samples.table["label"], samples.colours)
    if by == BY_CLUSTER:
        return colour_by_cluster(samples.clusters)
    if by == BY_SUSPICION and shown.suspicion is not None:
        return colour_by_chance(shown.suspicion.reindex(samples.ids))
    if by == BY_STATE:
        return state_colours(here, samples)
    if by == BY_MINE:
        return my_colours(here, samples)
    if by == BY_FIRMNESS:
        return colour_by_column(pd.Series(shown.firmness, index=samples.ids))
    if by == BY_INTENSITY and shown.intensity is not None:
        return colour_by_column(pd.Series(shown.intensity, index=samples.ids))
    return colour_by_column(samples.table[by])


def _picture_page(shown: MapShown, page: int) -> bytes:
    samples = shown.samples
    rows = np.arange(page * SAMPLES_PER_PAGE, min((page + 1) * SAMPLES_PER_PAGE, len(samples.table)))
    labels = samples.table["label"].array[rows]
    cards = [
        PictureCard(sample_id=str(samples.ids[row]), label=str(label), cluster=cluster_name(samples.clusters[row]))
        for row, label in zip(rows, labels, strict=True)
    ]
    return pack_page(page, cards, shown.thumbnails(rows), pictures=shown.samples.fingerprint)
