"""Decisions: what is in conflict, in review and decided; changes of the taxonomy; agreement, journal, progress."""

from __future__ import annotations

import streamlit as st

from pages.components.agreement_panel import agreement_panel
from pages.components.decisions_panel import decisions_panel
from pages.components.journal_panel import journal_panel
from pages.components.ledger_trouble import ledger_trouble
from pages.components.page_end import end_page, enter_through_app
from pages.components.progress_panel import progress_panel
from pages.components.session import current_workspace, desk_ledger, person, prepared_or_stop
from pages.components.taxonomy_panel import taxonomy_panel

SECTIONS = {
    "Samples": decisions_panel,
    "Taxonomy": taxonomy_panel,
    "Agreement": agreement_panel,
    "Journal": journal_panel,
    "Progress": progress_panel,
}

enter_through_app()
st.title("Decisions")
prepared = prepared_or_stop(current_workspace())
if ledger_trouble(desk_ledger(), person()):
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
