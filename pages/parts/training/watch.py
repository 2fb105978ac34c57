"""The training that is under way: how far, how fast, how long still, its curves, and a way to stop it."""

from __future__ import annotations

import streamlit as st

from core.classify.training.runs import Run, list_runs, load_run, read_curves, run_folder
from core.errors import GlitchAuditError
from core.jobs.job import TRAINING, JobStatus, stop_asked
from core.jobs.training import best_accuracy, training_status
from core.workspace import Workspace
from pages.parts.data.job import duration_text
from pages.parts.desk.acts import forget_outcome, on_click, stop_training
from pages.parts.desk.who import AtDesk
from pages.parts.training.curves import curves_view
from pages.parts.widgets import icons
from pages.parts.widgets.looking_again import looking_again
from pages.parts.widgets.text import escaped


@st.fragment(run_every=1.0)
def watch_training(here: AtDesk, listed: tuple[str, ...]) -> None:
    """Draw the running training anew every second; the whole page when it has ended, or is not ``listed`` yet."""
    workspace = here.workspace
    status = training_status(workspace)
    run = _run_of(workspace, status)
    if not status.running or (run is not None and run.name not in listed):
        st.rerun(scope="app")
    with st.container(border=True):
        st.markdown(f"{icons.OPEN_TRAINING} **{escaped(status.subject)}** is training.")
        st.progress(status.fraction, text=escaped(training_text(status)))
        if stop_asked(workspace, TRAINING):
            st.info("Stopping after the present step. What was finished is kept, and the run can be resumed.")
        elif not here.hindrance("train"):
            st.button(
                "Stop",
                on_click=on_click,
                args=(stop_training, workspace),
                icon=icons.STOP,
                key="training_stop",
                help="What was finished is kept: a stopped run can be resumed.",
            )
        _curves(run)
        st.caption(
            "You can leave this page, or close it: the training goes on, and the map and everything else stay usable. "
            "Every tab sees the same."
        )


@st.fragment
def notice_changes(workspace: Workspace, seen: tuple[object, ...]) -> None:
    """Draw the page anew when another tab, or the command line, started, resumed or removed a run.

    It looks when the person comes back to the page, not every few seconds: an idle page costs nothing.
    """
    looking_again(key="training_again")
    if what_is_there(workspace) != seen:
        st.rerun(scope="app")


def what_is_there(workspace: Workspace) -> tuple[object, ...]:
    """What a page of trainings depends on: the runs, their states, and whether one is under way."""
    status = training_status(workspace)
    runs = tuple((run.name, run.state, run.epochs_done) for run in list_runs(workspace))
    return (status.running, status.state, status.subject, runs if not status.running else len(runs))


def last_outcome(here: AtDesk) -> None:
    """How the last training ended, where that is worth a word: a failure, or a process that is gone."""
    status = training_status(here.workspace)
    if status.state not in ("failed", "lost"):
        return
    name = f"The run {status.subject}" if status.subject else "The last training"
    sentence = (
        f"{name} ended without a word, perhaps for lack of memory or by a restart: resume it in the list below."
        if status.state == "lost"
        else f"{name}: {status.message}"
    )
    st.error(escaped(sentence), icon=icons.WENT_WRONG)
    if not here.hindrance("train"):
        st.button(
            "Hide this",
            on_click=on_click,
            args=(forget_outcome, here.workspace),
            icon=":material/close:",
            key="training_hide",
        )


def _run_of(workspace: Workspace, status: JobStatus) -> Run | None:
    """The run that the job trains; None while it has no folder yet."""
    try:
        return load_run(run_folder(workspace, status.subject))
    except GlitchAuditError:
        return None


def training_text(status: JobStatus) -> str:
    """Stage, rate and time left in one line; a stage's count where it says nothing about epochs."""
    text = status.stage
    if status.total > 1 and "epoch" not in status.stage:
        text += f": {status.done:,} of {status.total:,}"
    if status.rate and status.seconds_left is not None:
        text += f", {status.rate:,.{0 if status.rate >= 10 else 1}f} samples a second, at most "
        text += f"{duration_text(status.seconds_left)} left"
    return text


def _curves(run: Run | None) -> None:
    curves = None if run is None else read_curves(run)
    if curves is None or curves.empty:
        st.caption("How long an epoch takes is known after the first one; its curves appear here then.")
        return
    accuracy = best_accuracy(run, curves)
    with st.container(horizontal=True, gap="medium"):
        st.metric("Epochs done", f"{len(curves)} of {run.params.epochs}", width="content")
        st.metric(
            "Best validation accuracy",
            "–" if accuracy is None else f"{accuracy:.1%}",
            help=f"Of epoch {run.best_epoch}, the one with the lowest validation loss: its weights are kept.",
            width="content",
        )
        st.metric("An epoch takes", duration_text(float(curves["seconds"].mean())), width="content")
    curves_view(curves, best_epoch=run.best_epoch, epochs=run.params.epochs, key="training_live")
