"""One sample in a window of its own: its views large, its metadata, and its nearest neighbours."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from core.dataset import VIEWS
from core.dataset.pictures_as_samples import glitch_of
from core.evidence.colours import cluster_name
from core.evidence.previews import encode_jpeg
from core.evidence.tiles import tile_pictures
from core.pipeline.stages import Prepared
from pages.parts.desk.page_files import PAGES
from pages.parts.desk.results import taxonomy
from pages.parts.sample.pictures import glitch_views, no_picture
from pages.parts.widgets.contact_sheet import SheetEvent, Tile, contact_sheet
from pages.parts.widgets.keys import widget_key
from pages.parts.widgets.text import code_span, inert

NEIGHBOURS_SHOWN = 12
_JPEG_QUALITY = 92
_SAMPLE_PAGE = PAGES / "sample.py"


@st.dialog("Sample", width="large")
def show_sample(prepared: Prepared, sample_id: str) -> None:
    """Show a sample; clicking a neighbour opens that one in its place."""
    sample_id = st.session_state.pop("sample_followed", sample_id)
    if sample_id not in prepared.row_of:
        st.warning(f"The sample {code_span(sample_id)} is not part of this map.")
        return
    row = prepared.row_of[sample_id]
    facts = prepared.samples.iloc[row]
    cluster = int(prepared.clustering.labels[row])
    st.markdown(f"**{code_span(sample_id)}**")
    with st.container(horizontal=True):
        st.badge(f"label: {inert(facts['label'])}")
        st.badge(cluster_name(cluster), color="gray")
    show_views(prepared, sample_id)
    st.subheader("Nearest neighbours in the embedding")
    show_neighbours(prepared, sample_id, on_event=_follow)
    show_metadata(facts)
    st.page_link(
        _SAMPLE_PAGE,
        label="All about this sample: its history, and where it lies on the map",
        icon=":material/image:",
        query_params={"sample": sample_id},
    )


def show_views(prepared: Prepared, sample_id: str) -> None:
    """Every view of the glitch, two in a row."""
    shown = glitch_views(prepared, sample_id, str(glitch_of(prepared.samples)[sample_id]))
    if not shown:
        no_picture(prepared)
        return
    for column, (_, title, picture) in zip(st.columns(max(1, min(2, len(shown)))) * 2, shown, strict=False):
        column.image(encode_jpeg(picture, quality=_JPEG_QUALITY), caption=inert(title), width="stretch")
    if set(prepared.dataset.views) & set(VIEWS):
        st.caption("Time runs to the right, frequency upwards from 10 to 2048 Hz on a logarithmic axis.")


def show_metadata(facts: pd.Series) -> None:
    """What the data set says of the sample."""
    with st.expander("Metadata"):
        st.dataframe(pd.DataFrame({"value": facts.dropna().astype(str)}), width="stretch")


def show_neighbours(prepared: Prepared, sample_id: str, *, on_event: Callable[[SheetEvent], None]) -> None:
    """The nearest neighbours as tiles; ``on_event`` is told of a click on one."""
    row = prepared.row_of[sample_id]
    rows = prepared.neighbours.indices[row][:NEIGHBOURS_SHOWN]
    distances = prepared.neighbours.distances[row][:NEIGHBOURS_SHOWN]
    if len(rows) == 0:
        st.caption("This is the only sample.")
        return
    near = prepared.samples.iloc[rows]
    colours = taxonomy(prepared.dataset.labels)
    view = "1.0" if "1.0" in prepared.dataset.views else prepared.dataset.views[0]
    pictures = tile_pictures(prepared.dataset, list(near.index), view=view)
    tiles = [
        Tile(
            sample_id=near_id,
            label=label,
            caption=f"distance {distance:.3f}",
            colour=colours[label].colour,
            chosen=True,
            jpeg=encode_jpeg(pictures[near_id], quality=_JPEG_QUALITY) if near_id in pictures else b"",
        )
        for near_id, label, distance in zip(near.index, near["label"], distances, strict=True)
    ]
    contact_sheet(
        tiles, key=widget_key("sample_neighbours", sample_id), on_event=on_event, tile_width=110, selectable=False
    )
    same = int((near["label"] == prepared.samples["label"].iloc[row]).sum())
    st.caption(f"{same} of these {len(near)} have the same label. Click one to open it.")


def _follow(event: SheetEvent) -> None:
    st.session_state["sample_followed"] = event.sample_ids[0]
