"""Start: what this is, how far the data set is, what to do next, and what changed since the last visit."""

from __future__ import annotations

import streamlit as st

from core.pipeline.next_steps import ISLAND
from pages.parts.data.open_results import in_shown_reading
from pages.parts.data.results_watch import results_watch
from pages.parts.desk.page_files import PAGES
from pages.parts.desk.reading_choice import reading_line
from pages.parts.desk.results import audit_or_none, data_of
from pages.parts.desk.shown import map_of, sheet_of
from pages.parts.desk.through_app import enter_through_app
from pages.parts.desk.words import words_of
from pages.parts.start.at_hand import at_hand
from pages.parts.start.cards import page_of, step_cards
from pages.parts.start.figures import figures
from pages.parts.start.island import choose_island
from pages.parts.start.news import news
from pages.parts.start.tour import tour_button
from pages.parts.start.waits import follow, waits
from pages.parts.widgets import icons
from pages.parts.widgets.text import escaped

PRACTISE_FIRST = "New here? Practise first, on samples whose label is known"

here = enter_through_app()
st.html(PAGES / "parts" / "start" / "start.css")
with st.container(horizontal=True, vertical_alignment="center"):
    st.title("Glitch Audit", anchor=False)
    tour_button(here)
st.markdown(words_of(here.workspace).purpose)
prepared, dataset = data_of(here.workspace)
prepared = None if prepared is None else in_shown_reading(here, prepared)
sheet = None if prepared is None else sheet_of(prepared)
# Its place is there when it says nothing, too: the page draws itself anew when a map is ready.
with st.container():
    results_watch(here.workspace, shown=prepared is not None, may_clear=not here.hindrance("prepare"))
    reading_line(here)
found = at_hand(here, dataset, sheet, None if prepared is None else audit_or_none(prepared))
if found.trouble:
    st.warning(escaped(found.trouble), icon=icons.WENT_WRONG)
figures(found)
way = waits(here, found, None if sheet is None else sheet.samples)
st.header("What would you like to do?", anchor=False)
if missing := here.missing("judge"):
    st.caption(f"{escaped(missing)} On a phone » at the top left opens it.")
if found.newcomer:
    st.page_link(PAGES / "practice.py", label=PRACTISE_FIRST, icon=icons.OPEN_PRACTICE)
step = step_cards(found, sheet, words_of(here.workspace))
news(here, found)
if way:
    follow(way)
if step:
    if step.kind == ISLAND:
        choose_island(map_of(prepared), found.island)
    st.switch_page(page_of(step))
