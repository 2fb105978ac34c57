"""Cluster numbers that outlive their clustering: let go, for the same number would mean other samples."""

from __future__ import annotations

import streamlit as st

from pages.parts.desk.state import CLUSTER_FILTER, change_desk, forget_widgets, leave_numbers, the_desk, widget_value
from pages.parts.widgets import icons


def leave_earlier_clusters(clustering: str) -> None:
    """Forget chosen and filtered cluster numbers where the clusters were found anew since, and say so.

    Args:
        clustering: fingerprint of the clustering that is shown now.
    """
    before = the_desk().clustering
    if clustering == before:
        return
    if before:
        filtered = widget_value(CLUSTER_FILTER, [])
        forget_widgets(CLUSTER_FILTER)
        if leave_numbers() or filtered:
            st.info(
                "The clusters were found anew, and their numbers mean others now: the clusters that you had chosen or "
                "filtered by are let go.",
                icon=icons.HISTORY,
            )
    change_desk(clustering=clustering)
