"""A workspace's trainings: planned, started in a process of their own, watched, stopped and taken up again."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from core.classify.params import SPLITS, TrainParams, check_params, with_colours, with_views
from core.classify.training.labels import TrainingLabels
from core.classify.training.runs import Run, load_run, new_run_name, read_curves, run_folder
from core.classify.training.splits import make_split
from core.dataset import Dataset
from core.errors import GlitchAuditError
from core.jobs.job import TRAINING, JobStatus, clear_job, job_status, start_job, stop_job
from core.jobs.training_arguments import arguments_of
from core.pipeline.reading import BROUGHT, MINE
from core.pipeline.settings import load_settings
from core.workspace import Workspace


@dataclass(frozen=True)
class Plan:
    """What a training would learn from, before it is started.

    ``counts`` has the index ``split`` (train, validation, test) and the columns ``samples``, ``pictures``; ``labels``
    are how many would be told apart; ``honoured`` whether the data set's own split is used; ``epoch_seconds`` the mean
    of the newest run with the same data set, architecture, part that learns, unit, views, size and colours, or None;
    ``note`` is what is to be said of a split in time.
    """

    counts: pd.DataFrame
    labels: int
    honoured: bool
    epoch_seconds: float | None
    note: str = ""


def workspace_unit(workspace: Workspace) -> str:
    """Return the unit of a training that suits the workspace: "picture" where its map has pictures, else "sample"."""
    return "picture" if load_settings(workspace).embed.unit == "picture" else "sample"


def plan_training(
    dataset: Dataset, params: TrainParams, runs: Sequence[Run] = (), *, labels: TrainingLabels | None = None
) -> Plan:
    """Return what a training would learn from; GlitchAuditError where parameters or data cannot be trained with."""
    check_params(params)
    params = with_colours(with_views(params, dataset.views), ordinary=dataset.kind.in_colour)
    split = make_split(dataset, params, labels=labels)
    rows, pictures = split.rows, dataset.pictures
    side = rows.drop_duplicates("sample_id").set_index("sample_id")["split"]
    shown = pictures.loc[pictures["view"].isin(params.views), "sample_id"].map(side)
    if params.unit == "picture":
        shown = rows["split"]
    counts = pd.DataFrame({"samples": rows.groupby("split")["sample_id"].nunique(), "pictures": shown.value_counts()})
    counts = counts.reindex(SPLITS, fill_value=0).fillna(0).astype(int)
    return Plan(
        counts, rows["label"].nunique(), split.honoured, _epoch_seconds_before(dataset, params, runs), split.note
    )


def start_training(workspace: Workspace, params: TrainParams, name: str = "", *, reading_id: str = "") -> str:
    """Start a new run as a process of its own, and return its name, made from the parameters where ``name`` is empty.

    ``reading_id`` names the kept reading of the labels that it learns from; without one it is those that were brought.
    Raises GlitchAuditError where a run of that name exists, another one is training, or the workspace cannot be
    written.
    """
    check_params(params)
    name = name.strip() or new_run_name(workspace, params)
    if run_folder(workspace, name).exists():
        raise GlitchAuditError(f"There is a run {name} already: choose another name, or resume that run.")
    _start(workspace, name, ["--name", name, *arguments_of(params), *_reading(reading_id)])
    return name


def resume_training(workspace: Workspace, name: str) -> None:
    """Go on with a run that was stopped, killed, or failed, as a process of its own.

    Raises GlitchAuditError where there is no such run, it is done, or another one is training.
    """
    run = load_run(run_folder(workspace, name))
    if run.state == "done":
        raise GlitchAuditError(f"The run {name} is done: there is nothing to resume.")
    _start(workspace, name, ["--resume", name])


def training_status(workspace: Workspace) -> JobStatus:
    """Return the state of the workspace's training process; its ``subject`` is the run."""
    return job_status(workspace, TRAINING)


def stop_training(workspace: Workspace) -> None:
    """Ask the training to end after the present step; it can be resumed."""
    stop_job(workspace, TRAINING)


def forget_outcome(workspace: Workspace) -> None:
    """Forget how the last training ended; the runs stay."""
    clear_job(workspace, TRAINING)


def command_line(
    workspace: Workspace, params: TrainParams, name: str, *, reading: str = BROUGHT, author: str = ""
) -> str:
    """Return the command that does the same in a terminal, ``author`` being whose proposals a reading counts."""
    more = ["--name", name] if name else []
    more += [] if reading == BROUGHT else ["--labels", reading]
    more += ["--author", author] if reading == MINE else []
    return shlex.join(["python", "-m", "core", "train", str(workspace.source), *more, *arguments_of(params)])


def outcome(run: Run) -> str:
    """Return the best epoch of a run in words, such as "validation accuracy 93.1% in epoch 12 of 20"."""
    accuracy = best_accuracy(run, read_curves(run))
    if accuracy is None:
        return "no epoch was finished"
    return f"validation accuracy {accuracy:.1%} in epoch {run.best_epoch} of {run.epochs_done}"


def best_accuracy(run: Run, curves: pd.DataFrame) -> float | None:
    """Return the validation accuracy of the weights that are kept; None before the first epoch."""
    found = curves.loc[curves["epoch"] == run.best_epoch, "validation_accuracy"]
    return float(found.iloc[-1]) if len(found) else None


def runs_table(runs: Sequence[Run]) -> pd.DataFrame:
    """Return the runs for a list, index ``name``.

    Among the columns: ``epochs`` ("12 of 30"), ``accuracy`` (the best epoch's on validation, NaN before the first),
    ``hours``, ``started`` (UTC).
    """
    rows = [
        {
            "name": run.name,
            "state": run.state,
            "architecture": run.params.architecture,
            "weights": run.params.weights,
            "tune": run.params.tune,
            "unit": run.params.unit,
            "epochs": f"{run.epochs_done} of {run.params.epochs}",
            "accuracy": best_accuracy(run, read_curves(run)),
            "hours": run.seconds / 3600,
            "device": run.device,
            "started": run.started,
            "split_by": run.params.split_by,
            "shipped": run.shipped,
        }
        for run in runs
    ]
    table = pd.DataFrame(rows, columns=list(_COLUMNS)).set_index("name")
    started = pd.to_datetime(table["started"], utc=True, errors="coerce", format="ISO8601")
    return table.assign(started=started, accuracy=table["accuracy"].astype(float))


_COLUMNS = (
    *("name", "state", "architecture", "weights", "tune", "unit", "epochs", "accuracy", "hours", "device", "started"),
    *("split_by", "shipped"),
)


def _reading(reading_id: str) -> list[str]:
    return ["--reading", reading_id] if reading_id else []


def _start(workspace: Workspace, name: str, arguments: list[str]) -> None:
    command = ["train", str(workspace.source), *arguments, "--quiet"]
    if not start_job(workspace, command, TRAINING, subject=name):
        subject = training_status(workspace).subject
        raise GlitchAuditError(f"The run {subject} is training here: stop it first, or wait until it is done.")


def _epoch_seconds_before(dataset: Dataset, params: TrainParams, runs: Sequence[Run]) -> float | None:
    def alike(run: Run) -> bool:
        other = run.params
        names = ("architecture", "tune", "unit", "views", "size", "colours")
        same = all(getattr(other, name) == getattr(params, name) for name in names)
        return same and run.dataset_fingerprint == dataset.fingerprint and not run.shipped

    for run in filter(alike, runs):
        curves = read_curves(run)
        if len(curves):
            return float(curves["seconds"].mean())
    return None
