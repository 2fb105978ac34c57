"""The corpora of benchmarks/suspects.py, whose labels are all right, and the errors planted in them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from core.audit.duplicates import near_duplicate_groups
from core.audit.model import AuditInput
from core.dataset.taxonomy import taxonomy_for
from core.pipeline.snapshot import read_dataset
from core.pipeline.stages import embed_only, load_prepared
from core.space.neighbours import NeighbourParams, find_neighbours
from core.workspace import DATA_FOLDER, HOME_VARIABLE, PROJECT_ROOT, demo_workspace, open_workspace, workspace_for

NAMES = ("demo", "simulated", "digits", "real")
KINDS = ("uniform", "look-alikes")
RATES = (0.02, 0.05, 0.10, 0.20)
REAL = PROJECT_ROOT.parent / "shared" / "real" / "training_set"

SIMULATED_SAMPLES, SIMULATED_SEED = 600, 7001
_NEIGHBOURS = 30

_DIGITS = ["06", "56", "68", "17", "14", "18", "23", "27", "38", "35", "58", "49", "47", "79", "59", "89"]
"""Digits that are commonly confused when written by hand."""


@dataclass(frozen=True)
class Corpus:
    """Samples with right labels: ``truth`` str (n,), and per label the labels that it is mistaken for."""

    name: str
    matrix: np.ndarray
    truth: np.ndarray
    mistaken_for: Mapping[str, tuple[str, ...]]
    groups: np.ndarray

    def case(self, labels: np.ndarray) -> AuditInput:
        """The corpus as an audit would see it, were these its labels."""
        return make_case(self.matrix, labels)


def load_corpus(name: str, cache: Path) -> Corpus:
    """One of :data:`NAMES`; what has to be drawn or embedded is kept in ``cache``."""
    os.environ[HOME_VARIABLE] = str(cache / "home")
    if name == "demo":
        matrix, truth = demo_with_truth()
    elif name == "digits":
        from sklearn.datasets import load_digits

        found = load_digits()
        matrix = found.data / np.linalg.norm(found.data, axis=1, keepdims=True)
        truth = found.target.astype(str)
    else:
        source = _simulated(cache) if name == "simulated" else REAL
        workspace = open_workspace(workspace_for(source))
        dataset = read_dataset(workspace)
        embedding = embed_only(workspace, report=lambda progress: None)
        matrix = embedding.matrix
        truth = dataset.samples["label"].loc[list(embedding.ids)].to_numpy(dtype=str)
    matrix = np.ascontiguousarray(matrix, np.float32)
    pairs = _digit_pairs() if name == "digits" else look_alikes(np.unique(truth))
    return Corpus(name, matrix, truth, pairs, near_duplicate_groups(make_case(matrix, truth)))


def plant(corpus: Corpus, kind: str, rate: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Labels str (n,) of which a share ``rate`` is wrong, and which they are, bool (n,).

    "uniform" errors have any other label of the corpus, "look-alikes" one that theirs is mistaken for.
    """
    random = np.random.default_rng([seed, KINDS.index(kind), round(1000 * rate)])
    names = np.unique(corpus.truth)
    others = {name: tuple(names[names != name]) for name in names} if kind == "uniform" else corpus.mistaken_for
    possible = np.flatnonzero([bool(others[label]) for label in corpus.truth])
    wrong = np.zeros(len(corpus.truth), bool)
    wrong[random.choice(possible, size=min(len(possible), round(rate * len(wrong))), replace=False)] = True
    labels = corpus.truth.astype(object)
    for row in np.flatnonzero(wrong):
        labels[row] = random.choice(others[corpus.truth[row]])
    return labels.astype(str), wrong


def make_case(matrix: np.ndarray, labels: np.ndarray) -> AuditInput:
    """Samples of an embedding, float32 (n, d) with rows of length 1, with these labels, str (n,)."""
    count = len(matrix)
    index = pd.Index([f"s{row:06d}" for row in range(count)], name="sample_id", dtype="str")
    return AuditInput(
        samples=pd.DataFrame({"label": labels}, index=index),
        matrix=matrix,
        neighbours=find_neighbours(matrix, NeighbourParams(count=_NEIGHBOURS), embedding_fingerprint="benchmark"),
        coordinates=matrix[:, :2],
        clusters=np.zeros(count, np.int32),
        glitches=np.arange(count),
        fingerprint="benchmark",
    )


def demo_with_truth() -> tuple[np.ndarray, np.ndarray]:
    """The packed demo's embedding and true labels, without the samples in which faults were planted."""
    prepared = load_prepared(demo_workspace())
    truth = pd.read_parquet(DATA_FOLDER / "demo_truth.parquet").set_index("sample_id").loc[prepared.samples.index]
    sound = prepared.samples.index.isin(sound_samples())
    return prepared.embedding.matrix[sound], truth["true_label"].to_numpy(dtype=str)[sound]


def sound_samples() -> list[str]:
    """The demo's samples in which no fault was planted, in its order."""
    prepared = load_prepared(demo_workspace())
    truth = pd.read_parquet(DATA_FOLDER / "demo_truth.parquet").set_index("sample_id").loc[prepared.samples.index]
    return [str(name) for name in truth.index[truth["fault"] == "none"]]


def _simulated(cache: Path) -> Path:
    target = cache / "fresh.parquet"
    if not target.exists():
        size, seed = str(SIMULATED_SAMPLES), str(SIMULATED_SEED)
        command = [sys.executable, "-m", "core", "simulate", "--samples", size, "--seed", seed, "--out", str(target)]
        subprocess.run(command, check=True, cwd=PROJECT_ROOT)
    return target


def _digit_pairs() -> dict[str, tuple[str, ...]]:
    return {str(d): tuple(p.replace(str(d), "") for p in _DIGITS if str(d) in p) for d in range(10)}


def look_alikes(names: np.ndarray) -> dict[str, tuple[str, ...]]:
    """By label, the others of ``names`` that it is mistaken for."""
    taxonomy = taxonomy_for(names)
    found = {}
    for name in names:
        partners = [other for other in taxonomy[name].look_alikes if other in names]
        if not partners:
            # The real pictures have three classes, none a look-alike of another: then those that share a look-alike.
            shared = {third for other in taxonomy[name].look_alikes for third in taxonomy[other].look_alikes}
            partners = sorted(third for third in shared if third in names and third != name)
        found[str(name)] = tuple(partners)
    return found
