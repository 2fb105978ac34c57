"""The way to the page Search from anywhere: its address names what is wanted more of, and what is not."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.parts.desk.page_files import PAGES
from pages.parts.widgets import icons

LIKE, UNLIKE = "like", "unlike"
"""In the address of the page Search, once an id: samples to find more of, and samples not to find."""

MOST_EXAMPLES = 20
"""So many of each kind: an address has to hold them, and more hardly change the order."""

SEARCH_PAGE = PAGES / "search.py"


def more_like_link(sample_id: str, *, label: str = "Search for more like this") -> None:
    """A link that searches for what is like one sample."""
    st.page_link(SEARCH_PAGE, label=label, icon=icons.OPEN_SEARCH, query_params={LIKE: sample_id})


def go_to_search(like: Sequence[str], unlike: Sequence[str] = ()) -> None:
    """Open the page Search with these examples; at most :data:`MOST_EXAMPLES` of each."""
    # Lists: of pairs with one name, Streamlit 1.67 keeps the last alone.
    asked = {LIKE: list(like[:MOST_EXAMPLES]), UNLIKE: list(unlike[:MOST_EXAMPLES])}
    st.switch_page(SEARCH_PAGE, query_params=asked)
