"""A finished run made up from a data set's labels, for the tests of the pages that show one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from core.classify.evaluation.evaluate import evaluate_run
from core.classify.params import TrainParams
from core.classify.training.runs import PREDICTIONS_FILE, Run, load_run, runs_folder, save_run
from core.dataset import Dataset
from core.workspace import Workspace


def fake_run(
    workspace: Workspace,
    dataset: Dataset,
    *,
    name: str = "small-scratch-1",
    seed: int = 0,
    wrong: float = 0.15,
    started: str = "2026-11-20T10:00:00+00:00",
    dataset_fingerprint: str | None = None,
    evaluated: bool = True,
    bootstrap: int = 40,
) -> Run:
    """A run in the workspace that answers every second sample of the data set, half of them in each split.

    Args:
        workspace: an opened one.
        dataset: its data set.
        name: the run's.
        seed: of the answers.
        wrong: share of the samples that are named as the label that follows theirs.
        started: when.
        dataset_fingerprint: the data set's by default.
        evaluated: whether the answers are evaluated too.
        bootstrap: draws behind the intervals.
    """
    folder = runs_folder(workspace) / name
    folder.mkdir(parents=True)
    labels = dataset.labels
    run = Run(
        folder=folder,
        name=name,
        params=TrainParams(architecture="small", views=dataset.views),
        labels=labels,
        state="done",
        epochs_done=3,
        best_epoch=2,
        seconds=1200.0,
        started=started,
        device="cpu (2 threads)",
        dataset_fingerprint=dataset.fingerprint if dataset_fingerprint is None else dataset_fingerprint,
        counts={"samples": {"train": len(dataset.samples) // 2}},
        fingerprint=f"fake{seed:04d}",
        parameters=12345,
    )
    save_run(run)
    _predictions(dataset, labels, seed=seed, wrong=wrong).to_parquet(folder / PREDICTIONS_FILE)
    run = load_run(Path(folder))
    if evaluated:
        evaluate_run(run, bootstrap=bootstrap)
    return run


def _predictions(dataset: Dataset, labels: tuple[str, ...], *, seed: int, wrong: float) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    held = dataset.samples.iloc[::2]
    truth = pd.Index(labels).get_indexer(held["label"])
    named = np.where(rng.random(len(held)) < wrong, (truth + 1) % len(labels), truth)
    scores = rng.normal(0, 1, (len(held), len(labels)))
    scores[np.arange(len(held)), named] += 6
    return pd.DataFrame(
        {
            "sample_id": held.index.to_numpy(dtype=object),
            "view": "",
            "glitch": held.index.to_numpy(dtype=object),
            "split": np.where(np.arange(len(held)) % 2, "validation", "test"),
            "label": held["label"].to_numpy(dtype=object),
            **{f"score:{label}": scores[:, place].astype(np.float32) for place, label in enumerate(labels)},
        }
    )
