"""Mine: everything that one person proposed, judged and reviewed, what became of it, and undo from there."""

from __future__ import annotations

import streamlit as st

from pages.parts.desk.ledger_trouble import ledger_trouble
from pages.parts.desk.page_end import end_page
from pages.parts.desk.through_app import enter_through_app
from pages.parts.mine.panel import mine_panel

here = enter_through_app()
st.title("Mine")
if ledger_trouble(here):
    end_page()
mine_panel(here)
