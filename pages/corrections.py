"""The correction table: what was proposed, by whom and why; withdraw a batch, bring it back, download."""

from __future__ import annotations

import streamlit as st

from core.glossary import meaning
from pages.parts.corrections.batches import batch_panel
from pages.parts.corrections.exchange import exchange_panel
from pages.parts.corrections.judgements import judgement_table
from pages.parts.corrections.table import correction_table
from pages.parts.desk.blind_samples import blind_samples
from pages.parts.desk.ledger_trouble import ledger_trouble
from pages.parts.desk.page_end import end_page
from pages.parts.desk.through_app import enter_through_app
from pages.parts.widgets.text import code_span

here = enter_through_app()
st.title("Corrections", help=meaning("proposal"))
if ledger_trouble(here):
    end_page()
st.caption(
    "Every label that was proposed here, by whom and why. Nothing is deleted: what is withdrawn stays in the list, and "
    "a batch that was withdrawn can be brought back."
)
# What waits for one's own blind review is not to be known before.
hidden = blind_samples(here)
judgement_table(here.ledger, hidden=hidden)
proposed = correction_table(here, hidden=hidden)
if proposed:
    batch_panel(here, begin_with_own=bool(hidden))
exchange_panel(here)
if proposed and not here.public_demo:
    st.caption(f"The correction table lies in {code_span(here.workspace.ledger_path)}.")
