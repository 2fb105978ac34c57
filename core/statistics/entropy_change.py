"""How much more or less mixed one group of samples became when some of its labels changed."""

from __future__ import annotations

import numpy as np

from core.statistics.entropy import entropy_bits
from core.statistics.intervals import standard_errors


def entropy_change(before: np.ndarray, after: np.ndarray, groups: np.ndarray) -> tuple[float, float, float]:
    """Return the change of the labels' entropy in bits, and its 95 % interval, by the jackknife over ``groups``.

    ``before`` and ``after`` are the labels of the same samples, (n,); ``groups`` int (n,), samples that are left out
    together because they are not independent (Efron 1982). NaN as bounds where there is only one group.
    """
    found = _entropy(after) - _entropy(before)
    code = np.unique(groups, return_inverse=True)[1]
    count = int(code.max()) + 1 if len(code) else 0
    if count < 2:
        return found, float("nan"), float("nan")
    drawn = _without_each(after, code, count) - _without_each(before, code, count)
    half = standard_errors() * float(np.sqrt((count - 1) / count * ((drawn - drawn.mean()) ** 2).sum()))
    return found, found - half, found + half


def _entropy(labels: np.ndarray) -> float:
    return entropy_bits(np.unique(labels, return_counts=True)[1])


def _without_each(labels: np.ndarray, code: np.ndarray, count: int) -> np.ndarray:
    names, which = np.unique(labels, return_inverse=True)
    by_group = np.zeros((count, len(names)))
    np.add.at(by_group, (code, which), 1)
    left = by_group.sum(axis=0) - by_group
    shares = left / np.maximum(left.sum(axis=1, keepdims=True), 1)
    return -(shares * np.log2(np.where(shares > 0, shares, 1))).sum(axis=1)
