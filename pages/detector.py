"""The detector: which families of glitches go with which of its channels, and what chance alone would give."""

from __future__ import annotations

import streamlit as st

from core.detector.glitches import time_column
from core.errors import GlitchAuditError
from core.glossary import meaning
from pages.parts.data.open_results import prepared_or_stop
from pages.parts.desk.page_end import end_page
from pages.parts.desk.shown import sheet_of
from pages.parts.desk.through_app import enter_through_app
from pages.parts.detector.bringing import PURPOSE, brought_popover, compare_button, empty_state, not_read_yet
from pages.parts.detector.families import families_asked, keep_source, saved_here
from pages.parts.detector.panel import detector_panel
from pages.parts.detector.source import brought_detector, brought_here, simulated_detector
from pages.parts.detector.source_bar import source_bar
from pages.parts.detector.state import BROUGHT, SIMULATED
from pages.parts.widgets.text import escaped

here = enter_through_app()
st.title("Detector", help=meaning("coupling"))
sheet = sheet_of(prepared_or_stop(here))
if time_column(sheet.samples.table) is None:
    st.info(
        "The samples of this data set have no times, so nothing can be laid beside a detector’s channels: bring a "
        "table with the column event_time, in GPS seconds."
    )
    end_page()
bringing = brought_here(here.workspace)
saved = saved_here(here)
keep_source((BROUGHT, SIMULATED) if bringing else (SIMULATED,), saved)
source = source_bar(brought=bringing is not None, saved=saved)
if not source:
    empty_state(here)
    end_page()
try:
    if source == SIMULATED:
        shown = simulated_detector()
    else:
        shown = brought_detector(here.workspace, sheet.samples, bringing, families_asked(here))
except GlitchAuditError as error:
    st.error(escaped(error))
    end_page()
if shown is None:
    not_read_yet(here, bringing)
    end_page()
st.caption(PURPOSE)
if not shown.simulated:
    brought_popover(here, bringing)
if shown.result is None:
    st.info("These families were not compared with the channels yet.")
    compare_button(here)
    end_page()
detector_panel(here, shown, sheet)
