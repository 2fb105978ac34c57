"""Review: others' proposals, looked at blind; first the reviewer's own label, then what was proposed."""

from __future__ import annotations

import streamlit as st

from pages.components.page_end import enter_through_app
from pages.components.review_panel import review_panel
from pages.components.session import current_workspace, prepared_or_stop

enter_through_app()
st.title("Review")
review_panel(prepared_or_stop(current_workspace()))
