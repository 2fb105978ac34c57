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
from pages.parts.desk.page_end import end_page
from pages.parts.desk.shown import sample_of
from pages.parts.desk.through_app import enter_through_app

SAMPLES, TAXONOMY, AGREEMENT, JOURNAL, PROGRESS = "Samples", "Taxonomy", "People's agreement", "Journal", "Progress"

here = enter_through_app()
st.title("Decisions", help=meaning("decision"))
shown = sample_of(prepared_or_stop(here))
if ledger_trouble(here):
    end_page()
section = st.segmented_control(
    "What to look at",
    (SAMPLES, TAXONOMY, AGREEMENT, JOURNAL, PROGRESS),
    default=SAMPLES,
    required=True,
    key="decisions_section",
    label_visibility="collapsed",
)
if section == SAMPLES:
    decisions_panel(here, shown)
elif section == TAXONOMY:
    taxonomy_panel(here, shown)
elif section == AGREEMENT:
    agreement_panel(here, shown.samples)
elif section == JOURNAL:
    journal_panel(here)
else:
    progress_panel(here, shown.samples)
