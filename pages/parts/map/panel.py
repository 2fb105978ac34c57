"""The map with its controls, in our own view or in Plotly's; both end in the same gesture."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from core.dataset import Taxonomy
from core.dataset.selection import Filters
from core.evidence.colours import (
    Colouring,
    cluster_name,
    cluster_number,
    colour_by_cluster,
    colour_by_column,
    colour_by_label,
)
from core.pipeline.stages import Prepared
from core.space.gestures import Gesture, bind, extended, gesture_mask, without_outlines
from pages.parts.desk.results import taxonomy
from pages.parts.desk.session import current_workspace
from pages.parts.desk.state import change_desk, the_desk
from pages.parts.map.filters import isolate
from pages.parts.selection.propose import empty_form_if_written
from pages.parts.selection.sheet import begin_sheet
from pages.parts.widgets.glitch_map import MapEvent, MapPoints, PictureCard, glitch_map, pack_page, picture_feeder
from pages.parts.widgets.map_packing import REPLACE, SAMPLES_PER_PAGE
from pages.parts.widgets.plotly_view import HEIGHT, plotly_figure, read_gesture, show_figure

OUR_VIEW, PLOTLY_VIEW = "Map", "Plotly view"
BY_LABEL, BY_CLUSTER, BY_FIRMNESS, BY_INTENSITY = "label", "cluster", "cluster membership", "intensity"
_SHAPES = ("lasso", "box", "click")


def current_gesture() -> Gesture | None:
    """What the moderator chose last, on whichever view."""
    return the_desk().gesture


def choose(
    prepared: Prepared, gesture: Gesture, *, allowed: np.ndarray | None = None, same_sheet: bool = False
) -> Gesture:
    """Choose what a gesture means on these results, and return it bound to them.

    From now on its samples count: another layout, or the same places under other samples, does not change them.

    Args:
        prepared: the results on which the gesture was made.
        gesture: what was drawn, clicked or asked for.
        allowed: bool (n,), the samples that a click can take; all if not given.
        same_sheet: whether what was taken out on the sheet stays out.
    """
    everything = np.ones(len(prepared.samples), dtype=bool)
    mask = gesture_mask(
        gesture,
        prepared.layout.coordinates,
        clusters=prepared.clustering.labels,
        # An outline takes in what filters hide now, so that it is there when they are cleared.
        allowed=everything,
        clickable=allowed,
        ids=prepared.samples.index,
    )
    bound = bind(
        gesture,
        mask,
        ids=prepared.samples.index,
        layout=prepared.layout.fingerprint,
        clustering=prepared.clustering.fingerprint,
    )
    if same_sheet:
        change_desk(gesture=bound)
    else:
        _set_gesture(bound)
    return bound


def choose_again(gesture: Gesture) -> None:
    """Choose what was bound to results before, these or earlier ones."""
    _set_gesture(gesture)


def _set_gesture(gesture: Gesture | None) -> None:
    """Choose anew; what was taken out of the former selection is forgotten with it."""
    change_desk(gesture=gesture)
    begin_sheet()
    empty_form_if_written()


def _extend(prepared: Prepared, event: MapEvent, *, allowed: np.ndarray) -> None:
    """Add a shape to what is chosen, or take it away; what was taken out on the sheet stays out."""
    before = current_gesture()
    anew = before is None or event.operation == REPLACE
    if not anew and before.layout != prepared.layout.fingerprint:
        # Shapes of two layouts make no one record: of those on the former, the samples stay.
        before = without_outlines(
            before, layout=prepared.layout.fingerprint, clustering=prepared.clustering.fingerprint
        )
    gesture = extended(before, event.operation, event.how, event.polygon)
    if gesture is None:
        _set_gesture(None)
    else:
        choose(prepared, gesture, allowed=allowed, same_sheet=not anew)


def clear_gesture() -> None:
    """Select nothing. Plotly's view keeps its own selection until it gets another key."""
    _set_gesture(None)
    st.session_state["map_plotly_round"] = st.session_state.get("map_plotly_round", 0) + 1
    st.session_state["map_plotly_points"] = []


def map_panel(prepared: Prepared, filters: Filters, *, visible: np.ndarray, selected: np.ndarray) -> None:
    """Draw the controls and the map.

    Args:
        prepared: the workspace's results.
        filters: as set in the sidebar.
        visible: bool (n,), the samples that the filters leave.
        selected: bool (n,), the present selection.
    """
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    of_pictures = (BY_INTENSITY,) if prepared.pictured else ()
    choices = (BY_LABEL, BY_CLUSTER, BY_FIRMNESS, *of_pictures, *_columns(prepared))
    by = left.selectbox(
        "Colour by",
        choices,
        key="map_colour",
        help="“cluster membership” is how firmly HDBSCAN holds a sample in its cluster, 0 to 1; “intensity” is the sum "
        "of the pixel values.",
        persist_state="session",
    )
    view = right.segmented_control(
        "View",
        (OUR_VIEW, PLOTLY_VIEW),
        default=OUR_VIEW,
        key="map_view",
        required=True,
        help="The Plotly view has Plotly's own tools (zoom box, picture download) and no hover pictures.",
    )
    colouring = _colouring(prepared, by, taxonomy(prepared.dataset.labels))
    if view == PLOTLY_VIEW:
        _draw_plotly(prepared, colouring, visible=visible, selected=selected)
    else:
        _draw_map(prepared, filters, colouring, by=by, visible=visible, selected=selected)
    st.caption(
        "The map is for finding one's way: near means similar, but distances, sizes and gaps between islands mean "
        "little. Evidence comes from the embedding."
    )


