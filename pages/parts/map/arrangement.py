"""How the islands of the map are arranged: as they were laid out, or packed, so that they fill their field."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.space.packing import packing_fingerprint
from pages.parts.desk.shown import MapShown
from pages.parts.desk.state import widget_value

PACKED, SPREAD = "Packed", "Spread out"
KEY = "map_arrangement"

_SAID = {
    PACKED: "Packed: distances between islands mean nothing, nor do their sizes; inside an island, near means similar. "
    "Evidence comes from the embedding.",
    SPREAD: "The map is for finding one's way: near means similar, but distances, sizes and gaps between islands mean "
    "little. Evidence comes from the embedding.",
}


def arranged(shown: MapShown) -> MapShown:
    """The map as the person at the desk wants it: with the islands packed, or as they were laid out."""
    if shown.packing is None or widget_value(KEY, _usual(shown)) != PACKED:
        return shown
    packed = shown.packing()
    return replace(shown, coordinates=packed.coordinates, layout=packed.fingerprint)


def arrangement_choice(shown: MapShown) -> None:
    """Let the person choose between both."""
    st.segmented_control(
        "Islands",
        (PACKED, SPREAD),
        default=_usual(shown),
        key=KEY,
        required=True,
        help="Packed fills the field: each island is moved and scaled as a whole, so distances between islands mean "
        "nothing. Spread out shows them where the layout has them. What you draw on one is not drawn on the other, but "
        "its samples stay selected.",
        persist_state="session",
    )


def what_places_mean(shown: MapShown) -> str:
    """What near and far mean on this map, in a sentence or two."""
    return _SAID[SPREAD if shown.layout == shown.samples.layout else PACKED]


def name_of_arrangement(shown: MapShown, layout: str) -> str:
    """What the arrangement of these results with this fingerprint is called; empty where it is of other results."""
    names = {shown.samples.layout: SPREAD, packing_fingerprint(shown.samples.layout): PACKED}
    return names.get(layout, "")


def _usual(shown: MapShown) -> str:
    """Places that were brought along may mean something, and stay; UMAP's distances between islands do not."""
    return SPREAD if shown.ready_made else PACKED
