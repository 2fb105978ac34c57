"""Impact: which families of glitches cost most, and what a model of the channels uses to foresee them."""

from __future__ import annotations

import streamlit as st

from core.detector.glitches import time_column
from core.errors import GlitchAuditError
from core.glossary import meaning
from pages.parts.data.open_results import prepared_or_stop
from pages.parts.desk.page_end import end_page
from pages.parts.desk.results import audit_or_none
from pages.parts.desk.shown import sheet_of
from pages.parts.desk.through_app import enter_through_app
from pages.parts.impact.empty import PURPOSE, detector_hint, empty_state
from pages.parts.impact.models import models_panel
from pages.parts.impact.panel import cost_panel
from pages.parts.impact.selected import with_own_selection
from pages.parts.impact.source import own_impact, simulated_impact, source_bar
from pages.parts.impact.state import SIMULATED
from pages.parts.impact.view_bar import MODELS, view_bar
from pages.parts.widgets.text import escaped

here = enter_through_app()
st.title("Impact", help=meaning("impact"))
prepared = prepared_or_stop(here)
sheet = sheet_of(prepared)
if time_column(sheet.samples.table) is None:
    st.info(
        "The samples of this data set have no times, so it cannot be said how often they come or what they cost: bring "
        "a table with the column event_time, in GPS seconds."
    )
    end_page()
source = source_bar()
st.caption(PURPOSE)
try:
    shown = simulated_impact() if source == SIMULATED else own_impact(here, sheet, audit_or_none(prepared))
    detector_hint(shown)
    view, detector = view_bar(shown)
    if view == MODELS:
        models_panel(here, shown, detector=detector)
    else:
        cost_panel(here, with_own_selection(here, shown), sheet, detector=detector)
except GlitchAuditError as error:
    st.info(escaped(error))
    empty_state()
