"""The filters in the sidebar: what they exclude turns gray on the map and is out of every selection."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.dataset.selection import Filters
from core.evidence.colours import cluster_name
from pages.parts.desk.shown import Samples
from pages.parts.desk.state import (
    CLUSTER_FILTER,
    change_panel,
    forget_panel,
    forget_widgets,
    forget_widgets_beginning,
    panel,
    set_widget,
    widget_value,
)
from pages.parts.widgets import icons
from pages.parts.widgets.keys import widget_key
from pages.parts.widgets.text import escaped

_KEYS = "filter_"
"""Beginning of the keys of all these widgets."""

_RANGE = "filter_range"
_FEW = 8


@dataclass(frozen=True)
class FiltersState:
    """What the session remembers of the filters: which one is to leave only these values, and the values."""

    name: str = ""
    values: tuple[str | int, ...] = ()


def isolate(name: str, value: str | int | None) -> None:
    """Let the filter ``name`` ("labels" or "clusters") leave one value alone (None: all) from the next run on."""
    change_panel(FiltersState, name=name, values=() if value is None else (value,))


def filter_panel(samples: Samples) -> Filters:
    """Draw the filters for a data set and return what they say."""
    table, wanted = samples.table, panel(FiltersState)
    if wanted.name:
        forget_panel(FiltersState)
        set_widget(f"{_KEYS}{wanted.name}", list(wanted.values))
    st.subheader("Filters", help="Excluded samples turn gray on the map and are never part of a selection.")
    labels = st.multiselect("Labels", samples.labels, key="filter_labels", placeholder="all", persist_state="session")
    numbers = sorted(set(samples.clusters.tolist()))
    clusters = st.multiselect(
        "Clusters",
        numbers,
        key=CLUSTER_FILTER,
        placeholder="all",
        format_func=cluster_name,
        persist_state="session",
    )
    detectors = _pills("Detector", table, "detector")
    splits = _pills("Split", table, "split")
    text = st.text_input("Id contains", key="filter_text", max_chars=200, persist_state="session")
    ranges = _ranges(table)
    if any((labels, clusters, detectors, splits, text.strip(), ranges)):
        st.button("Clear all filters", on_click=clear_filters, icon=icons.CLEAR_FILTERS)
    return Filters(
        labels=tuple(labels),
        clusters=tuple(clusters),
        detectors=tuple(detectors),
        splits=tuple(splits),
        ranges=ranges,
        text=text.strip(),
    )


def clear_filters() -> None:
    """Set every filter back to "all"."""
    forget_panel(FiltersState)
    forget_widgets_beginning(_KEYS)


def set_filters(filters: Filters) -> None:
    """Set every filter, before :func:`filter_panel` draws them; the values must be ones of the data set."""
    clear_filters()
    parts = {
        "labels": filters.labels,
        "clusters": filters.clusters,
        "detector": filters.detectors,
        "split": filters.splits,
        "ranges": tuple(column for column, _, _ in filters.ranges),
    }
    for name, values in parts.items():
        set_widget(f"{_KEYS}{name}", list(values))
    for column, low, high in filters.ranges:
        set_widget(widget_key(_RANGE, column), (low, high))
    set_widget(f"{_KEYS}text", filters.text)


def numeric_columns(samples: pd.DataFrame) -> list[str]:
    """The columns that can be filtered by a range or ordered by: numbers with more than one value."""
    return [
        column
        for column in samples.columns
        if pd.api.types.is_numeric_dtype(samples[column])
        and not pd.api.types.is_bool_dtype(samples[column])
        and samples[column].nunique() > 1
    ]


def _pills(title: str, samples: pd.DataFrame, column: str) -> list[str]:
    if column not in samples:
        return []
    values = sorted(samples[column].dropna().astype(str).unique())
    if not 2 <= len(values) <= _FEW:
        return []
    return st.pills(
        title, values, format_func=escaped, selection_mode="multi", key=f"filter_{column}", persist_state="session"
    )


def _ranges(samples: pd.DataFrame) -> tuple[tuple[str, float, float], ...]:
    columns = numeric_columns(samples)
    if not columns:
        return ()
    chosen = st.multiselect(
        "Number ranges", columns, key="filter_ranges", placeholder="add a column", persist_state="session"
    )
    ranges = []
    for column in chosen:
        low, high = float(samples[column].min()), float(samples[column].max())
        key = widget_key(_RANGE, column)
        if not all(low <= end <= high for end in widget_value(key, ())):
            # The data set was read again since, with other values.
            forget_widgets(key)
        picked = st.slider(escaped(column), low, high, (low, high), key=key, persist_state="session")
        if picked != (low, high):
            ranges.append((column, float(picked[0]), float(picked[1])))
    return tuple(ranges)
