"""What the queue of suspects is narrowed to, and its order."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.audit.queue import MOST_SUSPECT, ORDERS, QueueFilters
from core.evidence.colours import cluster_name
from pages.parts.desk.state import forget_widgets, widget_value

_FILTERS = ("label", "suggested", "cluster", "detector", "chance")


def filter_controls(entries: pd.DataFrame, *, together: bool = False) -> tuple[QueueFilters, str]:
    """Draw the controls; returns the filters and the order.

    Look-alikes that are judged ``together`` have an order of their own, and those that are judged are never shown.
    """
    flagged = entries[entries["flagged"]]
    order, hide = MOST_SUSPECT, True
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if not together:
            order = st.selectbox(
                "Order",
                ORDERS,
                key="suspect_order",
                width=190,
                index=ORDERS.index(MOST_SUSPECT),
                label_visibility="collapsed",
                persist_state="page",
            )
        set_now = sum(bool(widget_value(f"suspect_filter_{name}")) for name in _FILTERS)
        with st.popover(f"Filters ({set_now})" if set_now else "Filters", icon=":material/filter_alt:"):
            labels = _choice("label", "Label now", flagged["label"])
            suggested = _choice("suggested", "Suggested label", flagged["suggested"])
            clusters = _choice("cluster", "Cluster", flagged["cluster"], name=cluster_name)
            detectors = _choice("detector", "Detector", flagged["detector"])
            chance = st.slider(
                "At least this chance that the label is wrong",
                0,
                100,
                0,
                5,
                format="%d %%",
                key="suspect_filter_chance",
            )
        if not together:
            hide = st.toggle("Hide judged", value=True, key="suspect_hide", persist_state="page")
    filters = QueueFilters(
        labels=labels,
        suggested=suggested,
        clusters=clusters,
        detectors=detectors,
        minimum_chance=chance / 100,
        hide_decided=hide,
    )
    return filters, order


def _choice(key: str, title: str, values: pd.Series, *, name=str) -> tuple:
    counts = values[values != ""].value_counts()
    if len(counts) < 2:
        return ()
    return tuple(
        st.multiselect(
            title,
            list(counts.index),
            key=f"suspect_filter_{key}",
            format_func=lambda value: f"{name(value)} ({counts.get(value, 0):,})",
            placeholder="all",
        )
    )


def clear_filters() -> None:
    """Let every suspect into the queue again."""
    forget_widgets(*(f"suspect_filter_{name}" for name in _FILTERS))
