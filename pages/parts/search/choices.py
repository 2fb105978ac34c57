"""What the search goes by: by which view samples are compared, which are looked through, and how many are shown."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.dataset.selection import Filters
from core.space.box_search import Box
from pages.parts.desk.kept_choices import KEPT, Choice, keep_choices
from pages.parts.desk.shown import SearchShown
from pages.parts.widgets.text import escaped, view_name

COUNTS = (24, 48, 96, 192)
_ALL_VIEWS = ""
_FEW = 8


@dataclass(frozen=True)
class Choices:
    """What was chosen.

    Attributes:
        view: by which view alone; empty for all together.
        picture: the view that the tiles show.
        filters: which samples are looked through.
        count: how many are shown.
        box: the part of the example's picture that counts; None for all of it.
        closer: whether the first ones are looked at more closely for it.
    """

    view: str
    picture: str
    filters: Filters
    count: int
    box: Box | None = None
    closer: bool = False


def choices(shown: SearchShown) -> Choices:
    """Draw the row of choices and return what it says."""
    samples = shown.samples
    with st.container(key="search_bar", horizontal=True, vertical_alignment="bottom", gap="small"):
        view = _ALL_VIEWS
        if shown.views:
            views = (_ALL_VIEWS, *shown.views)
            keep_choices([Choice("search_view", _ALL_VIEWS, views)], key="keeping_search")
            view = st.segmented_control(
                "Compare by",
                views,
                required=True,
                format_func=lambda name: view_name(name) if name else "all views",
                key="search_view",
                **KEPT,
                help="All views together, or one of them alone: then only samples that have it are found.",
            )
        labels = st.multiselect(
            "Labels", samples.labels, key="search_labels", placeholder="all", width=260, persist_state="session"
        )
        detectors = _detectors(shown)
        count = st.segmented_control(
            "Show", COUNTS, default=COUNTS[0], required=True, key="search_count", persist_state="session"
        )
    filters = Filters(labels=tuple(labels), detectors=tuple(detectors))
    return Choices(view, view or shown.sample.view, filters, int(count))


def _detectors(shown: SearchShown) -> list[str]:
    table = shown.samples.table
    if "detector" not in table:
        return []
    names = sorted(table["detector"].dropna().astype(str).unique())
    if not 2 <= len(names) <= _FEW:
        return []
    return st.pills(
        "Detector",
        names,
        format_func=escaped,
        selection_mode="multi",
        key="search_detectors",
        persist_state="session",
    )
