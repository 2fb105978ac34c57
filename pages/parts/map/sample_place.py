"""Where one sample lies on the map, with ways to go there."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.evidence.colours import cluster_colour, cluster_name
from core.evidence.map_thumbnail import map_thumbnail_png
from core.space.gestures import Gesture
from pages.parts.desk.addresses import CLUSTER
from pages.parts.desk.page_files import PAGES
from pages.parts.desk.shown import MapShown
from pages.parts.map.arrangement import arranged
from pages.parts.map.choosing import choose
from pages.parts.map.filters import clear_filters
from pages.parts.widgets import icons


def sample_place(shown: MapShown, sample_id: str) -> None:
    """Draw the map with the sample's cluster lit and the sample ringed."""
    shown = arranged(shown)
    clusters, row = shown.samples.clusters, shown.samples.row_of[sample_id]
    cluster = int(clusters[row])
    lit = clusters == cluster if cluster >= 0 else np.arange(len(clusters)) == row
    st.image(
        map_thumbnail_png(shown.coordinates, lit, colour=cluster_colour(cluster), ringed=row),
        caption=f"Ringed: where the sample lies on the map; in colour: {cluster_name(cluster)}",
        width="stretch",
    )
    with st.container(horizontal=True):
        if st.button("Select it on the map", icon=icons.OPEN_MAP, key="sample_to_map"):
            clear_filters()
            choose(shown, Gesture("query", sample_ids=(sample_id,)))
            st.switch_page(PAGES / "map.py")
        if cluster >= 0 and st.button(f"Open cluster {cluster}", icon=icons.OPEN_CLUSTER, key="sample_to_cluster"):
            st.switch_page(PAGES / "clusters.py", query_params={CLUSTER: str(cluster)})
