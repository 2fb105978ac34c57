"""How much more or less mixed one group of samples became when some of its labels changed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.statistics.intervals import standard_errors

Group = tuple[np.ndarray, np.ndarray]
Statistic = Callable[[np.ndarray], np.ndarray]
Change = tuple[float, float, float]


def entropy_change(before: np.ndarray, after: np.ndarray, groups: np.ndarray) -> Change:
    """Return the change of the labels' entropy in bits, and its 95 % interval, by the jackknife over ``groups``.

    ``before`` and ``after`` are the labels of the same samples, (n,); ``groups`` int (n,), samples that are left out
    together because they are not independent (Efron 1982). NaN as bounds where there is only one group.
    """
    everybody = np.ones(len(before), bool)
    return _change(_entropies, (before, everybody), (after, everybody), groups)


def moved_in_and_out(
    kinds: np.ndarray, before: np.ndarray, after: np.ndarray, groups: np.ndarray
) -> tuple[Change, Change]:
    """Return the change of the entropy of a group that samples left or joined, and of its commonest kind's share.

    ``kinds`` (n,) is what is counted, ``before`` and ``after`` bool (n,) who is in the group; each change comes with
    its 95 % interval, as in :func:`entropy_change`. All NaN where nobody is in the group before or after.
    """
    if not (before.any() and after.any()):
        nothing = (float("nan"), float("nan"), float("nan"))
        return nothing, nothing
    then, now = (kinds, before), (kinds, after)
    return _change(_entropies, then, now, groups), _change(_largest_shares, then, now, groups)


def _change(statistic: Statistic, before: Group, after: Group, groups: np.ndarray) -> Change:
    code = np.unique(groups, return_inverse=True)[1]
    count = int(code.max()) + 1 if len(code) else 0
    counted = [_by_group(*each, code, count) for each in (before, after)]
    then, now = (statistic(each.sum(axis=0, keepdims=True)) for each in counted)
    found = float(now[0] - then[0])
    if count < 2:
        return found, float("nan"), float("nan")
    drawn_then, drawn_now = (statistic(each.sum(axis=0) - each) for each in counted)
    drawn = drawn_now - drawn_then
    half = standard_errors() * float(np.sqrt((count - 1) / count * ((drawn - drawn.mean()) ** 2).sum()))
    return found, found - half, found + half


def _by_group(kinds: np.ndarray, inside: np.ndarray, code: np.ndarray, count: int) -> np.ndarray:
    """Return how many samples of each kind every group has inside, float (groups, kinds)."""
    names, which = np.unique(kinds, return_inverse=True)
    table = np.zeros((count, len(names)))
    np.add.at(table, (code[inside], which[inside]), 1)
    return table


def _entropies(counts: np.ndarray) -> np.ndarray:
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return -(shares * np.log2(np.where(shares > 0, shares, 1))).sum(axis=1)


def _largest_shares(counts: np.ndarray) -> np.ndarray:
    return counts.max(axis=1) / np.maximum(counts.sum(axis=1), 1)
