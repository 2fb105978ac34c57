"""Which samples a map of limited size shows."""

from __future__ import annotations

import numpy as np


def stratified_rows(labels: np.ndarray, clusters: np.ndarray, *, limit: int, seed: int = 0) -> np.ndarray:
    """Return at most ``limit`` rows, ascending, with every label and cluster in them, otherwise in their proportions.

    One sample of each label and of each cluster is taken first (the commonest, where ``limit`` is too small). The rest
    is a systematic sample sorted by label and cluster: every combination gets its share of places, rounded up or down.
    """
    count = len(labels)
    if count <= limit:
        return np.arange(count)
    shuffled = np.random.default_rng(seed).permutation(count)
    first = list(dict.fromkeys([*_one_of_each(labels, shuffled), *_one_of_each(clusters, shuffled)]))[:limit]
    others = shuffled[~np.isin(shuffled, first)]
    others = others[np.lexsort((np.asarray(clusters)[others], np.asarray(labels)[others]))]
    wanted = limit - len(first)
    places = ((np.arange(wanted) + 0.5) * len(others) / max(wanted, 1)).astype(int)
    return np.sort(np.concatenate([np.array(first, dtype=int), others[places]]))


def _one_of_each(values: np.ndarray, shuffled: np.ndarray) -> list[int]:
    """The first sample of each value in shuffled order, the commonest value first."""
    _, first, counts = np.unique(np.asarray(values)[shuffled], return_index=True, return_counts=True)
    return shuffled[first[np.argsort(-counts, kind="stable")]].tolist()
