"""The evaluations of a data set's classifiers, each read once a process."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.classify.evaluation.evaluate import FOLDER, Evaluation, load_evaluation
from core.classify.training.runs import PREDICTIONS_FILE, Run, list_runs
from core.workspace import Workspace


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


def run_title(run: Run) -> str:
    """A run in a list to choose from: what never changes of it, for the browser knows a choice by its text."""
    return " · ".join(filter(None, (run.name, run.started[:10], "came with the project" if run.shipped else "")))


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


@st.cache_resource(max_entries=32, show_spinner=False)
def _evaluation(folder: str, stamp: tuple[int, ...], _run: Run) -> Evaluation | None:
    return load_evaluation(_run)
