"""Training: start a classifier on this data set, watch it learn, stop it, resume it; and all runs so far."""

from __future__ import annotations

import streamlit as st

from core.classify.training.runs import list_runs
from core.glossary import meaning
from core.jobs.training import training_status
from core.packages import TRAINING_NEEDS, missing_packages
from pages.parts.desk.data_set import dataset_or_stop
from pages.parts.desk.through_app import enter_through_app
from pages.parts.training.form import training_form
from pages.parts.training.runs import runs_panel
from pages.parts.training.watch import last_outcome, notice_changes, watch_training, what_is_there
from pages.parts.widgets.text import escaped

here = enter_through_app()
st.title("Training", help=meaning("training run"))
st.markdown(
    "A **training run** teaches a classifier to name the samples of this data set from their pictures. It keeps the "
    "weights of its best epoch, judged on samples that it did not learn from, and can be stopped and resumed at any "
    "time."
)

runs = list_runs(here.workspace)
missing = missing_packages(TRAINING_NEEDS)
seen = what_is_there(here.workspace)
if here.public_demo:
    st.info("On the public demo no classifier is trained: install Glitch Audit on your own computer to train one.")
elif missing:
    st.info(
        f"Training needs {escaped(', '.join(missing))}, which are not installed here: install Glitch Audit with all of "
        "its requirements to train classifiers."
    )
elif training_status(here.workspace).running:
    watch_training(here, tuple(run.name for run in runs))
else:
    last_outcome(here)
    if message := here.hindrance("train"):
        st.caption(escaped(message))
    else:
        st.subheader("Start a training run")
        dataset = dataset_or_stop(here.workspace)
        training_form(here, dataset, runs)
    notice_changes(here.workspace, seen)
runs_panel(here.workspace, runs, changeable=not (missing or here.hindrance("train") or here.hindrance("remove run")))
