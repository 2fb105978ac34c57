"""A workspace's trainings: planned, started in a process of their own, watched, stopped and taken up again."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from core.classify.params import SPLITS, TrainParams, check_params, params_from_json, with_views
from core.classify.training.runs import RUN_FILE, Run, list_runs, load_run, new_run_name, read_curves, run_folder
from core.classify.training.splits import make_split
from core.dataset import Dataset
from core.errors import Cancelled, GlitchAuditError
from core.jobs.job import TRAINING, JobReporter, JobStatus, clear_job, job_status, start_job, stop_job
from core.jobs.training_arguments import add_train_arguments, arguments_of, params_from_arguments
from core.packages import TRAINING_NEEDS, missing_packages
from core.pipeline.settings import load_settings
from core.pipeline.snapshot import read_dataset
from core.workspace import Workspace, read_json, workspace_for

__all__ = [
    "Plan",
    "add_train_arguments",
    "best_accuracy",
    "command_line",
    "forget_outcome",
    "outcome",
    "plan_training",
    "resume_training",
    "run_train",
    "runs_table",
    "start_training",
    "stop_training",
    "training_status",
    "workspace_unit",
]

_GRACE_SECONDS = 60.0
"""A step of a large network takes seconds on a CPU, and the checkpoint is written after it."""


@dataclass(frozen=True)
class Plan:
    """What a training would learn from, before it is started.

    Attributes:
        counts: index ``split`` (train, validation, test), columns ``samples``, ``pictures``.
        labels: how many the classifier would tell apart.
        honoured: whether the data set's own split is used.
        epoch_seconds: how long an epoch took in the newest run alike (same data set, architecture, part that learns,
            unit, views and size); None where there was none.
    """

    counts: pd.DataFrame
    labels: int
    honoured: bool
    epoch_seconds: float | None


def workspace_unit(workspace: Workspace) -> str:
    """The unit of a training that suits the workspace: "picture" where its map counts pictures, else "sample"."""
    return "picture" if load_settings(workspace).embed.unit == "picture" else "sample"


def plan_training(dataset: Dataset, params: TrainParams, runs: Sequence[Run] = ()) -> Plan:
    """What a training with these parameters would learn from.

    Raises:
        GlitchAuditError: the parameters or the data set cannot be trained with.
    """
    check_params(params)
    params = with_views(params, dataset.views)
    split = make_split(dataset, params)
    rows, pictures = split.rows, dataset.pictures
    side = rows.drop_duplicates("sample_id").set_index("sample_id")["split"]
    shown = pictures.loc[pictures["view"].isin(params.views), "sample_id"].map(side)
    if params.unit == "picture":
        shown = rows["split"]
    counts = pd.DataFrame({"samples": rows.groupby("split")["sample_id"].nunique(), "pictures": shown.value_counts()})
    counts = counts.reindex(SPLITS, fill_value=0).fillna(0).astype(int)
    return Plan(counts, rows["label"].nunique(), split.honoured, _epoch_seconds_before(dataset, params, runs))


def start_training(workspace: Workspace, params: TrainParams, name: str = "") -> str:
    """Start a new run as a process of its own.

    Args:
        workspace: whose data set is learnt from.
        params: of the training.
        name: of the run; empty for one made from the parameters.

    Returns:
        The run's name.

    Raises:
        GlitchAuditError: a run of that name exists, another one is training, or the workspace cannot be written.
    """
    check_params(params)
    name = name.strip() or new_run_name(workspace, params)
    if run_folder(workspace, name).exists():
        raise GlitchAuditError(f"There is a run {name} already: choose another name, or resume that run.")
    _start(workspace, name, ["--name", name, *arguments_of(params)])
    return name


def resume_training(workspace: Workspace, name: str) -> None:
    """Go on with a run that was stopped, killed, or failed, as a process of its own.

    Raises:
        GlitchAuditError: there is no such run, it is done, or another one is training.
    """
    run = load_run(run_folder(workspace, name))
    if run.state == "done":
        raise GlitchAuditError(f"The run {name} is done: there is nothing to resume.")
    _start(workspace, name, ["--resume", name])


def training_status(workspace: Workspace) -> JobStatus:
    """The state of the workspace's training process; its ``subject`` is the run."""
    return job_status(workspace, TRAINING)


def stop_training(workspace: Workspace) -> None:
    """Ask the training to end after the present step; it can be resumed."""
    stop_job(workspace, TRAINING)


def forget_outcome(workspace: Workspace) -> None:
    """Forget how the last training ended; the runs stay."""
    clear_job(workspace, TRAINING)


def command_line(workspace: Workspace, params: TrainParams, name: str) -> str:
    """The command that does the same in a terminal."""
    named = ["--name", name] if name else []
    return shlex.join(["python", "-m", "core", "train", str(workspace.source), *named, *arguments_of(params)])


