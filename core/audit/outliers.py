"""Samples that look like nothing else in the data set."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.audit.model import AuditInput

_NEAREST = 10
_SMALLEST = 1e-6
_MAD_TO_SIGMA = 1.4826
_FEWEST = 8


def find_outliers(case: AuditInput, *, nearest: int = _NEAREST) -> pd.DataFrame:
    """Return all samples, the most outlying first: index ``sample_id``; ``outlier_score``, ``distance``, ``chance``.

    ``distance`` is the mean cosine distance to the ``nearest`` neighbours of other glitches (Ramaswamy et al. 2000)
    with a view in common; the score is how many robust standard deviations (median and median absolute deviation) its
    logarithm lies above the data set's median; ``chance`` is how often an ordinary sample of a log-normal spread lies
    as far out. With fewer than 8 samples that have neighbours, score and chance are NaN; samples without a picture come
    last with NaN.
    """
    indices, distances = case.neighbours.indices, case.neighbours.distances.astype(float)
    glitches = np.asarray(case.glitches)
    empty = ~np.any(case.matrix, axis=1)
    own = glitches[indices] == glitches[:, None]
    unlike = own | empty[indices] | ~_comparable(case)
    distances = np.sort(np.where(unlike, np.nan, distances), axis=1)[:, :nearest]
    known = np.isfinite(distances).sum(axis=1)
    with np.errstate(invalid="ignore"):
        mean = np.where(known > 0, np.nansum(distances, axis=1) / np.maximum(known, 1), np.nan)
    mean[empty] = np.nan
    score = _robust_score(np.log(np.maximum(mean, _SMALLEST)))
    table = pd.DataFrame(
        {"outlier_score": score, "distance": mean, "chance": _upper_tail(score)}, index=case.samples.index
    )
    return table.sort_values(["outlier_score", "distance"], ascending=False, kind="stable", na_position="last")


def _comparable(case: AuditInput) -> np.ndarray:
    """Return whether each neighbour shares a view with the sample, bool (n, k), filled-in views counting as views."""
    indices = case.neighbours.indices
    if case.weights is None:
        return np.ones(indices.shape, bool)
    return np.einsum("iv,ijv->ij", case.weights, case.weights[indices]) > 0


def _robust_score(values: np.ndarray) -> np.ndarray:
    known = values[np.isfinite(values)]
    if len(known) < _FEWEST:
        return np.full(len(values), np.nan)
    middle = np.median(known)
    spread = _MAD_TO_SIGMA * np.median(np.abs(known - middle))
    # Where most samples are copies of each other the deviation is 0; then the standard deviation has to do.
    spread = spread or float(known.std())
    return (values - middle) / spread if spread > 0 else np.where(np.isfinite(values), 0.0, np.nan)


def _upper_tail(score: np.ndarray) -> np.ndarray:
    from scipy.special import ndtr

    return ndtr(-score)
