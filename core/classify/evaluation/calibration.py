"""Temperature scaling of a classifier's probabilities, and how far its sureness lies from its success.

After Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks" (ICML 2017). One temperature divides
all scores; it is fitted on samples that took no part in training and never changes which label is named.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.statistics.intervals import share_interval
from core.statistics.softmax import log_softmax

BINS = 15
"""Of equal width between 0 and 1, as in the paper."""

COOLEST, HOTTEST = 0.05, 20.0
"""Between these the temperature is sought."""


def log_probabilities(scores: np.ndarray, *, temperature: float = 1.0) -> np.ndarray:
    """Logarithm of the softmax of ``scores / temperature``, float64 (n, k)."""
    return log_softmax(np.asarray(scores, dtype=np.float64) / temperature)


def probabilities(scores: np.ndarray, *, temperature: float = 1.0) -> np.ndarray:
    """Softmax of ``scores / temperature``, float64 (n, k), rows sum to 1."""
    return np.exp(log_probabilities(scores, temperature=temperature))


def negative_log_likelihood(scores: np.ndarray, truth: np.ndarray, *, temperature: float = 1.0) -> float:
    """Mean of ``-log p(true label)`` in nats; NaN for no samples."""
    if not len(truth):
        return float("nan")
    return float(-log_probabilities(scores, temperature=temperature)[np.arange(len(truth)), truth].mean())


def fit_temperature(scores: np.ndarray, truth: np.ndarray) -> float:
    """Return the temperature that makes the true labels most probable, between :data:`COOLEST` and :data:`HOTTEST`.

    It is 1 without samples and where every sample is named rightly, as with a single label: the best fit would be 0
    then.
    ``scores`` are logits (n, k); rows whose ``truth`` (n,) is below 0 (a label the classifier does not know) are left
    out.
    """
    truth = np.asarray(truth)
    scores, truth = np.asarray(scores)[truth >= 0], truth[truth >= 0]
    if not len(truth) or (scores.argmax(axis=1) == truth).all():
        return 1.0
    from scipy.optimize import minimize_scalar

    # The loss is convex in 1 / temperature, so it has one minimum in its logarithm as well.
    found = minimize_scalar(
        lambda logarithm: negative_log_likelihood(scores, truth, temperature=float(np.exp(logarithm))),
        bounds=(np.log(COOLEST), np.log(HOTTEST)),
        method="bounded",
        options={"xatol": 1e-6},
    )
    return float(np.exp(found.x))


def bin_of(confidence: np.ndarray, *, bins: int = BINS) -> np.ndarray:
    """Which bin each confidence lies in, int (n,), 0 to ``bins - 1``; a bin holds its upper edge, not its lower."""
    return np.digitize(confidence, np.linspace(0, 1, bins + 1)[1:-1], right=True)


def expected_calibration_error(confidence: np.ndarray, right: np.ndarray, *, bins: int = BINS) -> float:
    """Return the mean over the samples of ``|share right - mean confidence|`` of their bin, 0 to 1; NaN for no samples.

    ``confidence`` (n,) is the probability of the named label, ``right`` (n,) whether it is the true one.
    """
    if not len(right):
        return float("nan")
    gaps = np.bincount(bin_of(confidence, bins=bins), weights=right - confidence, minlength=bins)
    return float(np.abs(gaps).sum() / len(right))


def reliability_table(
    confidence: np.ndarray, right: np.ndarray, glitches: np.ndarray, *, bins: int = BINS
) -> pd.DataFrame:
    """Return how often the classifier is right at each confidence, one row a bin; empty bins have NaN.

    Columns ``low``, ``high`` (edges), ``n`` (rows), ``confidence`` (mean), ``accuracy`` and its 95 % Wilson interval
    ``accuracy_low``, ``accuracy_high``, which counts different ``glitches`` (n,): rows of one glitch are not
    independent.
    """
    edges = np.linspace(0, 1, bins + 1)
    place = bin_of(confidence, bins=bins)
    rows = []
    for number in range(bins):
        inside = place == number
        n = int(inside.sum())
        accuracy = float(np.mean(right[inside])) if n else float("nan")
        low, high = share_interval(accuracy, len(np.unique(glitches[inside])))
        rows.append(
            {
                "low": edges[number],
                "high": edges[number + 1],
                "n": n,
                "confidence": float(np.mean(confidence[inside])) if n else float("nan"),
                "accuracy": accuracy,
                "accuracy_low": low,
                "accuracy_high": high,
            }
        )
    return pd.DataFrame(rows)
