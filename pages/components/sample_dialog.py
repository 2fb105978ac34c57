"""One sample in a window of its own: its views large, its metadata, and its nearest neighbours."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.dataset import VIEWS
from core.evidence.colours import cluster_name
from core.evidence.previews import encode_jpeg
from core.evidence.tiles import sample_views, tile_pictures
from core.prepare.stages import Prepared
from pages.components.contact_sheet import SheetEvent, Tile, contact_sheet
from pages.components.session import taxonomy
from pages.components.text import inert, view_title

NEIGHBOURS_SHOWN = 12
_JPEG_QUALITY = 92


@st.dialog("Sample", width="large")
def show_sample(prepared: Prepared, sample_id: str) -> None:
    """Show a sample; clicking a neighbour opens that one in its place."""
    sample_id = st.session_state.pop("sample_followed", sample_id)
    if sample_id not in prepared.row_of:
        st.warning(f"The sample {sample_id} is not part of this map.")
        return
    row = prepared.row_of[sample_id]
    facts = prepared.samples.iloc[row]
    cluster = int(prepared.clustering.labels[row])
    st.markdown(f"**`{sample_id}`**")
    with st.container(horizontal=True):
        st.badge(f"label: {inert(facts['label'])}")
        st.badge(cluster_name(cluster), color="gray")
    views = sample_views(prepared.dataset, sample_id)
    if not views:
        st.warning("None of this sample's pictures can be read.")
    for column, (view, picture) in zip(st.columns(max(1, min(2, len(views)))) * 2, views.items(), strict=False):
        column.image(encode_jpeg(picture, quality=_JPEG_QUALITY), caption=view_title(view), width="stretch")
    if set(views) & set(VIEWS):
        st.caption("Time runs to the right, frequency upwards from 10 to 2048 Hz on a logarithmic axis.")
    st.subheader("Nearest neighbours in the embedding")
    _neighbours(prepared, sample_id, row)
    with st.expander("Metadata"):
        shown = pd.DataFrame({"value": facts.dropna().astype(str)})
        st.dataframe(shown, width="stretch")


def _neighbours(prepared: Prepared, sample_id: str, row: int) -> None:
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
    contact_sheet(tiles, key=f"sample_neighbours_{sample_id}", on_event=_follow, tile_width=110, selectable=False)
    same = int((near["label"] == prepared.samples["label"].iloc[row]).sum())
    st.caption(f"{same} of these {len(near)} have the same label. Click one to open it.")


def _follow(event: SheetEvent) -> None:
    st.session_state["sample_followed"] = event.sample_ids[0]
