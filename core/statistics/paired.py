"""How much a figure changed on the same samples, with an interval: each sample is compared with itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.statistics.intervals import standard_errors

_ROUNDING = 1e-12


@dataclass(frozen=True)
class PairedChange:
    """A share or mean before and after, over the same samples, and the interval of its difference.

    ``before`` and ``after`` are means over ``rows`` samples; ``low`` and ``high`` bound ``after - before`` for other
    glitches of the same kind; ``moved`` counts the groups in which something changed.
    """

    before: float
    after: float
    low: float
    high: float
    rows: int
    moved: int

    @property
    def difference(self) -> float:
        """After minus before."""
        return self.after - self.before


def paired_change(
    before: np.ndarray, after: np.ndarray, groups: np.ndarray, *, pushes: np.ndarray | None = None
) -> PairedChange:
    """Return how much the mean changed from ``before`` to ``after``, float (n,) of the same samples, with 95 %.

    Rows of one group, int (n,), are not independent and count as one. The interval is Bonett and Price's (2012) for
    paired shares, carried over to groups: one more group is imagined that rises and one that falls, each as far as
    those do that moved, so that "nothing moved" is not taken for certain. NaN throughout where there is no sample.

    ``pushes``, float (c,), says how much each of c causes added to the sum of ``after - before``; together, all of it.
    Then causes are what is counted in place of the groups that moved: one decision that moves thirty neighbours is one
    observation of what decisions do, not thirty (the variance of clustered observations, Liang and Zeger 1986).
    """
    before, after = np.asarray(before, float), np.asarray(after, float)
    rows = len(before)
    if not rows:
        return PairedChange(np.nan, np.nan, np.nan, np.nan, 0, 0)
    sums = np.bincount(np.unique(groups, return_inverse=True)[1], weights=after - before)
    moved = np.abs(sums) > _ROUNDING
    if pushes is not None:
        sums = np.append(sums[~moved], pushes[np.abs(pushes) > _ROUNDING])
    steps = np.abs(sums[np.abs(sums) > _ROUNDING])
    step = float(steps.mean()) if len(steps) else rows / len(sums)
    imagined = np.append(sums, [step, -step]) * (len(sums) / rows)
    middle = float(imagined.mean())
    half = standard_errors() * float(imagined.std()) / np.sqrt(len(imagined))
    found = (float(before.mean()), float(after.mean()), middle - half, middle + half)
    return PairedChange(*found, rows, int(moved.sum()))
