"""``python -m core train``: train a classifier on a data set, and print its progress."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.classify.params import SPLITS, TrainParams, params_from_json
from core.classify.training.labels import TrainingLabels, load_labels
from core.classify.training.runs import RUN_FILE, Run, list_runs, load_run, new_run_name, run_folder
from core.commands.readings import add_labels, reading_asked
from core.dataset import Dataset
from core.errors import Cancelled, GlitchAuditError
from core.jobs.job import TRAINING, JobReporter
from core.jobs.training import workspace_unit
from core.jobs.training_arguments import add_train_arguments, params_from_arguments
from core.packages import TRAINING_NEEDS, missing_packages
from core.pipeline.labels_to_train import labels_to_train
from core.pipeline.reading import READINGS
from core.pipeline.snapshot import read_dataset
from core.workspace import Workspace, read_json, workspace_for

_GRACE_SECONDS = 60.0
"""A step of a large network takes seconds on a CPU, and the checkpoint is written after it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``train``."""
    add_train_arguments(parser)
    add_labels(parser)


def run(options: argparse.Namespace) -> None:
    """Train as the options say, and print the progress.

    Raises:
        GlitchAuditError: the data set or the parameters cannot be trained with, or another run is training here.
        Cancelled: stopped by the user; the run can be resumed.
    """
    workspace = workspace_for(options.source)
    params, name = _asked_for(workspace, options)
    say: Callable[[str], None] = (lambda text: None) if options.quiet else (lambda text: print(text, flush=True))
    with JobReporter(workspace, TRAINING, subject=name, grace_seconds=_GRACE_SECONDS) as job:
        dataset = read_dataset(workspace)
        labels = _labels(workspace, dataset, options)
        say(f"{dataset.name}: {len(dataset.samples):,} samples; run {name}: {params.architecture}, {params.weights}")
        say(f"It learns from {labels_sentence(labels, dataset)}")
        missing = missing_packages(TRAINING_NEEDS)
        if missing:
            raise GlitchAuditError(
                f"Training needs {', '.join(missing)}: install them with pip install -r requirements.txt"
            )
        run = _train(dataset, params, run_folder(workspace, name), labels=labels, say=say, job=job)
        if run.state == "stopped":
            raise Cancelled(f"Stopped after {run.epochs_done} epochs; resume it to go on from there.")
        job.done(run.message)
    say(run.message)
    say(f"It lies in {run.folder}")


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


def _labels(workspace: Workspace, dataset: Dataset, options: argparse.Namespace) -> TrainingLabels | None:
    if options.resume:
        # A run goes on with the labels that it began with, whatever was decided since.
        return load_labels(load_run(run_folder(workspace, options.resume)))
    return labels_to_train(dataset, reading_asked(workspace, options, dataset.samples))


def labels_sentence(labels: TrainingLabels | None, dataset: Dataset) -> str:
    """Return which labels a run learns from, in words."""
    if labels is None:
        return "the labels as they were brought."
    differ = labels.about(dataset)["relabelled"]
    return f"the labels {READINGS[labels.reading]}: {differ:,} differ from those that were brought."


def _train(
    dataset: Dataset,
    params: TrainParams,
    folder: Path,
    *,
    labels: TrainingLabels | None,
    say: Callable[[str], None],
    job: JobReporter,
) -> Run:
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
        dataset,
        params,
        folder,
        labels=labels,
        on_start=on_start,
        on_epoch=on_epoch,
        report=job.report,
        stop=job.stop_asked,
    )
