"""What the queue of suspects is narrowed to, and its order."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.audit.queue import MOST_SUSPECT, ORDERS, QueueFilters
from core.evidence.colours import cluster_name
from pages.parts.desk.state import forget_widgets, widget_value

_FILTERS = ("label", "suggested", "cluster", "detector", "chance")


def filter_controls(entries: pd.DataFrame, *, of: tuple, together: bool = False) -> tuple[QueueFilters, str]:
    """Draw the controls; returns the filters and the order.

    Args:
        entries: what can be in the queue.
        of: the fingerprints of what they were made from.
        together: whether look-alikes are judged together: they have an order of their own, and those that are judged
            are never shown.
    """
    counts = _counts(of, entries)
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
            labels = _choice("label", "Label now", counts)
            suggested = _choice("suggested", "Suggested label", counts)
            clusters = _choice("cluster", "Cluster", counts, name=cluster_name)
            detectors = _choice("detector", "Detector", counts)
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


def _choice(key: str, title: str, all_counts: dict[str, dict], *, name=str) -> tuple:
    counts = all_counts[key]
    if len(counts) < 2:
        return ()
    return tuple(
        st.multiselect(
            title,
            list(counts),
            key=f"suspect_filter_{key}",
            format_func=lambda value: f"{name(value)} ({counts.get(value, 0):,})",
            placeholder="all",
        )
    )


@st.cache_data(max_entries=4, show_spinner=False)
def _counts(of: tuple, _entries: pd.DataFrame) -> dict[str, dict]:
    """How many flagged samples have each value, the most frequent first, by what one can filter by."""
    flagged = _entries[_entries["flagged"]]
    columns = {name: flagged[name] for name in ("label", "suggested", "cluster", "detector")}
    return {name: values[values != ""].value_counts().to_dict() for name, values in columns.items()}


def clear_filters() -> None:
    """Let every suspect into the queue again."""
    forget_widgets(*(f"suspect_filter_{name}" for name in _FILTERS))
