"""Which run is evaluated, and how it stands to the data set that is open."""

from __future__ import annotations

import streamlit as st

from core.classify.evaluation.evaluate import Evaluation
from core.classify.evaluation.views import can_evaluate, has_predictions
from core.classify.training.runs import Run, list_runs
from core.errors import GlitchAuditError
from core.workspace import Workspace
from pages.parts.desk.acts import evaluate_run
from pages.parts.desk.evaluations import evaluation_or_none, run_title
from pages.parts.desk.page_end import end_page
from pages.parts.desk.page_files import PAGES
from pages.parts.desk.state import forget_widgets, widget_value
from pages.parts.desk.who import AtDesk
from pages.parts.widgets import icons
from pages.parts.widgets.text import escaped

RUN_KEY = "evaluation_run"
_TRAINING_PAGE = PAGES / "training.py"


def choose_run(workspace: Workspace) -> Run:
    """Ask which run; where there is none to ask for, says what to do first and ends the page."""
    runs = {str(run.folder): run for run in list_runs(workspace)}
    shown = {folder: run for folder, run in runs.items() if has_predictions(run) or evaluation_or_none(run) is not None}
    if not shown:
        under_way = any(run.state == "running" for run in runs.values())
        st.info(
            "A classifier is being trained on this data set. When it is done, it can be evaluated here."
            if under_way
            else "No classifier has been trained to its end on this data set yet: train one first. Then this page says "
            "how often it is right, what it confuses, and which labels that makes doubtful."
        )
        st.page_link(_TRAINING_PAGE, label="To the page Training", icon=icons.OPEN_TRAINING)
        end_page()
    evaluated = [folder for folder, run in shown.items() if evaluation_or_none(run) is not None]
    if widget_value(RUN_KEY, next(iter(shown))) not in shown:
        forget_widgets(RUN_KEY)
    folders = list(shown)
    folder = st.selectbox(
        "Training run",
        folders,
        index=folders.index(evaluated[0]) if evaluated else 0,
        key=RUN_KEY,
        format_func=lambda folder: run_title(shown[folder]),
        width=460,
        persist_state="session",
    )
    return shown[folder]


def evaluation_or_stop(here: AtDesk, run: Run) -> Evaluation:
    """The run's evaluation; where there is none yet, offers to make it and ends the page."""
    evaluation = evaluation_or_none(run)
    if evaluation is not None:
        return evaluation
    st.info("This run has answered its held-out samples, but the answers have not been evaluated yet.")
    if run.shipped or here.public_demo:
        st.caption("Nothing can be written here, so it cannot be evaluated here.")
    elif message := here.hindrance("evaluate"):
        st.caption(escaped(message))
    elif not can_evaluate():
        st.caption(
            "Evaluating needs the package scikit-learn, which is not installed here: install what requirements.txt "
            "names, and reload this page."
        )
    elif st.button("Evaluate", type="primary", icon=icons.OPEN_EVALUATION, key="evaluation_start"):
        _evaluate(run)
    end_page()


def _evaluate(run: Run) -> None:
    bar = st.progress(0.0, text="Measuring, and drawing the samples anew for the intervals")

    def tell(done: int, total: int) -> None:
        bar.progress(min(1.0, done / max(1, total)), text="Measuring, and drawing the samples anew for the intervals")

    try:
        evaluate_run(run, on_progress=tell)
    except GlitchAuditError as error:
        st.error(escaped(error))
        return
    st.rerun()
