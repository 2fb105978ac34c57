"""Opens the folder of a training, and shows signs of life while it is worked in. Needs no torch."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.classify.params import TrainParams, params_to_json
from core.classify.training.labels import TrainingLabels, save_labels
from core.classify.training.runs import (
    BEAT_FILE,
    CHECKPOINT_FOLDER,
    CURVES_FILE,
    EVALUATION_FOLDER,
    EVENTS_FOLDER,
    LABELS_FILE,
    PREDICTIONS_FILE,
    REFERENCE_FILE,
    RUN_FILE,
    SPLIT_FILE,
    WEIGHTS_FILE,
    Run,
    load_run,
)
from core.dataset.model import Dataset
from core.errors import GlitchAuditError
from core.heartbeat import Heartbeat
from core.workspace import make_folder

_BEAT_SECONDS = 2.0


def open_run(
    dataset: Dataset, params: TrainParams, folder: Path, *, resume: bool, labels: TrainingLabels | None = None
) -> Run:
    """Return the run that is there, or a new one in a folder made where missing; without ``resume`` the old one goes.

    ``labels``, where they are not those that were brought, are written beside a new run. Raises GlitchAuditError where
    the run is of other parameters, data or labels, or is being trained at this moment.
    """
    read = "" if labels is None else labels.fingerprint
    make_folder(folder)
    if (folder / RUN_FILE).exists():
        there = load_run(folder)
        if there.state == "running":
            raise GlitchAuditError(
                f"The run {folder.name} is being trained by another process: wait, or stop that one."
            )
        if resume:
            same = identity(there.params) == identity(params)
            if not same or there.dataset_fingerprint != dataset.fingerprint or there.labels_fingerprint != read:
                what = "with other parameters" if not same else "on other data"
                if same and there.dataset_fingerprint == dataset.fingerprint:
                    what = "with another reading of the labels"
                raise GlitchAuditError(
                    f"The run {folder.name} was started {what}: give the new one another name, or start it without "
                    "resuming, which throws the old one away."
                )
            return there
        _clear(folder)
    if labels is not None:
        save_labels(labels, folder)
    started = datetime.now(UTC).isoformat(timespec="seconds")
    return Run(
        folder=folder,
        name=folder.name,
        params=params,
        labels=dataset.labels,
        state="stopped",
        started=started,
        dataset_fingerprint=dataset.fingerprint,
        **({} if labels is None else labels.about(dataset)),
    )


def _clear(folder: Path) -> None:
    for name in (CHECKPOINT_FOLDER, EVENTS_FOLDER, EVALUATION_FOLDER):
        shutil.rmtree(folder / name, ignore_errors=True)
    for name in (RUN_FILE, SPLIT_FILE, CURVES_FILE, WEIGHTS_FILE, PREDICTIONS_FILE, REFERENCE_FILE, LABELS_FILE):
        (folder / name).unlink(missing_ok=True)


def identity(params: TrainParams) -> dict[str, Any]:
    """What must be the same to resume: all but the device, the gap where nothing is split in time, and gray."""
    # Without them, runs from before there were gaps, or colours, keep their fingerprints, and their checkpoints.
    without = {"device"}
    without |= set() if params.split_by == "time" else {"gap_days"}
    without |= {"colours"} if params.colours == "gray" else set()
    return {name: value for name, value in params_to_json(params).items() if name not in without}


@contextmanager
def beating(folder: Path) -> Iterator[None]:
    """Give signs of life while the body runs, so that pages know a killed training from a slow one."""
    path = folder / BEAT_FILE
    path.touch()

    def touch() -> None:
        with suppress(OSError):
            path.touch()

    try:
        with Heartbeat(touch, seconds=_BEAT_SECONDS):
            yield
    finally:
        path.unlink(missing_ok=True)
