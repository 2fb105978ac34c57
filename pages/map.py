"""The map: find an island whose labels disagree, lasso it, look at it, propose better labels."""

from __future__ import annotations

import streamlit as st

from core.glossary import meaning
from pages.parts.data.open_results import prepared_or_stop
from pages.parts.desk.results import audit_or_none
from pages.parts.desk.shown import map_of, sheet_of
from pages.parts.desk.through_app import enter_through_app
from pages.parts.map.confounding_banner import confounding_banner
from pages.parts.map.filters import filter_panel
from pages.parts.map.loop import audit_loop
from pages.parts.map.selection_on_screen import follow_selection
from pages.parts.selection.saved import saved_list

here = enter_through_app()
with st.container(key="look_title"):
    st.title("Map", help=meaning("layout"))
prepared = prepared_or_stop(here)
audit = audit_or_none(prepared)
shown = map_of(prepared, audit)
# Places that stay: what comes and goes above the map would make the browser draw it anew.
with st.container():
    if audit is not None:
        confounding_banner(audit.confounding)
with st.container():
    follow_selection(here, shown)
with st.sidebar:
    saved_list(here)
    filters = filter_panel(shown.samples)
audit_loop(here, shown, sheet_of(prepared), filters, None if audit is None else audit.verdicts)
