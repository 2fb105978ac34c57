"""Scores as probabilities."""

from __future__ import annotations

import numpy as np


def log_softmax(scores: np.ndarray) -> np.ndarray:
    """The logarithm of each row's softmax, in the scores' own precision.

    Written out, because a page that only shows probabilities would import scipy for it.

    Args:
        scores: float (n, k).
    """
    scores = scores - scores.max(axis=1, keepdims=True)
    return scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