def _draw_map(prepared, filters: Filters, colouring: Colouring, *, by: str, visible, selected) -> None:
    gesture = current_gesture()
    points = MapPoints(
        x=prepared.layout.coordinates[:, 0],
        y=prepared.layout.coordinates[:, 1],
        colour_index=colouring.index,
        palette=colouring.palette,
        legend=colouring.names,
        visible=visible,
        selected=selected,
        fingerprint=_shown(prepared),
        title=by,
    )
    glitch_map(
        points,
        key="map_canvas",
        polygon=_outline_here(gesture, prepared.layout.fingerprint),
        parts=gesture.parts if gesture and gesture.layout == prepared.layout.fingerprint else (),
        isolated=_isolated(filters, by),
        on_event=partial(_take_event, prepared, visible),
    )
    if st.session_state.pop("map_isolating", False):
        # The filters stand outside this fragment: the whole page has to follow.
        st.rerun(scope="app")
    picture_feeder(
        lambda page: _picture_page(prepared, page),
        key="map_pictures",
        fingerprint=points.fingerprint,
        pages=-(-len(prepared.samples) // SAMPLES_PER_PAGE),
    )


def _shown(prepared: Prepared) -> str:
    """What the browser knows this map by: its places, and what it says of each sample under the pointer."""
    return prepared.fingerprint


def _outline_here(gesture: Gesture | None, layout: str) -> tuple[tuple[float, float], ...] | None:
    """What to draw of the gesture on this layout: no outline outlives the layout that it was drawn on."""
    if gesture is None or gesture.how not in ("lasso", "box") or gesture.layout != layout:
        return None
    return gesture.polygon or None


def _take_event(prepared: Prepared, visible: np.ndarray, event: MapEvent) -> None:
    if event.how != "clear" and (event.shown != _shown(prepared) or prepared.workspace != current_workspace()):
        # It was drawn on a map that a browser still showed when another one had taken its place here.
        st.toast("The map has changed since you drew this: draw it again.", icon=":material/history:")
    elif event.how in _SHAPES:
        _extend(prepared, event, allowed=visible)
    elif event.how == "clear":
        clear_gesture()
    elif event.how == "isolate":
        _isolate(event.label)


def _isolate(name: str | None) -> None:
    """Put the legend's entry into the filters; colours other than labels and clusters have none to go to."""
    by = st.session_state.get("map_colour", BY_LABEL)
    if by == BY_LABEL:
        isolate("labels", name)
    elif by == BY_CLUSTER:
        isolate("clusters", None if name is None else cluster_number(name))
    else:
        return
    st.session_state["map_isolating"] = True


def _isolated(filters: Filters, by: str) -> str | None:
    """The legend's entry that the filters leave alone, if it is one."""
    if by == BY_LABEL and len(filters.labels) == 1:
        return filters.labels[0]
    if by == BY_CLUSTER and len(filters.clusters) == 1:
        return cluster_name(filters.clusters[0])
    return None


def _draw_plotly(prepared: Prepared, colouring: Colouring, *, visible, selected) -> None:
    figure = plotly_figure(
        prepared.layout.coordinates,
        colouring,
        visible=visible,
        selected=selected,
        dark=st.context.theme.type == "dark",
    )
    # Another layout is another chart: what was chosen on the former one means nothing here.
    key = f"map_plotly_{prepared.layout.fingerprint}_{st.session_state.get('map_plotly_round', 0)}"
    points = show_figure(figure, key=key, height=HEIGHT)
    # The component repeats its last answer in every run; only a new one is a gesture.
    if points and points != st.session_state.get("map_plotly_points"):
        st.session_state["map_plotly_points"] = points
        choose(prepared, read_gesture(points), allowed=visible)
        st.rerun(scope="fragment")


def _columns(prepared: Prepared) -> list[str]:
    few = 40
    return [
        column
        for column, values in prepared.samples.items()
        if column != "label" and (values.dtype.kind in "fi" or values.nunique() <= few) and values.nunique() > 1
    ]


def _colouring(prepared: Prepared, by: str, colours: Taxonomy) -> Colouring:
    if by == BY_LABEL:
        return colour_by_label(prepared.samples["label"], colours)
    if by == BY_CLUSTER:
        return colour_by_cluster(prepared.clustering.labels)
    if by == BY_FIRMNESS:
        return colour_by_column(prepared.as_series(prepared.clustering.probabilities))
    if by == BY_INTENSITY:
        return colour_by_column(prepared.as_series(prepared.intensity))
    return colour_by_column(prepared.samples[by])


def _picture_page(prepared: Prepared, page: int) -> bytes:
    rows = range(page * SAMPLES_PER_PAGE, min((page + 1) * SAMPLES_PER_PAGE, len(prepared.samples)))
    labels = prepared.samples["label"].to_numpy()
    clusters = prepared.clustering.labels
    cards = [
        PictureCard(
            sample_id=str(prepared.samples.index[row]),
            label=str(labels[row]),
            cluster=cluster_name(clusters[row]),
        )
        for row in rows
    ]
    return pack_page(page, cards, prepared.previews.sprite(prepared.positions[rows]), pictures=_shown(prepared))
