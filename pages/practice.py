"""Practice: samples whose label is known, to be named; the answer, the look-alike and the difference come at once."""

from __future__ import annotations

import streamlit as st

from core.errors import GlitchAuditError
from pages.parts.data.open_results import audit_or_stop, prepared_or_stop
from pages.parts.desk.page_end import end_page
from pages.parts.desk.results import practice_on
from pages.parts.desk.shown import sample_of
from pages.parts.desk.through_app import enter_through_app
from pages.parts.practice.panel import practice_panel
from pages.parts.widgets import icons
from pages.parts.widgets.text import escaped

# Whichever reading the desk shows: what people decided counts as known, and what one proposed oneself does not.
here = enter_through_app()
st.title("Practice", help="Nothing that you answer here is written to the ledger.")
prepared = prepared_or_stop(here, as_brought=True)
audit = audit_or_stop(here, prepared, as_brought=True)
try:
    practice = practice_on(prepared, audit, ledger=here.ledger)
except GlitchAuditError as error:
    st.error(escaped(error), icon=icons.WENT_WRONG)
    end_page()
practice_panel(here, sample_of(prepared), practice)
