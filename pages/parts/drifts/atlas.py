"""The pictures from start, middle and end of a drift."""

from __future__ import annotations

import streamlit as st

from core.evidence.drift_atlas import drift_atlas_png
from pages.parts.desk.shown import first_view
from pages.parts.drifts.chosen import OneDrift
from pages.parts.widgets import icons
from pages.parts.widgets.text import view_name


def atlas(one: OneDrift) -> None:
    """Draw pictures from start, middle and end of the drift."""
    views = one.sheet.dataset.views
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        st.markdown("**Start, middle and end**")
        view = st.segmented_control(
            "View of the atlas",
            views,
            default=first_view(views),
            format_func=view_name,
            key="drift_view",
            required=True,
            disabled=len(views) == 1,
        )
    png = _cached_atlas(one.drift.fingerprint, view, one)
    st.image(png, width="stretch", alt=f"Pictures from start, middle and end of {one.drift.name}")
    st.download_button(
        "Atlas as PNG",
        data=png,
        file_name="drift-atlas.png",
        mime="image/png",
        on_click="ignore",
        icon=icons.DOWNLOAD,
        key="drift_atlas",
    )


@st.cache_data(max_entries=16, show_spinner="Reading the pictures")
def _cached_atlas(key: str, view: str, _one: OneDrift) -> bytes:
    return drift_atlas_png(_one.sheet.dataset, _one.drift, _one.sheet.samples.table, view=view)
