"""The confident joint of given and true labels (Northcutt, Jiang and Chuang 2021, "Confident learning")."""

from __future__ import annotations

import numpy as np


def confident_joint(probabilities: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Counts of samples by given label and by the label that they confidently belong to.

    A sample belongs confidently to label j where its probability of j is at least the mean probability of j among the
    samples that carry j (Northcutt et al. 2021, equation 1); of several such labels the most probable counts, of none
    the sample is left out. Then each row is scaled to the number of samples with that given label (their equation 3).

    Args:
        probabilities: float (n, k), out of sample, rows summing to 1.
        codes: int (n,), the given labels, 0 to k - 1.

    Returns:
        float (k, k), rows given, columns true; rows sum to the labels' counts.
    """
    classes = probabilities.shape[1]
    counts = np.bincount(codes, minlength=classes)
    confident = confident_label(probabilities, codes)
    sure = confident >= 0
    cells = np.bincount(codes[sure] * classes + confident[sure], minlength=classes**2)
    joint = cells.reshape(classes, classes).astype(float)
    totals = joint.sum(axis=1, keepdims=True)
    # A label none of whose samples is sure of anything keeps its samples.
    return np.divide(joint, totals, out=np.eye(classes), where=totals > 0) * counts[:, None]


def confident_label(probabilities: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """The label that each sample confidently belongs to (see :func:`confident_joint`), int (n,); -1 where to none."""
    rows, classes = probabilities.shape
    own = probabilities[np.arange(rows), codes].astype(float)
    counts = np.bincount(codes, minlength=classes)
    thresholds = np.bincount(codes, weights=own, minlength=classes) / np.maximum(counts, 1)
    thresholds[counts == 0] = np.inf
    # The reference implementation grants the same 1e-6 for rounding.
    enough = probabilities >= thresholds - 1e-6
    best = np.where(enough, probabilities, -1).argmax(axis=1)
    return np.where(enough.any(axis=1), best, -1)
