"""Turn the pages of a long table: a page of rows is asked for, not all of them."""

from __future__ import annotations

import streamlit as st

from pages.parts.desk.state import set_widget, widget_value

ROWS = 500
"""How many rows are shown at once."""


def turn_pages(count: int, *, key: str) -> int:
    """Draw what turns the pages of a table of ``count`` rows, nothing for a single page; returns its first row, from 0.

    A table of other rows takes another ``key``, and so begins at its first page.
    """
    pages = max(1, -(-count // ROWS))
    if pages == 1:
        return 0
    if widget_value(key, 1) > pages:
        set_widget(key, pages)
    with st.container(horizontal=True, vertical_alignment="center"):
        first = (st.pagination(pages, key=key) - 1) * ROWS
        st.caption(
            f"Rows {first + 1:,} to {min(first + ROWS, count):,} of {count:,}, latest first. "
            "Sorting, and the small buttons over the table, are about these rows alone."
        )
    return first
