"""Which clusters are chosen, and the one that the address asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from core.errors import GlitchAuditError
from pages.parts.desk.addresses import CLUSTER, asked, number_asked
from pages.parts.desk.state import change_panel, panel, set_widget
from pages.parts.widgets.text import escaped

VIEW, CLUSTERS = "clusters_view", "Clusters"
"""Key of what the page shows, and its value for the clusters."""


@dataclass(frozen=True)
class ClustersState:
    """What the session remembers of the page.

    Attributes:
        numbers: of the clusters that are chosen; they say nothing once the clusters were found anew.
        points: what the chart answered last.
        rows: which rows of the table were picked last.
        opened: how often some were chosen here in this session.
    """

    numbers: tuple[int, ...] = ()
    points: tuple[dict[str, Any], ...] = ()
    rows: tuple[int, ...] = ()
    opened: int = 0


@dataclass(frozen=True)
class ClusterAsked:
    """What the address said when its cluster was opened, so that it is opened once."""

    text: str = ""


def choose_cluster(number: int) -> None:
    """Let the page show this cluster when it is opened next."""
    change_panel(ClustersState, numbers=(number,))
    set_widget(VIEW, CLUSTERS)


def follow_cluster(clusters: pd.DataFrame) -> None:
    """Choose the cluster that the address asks for, once; where there is none of that number, say so.

    Args:
        clusters: the audit's table, one row a cluster.
    """
    text = asked(CLUSTER)
    if text is None or panel(ClusterAsked).text == text:
        return
    try:
        number = number_asked(CLUSTER)
        if number not in clusters.index:
            raise GlitchAuditError(f"The address asks for cluster {number}, but there is none of that number here.")
    except GlitchAuditError as error:
        st.warning(escaped(error))
        return
    change_panel(ClusterAsked, text=text)
    change_panel(ClustersState, numbers=(number,))
