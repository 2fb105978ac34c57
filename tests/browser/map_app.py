"""A tiny app around the map alone, for the browser tests: known points, Python's own count beside the map."""

import sys

import numpy as np
import pandas as pd
import shapely
import streamlit as st

from core.evidence.island_names import island_names
from pages.parts.widgets.glitch_map import (
    MapName,
    MapPoints,
    PictureCard,
    glitch_map,
    pack_page,
    picture_feeder,
    sprite_sheet,
)
from tests.browser.map_samples import make_samples

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 1200
LABELS = ("Blip", "Whistle", "Koi_Fish", "Scratchy", "<b>Tomte</b>", "Violin_Mode")
PALETTE = ("#4c78a8", "#f58518", "#54a24b", "#e45756", "#b279a2", "#72b7b2")
SIGNS = (0, 1, 2, 3, 7, 5)
CELL = (34, 28)


def load_page(page: int) -> bytes:
    positions = range(page * 256, min(COUNT, (page + 1) * 256))
    cards = [PictureCard(f"id{i:06d}", LABELS[slot[i]], cluster=f"cluster {slot[i]}", text="H1") for i in positions]
    pictures = [np.full((CELL[1], CELL[0], 3), (200, 40 + i % 200, 60), np.uint8) for i in positions]
    return pack_page(page, cards, sprite_sheet(pictures, cell=CELL), pictures="demo")


def handle(event) -> None:
    state = st.session_state
    # Kept, as the pictures that a pointer asks for on its way begin a run in which nothing was drawn.
    state.last = {"event": event.how, "vertices": len(event.polygon)}
    if event.how == "isolate":
        state.isolated, state.polygon, state.selected = event.label, None, None
    elif event.how == "clear":
        state.polygon, state.selected = None, None
    else:
        state.selected = (
            shapely.contains_xy(shapely.make_valid(shapely.Polygon(event.polygon)), x, y) & visible_samples()
        )
        state.polygon = event.polygon


def visible_samples() -> np.ndarray:
    isolated = st.session_state.get("isolated")
    return np.ones(COUNT, bool) if isolated is None else slot == LABELS.index(isolated)


def names() -> list[MapName]:
    labels = pd.Series([LABELS[number] for number in slot], dtype=object)
    found = island_names(np.stack([x, y], axis=1), slot, labels, visible=visible_samples())
    return [MapName(name.text, name.row, name.bounds) for name in found]


st.set_page_config(layout="wide")
x, y, slot = make_samples(COUNT)
picture_feeder(load_page, key="pictures", fingerprint="demo", pages=-(-COUNT // 256))


@st.fragment
def map_and_count() -> None:
    selected = st.session_state.get("selected")
    glitch_map(
        MapPoints(
            x=x,
            y=y,
            colour_index=slot,
            palette=PALETTE,
            legend=LABELS,
            signs=SIGNS,
            visible=visible_samples(),
            selected=np.zeros(COUNT, bool) if selected is None else selected,
            fingerprint="demo",
            title="Label",
            picture_size=CELL,
        ),
        key="map",
        polygon=st.session_state.get("polygon"),
        isolated=st.session_state.get("isolated"),
        names=names(),
        on_event=handle,
    )
    count = 0 if selected is None else int(selected.sum())
    st.text(f"Python counts {count} of {int(visible_samples().sum())}")
    st.json(st.session_state.get("last", {}))


map_and_count()
