"""Training: start a classifier on this data set, watch it learn, stop it, resume it; and all runs so far."""

from __future__ import annotations

import streamlit as st

from core.classify.training.runs import list_runs
from core.jobs.training import missing_packages, training_status
from pages.parts.desk.data_set import dataset_or_stop
from pages.parts.desk.page_end import enter_through_app
from pages.parts.training.form import training_form
from pages.parts.training.runs import runs_panel
from pages.parts.training.watch import last_outcome, notice_changes, watch_training, what_is_there
from pages.parts.widgets.text import inert

here = enter_through_app()
st.title("Training")
st.markdown(
    "A **run** teaches a classifier to name the glitches of this data set from their pictures. It keeps the weights of "
    "its best epoch, judged on samples that it did not learn from, and can be stopped and resumed at any time."
)

runs = list_runs(here.workspace)
missing = missing_packages()
seen = what_is_there(here.workspace)
if here.public_demo:
    st.info("On the public demo no classifier is trained: install Glitch Audit on your own computer to train one.")
elif missing:
    st.info(
        f"Training needs {', '.join(missing)}, which are not installed here: install Glitch Audit with all of its "
        "requirements to train classifiers."
    )
elif training_status(here.workspace).running:
    watch_training(here, tuple(run.name for run in runs))
else:
    last_outcome(here)
    if said := here.hindrance("train"):
        st.caption(inert(said))
    else:
        st.subheader("Start a run")
        training_form(here.workspace, dataset_or_stop(here.workspace), runs)
    notice_changes(here.workspace, seen)
runs_panel(here.workspace, runs, changeable=not (missing or here.hindrance("train") or here.hindrance("remove run")))
