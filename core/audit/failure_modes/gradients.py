"""Whether one physical column orders the glitches of a label along a gradient that is long enough to matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.audit.failure_modes.params import FailureModeParams
from core.audit.failure_modes.probe import FoldedRegression, fold_regression, prepare_features
from core.audit.failure_modes.units import Evidence, Units, thinned_rows, units_of

_SHUFFLES = 200
_FEWEST_IN_LEVEL = 5


@dataclass(frozen=True)
class Gradient:
    """One physical column and the place of a label's glitches in the embedding.

    ``correlation`` is Spearman's, of the column and its prediction from the embedding, out of sample; ``p_value``
    against shuffled columns, 1 where the correlation is too small to matter; ``length`` the distance in the embedding
    from the fifth with the lowest to the fifth with the highest values; ``low``, ``high`` the column's medians there,
    in its units.
    """

    column: str
    correlation: float
    p_value: float
    length: float
    low: float
    high: float
    n: int


def gradients(
    evidence: Evidence, rows: np.ndarray, *, params: FailureModeParams, random: np.random.Generator
) -> list[Gradient]:
    """Return how well the embedding predicts each physical column among the rows of one label, the best first.

    What the nuisance factors (view, detector, run, split) explain of a column is taken out first. ``rows`` is int (m,);
    ``random`` draws folds and shuffles.
    """
    rows = thinned_rows(rows, evidence.groups, params.most_in_probe, random)
    units = units_of(evidence.groups[rows])
    vectors = units.mean(evidence.matrix[rows])
    features = prepare_features(vectors) if len(units) >= params.fewest_for_gradient else None
    if features is None:
        return []
    regression = fold_regression(features, random=random)
    found = []
    for name, values in evidence.physical.items():
        logarithms = units.mean(values[rows])
        known = np.isfinite(logarithms)
        if known.sum() < params.fewest_for_gradient or np.ptp(logarithms[known]) == 0:
            continue
        target = _cleaned(logarithms, evidence, rows, units)
        correlation, p_value = _correlation(regression, target, known, params.least_correlation, random)
        order = np.flatnonzero(known)[np.argsort(target[known], kind="stable")]
        fifth = len(order) // 5
        low, high = order[:fifth], order[-fifth:]
        found.append(
            Gradient(
                column=name,
                correlation=correlation,
                p_value=p_value,
                length=distance_between(vectors[low], vectors[high]),
                low=float(10 ** np.median(logarithms[low])),
                high=float(10 ** np.median(logarithms[high])),
                n=int(known.sum()),
            )
        )
    return sorted(found, key=lambda gradient: -gradient.correlation)


def distance_between(first: np.ndarray, second: np.ndarray) -> float:
    """Return the distance between the centres of two groups (m, d), less what scatter adds to it; at least 0."""
    difference = first.mean(axis=0) - second.mean(axis=0)
    scatter = sum(group.var(axis=0, ddof=1).sum() / len(group) for group in (first, second) if len(group) > 1)
    return float(np.sqrt(max(0.0, difference @ difference - scatter)))


def label_spacing(evidence: Evidence, rows_by_label: Sequence[np.ndarray]) -> float:
    """Return the median distance of a label's centre from the nearest other one; NaN for fewer than two labels.

    ``rows_by_label`` is int (m,) a label, its rows at home; labels with fewer than 5 do not count.
    """
    groups = [evidence.matrix[rows].astype(np.float64) for rows in rows_by_label if len(rows) >= _FEWEST_IN_LEVEL]
    if len(groups) < 2:
        return float("nan")
    from scipy.spatial.distance import cdist

    centres = np.array([group.mean(axis=0) for group in groups])
    scatter = np.array([group.var(axis=0, ddof=1).sum() / len(group) for group in groups])
    squares = np.maximum(0, cdist(centres, centres, "sqeuclidean") - scatter[:, None] - scatter[None, :])
    np.fill_diagonal(squares, np.inf)
    return float(np.median(np.sqrt(squares.min(axis=1)))) or float("nan")


def _correlation(
    regression: FoldedRegression, target: np.ndarray, known: np.ndarray, least: float, random: np.random.Generator
) -> tuple[float, float]:
    """Return correlation and p-value; what is below ``least`` is not worth shuffling for and gets the p-value 1."""
    from scipy.stats import norm, rankdata

    ranks = np.zeros(len(target))
    ranks[known] = rankdata(target[known])
    ranks[known] -= ranks[known].mean()
    found = float(_rank_correlations(regression, ranks[:, None], known)[0])
    if found < least:
        return found, 1.0
    shuffled = np.zeros((len(target), _SHUFFLES))
    for column in range(_SHUFFLES):
        shuffled[known, column] = random.permutation(ranks[known])
    null = _rank_correlations(regression, shuffled, known)
    # The null is smooth, so its mean and spread reach smaller p-values than counting shuffles could.
    return found, float(norm.sf((found - null.mean()) / max(float(null.std()), 1e-6)))


def _rank_correlations(regression: FoldedRegression, targets: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return Spearman's correlation of each column of centred ranks (m, B) with its prediction, (B,)."""
    from scipy.stats import rankdata

    total = np.zeros_like(targets)
    for tested, weights in zip(regression.folds, regression.weights, strict=True):
        total[tested] += weights @ targets
    predicted = rankdata(total[known], axis=0)
    predicted -= predicted.mean(axis=0)
    wanted = targets[known]
    spread = np.sqrt((predicted**2).sum(axis=0) * (wanted**2).sum(axis=0))
    return (predicted * wanted).sum(axis=0) / np.maximum(spread, 1e-12)


def _cleaned(values: np.ndarray, evidence: Evidence, rows: np.ndarray, units: Units) -> np.ndarray:
    """Return the values less the median of each level of each nuisance factor; rare levels stay as they are."""
    values = values.copy()
    for factor in evidence.nuisances.values():
        levels = level_of_units(factor[rows], units)
        for level in np.unique(levels):
            within = levels == level
            if np.isfinite(values[within]).sum() >= _FEWEST_IN_LEVEL:
                values[within] -= np.nanmedian(values[within])
    return values


def level_of_units(factor: np.ndarray, units: Units) -> np.ndarray:
    """Return the level of a factor for each unit, (m,): where its rows differ, all their levels as one name."""
    if len(units) == len(factor):
        return factor[np.argsort(units.position, kind="stable")]
    levels: list[set[str]] = [set() for _ in range(len(units))]
    for position, level in zip(units.position, factor, strict=True):
        levels[position].add(str(level))
    return np.array(["|".join(sorted(found)) for found in levels])
