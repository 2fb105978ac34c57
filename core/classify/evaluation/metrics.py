"""How often a classifier is right: accuracy, precision, recall, F1 and area under the curve.

The figures shown come from scikit-learn. For the bootstrap, the same formulas work on many weightings at once.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.statistics.ranks import chance_larger

AVERAGES = ("weighted", "micro", "macro")

SHARES = (
    "accuracy",
    "precision_weighted",
    "precision_micro",
    "precision_macro",
    "recall_weighted",
    "recall_micro",
    "recall_macro",
    "f1_weighted",
    "f1_macro",
)
"""The measures that follow from the confusion matrix alone, in the order in which they are shown."""

CURVE_POINTS = 101
"""Points of a precision-recall curve that are kept: more cannot be seen."""


def score_named(truth: np.ndarray, named: np.ndarray) -> dict[str, float]:
    """Return the measures of :data:`SHARES` by scikit-learn, from the numbers of true and named labels, int (n,).

    "macro" averages over every label that is true or named somewhere, and a precision or recall of nothing counts as 0:
    a label that is named but never true lowers the macro recall. n is at least 1.
    """
    from sklearn.metrics import accuracy_score, precision_recall_fscore_support

    result = {"accuracy": float(accuracy_score(truth, named))}
    for average in AVERAGES:
        precision, recall, f1, _ = precision_recall_fscore_support(truth, named, average=average, zero_division=0)
        result |= {f"precision_{average}": precision, f"recall_{average}": recall, f"f1_{average}": f1}
    return {measure: float(result[measure]) for measure in SHARES}


def score_confusions(counts: np.ndarray) -> dict[str, np.ndarray]:
    """Return the same measures from many confusion matrices (..., k, k) at once, without scikit-learn; NaN where empty.

    Rows of a matrix are true labels, columns named ones; it may hold weights.
    """
    counts = np.asarray(counts, dtype=float)
    right = np.diagonal(counts, axis1=-2, axis2=-1)
    true, named = counts.sum(axis=-1), counts.sum(axis=-2)
    total = true.sum(axis=-1)
    each = {
        "precision": _ratio(right, named),
        "recall": _ratio(right, true),
        "f1": _ratio(2 * right, true + named),
    }
    occurring = (true + named > 0).sum(axis=-1)
    accuracy = _ratio(right.sum(axis=-1), total, empty=np.nan)
    result = {"accuracy": accuracy, "precision_micro": accuracy, "recall_micro": accuracy}
    for name, values in each.items():
        result[f"{name}_macro"] = _ratio(values.sum(axis=-1), occurring, empty=np.nan)
        result[f"{name}_weighted"] = _ratio((values * true).sum(axis=-1), total, empty=np.nan)
    return {measure: result[measure] for measure in SHARES}


def f1_of_confusions(counts: np.ndarray) -> np.ndarray:
    """F1 of each label, (..., k), from confusion matrices (..., k, k); NaN where a label is neither true nor named."""
    counts = np.asarray(counts, dtype=float)
    right = np.diagonal(counts, axis1=-2, axis2=-1)
    return _ratio(2 * right, counts.sum(axis=-1) + counts.sum(axis=-2), empty=np.nan)


def auc_of_weightings(positive: np.ndarray, probability: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the area under the ROC curve, one label against the rest, for each weighting of the samples, float (r,).

    It is the weighted Mann-Whitney statistic, ties counted half; NaN where a weighting leaves no sample on one side.
    ``positive`` and ``probability`` are (n,), ``weights`` (r, n).
    """
    order = np.argsort(probability, kind="stable")
    ascending = probability[order]
    others = np.where(positive[order], 0.0, weights[:, order])
    below = np.concatenate([np.zeros((len(weights), 1)), others.cumsum(axis=1)], axis=1)
    own = probability[positive]
    lower, upper = np.searchsorted(ascending, own, "left"), np.searchsorted(ascending, own, "right")
    beaten = (below[:, lower] + below[:, upper]) / 2
    drawn = weights[:, positive].astype(float)
    return _ratio((drawn * beaten).sum(axis=1), drawn.sum(axis=1) * below[:, -1], empty=np.nan)


def brier_of_rows(probabilities: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Return each sample's squared error ``sum over labels of (p - is true)^2``, (n,), between 0 and 2 (Brier 1950)."""
    rows = np.arange(len(truth))
    return (probabilities**2).sum(axis=1) - 2 * probabilities[rows, truth] + 1


def label_figures(truth: np.ndarray, probabilities: np.ndarray, labels: tuple[str, ...]) -> pd.DataFrame:
    """Return the figures of each label, by scikit-learn.

    Returns:
        index ``label``: ``n`` (rows that carry it), ``precision`` (NaN where it is never named), ``recall`` (NaN where
        it never occurs), ``f1`` (NaN where neither), ``auc`` (one against the rest) and ``average_precision``.
    """
    from sklearn.metrics import average_precision_score, precision_recall_fscore_support

    numbers = np.arange(len(labels))
    named = probabilities.argmax(axis=1)
    precision, recall, f1, n = precision_recall_fscore_support(truth, named, labels=numbers, zero_division=np.nan)
    present = n > 0
    return pd.DataFrame(
        {
            "n": n.astype(int),
            "precision": precision,
            "recall": recall,
            "f1": f1,
            "auc": [chance_larger(probabilities[:, number], truth == number) for number in numbers],
            "average_precision": [
                average_precision_score(truth == number, probabilities[:, number]) if present[number] else np.nan
                for number in numbers
            ],
        },
        index=pd.Index(labels, name="label"),
    )


def precision_recall_points(truth: np.ndarray, probabilities: np.ndarray, labels: tuple[str, ...]) -> pd.DataFrame:
    """Return precision against recall of each label that occurs, by scikit-learn, thinned to :data:`CURVE_POINTS`.

    ``recall`` ascends; ``threshold`` is the least probability that names the ``label``, infinite at recall 0.
    """
    from sklearn.metrics import precision_recall_curve

    parts = []
    for number, label in enumerate(labels):
        positive = truth == number
        if not positive.any():
            continue
        precision, recall, threshold = precision_recall_curve(positive, probabilities[:, number])
        curve = pd.DataFrame(
            {"label": label, "recall": recall, "precision": precision, "threshold": np.append(threshold, np.inf)}
        )
        parts.append(_thinned(curve.iloc[::-1]))
    columns = {"label": object, "recall": float, "precision": float, "threshold": float}
    if not parts:
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in columns.items()})
    return pd.concat(parts, ignore_index=True)


def _thinned(curve: pd.DataFrame) -> pd.DataFrame:
    if len(curve) <= CURVE_POINTS:
        return curve
    # Even steps of recall, not of rows: most rows lie at recall 1, among the samples of other labels.
    places = np.searchsorted(curve["recall"].to_numpy(), np.linspace(0, 1, CURVE_POINTS))
    return curve.iloc[np.unique(np.minimum(places, len(curve) - 1))]


def _ratio(numerator: np.ndarray, denominator: np.ndarray, *, empty: float = 0.0) -> np.ndarray:
    numerator, denominator = np.broadcast_arrays(np.asarray(numerator, float), np.asarray(denominator, float))
    return np.divide(numerator, denominator, out=np.full(numerator.shape, empty), where=denominator > 0)
