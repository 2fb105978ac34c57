"""How far a share or a mean of few observations may lie from what more of them would show."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

UNKNOWN = (float("nan"), float("nan"))
"""The interval of what cannot be told."""


def standard_errors(confidence: float = 0.95) -> float:
    """Return how many standard errors lie on each side in a normal interval of this confidence: 1.96 for 0.95.

    The standard library is used because importing scipy.stats takes longer than a lasso may, and 58 MB of memory.
    """
    return NormalDist().inv_cdf((1 + confidence) / 2)


def wilson_interval(successes: float, n: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """Return the interval of a share by Wilson's score method (1927); (NaN, NaN) for n = 0."""
    if n == 0:
        return UNKNOWN
    z = standard_errors(confidence)
    share = successes / n
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * float(np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)))
    return max(0.0, middle - half), min(1.0, middle + half)


def share_interval(share: float, independent: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """Return Wilson's interval of a share (0 to 1) counted over rows, as wide as for ``independent`` observations.

    Where several rows show one glitch, the number of different glitches sets the width; (NaN, NaN) for none.
    """
    return wilson_interval(share * independent, independent, confidence=confidence)


def drawn_interval(drawn: np.ndarray, *, confidence: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Return (low, high) of the middle part of bootstrap draws, float (draws, ...), with equal tails cut off."""
    tail = (1 - confidence) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=0)
    return low, high


def mean_interval(values: np.ndarray, *, confidence: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Return (low, high) of the mean of normally distributed values, float (n, ...) with n >= 2, by Student's t."""
    from scipy.stats import t

    n = len(values)
    middle = values.mean(axis=0)
    half = t.ppf((1 + confidence) / 2, n - 1) * values.std(axis=0, ddof=1) / np.sqrt(n)
    return middle - half, middle + half
