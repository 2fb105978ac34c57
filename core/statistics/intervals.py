"""How far a share or a mean of few observations may lie from what more of them would show."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

UNKNOWN = (float("nan"), float("nan"))
"""The interval of what cannot be told."""


def standard_errors(confidence: float = 0.95) -> float:
    """How many standard errors of a bell curve lie on each side in an interval of this confidence: 1.96 for 0.95.

    By the standard library, because importing scipy.stats for it takes longer than a lasso may, and 58 MB of the
    server's memory.
    """
    return NormalDist().inv_cdf((1 + confidence) / 2)


def wilson_interval(successes: float, n: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """The interval of a share by Wilson's score method (1927); (NaN, NaN) for n = 0."""
    if n == 0:
        return UNKNOWN
    z = standard_errors(confidence)
    share = successes / n
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * float(np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)))
    return max(0.0, middle - half), min(1.0, middle + half)


def share_interval(share: float, independent: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's interval of a share that was counted over rows, as wide as so many independent ones warrant.

    Labels belong to glitches: where several rows show one glitch, a cluster of them knows as much as its glitches, and
    their number, not the rows', sets the width.

    Args:
        share: of the rows, 0 to 1.
        independent: different glitches among the rows; (NaN, NaN) for none.
    """
    return wilson_interval(share * independent, independent, confidence=confidence)


def drawn_interval(drawn: np.ndarray, *, confidence: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """The interval that holds the middle part of bootstrap draws, an equal tail cut off at each end.

    Args:
        drawn: float (draws, ...), at least one draw.

    Returns:
        (low, high), each of the shape of one draw.
    """
    tail = (1 - confidence) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=0)
    return low, high


def mean_interval(values: np.ndarray, *, confidence: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """The interval of the mean of normally distributed values, by Student's t.

    Args:
        values: float (n, ...), n at least 2.

    Returns:
        (low, high), each of the shape of one value.
    """
    from scipy.stats import t

    n = len(values)
    middle = values.mean(axis=0)
    half = t.ppf((1 + confidence) / 2, n - 1) * values.std(axis=0, ddof=1) / np.sqrt(n)
    return middle - half, middle + half
