"""What chance alone would give: values shuffled among groups that are not independent inside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

ROUNDING = 1e-9
"""Sums of the same terms in another order differ by rounding; without it, ties would count as "less than found"."""


def shuffles_among_groups(
    groups: np.ndarray, count: int, *, within: np.ndarray | None = None, seed: int = 0
) -> Iterator[np.ndarray]:
    """Yield rows int64 (n,) whose values each row takes, so that each group's rows take the values of another group.

    Rows of one group, int (n,), stay together, because they are not independent: shuffling them apart would make chance
    look more even than it is. ``within`` is (n,), values (a detector) within which groups are exchanged.
    """
    random = np.random.default_rng(seed)
    _, first, code, size = np.unique(groups, return_index=True, return_inverse=True, return_counts=True)
    by_group = np.argsort(code, kind="stable")
    start = np.cumsum(size) - size
    place = np.empty(len(code), np.int64)
    place[by_group] = np.arange(len(code)) - np.repeat(start, size)
    stratum = np.zeros(len(first), np.int64)
    if within is not None:
        stratum = np.unique(np.asarray(within, dtype=str)[first], return_inverse=True)[1]
    by_stratum = np.argsort(stratum, kind="stable")
    donor = np.empty(len(first), np.int64)
    for _ in range(count):
        # Sorted by stratum and luck: a permutation within each stratum, however many there are.
        donor[by_stratum] = np.argsort(stratum + random.random(len(first)))
        giver = donor[code]
        yield by_group[start[giver] + place % size[giver]]


def shuffles_within_groups(groups: np.ndarray, count: int, *, seed: int = 0) -> Iterator[np.ndarray]:
    """Yield rows int64 (n,) whose values each row takes, so that each group's rows exchange their values.

    ``groups`` is int (n,), the group that a row belongs to, such as the glitch of a view.
    """
    random = np.random.default_rng(seed)
    code = np.unique(groups, return_inverse=True)[1]
    by_group = np.argsort(code, kind="stable")
    rows = np.empty(len(code), np.int64)
    for _ in range(count):
        rows[by_group] = np.argsort(code + random.random(len(code)))
        yield rows.copy()


def chance_of_as_much(found: float, drawn: Sequence[float] | np.ndarray, *, rounding: float = 0.0) -> float:
    """Return the p-value of a permutation test: how often chance gives as much as was found, or more.

    ``(b + 1) / (m + 1)`` for b of m draws (Phipson and Smyth 2010). ``drawn`` is float (m,), what the shuffled values
    gave; draws that fall short by no more than ``rounding`` count as ties.
    """
    return float((np.count_nonzero(np.asarray(drawn) >= found - rounding) + 1) / (len(drawn) + 1))
