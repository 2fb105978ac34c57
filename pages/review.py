"""Review: others' proposals, looked at blind; first the reviewer's own label, then what was proposed."""

from __future__ import annotations

import streamlit as st

from core.glossary import meaning
from pages.parts.desk.page_end import enter_through_app
from pages.parts.desk.session import current_workspace, prepared_or_stop
from pages.parts.review.panel import review_panel

enter_through_app()
st.title("Review", help=meaning("review"))
review_panel(prepared_or_stop(current_workspace()))
