"""Pairs of labels that differ along one quiet direction of the embedding and in nothing else, with known truth.

Two labels share a cluster. A shift along one direction, as large as the best possible classifier needs to be right a
stated share of the time (accuracy on equally many of both; shift in standard deviations 2 times the normal quantile),
sets them apart; pictures and physical columns know nothing of it. The direction is one in which the embedding hardly
varies: half of the corpora have it along one quiet axis, half along a mixture of quiet ones. Six other clusters of one
label each make up the rest of the data set.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from benchmarks.failure_mode_corpora import Corpus
from core.audit.model import AuditInput
from core.space.neighbours import Neighbours
from core.workspace import HOME_VARIABLE

PAIR = frozenset(("First_Name", "Second_Name"))
_OTHERS, _OTHER_SIZES = 6, (60, 160)
_STABILITY = 0.9
_QUIET = 0.5
"""Share of the directions, the quietest ones, among which the difference lies."""


@dataclass(frozen=True)
class Cell:
    """One kind of corpus.

    Attributes:
        accuracy: of the best possible classifier of the two labels; 0.5 where there is no difference.
        each: glitches of each label.
        dimensions: of the embedding.
        source: "made-up", or the name of a real embedding of :func:`real_embedding`.
        corpora: at most so many are drawn, fewer where they are slow.
    """

    accuracy: float
    each: int
    dimensions: int
    source: str = "made-up"

    corpora: int = 100

    @property
    def name(self) -> str:
        what = "nothing" if self.accuracy == 0.5 else f"{100 * self.accuracy:.0f} % right"
        return f"{self.source}, {self.each} glitches a label, {self.dimensions} dimensions, {what}"

    def __call__(self, seed: int) -> Corpus:
        if self.source == "made-up":
            return made_up(self, seed)
        return planted_in_real(self, seed)


def made_up(cell: Cell, seed: int) -> Corpus:
    """Clouds whose spread falls off as that of network features does, each with directions of its own."""
    random = np.random.default_rng([21, cell.dimensions, cell.each, round(1000 * cell.accuracy), seed])
    sizes = [2 * cell.each, *random.integers(*_OTHER_SIZES, size=_OTHERS)]
    cluster = np.repeat(np.arange(len(sizes)), sizes)
    spreads = 1 / (1 + np.arange(cell.dimensions)) ** random.uniform(0.3, 0.8)
    spreads /= np.sqrt((spreads**2).sum())
    vectors = 3 * random.normal(size=cell.dimensions) / np.sqrt(cell.dimensions)
    centres = random.normal(size=(len(sizes), cell.dimensions)) * spreads * 4
    vectors = vectors + centres[cluster] + random.normal(size=(len(cluster), cell.dimensions)) * spreads
    for number, size in enumerate(sizes):
        own = random.normal(size=(5, cell.dimensions)) * spreads
        places = random.normal(size=(size, 5)) if number % 2 else random.standard_t(4, size=(size, 5)) / np.sqrt(2)
        vectors[cluster == number] += 0.5 * places @ own
    first = int(_QUIET * cell.dimensions)
    line = np.zeros(cell.dimensions)
    if random.random() < 0.5:
        line[random.integers(first, cell.dimensions)] = 1
    else:
        line[first:] = random.normal(size=cell.dimensions - first) * spreads[first:]
    return _corpus(vectors, cluster, line, cell, random)


def planted_in_real(cell: Cell, seed: int) -> Corpus:
    """A real embedding, turned at random to fewer dimensions, with the difference planted in one of its labels."""
    matrix, labels = real_embedding(cell.source)
    random = np.random.default_rng([22, cell.dimensions, cell.each, round(1000 * cell.accuracy), seed])
    sizes = pd.Series(labels).value_counts()
    name = str(random.choice(sorted(sizes.index[sizes >= 2 * cell.each])))
    chosen = random.permutation(np.flatnonzero(labels == name))[: 2 * cell.each]
    rest = np.flatnonzero((labels != name) & np.isin(labels, sizes.index[sizes >= 8]))
    rows = np.concatenate([chosen, rest])
    names = np.concatenate([[""] * len(chosen), labels[rest]])
    vectors = matrix[rows].astype(np.float64)
    if cell.dimensions < matrix.shape[1]:
        turn = np.linalg.qr(random.normal(size=(matrix.shape[1], cell.dimensions)))[0]
        vectors = vectors @ turn
    cluster = np.unique(names, return_inverse=True)[1]
    within = vectors - pd.DataFrame(vectors).groupby(cluster).transform("mean").to_numpy()
    values, axes = np.linalg.eigh(within.T @ within)
    usable = np.flatnonzero(values > 1e-9 * values[-1])
    quiet = usable[: max(1, int(_QUIET * len(usable)))]
    weights = np.zeros(len(quiet))
    if random.random() < 0.5:
        weights[random.integers(len(quiet))] = 1
    else:
        weights = random.normal(size=len(quiet)) * np.sqrt(values[quiet])
    return _corpus(vectors, cluster, axes[:, quiet] @ weights, cell, random)


@cache
def real_embedding(source: str) -> tuple[np.ndarray, np.ndarray]:
    """The embedding float32 (n, d) and the right labels str (n,): "demo", or "pictures" (CIFAR-10, EfficientNet)."""
    if source == "demo":
        from benchmarks.suspects_corpora import demo_with_truth

        with tempfile.TemporaryDirectory() as home:
            os.environ[HOME_VARIABLE] = home
            return demo_with_truth()
    from benchmarks.human_labels import load_embedded

    found = load_embedded()
    return found.matrix, found.truth


def _corpus(vectors: np.ndarray, cluster: np.ndarray, line: np.ndarray, cell: Cell, random) -> Corpus:
    from scipy.stats import norm

    pair = np.flatnonzero(cluster == 0)
    second = random.permutation(pair)[: len(pair) // 2]
    line = line / np.linalg.norm(line)
    along = vectors[pair] @ line
    vectors = vectors.copy()
    vectors[second] += 2 * norm.ppf(cell.accuracy) * along.std(ddof=1) * line
    label = np.array([f"Class_{number}" for number in cluster], dtype=object)
    label[pair] = "First_Name"
    label[second] = "Second_Name"
    matrix = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    count = len(matrix)
    samples = pd.DataFrame(
        {
            "label": label.astype(str),
            "detector": np.where(random.random(count) < 0.5, "H1", "L1"),
            "peak_frequency": 10 ** (1.2 + 0.2 * cluster + 0.1 * random.normal(size=count)),
            "duration": 10 ** (0.1 * random.normal(size=count) - 0.05 * cluster),
            "snr": 10 ** (1.2 + 0.2 * random.normal(size=count)),
        },
        index=pd.Index([f"s{row:05d}" for row in range(count)], name="sample_id", dtype="str"),
    )
    nobody = Neighbours(np.zeros((count, 0), np.int32), np.zeros((count, 0), np.float32), "simulated")
    profiles = np.exp(-0.5 * ((np.arange(12) - 1.5 * cluster[:, None]) / 2) ** 2)
    case = AuditInput(
        samples=samples,
        matrix=matrix,
        neighbours=nobody,
        coordinates=matrix[:, :2],
        clusters=cluster.astype(np.int32),
        glitches=np.arange(count),
        fingerprint="simulated",
        profiles=(profiles + random.gamma(4.0, 0.02, size=profiles.shape)).astype(np.float32),
    )
    stability = pd.Series(_STABILITY, index=np.unique(cluster))
    return Corpus(case, stability, (PAIR,) if cell.accuracy == 0.5 else ())


NULLS = (
    Cell(0.86, 12, 64),
    Cell(0.86, 40, 64),
    Cell(0.86, 60, 64),
    Cell(0.86, 120, 128),
    Cell(0.86, 200, 512, corpora=30),
    Cell(0.86, 500, 64, corpora=30),
    Cell(0.90, 40, 128),
    Cell(0.90, 60, 256),
    Cell(0.92, 12, 512),
    Cell(0.92, 40, 512, corpora=50),
    Cell(0.92, 100, 2048, corpora=20),
    Cell(0.95, 12, 64),
    Cell(0.95, 40, 2048, corpora=20),
    Cell(0.86, 24, 64, "demo"),
    Cell(0.90, 24, 128, "demo"),
    Cell(0.92, 24, 512, "demo"),
    Cell(0.92, 24, 2048, "demo", corpora=20),
    Cell(0.95, 12, 256, "demo"),
    Cell(0.86, 60, 64, "pictures"),
    Cell(0.86, 150, 128, "pictures", corpora=30),
    Cell(0.90, 100, 256, "pictures", corpora=30),
    Cell(0.92, 40, 512, "pictures", corpora=30),
    Cell(0.95, 150, 1280, "pictures", corpora=20),
)
"""Pairs that differ: none may be called over-split."""

SAME = (
    Cell(0.5, 24, 64),
    Cell(0.5, 40, 64),
    Cell(0.5, 60, 64),
    Cell(0.5, 100, 64),
    Cell(0.5, 200, 512, corpora=30),
    Cell(0.5, 24, 64, "demo"),
    Cell(0.5, 60, 64, "pictures"),
    Cell(0.5, 150, 128, "pictures", corpora=30),
)
"""Pairs that do not differ: those of at least 60 glitches a label should be found."""
