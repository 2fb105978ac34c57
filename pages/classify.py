"""Classify: hand in spectrograms and get names for them, with what speaks for and against."""

from __future__ import annotations

import streamlit as st

from pages.parts.classify.answers import answers_panel
from pages.parts.classify.choice import choose_classifier, neighbours_of, stop_without_torch
from pages.parts.classify.upload import upload_panel
from pages.parts.data.open_results import in_shown_reading
from pages.parts.desk.results import data_of
from pages.parts.desk.shown import naming_of
from pages.parts.desk.through_app import enter_through_app

here = enter_through_app()
st.title("Classify")
stop_without_torch()
prepared, dataset = data_of(here.workspace)
data = None if prepared is None else naming_of(in_shown_reading(here, prepared))
classifier, run = choose_classifier(here.workspace, data)
handed = upload_panel(here, classifier, dataset)
if handed is not None:
    answers_panel(here, handed, classifier, neighbours_of(run, data), data)
