"""The line that leads from some decisions of one kind to the rest, which the page Search looks for when opened."""

from __future__ import annotations

import streamlit as st

from pages.parts.desk.page_files import PAGES
from pages.parts.widgets import icons
from pages.parts.widgets.keys import widget_key
from pages.parts.widgets.text import escaped

FROM, TO = "from", "to"
"""In the address of the page Search: the two labels of the decisions of which the rest is asked for."""


def rest_link(label: str, other: str, count: int) -> None:
    """Draw the link for ``count`` samples called ``label`` that were found to be ``other``."""
    st.page_link(
        PAGES / "search.py",
        label=_words(label, other, count),
        icon=icons.OPEN_REST,
        query_params={FROM: label, TO: other},
    )


def rest_button(label: str, other: str, count: int) -> None:
    """The same on the page Search itself, where a link would leave the address as it is."""
    if st.button(_words(label, other, count), key=widget_key("search_rest", label, other), icon=icons.OPEN_REST):
        st.query_params[FROM], st.query_params[TO] = label, other
        st.rerun()


def _words(label: str, other: str, count: int) -> str:
    return f"{count:,} called {escaped(label)} were found to be {escaped(other)}: look for more like these"
