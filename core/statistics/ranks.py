"""Comparisons that only look at which value is larger."""

from __future__ import annotations

import numpy as np


def rank_correlation(first: np.ndarray, second: np.ndarray) -> float:
    """Return Spearman's rank correlation of the pairs without a missing value; 0 where it is not defined."""
    from scipy.stats import spearmanr

    first, second = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    both = np.isfinite(first) & np.isfinite(second)
    first, second = first[both], second[both]
    if len(first) < 3 or not np.ptp(first) > 0 or not np.ptp(second) > 0:
        return 0.0
    return float(spearmanr(first, second).statistic)


def chance_larger(values: np.ndarray, second: np.ndarray) -> float:
    """Return the chance that a value of the second kind is larger than one of the first (area under the ROC curve).

    Equal values count half (Mann and Whitney 1947). ``values`` is float (n,), ``second`` bool (n,), which values are of
    the second kind. NaN where one of the kinds is missing.
    """
    ones = int(np.count_nonzero(second))
    zeros = len(values) - ones
    if not ones or not zeros:
        return float("nan")
    from scipy.stats import rankdata

    ranks = rankdata(values)[np.asarray(second, dtype=bool)]
    return float((ranks.sum() - ones * (ones + 1) / 2) / (ones * zeros))
