"""How much better a classifier became for learning from other labels: the same samples named by it before and after."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from core.statistics.intervals import standard_errors
from core.statistics.paired import PairedChange, paired_change

MEASURES = ("accuracy", "f1_macro")
NAMES = {"accuracy": "accuracy", "f1_macro": "macro-F1"}
COLUMNS = ("before", "after", "difference", "low", "high", "samples", "moved")
BETTER, WORSE, CANNOT_TELL = "better", "worse", "cannot tell"
_AT_ONCE = 20_000


def classifier_change(
    truth: np.ndarray,
    before: np.ndarray,
    after: np.ndarray,
    *,
    groups: np.ndarray,
    causes: np.ndarray | None = None,
) -> pd.DataFrame:
    """Return how accuracy and macro-F1 changed: index :data:`MEASURES`, columns :data:`COLUMNS`, ends of 95 %.

    Args:
        truth: int (n,), the labels of samples that nobody touched, the same before and after.
        before, after: int (n,), what the classifier named them when it had learnt from the labels before and after.
        groups: int (n,), which samples are not independent: the glitch.
        causes: int (n,), the decision that a sample is nearest to, where decisions are known. What one decision moved
            then counts as one observation, however many samples it is (:mod:`core.pipeline.moved_by`); it is numbered
            as ``groups`` are, by the group of the decided sample.

    ``moved`` counts the groups of which something is named otherwise. NaN where there is no sample.
    """
    groups = np.asarray(groups)
    first, second = ((np.asarray(named) == truth).astype(float) for named in (before, after))
    pushes = None if causes is None else np.bincount(causes, weights=second - first)
    found = {"accuracy": paired_change(first, second, groups, pushes=pushes)}
    observed = groups if causes is None else np.where(np.asarray(before) != after, causes, groups)
    found["f1_macro"] = _change_of_f1(truth, before, after, observed)
    moved = len(np.unique(groups[np.asarray(before) != after]))
    rows = {
        name: (change.before, change.after, change.difference, change.low, change.high, change.rows, moved)
        for name, change in found.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(COLUMNS)).rename_axis("measure")


def change_verdict(row: pd.Series) -> str:
    """Return "better", "worse", or "cannot tell" where the interval of the difference holds 0 or is not known."""
    if row["low"] > 0:
        return BETTER
    return WORSE if row["high"] < 0 else CANNOT_TELL


def change_sentence(measure: str, row: pd.Series) -> str:
    """Return it in words: "accuracy 93.45 % before, 93.36 % after (-0.09, -0.46 to +0.29 points): cannot tell"."""
    points = [f"{100 * row[name]:+.2f}" for name in ("difference", "low", "high")]
    return (
        f"{NAMES[measure]} {100 * row['before']:.2f} % before, {100 * row['after']:.2f} % after "
        f"({points[0]}, {points[1]} to {points[2]} points): {change_verdict(row)}"
    )


def _change_of_f1(truth: np.ndarray, before: np.ndarray, after: np.ndarray, groups: np.ndarray) -> PairedChange:
    """The interval of the jackknife's pseudo-values (Tukey 1958), one group left out at a time.

    As in :func:`core.statistics.paired.paired_change`, a group is imagined that rises and one that falls, as far as
    those do that moved, so that a handful of moves is not taken for certain.
    """
    if not len(truth):
        return PairedChange(np.nan, np.nan, np.nan, np.nan, 0, 0)
    _, group_of = np.unique(groups, return_inverse=True)
    count, labels = int(group_of.max()) + 1, int(max(map(np.max, (truth, before, after)))) + 1
    parts = [_leaving_out(truth, named, group_of, labels) for named in (before, after)]
    whole = [part(np.empty(0, int)) for part in parts]
    difference = float(whole[1][0] - whole[0][0])
    pseudo = np.zeros(count)
    for rows in np.array_split(np.arange(count), count // _AT_ONCE + 1):
        left = parts[1](rows) - parts[0](rows)
        pseudo[rows] = difference + (count - 1) * (difference - left)
    moved = np.bincount(group_of, weights=before != after) > 0
    step = float(np.abs(pseudo[moved]).mean()) if moved.any() else 1.0
    imagined = np.append(pseudo, [step, -step])
    middle = float(imagined.mean())
    half = standard_errors() * float(imagined.std()) / np.sqrt(len(imagined))
    found = (float(whole[0][0]), float(whole[1][0]), middle - half, middle + half)
    return PairedChange(*found, len(truth), int(moved.sum()))


def _leaving_out(
    truth: np.ndarray, named: np.ndarray, group_of: np.ndarray, labels: int
) -> Callable[[np.ndarray], np.ndarray]:
    """A function that returns the macro-F1 without each of these groups, float (m,); of no group: of all, (1,)."""
    order = np.argsort(group_of, kind="stable")
    ends = np.append(0, np.cumsum(np.bincount(group_of)))
    right = np.bincount(truth[truth == named], minlength=labels)
    occurs = np.bincount(truth, minlength=labels) + np.bincount(named, minlength=labels)

    def without(groups: np.ndarray) -> np.ndarray:
        if not len(groups):
            return _macro_f1(right[None].astype(float), occurs[None].astype(float))
        rows = order[ends[groups[0]] : ends[groups[-1] + 1]]
        place, width = group_of[rows] - groups[0], len(groups) * labels
        own, called = truth[rows], named[rows]
        both = np.bincount((place * labels + own)[own == called], minlength=width)
        each = np.bincount(place * labels + own, minlength=width) + np.bincount(
            place * labels + called, minlength=width
        )
        shape = (len(groups), labels)
        return _macro_f1(right - both.reshape(shape), occurs - each.reshape(shape))

    return without


def _macro_f1(right: np.ndarray, occurs: np.ndarray) -> np.ndarray:
    """Mean F1 over the labels that are true or named somewhere, as ``score_confusions`` has it; (m, labels) each."""
    f1 = np.divide(2.0 * right, occurs, out=np.zeros(right.shape), where=occurs > 0)
    return f1.sum(axis=1) / np.maximum((occurs > 0).sum(axis=1), 1)
