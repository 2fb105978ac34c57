"""Probability of each label for each sample, from all samples but itself, its siblings and its near duplicates.

Kernel ridge regression of the labels' indicators on the embedding (least-squares support vector machine, Suykens and
Vandewalle 1999; Rasmussen and Williams 2006, section 6.5). Its predictions with one group left out have a closed form,
so every group is a fold at the cost of one fit: for the rows G of a group, hat matrix H and fitted values F they are
``(I - H_GG)^-1 (F_G - H_GG Y_G)`` (Allen 1974 for single rows). No folds are drawn by chance, so none are repeated.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from core.embed.likeness import likeness, pair_likeness
from core.progress import OnProgress, ignore_progress
from core.space.artifacts import load_artifact, save_artifact
from core.statistics.softmax import log_softmax

_BLOCK_ROWS = 4096
# Features of all samples together stay below 400 MB.
_MOST_FEATURES, _FEWEST_LANDMARKS = 100_000_000, 200
# Pairs of which the typical distance is the median.
_PAIRS = 20_000
_TINY = 1e-6
_KIND = "smoother"


@dataclass(frozen=True)
class Smoother:
    """A linear smoother ``F = H Y`` with ``H = U diag(shrink) U'``, and which rows leave together.

    ``basis`` is ``U``, float32 (n, r) with orthonormal columns; ``shrink`` float32 (r,), 0 to 1; ``groups`` int (n,).
    """

    basis: np.ndarray
    shrink: np.ndarray
    groups: np.ndarray

    def project(self, targets: np.ndarray) -> np.ndarray:
        """Return what :meth:`left_out` needs of the targets of all rows, float (n, k): ``U' Y``, float32 (r, k)."""
        return self.basis.T @ targets.astype(np.float32, copy=False)

    def left_out(
        self, targets: np.ndarray, *, rows: np.ndarray | None = None, projection: np.ndarray | None = None
    ) -> np.ndarray:
        """Predict rows of ``targets``, float (n, k), from the rows of all other groups, float32 (n, k).

        ``rows`` int (m,): predict only those, (m, k), at a cost that goes with their number; ``projection``: what
        :meth:`project` gives for ``targets``, where it is known already.
        """
        targets = targets.astype(np.float32, copy=False)
        projection = self.project(targets) if projection is None else projection
        if rows is None:
            return self._left_out(slice(None), targets, projection)
        whole = np.flatnonzero(np.isin(self.groups, self.groups[rows]))
        return self._left_out(whole, targets, projection)[np.searchsorted(whole, rows)]

    @cached_property
    def _leverage(self) -> np.ndarray:
        # What a row weighs in its own fitted value, H_ii: all that a row without siblings needs to be left out.
        return np.einsum("ij,ij,j->i", self.basis, self.basis, self.shrink)

    def _left_out(self, whole: np.ndarray | slice, targets: np.ndarray, projection: np.ndarray) -> np.ndarray:
        # ``whole`` holds every row of each of its groups.
        basis, given, leverage = self.basis[whole], targets[whole], self._leverage[whole, None]
        fitted = basis @ (self.shrink[:, None] * projection)
        result = (fitted - leverage * given) / (1 - leverage)
        for rows in _rows_by_size(self.groups[whole]):
            if rows.shape[1] == 1:
                continue
            if rows.shape[1] > len(self.shrink):
                for group in rows:
                    result[group] = self._without(basis[group], given[group], projection)
                continue
            own = basis[rows]
            block = (own * self.shrink) @ own.transpose(0, 2, 1)
            rest = fitted[rows] - block @ given[rows]
            result[rows] = np.linalg.solve(np.eye(rows.shape[1], dtype=np.float32) - block, rest)
        return result

    def _without(self, own: np.ndarray, given: np.ndarray, projection: np.ndarray) -> np.ndarray:
        # For groups larger than the basis, solving in the basis is the smaller problem.
        own = own.astype(float)
        shrink = np.maximum(self.shrink.astype(float), _TINY)
        left = np.diag(1 / shrink) - own.T @ own
        return (own @ np.linalg.solve(left, projection - own.T @ given)).astype(np.float32)


