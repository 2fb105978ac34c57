"""Evaluation: how often a classifier is right, what it confuses, how far it can be believed."""

from __future__ import annotations

import streamlit as st

from core.glossary import meaning
from pages.parts.desk.kept_choices import KEPT, Choice, keep_choices
from pages.parts.desk.results import data_of, taxonomy
from pages.parts.desk.shown import sheet_of
from pages.parts.desk.through_app import enter_through_app
from pages.parts.evaluation.before_after import before_after_panel
from pages.parts.evaluation.calibration import calibration_panel
from pages.parts.evaluation.comparison import comparison_panel
from pages.parts.evaluation.confusing import confusing_panel
from pages.parts.evaluation.data import say_data
from pages.parts.evaluation.labels import labels_panel
from pages.parts.evaluation.matrix import matrix_panel
from pages.parts.evaluation.overall import overall_panel
from pages.parts.evaluation.pictures import three_pictures
from pages.parts.evaluation.runs import choose_run, evaluation_or_stop

SECTIONS = (
    *("Overall", "Confusion matrix", "Labels", "Calibration", "What confuses it most", "Before and after"),
    "All training runs",
)
OVERALL, MATRIX, LABELS, CALIBRATION, CONFUSING, BEFORE_AFTER, RUNS = SECTIONS

here = enter_through_app()
st.title("Evaluation", help=meaning("training run"))
run = choose_run(here.workspace)
evaluation = evaluation_or_stop(here, run)
prepared, dataset = data_of(here.workspace)
say_data(run, evaluation, dataset)
colours = taxonomy(dataset.labels if dataset is not None else run.labels)
keep_choices([Choice("evaluation_section", OVERALL, SECTIONS)], key="keeping_evaluation")
section = st.segmented_control(
    "Show", SECTIONS, required=True, key="evaluation_section", label_visibility="collapsed", **KEPT
)
if section == OVERALL:
    overall_panel(run, evaluation, dataset)
    if dataset is not None:
        three_pictures(evaluation, dataset, colours)
elif section == MATRIX:
    shown = None if prepared is None else sheet_of(prepared)
    matrix_panel(here, run, evaluation, shown, dataset, colours)
elif section == LABELS:
    labels_panel(run, evaluation, colours)
elif section == CALIBRATION:
    calibration_panel(evaluation)
elif section == CONFUSING:
    confusing_panel(run, evaluation)
elif section == BEFORE_AFTER:
    before_after_panel(here, mapped=prepared is not None)
else:
    comparison_panel(here.workspace)
