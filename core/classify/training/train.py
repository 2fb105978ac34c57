"""Trains one classifier from a data set into a run folder; a later call resumes it; imports torch."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch

from core.classify.network.architectures import Classifying, build_network, count_parameters
from core.classify.network.devices import choose_device, device_words
from core.classify.network.pretrained import load_first_weights
from core.classify.params import TrainParams, check_params, params_to_json, with_colours, with_views
from core.classify.training.batches import WEIGHTS, derived_seed, rows_of
from core.classify.training.checkpoints import Clock
from core.classify.training.labels import TrainingLabels
from core.classify.training.loop import Loop, Watchers
from core.classify.training.network_answers import network_answers, read_weights, write_predictions, write_reference
from core.classify.training.picture_array import PictureArray, picture_array
from core.classify.training.run_folder import beating, identity, open_run
from core.classify.training.runs import SPLIT_FILE, Run, save_run, split_counts
from core.classify.training.splits import Split, make_split
from core.dataset.model import Dataset
from core.errors import Cancelled, GlitchAuditError
from core.files import whole_file
from core.fingerprint import fingerprint
from core.progress import ProgressMeter, ShowProgress

VERSION = 1

PICTURES_FOLDER = ".pictures"
"""Beside the runs: the decoded pictures that they share."""


def train_run(
    dataset: Dataset,
    params: TrainParams,
    folder: Path,
    *,
    resume: bool = True,
    labels: TrainingLabels | None = None,
    on_start: Callable[[Run], None] = lambda run: None,
    on_epoch: Callable[[dict[str, Any]], None] | None = None,
    report: ShowProgress = lambda progress: None,
    stop: Callable[[], bool] = lambda: False,
) -> Run:
    """Train a classifier, answer for the held-out samples with its best weights, and return the run, done or stopped.

    Args:
        params: ``views`` may be () for all, and ``colours`` "auto".
        folder: the run's, made where missing; it is kept up to date at every epoch.
        resume: go on with what is there; else it is thrown away.
        labels: the reading of the labels to learn from and to be judged by; None for the labels as they were brought.
        on_start: told the run before its first step: its counts and, where split by picture, what that inflates.
        on_epoch: told each new row of the curves.
        report: told how far it is, with rate (glitches or pictures a second) and time left at most; may raise
            ``Cancelled``, which is passed on once the checkpoint is written.
        stop: asked between batches; True ends the call with a checkpoint.

    Raises:
        GlitchAuditError: parameters or data that cannot be trained, weights that cannot be had, a leak, a folder of
            another training or that another process trains in, too little memory or disk; the run is then "failed".
    """
    check_params(params)
    params = with_colours(with_views(params, dataset.views), ordinary=dataset.kind.in_colour)
    device = choose_device(params.device)
    run = open_run(dataset, params, Path(folder), resume=resume, labels=labels)
    if run.state == "done":
        return run
    run = replace(run, state="running", message="", device=device_words(device))
    with beating(run.folder):
        save_run(run)
        training = _Training(dataset, run, device, on_start, on_epoch, report, stop, labels=labels)
        try:
            training.go()
        except Cancelled as asked:
            training.finish("stopped", f"Stopped in epoch {training.run.epochs_done + 1}: resume it at any time.")
            if not isinstance(asked, _StopAsked):
                raise
        except KeyboardInterrupt:
            training.finish("stopped", "Interrupted: resume it at any time; the last checkpoint is taken up.")
            raise
        except Exception as error:
            told = _in_words(error, params)
            training.finish("failed", str(told) if isinstance(told, GlitchAuditError) else _unforeseen(told))
            if told is error:
                raise
            raise told from error
    return training.run


class _StopAsked(Cancelled):
    """``stop`` said so, and the caller wants the run and no exception."""


class _Training:
    """One call of :func:`train_run`: what its stages share."""

    def __init__(
        self,
        dataset: Dataset,
        run: Run,
        device: torch.device,
        on_start: Callable[[Run], None],
        on_epoch: Callable[[dict[str, Any]], None] | None,
        report: ShowProgress,
        stop: Callable[[], bool],
        *,
        labels: TrainingLabels | None,
    ) -> None:
        self.dataset, self.run, self.device, self.labels = dataset, run, device, labels
        self._on_start, self._on_epoch, self._report, self._stop = on_start, on_epoch, report, stop
        self._notes: list[str] = []

    def go(self) -> None:
        params = self.run.params
        if params.weights == "imagenet":
            # Weights that cannot be had should not cost the reading of all pictures first.
            _first_network(params, self.dataset.labels)
        pictures = self._pictures()
        split = make_split(self.dataset, params, readable=pictures.readable, labels=self.labels)
        labels = tuple(sorted(split.rows["label"].unique()))
        network = _first_network(params, labels)
        self._note(split, pictures, labels, network)
        network = network.to(self.device, memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch types no such overload

        def part(*names: str) -> Any:
            chosen = split.rows[split.rows["split"].isin(names)]
            return chosen, rows_of(chosen, self.dataset, params, pictures, labels)

        loop = Loop(
            network,
            params,
            train=part("train")[1],
            validation=part("validation")[1],
            labels=len(labels),
            folder=self.run.folder,
            fingerprint=self.run.fingerprint,
            about=_about(self.run),
        )
        self._train(loop)
        read_weights(network, self.run.folder)
        learnt, held_out = part("train"), part("validation", "test")
        self._answer(network, learnt, held_out)
        self.finish("done", self._summary(loop.clock))

    def finish(self, state: str, message: str) -> None:
        """Say how the call ended."""
        self.run = replace(self.run, state=state, message=" ".join([message, *self._notes]))
        save_run(self.run)

    def _pictures(self) -> PictureArray:
        tell = self._teller("Reading pictures")
        folder = self.run.folder.parent / PICTURES_FOLDER
        size, colours = self.run.params.size, self.run.params.colours == "colour"
        pictures = picture_array(self.dataset, size, folder, colours=colours, on_progress=tell)
        if pictures.problems:
            first = pictures.problems[0]
            self._notes.append(
                f"Pictures left out as unreadable: {len(pictures.problems)}; the first: {first.where}: {first.reason}."
            )
        return pictures

    def _note(self, split: Split, pictures: PictureArray, labels: tuple[str, ...], network: Classifying) -> None:
        """Write down what is trained on what, before it begins."""
        params = self.run.params
        if params.weights == "scratch" and params.tune != "whole":
            self._notes.append("The trunk's weights are random and not all of them learn: a baseline, no classifier.")
        _write_split(split.rows, self.run.folder / SPLIT_FILE)
        self.run = replace(
            self.run,
            labels=labels,
            leak=split.leak,
            split_note=split.note,
            splits_honoured=split.honoured,
            counts=split_counts(split.rows, _picture_counts(split.rows, self.dataset, params, pictures)),
            parameters=count_parameters(network),
            fingerprint=fingerprint(
                *("training", VERSION, identity(params), self.dataset.fingerprint, split.fingerprint, _digest(network)),
                *([self.run.labels_fingerprint] if self.run.labels_fingerprint else []),
            ),
        )
        save_run(self.run)
        self._on_start(self.run)

    def _train(self, loop: Loop) -> None:
        params, count = self.run.params, len(loop.train)
        meter = ProgressMeter("Training")

        def on_batch(clock: Clock) -> None:
            meter.stage = f"Training, epoch {clock.epoch} of at most {params.epochs}"
            self._report(meter.at((clock.epoch - 1) * count + clock.rows, params.epochs * count))
            if self._stop():
                raise _StopAsked("Stopped.")

        def on_epoch(row: dict[str, Any], clock: Clock) -> None:
            self.run = _at(self.run, clock)
            save_run(self.run)
            if self._on_epoch is not None:
                self._on_epoch(dict(row))

        self.run = _at(self.run, loop.clock)
        try:
            loop.run(Watchers(on_batch, on_epoch))
        finally:
            self.run = _at(self.run, loop.clock)

    def _answer(self, network: Classifying, learnt: Any, held_out: Any) -> None:
        """Scores of validation and test, features of train and validation: with the best weights, in float32."""
        tell = self._teller("Answering for held-out samples")
        (learnt_split, learnt_rows), (held_split, held_rows) = learnt, held_out
        total, batch = len(learnt_rows) + len(held_rows), self.run.params.batch
        tell(0, total)
        scores, features = network_answers(network, held_rows, batch=batch, on_batch=lambda done: tell(done, total))
        before = len(held_rows)
        _, known = network_answers(network, learnt_rows, batch=batch, on_batch=lambda done: tell(before + done, total))
        validation = (held_split["split"] == "validation").to_numpy()
        write_reference(
            pd.concat([learnt_split, held_split[validation]]),
            np.concatenate([known, features[validation]]),
            self.run.folder,
        )
        write_predictions(held_split, scores, self.run.labels, self.run.folder)

    def _teller(self, stage: str) -> Callable[[int, int], None]:
        meter = ProgressMeter(stage)

        def tell(done: int, total: int) -> None:
            self._report(meter.at(done, total))
            if self._stop():
                raise _StopAsked("Stopped.")

        return tell

    def _summary(self, clock: Clock) -> str:
        best = clock.curves[clock.best_epoch - 1]
        early = (
            " It ended early, for the validation loss fell no more."
            if len(clock.curves) < self.run.params.epochs
            else ""
        )
        return (
            f"Epochs trained: {len(clock.curves)}; the weights are those of epoch {clock.best_epoch} (validation loss "
            f"{best['validation_loss']:.3f}, accuracy {best['validation_accuracy']:.1%}).{early}"
        )


def _first_network(params: TrainParams, labels: tuple[str, ...]) -> Classifying:
    with torch.random.fork_rng([]):
        torch.manual_seed(derived_seed(params.seed, WEIGHTS))
        network = build_network(params, labels)
        load_first_weights(network, params)
    return network


def _digest(network: Classifying) -> str:
    digest = hashlib.sha256()
    for name, value in network.state_dict().items():
        digest.update(name.encode())
        digest.update(value.contiguous().numpy().tobytes())
    return digest.hexdigest()


def _about(run: Run) -> dict[str, str]:
    return {
        "params": json.dumps(params_to_json(run.params)),
        "labels": json.dumps(run.labels, ensure_ascii=False),
        "run": run.fingerprint,
        "dataset": run.dataset_fingerprint,
        "torch": torch.__version__,
    }


def _at(run: Run, clock: Clock) -> Run:
    return replace(run, epochs_done=clock.epoch - 1, best_epoch=clock.best_epoch, seconds=round(clock.seconds, 1))


def _picture_counts(
    rows: pd.DataFrame, dataset: Dataset, params: TrainParams, pictures: PictureArray
) -> dict[str, int]:
    if params.unit == "picture":
        return {name: int(count) for name, count in rows["split"].value_counts().items()}
    there = dataset.pictures[pictures.readable & dataset.pictures["view"].isin(params.views).to_numpy()]
    split_of = rows.set_index("sample_id")["split"]
    return {name: int(count) for name, count in there["sample_id"].map(split_of).value_counts().items()}


def _write_split(rows: pd.DataFrame, path: Path) -> None:
    with whole_file(path) as temporary:
        rows.to_parquet(temporary, index=False)


def _unforeseen(error: Exception) -> str:
    return f"The training failed with {type(error).__name__}: {error}. The last checkpoint is kept."


def _in_words(error: Exception, params: TrainParams) -> Exception:
    """The error as a sentence where the user can mend it."""
    text = str(error)
    if isinstance(error, torch.OutOfMemoryError | MemoryError) or "not enough memory" in text:
        return GlitchAuditError(
            f"There is too little memory for batches of {params.batch} at {params.size[0]} x {params.size[1]} pixels: "
            "choose a smaller batch, smaller pictures, or a smaller architecture."
        )
    if isinstance(error, OSError):
        return GlitchAuditError(f"The training could not write its files ({error}): free some space, and resume.")
    return error