def run_train(options: argparse.Namespace) -> None:
    """``python -m core train``: train with the arguments of :func:`add_train_arguments`, and say how it goes.

    Raises:
        GlitchAuditError: the data set or the parameters cannot be trained with, or another run is training here.
        Cancelled: stopped by the user; the run can be resumed.
    """
    workspace = workspace_for(options.source)
    params, name = _asked_for(workspace, options)
    say = (lambda text: None) if options.quiet else (lambda text: print(text, flush=True))
    with JobReporter(workspace, TRAINING, subject=name, grace_seconds=_GRACE_SECONDS) as job:
        dataset = read_dataset(workspace)
        say(f"{dataset.name}: {len(dataset.samples):,} samples; run {name}: {params.architecture}, {params.weights}")
        missing = missing_packages(TRAINING_NEEDS)
        if missing:
            raise GlitchAuditError(
                f"Training needs {', '.join(missing)}: install them with pip install -r requirements.txt"
            )
        run = _train(dataset, params, run_folder(workspace, name), say=say, job=job)
        if run.state == "stopped":
            raise Cancelled(f"Stopped after {run.epochs_done} epochs; resume it to go on from there.")
        job.done(run.message)
    say(run.message)
    say(f"It lies in {run.folder}")


def outcome(run: Run) -> str:
    """The best epoch of a run in words, such as "validation accuracy 93.1% in epoch 12 of 20"."""
    accuracy = best_accuracy(run, read_curves(run))
    if accuracy is None:
        return "no epoch was finished"
    return f"validation accuracy {accuracy:.1%} in epoch {run.best_epoch} of {run.epochs_done}"


def best_accuracy(run: Run, curves: pd.DataFrame) -> float | None:
    """The validation accuracy of the weights that are kept; None before the first epoch."""
    found = curves.loc[curves["epoch"] == run.best_epoch, "validation_accuracy"]
    return float(found.iloc[-1]) if len(found) else None


def runs_table(runs: Sequence[Run]) -> pd.DataFrame:
    """The runs for a list, index ``name``.

    Columns: ``state``, ``architecture``, ``weights``, ``tune``, ``unit``, ``epochs`` ("12 of 30"), ``accuracy`` (the
    best epoch's on validation, NaN before the first), ``hours``, ``device``, ``started`` (UTC), ``split_by``,
    ``shipped``.
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


def _start(workspace: Workspace, name: str, arguments: list[str]) -> None:
    command = ["train", str(workspace.source), *arguments, "--quiet"]
    if not start_job(workspace, command, TRAINING, subject=name):
        subject = training_status(workspace).subject
        raise GlitchAuditError(f"The run {subject} is training here: stop it first, or wait until it is done.")


def _asked_for(workspace: Workspace, options: argparse.Namespace) -> tuple[TrainParams, str]:
    if options.resume:
        folder = run_folder(workspace, options.resume)
        content = read_json(folder / RUN_FILE)
        if not isinstance(content, dict) or "params" not in content:
            known = ", ".join(run.name for run in list_runs(workspace) if not run.shipped) or "none"
            raise GlitchAuditError(f"There is no run {options.resume} to resume; runs of this data set: {known}.")
        return params_from_json(content["params"]), options.resume
    params = params_from_arguments(options, unit=workspace_unit(workspace))
    return params, options.name or new_run_name(workspace, params)


def _train(dataset: Dataset, params: TrainParams, folder: Path, *, say: Callable[[str], None], job: JobReporter) -> Run:
    from core.classify.training.train import train_run

    def on_start(run: Run) -> None:
        counts = (run.counts or {}).get("samples", {})
        say(f"samples: {', '.join(f'{counts.get(split, 0):,} {split}' for split in SPLITS)}; on {run.device}")
        if run.leak:
            say(run.leak)

    def on_epoch(row: dict[str, Any]) -> None:
        say(
            f"epoch {int(row['epoch']):3d} of {params.epochs}: loss {row['train_loss']:.4f}, accuracy "
            f"{row['train_accuracy']:.3f}; validation {row['validation_loss']:.4f}, {row['validation_accuracy']:.3f}; "
            f"learning rate {row['learning_rate']:.2g}; {row['seconds']:.1f} s"
        )

    return train_run(
        dataset, params, folder, on_start=on_start, on_epoch=on_epoch, report=job.report, stop=job.stop_asked
    )


def _epoch_seconds_before(dataset: Dataset, params: TrainParams, runs: Sequence[Run]) -> float | None:
    def alike(run: Run) -> bool:
        other = run.params
        names = ("architecture", "tune", "unit", "views", "size")
        same = all(getattr(other, name) == getattr(params, name) for name in names)
        return same and run.dataset_fingerprint == dataset.fingerprint and not run.shipped

    for run in filter(alike, runs):
        curves = read_curves(run)
        if len(curves):
            return float(curves["seconds"].mean())
    return None
