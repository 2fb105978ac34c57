"""Search: samples that are like some and unlike others, ranked, to be looked at and taken as a selection."""

from __future__ import annotations

import streamlit as st

from core.glossary import meaning
from pages.parts.data.open_results import prepared_or_stop
from pages.parts.desk.page_end import end_page
from pages.parts.desk.shown import search_of
from pages.parts.desk.through_app import enter_through_app
from pages.parts.search.panel import search_panel
from pages.parts.search.rest import rest_asked, rest_panel

here = enter_through_app()
st.title("Search", help=meaning("likeness search"))
shown = search_of(prepared_or_stop(here))
if shown is None:
    st.info(
        "The samples of this data set can only be told apart by their places on a map, so nothing can be searched by "
        "what it looks like: bring vectors, or pictures."
    )
    end_page()
pair = rest_asked()
if pair is not None:
    rest_panel(here, shown, pair)
    end_page()
search_panel(here, shown)
