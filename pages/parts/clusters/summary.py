"""How many clusters there are, how many samples are noise, and what they were found with."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st

from pages.parts.desk.page_end import end_page
from pages.parts.widgets.text import escaped


def clusters_or_stop(clusters: np.ndarray, *, smallest_cluster: int) -> None:
    """Say how many clusters there are; where there is none, says what to do and ends the page.

    Args:
        clusters: int (samples,), -1 for noise.
        smallest_cluster: as many samples as a cluster has at least.
    """
    noise = int((clusters < 0).sum())
    count = len(set(clusters.tolist()) - {-1})
    st.markdown(
        f"{count} clusters hold {len(clusters) - noise:,} of {len(clusters):,} samples; "
        f"{noise:,} ({noise / max(1, len(clusters)):.0%}) are noise and belong to none."
    )
    if noise < len(clusters):
        return
    st.info(
        f"Every sample is noise: no {smallest_cluster} samples lie close together. "
        + (
            "Choose smaller clusters on the page “Data and settings”."
            if len(clusters) > smallest_cluster
            else "So few samples cannot form a cluster."
        )
    )
    end_page()


def found_with(choices: Mapping[str, str]) -> None:
    """Say with which settings the clusters were found."""
    message = "; ".join(escaped(f"{name}: {value}") for name, value in choices.items())
    st.caption(f"The clusters were found with: {message}.")
