"""Whether two labels can be told apart: a cross-validated probe, against its permutation null."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.statistics.permutation import chance_of_as_much

_FOLDS, _REPEATS = 5, 3
_RIDGE = 0.05
_COMPONENTS = 60


@dataclass(frozen=True)
class Probe:
    """How well a classifier tells two labels apart on glitches that it has not seen.

    ``chance_right`` is the chance that, shown one glitch of each label, it says rightly which is which (area under the
    ROC curve), with its 95 % interval; ``p_value`` that of no difference, by shuffling the labels; ``p_equivalent``
    that of the chance being as large as the margin; ``n`` the glitches.
    """

    chance_right: float
    low: float
    high: float
    p_value: float
    p_equivalent: float
    n: int


@dataclass(frozen=True)
class FoldedRegression:
    """Kernel ridge regression with its folds fixed, so that its predictions are linear in the targets.

    ``folds`` are the tested units of each fold, all repeats in one list; a fold's predictions are ``weights @
    targets``, with weights (tested, units).
    """

    folds: tuple[np.ndarray, ...]
    weights: tuple[np.ndarray, ...]


def fold_regression(features: np.ndarray, *, random: np.random.Generator, repeats: int = _REPEATS) -> FoldedRegression:
    """Return a kernel ridge regression on folds of units, for any number of targets at once.

    The kernel is the sum of a linear one, which finds shifts, and a Gaussian one as wide as the median distance, which
    finds rings and islands. ``features`` is float (m, d), prepared by :func:`prepare_features`; ``repeats`` is how
    often the units are divided into folds anew.
    """
    kernel = _kernel(features)
    count = len(features)
    folds, weights = [], []
    for _ in range(repeats):
        for tested in np.array_split(random.permutation(count), min(_FOLDS, count)):
            trained = np.setdiff1d(np.arange(count), tested)
            inner = kernel[np.ix_(trained, trained)]
            inner = inner + _RIDGE * np.trace(inner) / len(trained) * np.eye(len(trained))
            # Centring the targets of the training units stands for the intercept.
            solved = np.linalg.solve(inner, kernel[np.ix_(trained, tested)]).T
            row = np.zeros((len(tested), count))
            row[:, trained] = solved - solved.mean(axis=1, keepdims=True) + 1 / len(trained)
            folds.append(tested)
            weights.append(row)
    return FoldedRegression(tuple(folds), tuple(weights))


def prepare_features(values: np.ndarray) -> np.ndarray | None:
    """Return features (m, d) for the probe: leading components float64 (m, k), or None where no column is left.

    Columns that are missing for more than half, or that do not vary, are dropped; other gaps get the median. Each
    principal component is divided by the square root of its spread: half-way to whitening, so that a difference in a
    quiet direction counts while noise is not blown up.
    """
    values = np.asarray(values, dtype=np.float64)
    known = np.isfinite(values)
    kept = known.mean(axis=0) > 0.5
    values = values[:, kept]
    if not values.shape[1]:
        return None
    middle = np.nanmedian(values, axis=0)
    values = np.where(known[:, kept], values, middle)
    values = values - values.mean(axis=0)
    left, sizes = leading_components(values, min(_COMPONENTS, max(1, len(values) // 3)))
    strong = sizes > max(1e-6 * sizes.max(initial=0), 1e-9)
    return left[:, strong] * np.sqrt(sizes[strong]) if strong.any() else None


def leading_components(centred: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return left singular vectors (m, k) and singular values (k,), largest first, of centred rows (m, d).

    From the smaller product of the matrix with itself: several times faster, and exact enough for components of more
    than a millionth of the largest.
    """
    from scipy.linalg import eigh

    rows, columns = centred.shape
    smaller = min(rows, columns)
    if not smaller:
        return np.zeros((rows, 0)), np.zeros(0)
    product = centred @ centred.T if rows <= columns else centred.T @ centred
    squares, vectors = eigh(product, subset_by_index=(smaller - min(count, smaller), smaller - 1))
    sizes, vectors = np.sqrt(np.maximum(squares[::-1], 0)), vectors[:, ::-1]
    if rows <= columns:
        return vectors, sizes
    return centred @ vectors / np.maximum(sizes, 1e-12), sizes


def probe(
    features: np.ndarray, second: np.ndarray, *, margin: float, permutations: int, random: np.random.Generator
) -> Probe:
    """Tell two labels apart by cross-validation, and judge the outcome against shuffled labels.

    ``features`` is float (m, k), one row a glitch, from :func:`prepare_features`; ``second`` bool (m,), which glitches
    carry the second label; ``margin`` the chance to be right that equivalence is tested against.
    """
    second = np.asarray(second, dtype=bool)
    count, ones = len(second), int(second.sum())
    shuffled = np.stack([random.permutation(second) for _ in range(permutations)], axis=1)
    targets = np.column_stack([second, shuffled])
    right = _chance_right(fold_regression(features, random=random), targets)
    found, null = float(right[0]), right[1:]
    # What cross-validation adds to the textbook spread is measured where there is nothing to find.
    inflation = max(1.0, float(null.std()) / _spread(0.5, ones, count - ones))
    from scipy.stats import norm

    half = 1.96 * inflation * _spread(found, ones, count - ones)
    return Probe(
        chance_right=found,
        low=max(0.0, found - half),
        high=min(1.0, found + half),
        p_value=chance_of_as_much(found, null),
        p_equivalent=float(norm.cdf((found - margin) / (inflation * _spread(margin, ones, count - ones)))),
        n=count,
    )


def _chance_right(regression: FoldedRegression, targets: np.ndarray) -> np.ndarray:
    """Return the area under the ROC curve within folds for each column of ``targets``, bool (m, B) -> (B,)."""
    from scipy.stats import rankdata

    won = np.zeros(targets.shape[1])
    pairs = np.zeros(targets.shape[1])
    values = targets.astype(np.float64)
    for tested, weights in zip(regression.folds, regression.weights, strict=True):
        ranks = rankdata(weights @ values, axis=0)
        ones = targets[tested]
        count = ones.sum(axis=0)
        won += (ranks * ones).sum(axis=0) - count * (count + 1) / 2
        pairs += count * (len(tested) - count)
    return np.divide(won, pairs, out=np.full(len(won), 0.5), where=pairs > 0)


def _spread(chance: float, first: int, second: int) -> float:
    """Return the standard error of an area under the ROC curve (Hanley and McNeil 1982)."""
    chance = min(max(chance, 0.01), 0.99)
    both_first = chance / (2 - chance) - chance**2
    both_second = 2 * chance**2 / (1 + chance) - chance**2
    variance = chance * (1 - chance) + (first - 1) * both_first + (second - 1) * both_second
    return float(np.sqrt(variance / (first * second)))


def _kernel(features: np.ndarray) -> np.ndarray:
    products = features @ features.T
    squares = np.diag(products)
    distances = np.maximum(squares[:, None] + squares[None, :] - 2 * products, 0)
    above = distances[np.triu_indices(len(features), 1)]
    middle = max(float(np.median(above)) if len(above) else 1.0, 1e-12)
    linear = products / max(float(squares.mean()), 1e-12)
    return linear + np.exp(-distances / middle)
