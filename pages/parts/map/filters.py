"""The filters in the sidebar: what they exclude turns gray on the map and is out of every selection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from core.dataset.model import GLITCH_COLUMN, VIEW_COLUMN
from core.dataset.selection import Filters
from core.evidence.colours import cluster_name
from pages.parts.desk.kept_choices import KEPT, Choice, keep_choices
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
_PILLS = {"detector": "Detector", "split": "Split"}
_LONGEST_TEXT = 200
_MOST_VALUES = 40
_FILTERED_OTHERWISE = ("label", *_PILLS, GLITCH_COLUMN, VIEW_COLUMN)


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
    numbers = sorted(set(samples.clusters.tolist()))
    _keep(samples, numbers)
    st.subheader("Filters", help="Excluded samples turn gray on the map and are never part of a selection.")
    labels = st.multiselect("Labels", samples.labels, key="filter_labels", placeholder="all", **KEPT)
    clusters = st.multiselect(
        "Clusters",
        numbers,
        key=CLUSTER_FILTER,
        placeholder="all",
        format_func=cluster_name,
        **KEPT,
    )
    detectors, splits = (_pills(table, column) for column in _PILLS)
    text = st.text_input("Id contains", key="filter_text", max_chars=_LONGEST_TEXT, **KEPT)
    values = _text_values(table)
    ranges = _ranges(table)
    if any((labels, clusters, detectors, splits, text.strip(), values, ranges)):
        st.button("Clear all filters", on_click=clear_filters, icon=icons.CLEAR_FILTERS)
    return Filters(
        labels=tuple(labels),
        clusters=tuple(clusters),
        detectors=tuple(detectors),
        splits=tuple(splits),
        ranges=ranges,
        text=text.strip(),
        values=values,
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
        "values": tuple(_value_name(*pair) for pair in filters.values),
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
        and varies(samples[column])
    ]


def varies(values: pd.Series) -> bool:
    """Whether there are two different values; counting them all takes long in a large data set."""
    known = values.dropna()
    return bool(len(known)) and bool((known != known.iloc[0]).any())


def value_choices(samples: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """The values of text columns that can be filtered by, each column and value by what it is called on screen."""
    found: dict[str, tuple[str, str]] = {}
    for column in samples.columns:
        if column in _FILTERED_OTHERWISE or pd.api.types.is_numeric_dtype(samples[column]):
            continue
        values = samples[column].dropna().astype(str).unique()
        if 2 <= len(values) <= _MOST_VALUES and len(values) < len(samples):
            found |= {_value_name(str(column), value): (str(column), value) for value in sorted(values)}
    return found


def _value_name(column: str, value: str) -> str:
    return f"{column}: {value}"


def _text_values(samples: pd.DataFrame) -> tuple[tuple[str, str], ...]:
    choices = value_choices(samples)
    if not choices:
        return ()
    chosen = st.multiselect(
        "Values",
        list(choices),
        key="filter_values",
        placeholder="all",
        help="Of one column any of the values will do; of several columns one of each.",
        **KEPT,
    )
    return tuple(choices[name] for name in chosen if name in choices)


def _keep(samples: Samples, numbers: list[int]) -> None:
    """Let the address keep all of them."""
    table = samples.table
    choices = [
        Choice("filter_labels", [], samples.labels),
        Choice(CLUSTER_FILTER, [], numbers),
        *(Choice(f"filter_{column}", [], _values(table, column)) for column in _PILLS),
        Choice("filter_text", ""),
        Choice("filter_ranges", [], numeric_columns(table)),
        Choice("filter_values", [], list(value_choices(table))),
    ]
    keep_choices(choices, key="keeping_filters")
    # Only now is it known of which columns there is a range; the others leave the address.
    columns = numeric_columns(table)
    without = [column for column in columns if column not in widget_value("filter_ranges")]
    forget_widgets(*(widget_key(_RANGE, column) for column in without))
    ranges = [Choice(widget_key(_RANGE, column), list(_ends(table[column]))) for column in columns]
    keep_choices(ranges, key="keeping_filter_ranges")


def _values(samples: pd.DataFrame, column: str) -> list[str]:
    """The few values of a column that can be chosen; none where there is no choice, or too much of it."""
    if column not in samples:
        return []
    values = sorted(samples[column].dropna().astype(str).unique())
    return values if 2 <= len(values) <= _FEW else []


def _pills(samples: pd.DataFrame, column: str) -> list[str]:
    values = _values(samples, column)
    if not values:
        return []
    return st.pills(_PILLS[column], values, format_func=escaped, selection_mode="multi", key=f"filter_{column}", **KEPT)


def _ends(values: pd.Series) -> tuple[float, float]:
    return float(values.min()), float(values.max())


def _ranges(samples: pd.DataFrame) -> tuple[tuple[str, float, float], ...]:
    columns = numeric_columns(samples)
    if not columns:
        return ()
    chosen = st.multiselect("Number ranges", columns, key="filter_ranges", placeholder="add a column", **KEPT)
    ranges = []
    for column in chosen:
        low, high = _ends(samples[column])
        key = widget_key(_RANGE, column)
        if not _fits(widget_value(key), low, high):
            # The data set was read again since, with other values; or the address says what cannot be.
            set_widget(key, (low, high))
        picked = st.slider(escaped(column), low, high, key=key, **KEPT)
        if picked != (low, high):
            ranges.append((column, float(picked[0]), float(picked[1])))
    return tuple(ranges)


def _fits(ends: Any, low: float, high: float) -> bool:
    """Whether a slider from ``low`` to ``high`` can show these two ends."""
    numbers = [end for end in ends or () if isinstance(end, (int, float))]
    return len(numbers) == 2 and low <= numbers[0] <= numbers[1] <= high
