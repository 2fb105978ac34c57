"""The samples ready to be compared: what the search, and whoever takes examples elsewhere, look at."""

from __future__ import annotations

import streamlit as st

from core.space.likeness_search import SearchIndex
from pages.parts.desk.shown import SearchShown


@st.cache_resource(max_entries=2, show_spinner="Getting the samples ready to be compared")
def search_index(fingerprint: str, _shown: SearchShown) -> SearchIndex:
    """The samples ready to be compared, made once a process."""
    return _shown.index()
