"""What was found as a selection: how large it is, kept under a name, or looked at on the map."""

from __future__ import annotations

import streamlit as st

from core.dataset.selection import Selection
from core.space.gestures import Gesture
from pages.parts.desk.page_files import PAGES
from pages.parts.desk.shown import Samples
from pages.parts.desk.who import AtDesk
from pages.parts.map.choosing import choose_again
from pages.parts.selection.saved import save_panel
from pages.parts.widgets import icons


def selection_row(here: AtDesk, samples: Samples, selection: Selection, *, shown: int) -> None:
    """Draw how many are in, and what can be done with them beside proposing a label."""
    count = len(selection.sample_ids)
    with st.container(key="search_selection", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(
            f"**{count:,} chosen**" + (f", {shown - count:,} taken out" if count < shown else ""), width="content"
        )
        save_panel(here, selection)
        if st.button("Show on the map", key="search_map", icon=icons.OPEN_MAP, disabled=not count):
            _on_map(samples, selection)


def _on_map(samples: Samples, selection: Selection) -> None:
    """Choose the same samples on the map, with what was asked for, and go there."""
    choose_again(
        Gesture(
            selection.how,
            sample_ids=selection.sample_ids,
            layout=samples.layout,
            clustering=samples.clustering,
            asked=selection.asked,
        )
    )
    st.switch_page(PAGES / "map.py")
