"""Start: what this is, how far the data set is, and what to do next."""

from __future__ import annotations

import streamlit as st

from pages.parts.desk.through_app import enter_through_app

here = enter_through_app()
st.title("Glitch Audit")
st.markdown(
    "LIGO’s detectors pick up short bursts of noise, glitches. Volunteers named them by eye; here we find the names "
    "that are wrong and put them right together."
)
