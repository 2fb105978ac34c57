"""What the queue of suspects is narrowed to, and its order."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.audit.queue import MOST_SUSPECT, ORDERS, QueueFilters
from core.evidence.colours import cluster_name
from pages.parts.desk.kept_choices import KEPT, Choice, keep_choices
from pages.parts.desk.state import forget_widgets, widget_value

_LISTS = {"label": "Label now", "suggested": "Suggested label", "cluster": "Cluster", "detector": "Detector"}
"""The filters by a list of values: the column, and what it is called."""

_FILTERS = (*_LISTS, "chance")
_ORDER, _HIDE = "suspect_order", "suspect_hide"


def filter_controls(entries: pd.DataFrame, *, of: tuple, together: bool = False) -> tuple[QueueFilters, str]:
    """Draw the controls; returns the filters and the order.

    Args:
        entries: what can be in the queue.
        of: the fingerprints of what they were made from.
        together: whether look-alikes are judged together: they have an order of their own, and those that are judged
            are never shown.
    """
    counts = _counts(of, entries)
    _keep(counts)
    order, hide = MOST_SUSPECT, True
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if not together:
            order = st.selectbox("Order", ORDERS, key=_ORDER, width=190, label_visibility="collapsed", **KEPT)
        set_now = sum(bool(widget_value(_key(name))) for name in _FILTERS)
        with st.popover(f"Filters ({set_now})" if set_now else "Filters", icon=":material/filter_alt:"):
            chosen = {column: _choice(column, counts[column]) for column in _LISTS}
            chance = st.slider(
                "At least this chance that the label is wrong",
                0,
                100,
                step=5,
                format="%d %%",
                key=_key("chance"),
                **KEPT,
            )
        if not together:
            hide = st.toggle("Hide judged", key=_HIDE, **KEPT)
    filters = QueueFilters(
        labels=chosen["label"],
        suggested=chosen["suggested"],
        clusters=chosen["cluster"],
        detectors=chosen["detector"],
        minimum_chance=chance / 100,
        hide_decided=hide,
    )
    return filters, order


def _keep(counts: dict[str, dict]) -> None:
    """Let the address keep all of them."""
    lists = [Choice(_key(column), [], tuple(found)) for column, found in counts.items()]
    rest = (Choice(_ORDER, MOST_SUSPECT, ORDERS), Choice(_HIDE, True), Choice(_key("chance"), 0, range(0, 101, 5)))
    keep_choices((*lists, *rest), key="keeping_suspect_filters")


def _key(name: str) -> str:
    return f"suspect_filter_{name}"


def _choice(column: str, counts: dict) -> tuple:
    if not counts:
        return ()
    name = cluster_name if column == "cluster" else str
    return tuple(
        st.multiselect(
            _LISTS[column],
            list(counts),
            key=_key(column),
            format_func=lambda value: f"{name(value)} ({counts.get(value, 0):,})",
            placeholder="all",
            **KEPT,
        )
    )


@st.cache_data(max_entries=4, show_spinner=False)
def _counts(of: tuple, _entries: pd.DataFrame) -> dict[str, dict]:
    """How many flagged samples have each value, the most frequent first, by column; none where there is no choice."""
    flagged = _entries[_entries["flagged"]]
    found = {name: flagged[name][flagged[name] != ""].value_counts().to_dict() for name in _LISTS}
    return {name: counts if len(counts) > 1 else {} for name, counts in found.items()}


def clear_filters() -> None:
    """Let every suspect into the queue again."""
    forget_widgets(*(_key(name) for name in _FILTERS))
