"""Which label a sample surely belongs to (Northcutt, Jiang and Chuang 2021, "Confident learning")."""

from __future__ import annotations

import numpy as np


def confident_label(probabilities: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Return the label that each sample confidently belongs to, int (n,); -1 where to none.

    That is a label whose probability is at least its mean probability among the samples that carry it (Northcutt et al.
    2021, equation 1); of several the most probable. ``probabilities`` is float (n, k), out of sample; ``codes`` int
    (n,), the given labels, 0 to k - 1.
    """
    rows, classes = probabilities.shape
    own = probabilities[np.arange(rows), codes].astype(float)
    counts = np.bincount(codes, minlength=classes)
    thresholds = np.bincount(codes, weights=own, minlength=classes) / np.maximum(counts, 1)
    thresholds[counts == 0] = np.inf
    # The reference implementation grants the same 1e-6 for rounding.
    enough = probabilities >= thresholds - 1e-6
    best = np.where(enough, probabilities, -1).argmax(axis=1)
    return np.where(enough.any(axis=1), best, -1)
