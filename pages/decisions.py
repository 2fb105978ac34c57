"""Decisions: conflicts, in review and decided, what changed; taxonomy, agreement, journal, people, releases."""

from __future__ import annotations

import streamlit as st

from core.glossary import meaning
from pages.parts.data.open_results import changes_or_none, prepared_or_stop
from pages.parts.decisions.agreement import agreement_panel
from pages.parts.decisions.changed import JOURNAL, changed_panel
from pages.parts.decisions.conflict_session import IN_CONFLICT
from pages.parts.decisions.conflicts import conflicts_first, conflicts_panel
from pages.parts.decisions.journal import journal_panel
from pages.parts.decisions.known_samples import changed_notice
from pages.parts.decisions.panel import decisions_panel
from pages.parts.decisions.people import people_panel
from pages.parts.decisions.progress import progress_panel
from pages.parts.decisions.releases import releases_panel
from pages.parts.decisions.taxonomy_panel import taxonomy_panel
from pages.parts.desk.kept_choices import KEPT, Choice, keep_choices
from pages.parts.desk.ledger_trouble import ledger_trouble
from pages.parts.desk.page_end import end_page
from pages.parts.desk.reading_choice import WHAT_CHANGED, reading_line
from pages.parts.desk.shown import map_of, sample_of
from pages.parts.desk.taxonomy_draft import RELEASES, SECTION, TAXONOMY
from pages.parts.desk.through_app import enter_through_app
from pages.parts.map.looking import look_on_map

SAMPLES, AGREEMENT = "Samples", "People's agreement"
PROGRESS, PEOPLE = "Progress", "People"
SECTIONS = (IN_CONFLICT, SAMPLES, WHAT_CHANGED, TAXONOMY, AGREEMENT, JOURNAL, PROGRESS, PEOPLE, RELEASES)

here = enter_through_app()
st.title("Decisions", help=meaning("decision"))
# The ledger tells of labels before and after by those that were brought, whichever reading the desk shows.
prepared = prepared_or_stop(here, as_brought=True)
shown = sample_of(prepared)
if ledger_trouble(here):
    end_page()
first = IN_CONFLICT if conflicts_first(here, shown.samples) else SAMPLES
keep_choices([Choice(SECTION, first, SECTIONS)], key="keeping_decisions")
section = st.segmented_control(
    "What to look at", SECTIONS, required=True, key=SECTION, label_visibility="collapsed", **KEPT
)
if section != PEOPLE:
    changed_notice(here)
if section == IN_CONFLICT:
    conflicts_panel(here, shown)
elif section == SAMPLES:
    decisions_panel(here, shown)
elif section == WHAT_CHANGED:
    reading_line(here, linked=False)
    changed_panel(here, changes_or_none(here, prepared), look=lambda names: look_on_map(map_of(prepared), names))
elif section == TAXONOMY:
    taxonomy_panel(here, shown)
elif section == AGREEMENT:
    agreement_panel(here, shown, look=lambda names: look_on_map(map_of(prepared), names))
elif section == JOURNAL:
    journal_panel(here)
elif section == PROGRESS:
    progress_panel(here, shown.samples)
elif section == PEOPLE:
    people_panel(here)
else:
    releases_panel(here)
