"""Review: others' proposals, looked at blind; first the reviewer's own label, then what was proposed."""

from __future__ import annotations

import streamlit as st

from pages.parts.data.open_results import prepared_or_stop
from pages.parts.desk.page_end import enter_through_app
from pages.parts.desk.shown import sample_of
from pages.parts.review.panel import review_panel

here = enter_through_app()
st.title("Review")
review_panel(here, sample_of(prepared_or_stop(here)))
