"""How a rate goes with the channels of one group together: a Poisson regression with errors by day.

The same model as `core.detector.coupling.regression`, with one slope a member of the group. The members move together,
so that no single slope means much; their sum, which is all that is used, does.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from core.detector.coupling.nuisance import Design
from core.detector.coupling.regression import moment_dispersion

_STEPS = 60
_CLOSE = 1e-8
_FURTHEST = 2.0
_SLOPE_PRECISION = 1e-3


@dataclass(frozen=True, eq=False)
class GroupFit:
    """A fitted rate.

    Attributes:
        slopes: float64 (members,), change of the natural logarithm of the rate with one unit of each level.
        influence: float64 (days, members), how much they would change without each day.
        expected: float64 (bins,), expected counts; 0 where nothing was compared.
        used: bool (bins,).
    """

    slopes: np.ndarray
    influence: np.ndarray
    expected: np.ndarray
    used: np.ndarray

    def drawn(self, weights: np.ndarray) -> np.ndarray:
        """The slopes if each day counted ``weights`` (draws, days) times, to first order: float64 (draws, members)."""
        return self.slopes + (1 - weights) @ self.influence


def fit_group(counts: np.ndarray, livetime: np.ndarray, levels: np.ndarray, nuisance: Design) -> GroupFit:
    """Return how the rate of ``counts`` (bins,) in ``livetime`` (bins,), s, goes with ``levels`` (members, bins)."""
    used = (livetime > 0) & np.isfinite(levels).all(axis=0)
    design = nuisance
    for level in levels[::-1]:
        middle = float(level[used].mean()) if used.any() else 0.0
        design = design.with_channel(np.where(used, level - middle, 0.0))
    count = len(levels)
    ridge = np.where(np.arange(design.columns) < count, _SLOPE_PRECISION, design.ridge)
    design = dataclasses.replace(design, ridge=ridge)
    coefficients, expected, alpha = _fit(counts, livetime, design, used)
    weight = expected / (1 + alpha * expected)
    score = np.where(used, (counts - expected) / (1 + alpha * expected), 0.0)
    days, places = design.by_day, design.places
    by_day = (len(places), -1)
    blocks = design.blocks(weight)
    scores = np.einsum("dbc,db->dc", days, score.reshape(by_day))
    inverse = design.information(weight).inverse()
    held = inverse[places[:, :, None], places[:, None, :]]
    freed = np.linalg.solve(np.eye(places.shape[1]) - blocks @ held, scores[:, :, None])[:, :, 0]
    influence = -np.einsum("mdc,dc->dm", inverse[:count][:, places], freed)
    return GroupFit(coefficients[:count], influence, expected, used)


def _fit(
    counts: np.ndarray, livetime: np.ndarray, design: Design, used: np.ndarray
) -> tuple[np.ndarray, np.ndarray, float]:
    """Return coefficients, expected counts (bins,) and the dispersion: first as Poisson, then with that dispersion."""
    offset = np.log(np.where(used, livetime, 1.0))
    coefficients = np.zeros(design.columns + design.knots)
    start = max(float(counts[used].sum()), 0.5) / max(float(livetime[used].sum()), 1.0)
    coefficients[design.columns :] = np.log(start)
    alpha = 0.0
    for attempt in range(2):
        for _ in range(_STEPS):
            expected = _expected(design, coefficients, offset, used)
            score = np.where(used, (counts - expected) / (1 + alpha * expected), 0.0)
            gradient = design.sums(score) - design.pull(coefficients)
            step = design.information(expected / (1 + alpha * expected)).solve(gradient)
            largest = float(np.abs(step).max())
            coefficients = coefficients + step * min(1.0, _FURTHEST / max(largest, _CLOSE))
            if largest < _CLOSE:
                break
        expected = _expected(design, coefficients, offset, used)
        if attempt == 0:
            alpha = moment_dispersion(counts[used], expected[used])
    return coefficients, expected, alpha


def _expected(design: Design, coefficients: np.ndarray, offset: np.ndarray, used: np.ndarray) -> np.ndarray:
    return np.where(used, np.exp(np.clip(design.times(coefficients) + offset, -80, 30)), 0.0)
