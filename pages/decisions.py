"""Decisions: what is in conflict, in review and decided; changes of the taxonomy; agreement, journal, progress."""

from __future__ import annotations

import streamlit as st

from core.glossary import meaning
from pages.parts.data.open_results import prepared_or_stop
from pages.parts.decisions.agreement import agreement_panel
from pages.parts.decisions.journal import journal_panel
from pages.parts.decisions.panel import decisions_panel
from pages.parts.decisions.progress import progress_panel
from pages.parts.decisions.taxonomy_panel import taxonomy_panel
from pages.parts.desk.ledger_trouble import ledger_trouble
from pages.parts.desk.page_end import end_page, enter_through_app

SECTIONS = {
    "Samples": decisions_panel,
    "Taxonomy": taxonomy_panel,
    "Agreement": agreement_panel,
    "Journal": journal_panel,
    "Progress": progress_panel,
}

here = enter_through_app()
st.title("Decisions", help=meaning("decision"))
prepared = prepared_or_stop(here)
if ledger_trouble(here):
    end_page()
section = st.segmented_control(
    "What to look at",
    list(SECTIONS),
    default="Samples",
    required=True,
    key="decisions_section",
    label_visibility="collapsed",
)
SECTIONS[section](prepared)
