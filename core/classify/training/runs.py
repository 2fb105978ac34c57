"""The folders of trainings: reading, listing, removing and restoring them; needs no torch."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from core.classify.params import TrainParams, params_from_json, params_to_json
from core.errors import GlitchAuditError
from core.workspace import Workspace, make_folder, read_json, write_json

VERSION = 1

RUN_FILE = "run.json"
CURVES_FILE = "curves.csv"
SPLIT_FILE = "split.parquet"
PREDICTIONS_FILE = "predictions.parquet"
REFERENCE_FILE = "reference.safetensors"
LABELS_FILE = "labels.parquet"
WEIGHTS_FILE = "weights.safetensors"
CHECKPOINT_FOLDER = "checkpoint"
EVENTS_FOLDER = "events"
EVALUATION_FOLDER = "evaluation"
BEAT_FILE = "beat"
REMOVED_FOLDER = ".removed"

CURVE_COLUMNS = (
    "epoch",
    "train_loss",
    "train_accuracy",
    "validation_loss",
    "validation_accuracy",
    "learning_rate",
    "seconds",
)
STATES = ("running", "stopped", "done", "failed")
LOST_AFTER_SECONDS = 20.0
"""A running training gives a sign of life every 2 s; without one for so long its process is gone."""

_LOST = "The training ended without a word, perhaps for lack of memory or by a restart: resume it, nothing is lost."
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


@dataclass(frozen=True)
class Run:
    """One training.

    Attributes:
        folder, name: where it lies; the name is the folder's.
        params: what it was started with; ``views`` are named.
        labels: what it tells apart, in the order of its scores.
        state: "running", "stopped" (has a checkpoint, can be resumed), "done" or "failed".
        message: a sentence for the user: why it stopped or failed, or what to know about it.
        best_epoch: of the lowest validation loss, whose weights are kept; 0 before the first.
        seconds: spent training, over all calls.
        started: ISO time, UTC.
        device: what it ran on, for people.
        counts: by "samples", "glitches" and "pictures", how many in each split.
        fingerprint: of parameters, data set, split and initial weights.
        shipped: whether it came with the project and cannot be removed.
        splits_honoured: whether the data set's own split was used.
        leak: the sentence that says what splitting by picture inflates, or "".
        split_note: what is to be said of a split in time, or "".
        parameters: numbers in the network.
        reading: the reading of the labels that it learnt from, such as "now"; "brought" for those that were brought.
        labels_fingerprint: of those labels (:class:`core.classify.training.labels.TrainingLabels`); "" for brought.
        read_at: ISO time, UTC, at which that reading was made; "" for brought.
        relabelled: samples whose label differs there from the one that was brought.
    """

    folder: Path
    name: str
    params: TrainParams
    labels: tuple[str, ...]
    state: str
    message: str = ""
    epochs_done: int = 0
    best_epoch: int = 0
    seconds: float = 0.0
    started: str = ""
    device: str = ""
    dataset_fingerprint: str = ""
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    fingerprint: str = ""
    shipped: bool = False
    splits_honoured: bool = False
    leak: str = ""
    split_note: str = ""
    parameters: int = 0
    reading: str = "brought"
    labels_fingerprint: str = ""
    read_at: str = ""
    relabelled: int = 0


def runs_folder(workspace: Workspace) -> Path:
    """Where the workspace's own runs lie."""
    return workspace.root / "runs"


def run_folder(workspace: Workspace, name: str) -> Path:
    """Return the folder of run ``name``, which need not exist; raises GlitchAuditError for an impossible name."""
    if not _NAME.fullmatch(name):
        raise GlitchAuditError(
            f"A run cannot be named {name!r}: use letters, digits, dots, dashes and underscores, at most 80, beginning "
            "with a letter or digit."
        )
    return runs_folder(workspace) / name


def new_run_name(workspace: Workspace, params: TrainParams) -> str:
    """A name that no run has yet, such as ``resnet18-scratch-2``."""
    start = "own" if params.weights == "glitch" else params.weights
    how = {"picture": "-by-picture", "time": "-in-time"}.get(params.split_by, "")
    base = f"{params.architecture}-{start}{how}"
    folder = runs_folder(workspace)
    taken = {path.name for place in (folder, folder / REMOVED_FOLDER) if place.is_dir() for path in place.iterdir()}
    number = 1
    while f"{base}-{number}" in taken:
        number += 1
    return f"{base}-{number}"


def list_runs(workspace: Workspace) -> tuple[Run, ...]:
    """Return the workspace's readable runs, newest first, and after them those that came with the project."""
    own = _runs_in(runs_folder(workspace))
    shipped = _runs_in(workspace.shipped / "runs") if workspace.shipped is not None else []
    return (*own, *(replace(run, shipped=True) for run in shipped))


def _runs_in(folder: Path) -> list[Run]:
    found = []
    for path in folder.glob(f"*/{RUN_FILE}"):
        if path.parent.name.startswith("."):
            continue
        try:
            found.append(load_run(path.parent))
        except GlitchAuditError:
            continue
    return sorted(found, key=lambda run: (run.started, run.name), reverse=True)


