"""Whether the label mix of a cluster is purer than chance would make it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.progress import OnProgress, ignore_progress
from core.statistics import NOISE
from core.statistics.permutation import ROUNDING, shuffles_among_groups
from core.statistics.testing import false_discovery


@dataclass(frozen=True)
class EntropyNull:
    """The clusters' label entropies beside those of shuffled labels; every array has one entry a cluster.

    ``clusters`` is int (k,), ascending, noise left out; ``entropy`` the plug-in entropy, ``null_entropy`` its mean
    under shuffling, float64 (k,), in bits; ``p_value`` that of an entropy as low, ``(b + 1) / (m + 1)`` for b of m
    shuffles (Phipson and Smyth 2010); ``q_value`` the same with the false-discovery rate controlled.
    """

    clusters: np.ndarray
    entropy: np.ndarray
    null_entropy: np.ndarray
    p_value: np.ndarray
    q_value: np.ndarray


def entropy_null(
    labels: np.ndarray,
    clusters: np.ndarray,
    glitches: np.ndarray,
    *,
    within: np.ndarray | None = None,
    shuffles: int = 1000,
    seed: int = 0,
    on_progress: OnProgress = ignore_progress,
) -> EntropyNull:
    """Compare each cluster's label entropy with that of labels shuffled over all samples, noise among them.

    ``labels`` is str (n,), ``clusters`` int (n,), -1 is noise, ``glitches`` int (n,). Labels are shuffled within the
    values ``within``, (n,), such as the detector: otherwise a cluster of one detector would stand out merely because
    that detector has its own label mix. The smallest p-value is ``1 / (shuffles + 1)``.
    """
    clustered = np.flatnonzero(np.asarray(clusters) != NOISE)
    numbers, cluster, size = np.unique(np.asarray(clusters)[clustered], return_inverse=True, return_counts=True)
    names, label = np.unique(np.asarray(labels, dtype=str), return_inverse=True)
    logarithms = _count_logarithms(len(clustered))

    def entropies(drawn: np.ndarray) -> np.ndarray:
        return np.log2(size) - _sums(cluster * len(names) + drawn, len(numbers), len(names), logarithms) / size

    observed = entropies(label[clustered])
    total, as_low = np.zeros(len(numbers)), np.zeros(len(numbers), np.int64)
    if len(numbers):
        for done, rows in enumerate(shuffles_among_groups(glitches, shuffles, within=within, seed=seed)):
            on_progress(done, shuffles)
            drawn = entropies(label[rows[clustered]])
            total += drawn
            as_low += drawn <= observed + ROUNDING
    on_progress(shuffles, shuffles)
    p_value = (as_low + 1) / (shuffles + 1)
    mean = total / shuffles if shuffles else np.full(len(numbers), np.nan)
    return EntropyNull(numbers, np.abs(observed), np.abs(mean), p_value, false_discovery(p_value))


def _count_logarithms(largest: int) -> np.ndarray:
    """Return ``c log2 c`` for c = 0 to ``largest``, as a table because logarithms would take most of the time."""
    counts = np.arange(1, largest + 1, dtype=float)
    return np.concatenate([[0.0], counts * np.log2(counts)])


def _sums(cells: np.ndarray, rows: int, columns: int, logarithms: np.ndarray) -> np.ndarray:
    """Sum ``c log2 c`` over each cluster's labels, float64 (rows,), for ``cells = cluster * columns + label``.

    The dense table is fast unless it is mostly empty, as with 50,000 labels.
    """
    if rows * columns <= 4 * len(cells) + 1024:
        counts = np.bincount(cells, minlength=rows * columns).reshape(rows, columns)
        return logarithms[counts].sum(axis=1)
    found, counts = np.unique(cells, return_counts=True)
    return np.bincount(found // columns, weights=logarithms[counts], minlength=rows)
