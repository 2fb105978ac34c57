"""Which run is evaluated, and how it stands to the data set that is open."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.classify.evaluation.evaluate import FOLDER, Evaluation, load_evaluation
from core.classify.evaluation.views import can_evaluate, has_predictions
from core.classify.training.runs import PREDICTIONS_FILE, Run, list_runs
from core.errors import GlitchAuditError
from core.workspace import Workspace
from pages.parts.desk.acts import evaluate_run
from pages.parts.desk.identity import public_demo
from pages.parts.desk.page_end import end_page
from pages.parts.desk.page_files import PAGES
from pages.parts.desk.session import hindrance
from pages.parts.widgets.text import inert

RUN_KEY = "evaluation_run"
_TRAINING_PAGE = PAGES / "training.py"


def evaluation_or_none(run: Run) -> Evaluation | None:
    """The run's evaluation, read once a process; None where there is none yet, or it is damaged."""
    stamp = evaluation_stamp(run)
    return _evaluation(str(run.folder), stamp, run) if stamp[0] else None


def evaluation_stamp(run: Run) -> tuple[int, ...]:
    """Changes when the run's evaluation does; its first number is 0 where there is none."""
    return tuple(_changed(run.folder / name) for name in (FOLDER, PREDICTIONS_FILE))


def evaluated_runs(workspace: Workspace) -> list[tuple[Run, Evaluation]]:
    """All runs with an evaluation, newest first, those that came with the project last."""
    found = ((run, evaluation_or_none(run)) for run in list_runs(workspace))
    return [(run, evaluation) for run, evaluation in found if evaluation is not None]


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
        st.page_link(_TRAINING_PAGE, label="To the page Training", icon=":material/model_training:")
        end_page()
    evaluated = [folder for folder, run in shown.items() if evaluation_or_none(run) is not None]
    if st.session_state.get(RUN_KEY, next(iter(shown))) not in shown:
        del st.session_state[RUN_KEY]
    folders = list(shown)
    folder = st.selectbox(
        "Run",
        folders,
        index=folders.index(evaluated[0]) if evaluated else 0,
        key=RUN_KEY,
        format_func=lambda folder: run_title(shown[folder]),
        width=460,
        persist_state="session",
    )
    return shown[folder]


def run_title(run: Run) -> str:
    """A run in a list to choose from: what never changes of it, for the browser knows a choice by its text."""
    return " · ".join(filter(None, (run.name, run.started[:10], "came with the project" if run.shipped else "")))


def evaluation_or_stop(run: Run) -> Evaluation:
    """The run's evaluation; where there is none yet, offers to make it and ends the page."""
    evaluation = evaluation_or_none(run)
    if evaluation is not None:
        return evaluation
    st.info("This run has answered its held-out samples, but the answers have not been evaluated yet.")
    if run.shipped or public_demo():
        st.caption("Nothing can be written here, so it cannot be evaluated here.")
    elif said := hindrance("evaluate"):
        st.caption(inert(said))
    elif not can_evaluate():
        st.caption(
            "Evaluating needs the package scikit-learn, which is not installed here: install what requirements.txt "
            "names, and reload this page."
        )
    elif st.button("Evaluate", type="primary", icon=":material/grading:", key="evaluation_start"):
        _evaluate(run)
    end_page()


def _evaluate(run: Run) -> None:
    bar = st.progress(0.0, text="Measuring, and drawing the samples anew for the intervals")

    def tell(done: int, total: int) -> None:
        bar.progress(min(1.0, done / max(1, total)), text="Measuring, and drawing the samples anew for the intervals")

    try:
        evaluate_run(run, on_progress=tell)
    except GlitchAuditError as error:
        st.error(inert(error))
        return
    st.rerun()


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


@st.cache_resource(max_entries=32, show_spinner=False)
def _evaluation(folder: str, stamp: tuple[int, ...], _run: Run) -> Evaluation | None:
    return load_evaluation(_run)