def load_run(folder: Path) -> Run:
    """Return the run in ``folder``, "stopped" if its process is lost; raises GlitchAuditError if none is readable."""
    folder = Path(folder)
    content = read_json(folder / RUN_FILE)
    if not isinstance(content, dict):
        raise GlitchAuditError(f"{folder} holds no training: {RUN_FILE} is missing or damaged; choose another run.")
    try:
        facts = {name: value for name, value in content.items() if name != "version"}
        facts |= {"params": params_from_json(content["params"]), "labels": tuple(content["labels"])}
        run = Run(folder=folder, name=folder.name, **facts)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise GlitchAuditError(
            f"The training in {folder} cannot be read ({error}): it was written by another version; train it again."
        ) from error
    if run.state == "running" and not _alive(folder):
        return replace(run, state="stopped", message=_LOST)
    return run


def save_run(run: Run) -> None:
    """Write ``run.json`` in one step; raises GlitchAuditError where the folder cannot be written."""
    facts = {name: value for name, value in vars(run).items() if name not in ("folder", "name", "shipped")}
    facts |= {"version": VERSION, "params": params_to_json(run.params), "labels": list(run.labels)}
    write_json(run.folder / RUN_FILE, facts)


def _alive(folder: Path) -> bool:
    try:
        # A beat in the future is that of a wrong clock.
        return abs(time.time() - (folder / BEAT_FILE).stat().st_mtime) < LOST_AFTER_SECONDS
    except OSError:
        return False


def read_curves(run: Run) -> pd.DataFrame:
    """Return one row a finished epoch, columns :data:`CURVE_COLUMNS`; empty before the first.

    Losses are mean cross-entropies, accuracies shares; training's come with augmentation, dropout and moving weights.
    """
    try:
        curves = pd.read_csv(run.folder / CURVES_FILE)
    except (OSError, ValueError):
        return pd.DataFrame(columns=list(CURVE_COLUMNS), dtype=float)
    return curves.reindex(columns=list(CURVE_COLUMNS))


def read_predictions(run: Run) -> pd.DataFrame:
    """Return the best weights' answers on validation and test.

    Columns ``sample_id``, ``view`` ("" where views are merged), ``glitch``, ``split``, ``label``, and ``score:L``,
    float32, for each label L. Raises GlitchAuditError where the run has not finished, or the file is damaged.
    """
    try:
        return pd.read_parquet(run.folder / PREDICTIONS_FILE)
    except (OSError, ValueError) as error:
        raise GlitchAuditError(
            f"The training {run.name} has no answers on held-out samples yet: let it finish, or resume it."
        ) from error


def read_split(run: Run) -> pd.DataFrame:
    """Return ``sample_id``, ``view`` ("" where views are merged), ``glitch``, ``label``, ``split`` of each row.

    Raises GlitchAuditError where the file is missing or damaged.
    """
    try:
        return pd.read_parquet(run.folder / SPLIT_FILE)
    except (OSError, ValueError) as error:
        raise GlitchAuditError(f"The training {run.name} has no split yet: start it again.") from error


def remove_run(workspace: Workspace, name: str) -> None:
    """Put a run aside, so that :func:`restore_run` can bring it back; an older removed run of that name is forgotten.

    Raises GlitchAuditError where there is none of that name, it is still training, or it came with the project.
    """
    folder = run_folder(workspace, name)
    if not (folder / RUN_FILE).exists():
        if any(run.name == name and run.shipped for run in list_runs(workspace)):
            raise GlitchAuditError(f"The run {name} came with the project and cannot be removed.")
        raise GlitchAuditError(f"There is no run {name} to remove: reload the page.")
    if (content := read_json(folder / RUN_FILE)) and content.get("state") == "running" and _alive(folder):
        raise GlitchAuditError(f"The run {name} is still training: stop it first.")
    aside = runs_folder(workspace) / REMOVED_FOLDER / name
    _move(folder, aside)


def restore_run(workspace: Workspace, name: str) -> None:
    """Bring a removed run back; raises GlitchAuditError where none was removed, or a new one has taken its place."""
    folder = run_folder(workspace, name)
    aside = runs_folder(workspace) / REMOVED_FOLDER / name
    if not (aside / RUN_FILE).exists():
        raise GlitchAuditError(f"No run {name} was removed: there is nothing to bring back.")
    if folder.exists():
        raise GlitchAuditError(f"There is a new run {name} by now: remove or rename that one first.")
    _move(aside, folder)


def removed_runs(workspace: Workspace) -> tuple[str, ...]:
    """Names of the runs that can be brought back, sorted."""
    return tuple(sorted(path.parent.name for path in (runs_folder(workspace) / REMOVED_FOLDER).glob(f"*/{RUN_FILE}")))


def _move(source: Path, target: Path) -> None:
    make_folder(target.parent)
    try:
        if target.exists():
            shutil.rmtree(target)
        source.rename(target)
    except OSError as error:
        raise GlitchAuditError(
            f"{source} cannot be moved to {target} ({error.strerror or error}): close what uses it, and try again."
        ) from error


def split_counts(split: pd.DataFrame, pictures: Mapping[str, int]) -> dict[str, dict[str, Any]]:
    """How many samples, glitches and pictures stand in each split of a frame as :func:`read_split` gives it."""
    by_split = split.groupby("split", sort=False)
    return {
        "samples": {name: int(count) for name, count in by_split["sample_id"].nunique().items()},
        "glitches": {name: int(count) for name, count in by_split["glitch"].nunique().items()},
        "pictures": dict(pictures),
    }