def save_smoother(smoother: Smoother, folder: Path) -> None:
    """Write the smoother into ``folder``."""
    arrays = {"basis": smoother.basis, "shrink": smoother.shrink, "groups": smoother.groups}
    save_artifact(folder, kind=_KIND, arrays=arrays, facts={})


def load_smoother(folder: Path) -> Smoother:
    """Read what :func:`save_smoother` wrote; raises GlitchAuditError where it is missing or damaged."""
    arrays, _ = load_artifact(folder, kind=_KIND)
    return Smoother(**arrays)


def make_smoother(
    matrix: np.ndarray,
    groups: np.ndarray,
    *,
    width: float,
    ridge: float,
    landmarks: int,
    seed: int,
    even_share: float = 0.0,
    weights: np.ndarray | None = None,
    on_progress: OnProgress = ignore_progress,
) -> Smoother:
    """Return the regression's smoother, which knows the samples' places but not their labels.

    The kernel is ``exp(-distance / width)`` plus 1 for a constant, with cosine distances in units of the typical
    one: a Gaussian on the unit sphere. A share ``even_share`` of the distance, less than 1, is that between
    :func:`evened` rows in units of theirs, which rows with negative values go without; the kernel is then a product
    of two Gaussians. Where views are missing a distance is 1 - likeness; such a kernel need not be positive
    definite, and its negative and tiny parts are left out. Beyond ``landmarks`` samples it is Nystroem's
    approximation (Williams and Seeger 2001). ``matrix`` is float32 (n, d), rows of length 1, or 0 for a sample
    without picture; ``groups`` int (n,), rows that leave together; ``weights`` as in
    :class:`core.embed.likeness.Vectors`; the others as in :class:`core.audit.suspects.model.SuspectParams`.
    """
    rows = len(matrix)
    random = np.random.default_rng([seed, 1])
    places = _place(matrix, weights, groups, width=width, even_share=even_share, seed=seed)
    landmarks = min(landmarks, max(_FEWEST_LANDMARKS, _MOST_FEATURES // max(rows, 1)))
    chosen = np.sort(random.permutation(rows)[:landmarks])
    values, vectors = np.linalg.eigh(_kernel(places, chosen, chosen).astype(float))
    keep = values > _TINY * values[-1]
    whitening = (vectors[:, keep] / np.sqrt(values[keep])).astype(np.float32)
    features = np.empty((rows, whitening.shape[1]), np.float32)
    for start in range(0, rows, _BLOCK_ROWS):
        on_progress(start, rows)
        block = slice(start, start + _BLOCK_ROWS)
        features[block] = _kernel(places, block, chosen) @ whitening
    values, vectors = np.linalg.eigh((features.T @ features).astype(float))
    keep = values > _TINY * values[-1]
    turned = (vectors[:, keep] / np.sqrt(values[keep])).astype(np.float32)
    on_progress(rows, rows)
    shrink = values[keep] / (values[keep] + ridge)
    return Smoother(features @ turned, shrink.astype(np.float32), groups)


def typical_distance(
    matrix: np.ndarray, groups: np.ndarray, *, seed: int = 0, weights: np.ndarray | None = None
) -> float:
    """Return the median distance of two samples of different groups; 1 where there are none or all are in one place."""
    random = np.random.default_rng([seed, 2])
    first, second = random.integers(len(matrix), size=(2, _PAIRS))
    apart = groups[first] != groups[second]
    if not apart.any():
        return 1.0
    distances = 1 - pair_likeness(matrix, first[apart], second[apart], weights=weights)
    middle = float(np.median(distances))
    return middle if middle > _TINY else 1.0


def to_probabilities(predictions: np.ndarray, codes: np.ndarray) -> tuple[np.ndarray, float]:
    """Return log-probabilities ``softmax(sharpness * prediction)``, float32 (n, k), and the likeliest sharpness.

    ``predictions`` is float (n, k), out of sample; ``codes`` int (n,), the given labels.
    """
    from scipy.optimize import minimize_scalar

    rows = np.arange(len(codes))

    def loss(log_sharpness: float) -> float:
        return -float(log_softmax(np.exp(log_sharpness) * predictions)[rows, codes].mean())

    sharpness = float(np.exp(minimize_scalar(loss, bounds=(0, 4), method="bounded", options={"xatol": 0.01}).x))
    return log_softmax(sharpness * predictions), sharpness


def evened(matrix: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Return rows with their few large values brought nearer to the many small ones: float32 of the same shape.

    Each value becomes the fourth root of its size, with its sign (Perronnin, Sanchez and Mensink 2010 take the square
    root), and each view, or the whole row where ``weights`` is None, gets the length again that it had.
    """
    views = 1 if weights is None else weights.shape[1]
    blocks = np.asarray(matrix, np.float32).reshape(len(matrix), views, matrix.shape[1] // views)
    roots = np.copysign(np.sqrt(np.sqrt(np.abs(blocks))), blocks)
    lengths, before = (np.linalg.norm(values, axis=2, keepdims=True) for values in (roots, blocks))
    roots *= np.divide(before, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    return roots.reshape(matrix.shape)


@dataclass(frozen=True, eq=False)
class _Places:
    """Where the samples lie, and what a distance weighs in the kernel's exponent, plain and between evened rows."""

    matrix: np.ndarray
    weights: np.ndarray | None
    plain: float
    even: float


def _place(
    matrix: np.ndarray,
    weights: np.ndarray | None,
    groups: np.ndarray,
    *,
    width: float,
    even_share: float,
    seed: int,
) -> _Places:
    plain = (1 - even_share) / (width * typical_distance(matrix, groups, seed=seed, weights=weights))
    # Means of rectified values hide small ones behind few large ones; signed values do not, and their noise would grow.
    if not even_share or bool((matrix < 0).any()):
        return _Places(matrix, weights, plain, 0.0)
    some = np.sort(np.random.default_rng([seed, 4]).permutation(len(matrix))[:_BLOCK_ROWS])
    few = None if weights is None else weights[some]
    typical = typical_distance(evened(matrix[some], few), groups[some], seed=seed, weights=few)
    return _Places(matrix, weights, plain, even_share / (width * typical))


def _kernel(places: _Places, rows: np.ndarray | slice, centres: np.ndarray) -> np.ndarray:
    weights = places.weights
    sides = (None, None) if weights is None else (weights[rows], weights[centres])
    some, others = places.matrix[rows], places.matrix[centres]
    total = _distances(some, others, sides) * -np.float32(places.plain)
    if places.even:
        between = _distances(evened(some, sides[0]), evened(others, sides[1]), sides)
        total -= between * np.float32(places.even)
    return np.exp(total, out=total) + 1


def _distances(rows: np.ndarray, others: np.ndarray, sides: tuple[np.ndarray | None, np.ndarray | None]) -> np.ndarray:
    distances = 1 - likeness(rows, others, weights=sides[0], other_weights=sides[1])
    return np.maximum(distances, 0, out=distances)


def _rows_by_size(groups: np.ndarray) -> list[np.ndarray]:
    # One array (groups, size) for each size of group, so that equal ones are solved together.
    order = np.argsort(groups, kind="stable")
    _, first, sizes = np.unique(groups[order], return_index=True, return_counts=True)
    found = []
    for size in np.unique(sizes):
        starts = first[sizes == size]
        per_batch = max(1, 2_000_000 // (size * size))
        for begin in range(0, len(starts), per_batch):
            found.append(order[starts[begin : begin + per_batch, None] + np.arange(size)])
    return found
