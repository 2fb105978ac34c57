"""What chance alone would give: values shuffled among glitches, and control of false discoveries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.audit.model import NOISE
from core.progress import OnProgress, ignore_progress

# Sums of the same terms in another order differ by rounding; without it, ties would count as "less than observed".
_ROUNDING = 1e-9


@dataclass(frozen=True)
class EntropyNull:
    """How the clusters' label entropies compare with those of shuffled labels; rows in the order of ``clusters``.

    Attributes:
        clusters: int (k,), ascending, noise left out.
        entropy: float64 (k,), plug-in entropy of the labels, in bits.
        null_entropy: float64 (k,), its mean under shuffling, in bits.
        p_value: float64 (k,), how often chance gives an entropy as low: ``(b + 1) / (m + 1)`` for b of m shuffles
            (Phipson and Smyth 2010).
        q_value: float64 (k,), the same with the false-discovery rate across clusters controlled.
    """

    clusters: np.ndarray
    entropy: np.ndarray
    null_entropy: np.ndarray
    p_value: np.ndarray
    q_value: np.ndarray


def shuffles_among_glitches(
    glitches: np.ndarray, count: int, *, within: np.ndarray | None = None, seed: int = 0
) -> Iterator[np.ndarray]:
    """Shuffle what belongs to glitches (labels, detectors): each glitch's rows take the values of another glitch.

    Rows of one glitch stay together, because they are not independent: shuffling them apart would make chance look
    more even than it is.

    Args:
        glitches: int (n,), number of the glitch that a row shows.
        count: shuffles.
        within: (n,), values (a detector) within which glitches are exchanged; None for all with all.
        seed: of the shuffles.

    Yields:
        int64 (n,), the row whose value each row takes.
    """
    random = np.random.default_rng(seed)
    _, first, code, size = np.unique(glitches, return_index=True, return_inverse=True, return_counts=True)
    by_glitch = np.argsort(code, kind="stable")
    start = np.cumsum(size) - size
    place = np.empty(len(code), np.int64)
    place[by_glitch] = np.arange(len(code)) - np.repeat(start, size)
    stratum = np.zeros(len(first), np.int64)
    if within is not None:
        stratum = np.unique(np.asarray(within, dtype=str)[first], return_inverse=True)[1]
    by_stratum = np.argsort(stratum, kind="stable")
    donor = np.empty(len(first), np.int64)
    for _ in range(count):
        # Sorted by stratum and luck: a permutation within each stratum, however many there are.
        donor[by_stratum] = np.argsort(stratum + random.random(len(first)))
        giver = donor[code]
        yield by_glitch[start[giver] + place % size[giver]]


def shuffles_within_glitches(glitches: np.ndarray, count: int, *, seed: int = 0) -> Iterator[np.ndarray]:
    """Shuffle what belongs to rows (views): each glitch's rows exchange their values among themselves.

    Args:
        glitches: int (n,), number of the glitch that a row shows.
        count: shuffles.
        seed: of the shuffles.

    Yields:
        int64 (n,), the row whose value each row takes.
    """
    random = np.random.default_rng(seed)
    code = np.unique(glitches, return_inverse=True)[1]
    by_glitch = np.argsort(code, kind="stable")
    rows = np.empty(len(code), np.int64)
    for _ in range(count):
        rows[by_glitch] = np.argsort(code + random.random(len(code)))
        yield rows.copy()


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

    Args:
        labels: str (n,).
        clusters: int (n,), -1 is noise.
        glitches: int (n,), number of the glitch that a row shows.
        within: (n,), values within which labels are shuffled, as the detector: else a cluster of one detector would
            stand out merely because that detector has its own label mix.
        shuffles: how many; the smallest p-value is ``1 / (shuffles + 1)``.
        seed: of the shuffles.
        on_progress: told how many shuffles are done; may raise to stop.
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
        for done, rows in enumerate(shuffles_among_glitches(glitches, shuffles, within=within, seed=seed)):
            on_progress(done, shuffles)
            drawn = entropies(label[rows[clustered]])
            total += drawn
            as_low += drawn <= observed + _ROUNDING
    on_progress(shuffles, shuffles)
    p_value = (as_low + 1) / (shuffles + 1)
    mean = total / shuffles if shuffles else np.full(len(numbers), np.nan)
    return EntropyNull(numbers, np.abs(observed), np.abs(mean), p_value, false_discovery(p_value))


def false_discovery(p_values: np.ndarray) -> np.ndarray:
    """P-values adjusted by Benjamini and Hochberg (1995); NaN stays NaN and is not counted as a test.

    Flagging all clusters whose adjusted value is at most 0.05 keeps the expected share of false flags at 0.05.
    """
    p_values = np.asarray(p_values, dtype=float)
    adjusted = np.full(p_values.shape, np.nan)
    known = ~np.isnan(p_values)
    if known.any():
        from scipy.stats import false_discovery_control

        adjusted[known] = false_discovery_control(p_values[known])
    return adjusted


def _count_logarithms(largest: int) -> np.ndarray:
    """``c log2 c`` for c = 0 .. ``largest``: looked up, for logarithms would cost most of the time."""
    counts = np.arange(1, largest + 1, dtype=float)
    return np.concatenate([[0.0], counts * np.log2(counts)])


def _sums(cells: np.ndarray, rows: int, columns: int, logarithms: np.ndarray) -> np.ndarray:
    """Sum of ``c log2 c`` over the labels of each cluster, float64 (rows,), for ``cells = cluster * columns + label``.

    A table of all clusters and labels is fast to count where it is not mostly empty, as with 50,000 labels it would be.
    """
    if rows * columns <= 4 * len(cells) + 1024:
        counts = np.bincount(cells, minlength=rows * columns).reshape(rows, columns)
        return logarithms[counts].sum(axis=1)
    found, counts = np.unique(cells, return_counts=True)
    return np.bincount(found // columns, weights=logarithms[counts], minlength=rows)
