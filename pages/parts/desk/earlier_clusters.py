"""Cluster numbers that outlive their clustering: let go, for the same number would mean other samples."""

from __future__ import annotations

import streamlit as st

from core.pipeline.stages import Prepared
from pages.parts.desk.state import change_desk, the_desk

_FILTER, _PREFIX = "filter_clusters", "clusters_"
_KEPT = ("clusters_view", "clusters_form", "clusters_measure", "clusters_followed")
"""What of the page "Clusters" says nothing of one clustering, and that an address was followed already."""


def leave_earlier_clusters(prepared: Prepared) -> None:
    """Forget chosen and filtered cluster numbers where the clusters were found anew since, and say so."""
    now, before = prepared.clustering.fingerprint, the_desk().clustering
    if now == before:
        return
    if before:
        numbers = [*st.session_state.get(_FILTER, []), *st.session_state.get(f"{_PREFIX}chosen", [])]
        for key in list(st.session_state):
            if key == _FILTER or (str(key).startswith(_PREFIX) and key not in _KEPT):
                del st.session_state[key]
        if numbers:
            st.info(
                "The clusters were found anew, and their numbers mean others now: the clusters that you had chosen or "
                "filtered by are let go.",
                icon=":material/history:",
            )
    change_desk(clustering=now)
