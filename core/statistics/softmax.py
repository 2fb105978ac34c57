"""Scores as probabilities."""

from __future__ import annotations

import numpy as np


def log_softmax(scores: np.ndarray) -> np.ndarray:
    """Return the logarithm of each row's softmax, float (n, k), in the scores' own precision.

    It is written out so that a page that only shows probabilities need not import scipy.
    """
    scores = scores - scores.max(axis=1, keepdims=True)
    return scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
