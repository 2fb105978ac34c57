"""Some samples, chosen elsewhere, on the map."""

from __future__ import annotations

import streamlit as st

from core.space.gestures import Gesture
from pages.parts.desk.page_files import PAGES
from pages.parts.desk.shown import MapShown
from pages.parts.map.choosing import choose


def look_on_map(shown: MapShown, sample_ids: tuple[str, ...]) -> None:
    """Choose these samples on the map, as they are where none is given, and go there."""
    if sample_ids:
        choose(
            shown,
            Gesture("query", sample_ids=sample_ids, layout=shown.layout, clustering=shown.samples.clustering),
        )
    st.switch_page(PAGES / "map.py")
