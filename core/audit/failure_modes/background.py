"""How glitches scatter around the middle of their cluster, learnt from all clusters but the one that is judged.

A few dozen glitches cannot show in which of hundreds of directions of an embedding they hardly vary; the rest of the
data set can. Sample covariances make quiet directions too quiet and loud ones too loud; their eigenvalues are corrected
by the analytical shrinkage of Ledoit and Wolf (2020, "Analytical nonlinear shrinkage of large-dimensional covariance
matrices", Annals of Statistics 48).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_TINY = 1e-9
"""Eigenvalues below this share of the largest count as zero."""

_FEWEST, _FEWEST_CLUSTERS = 8, 3
"""Glitches of a cluster, and such clusters, from which a usual variance is known."""


@dataclass(frozen=True)
class Background:
    """A covariance matrix, by its axes.

    ``axes`` is float (d, r), orthonormal columns, the largest variance first; ``values`` float (r,), the variance along
    each; ``beyond`` the variance along every direction at right angles to all axes.
    """

    axes: np.ndarray
    values: np.ndarray
    beyond: float

    def undo(self, directions: np.ndarray) -> np.ndarray:
        """Return the inverse of the covariance times each column of ``directions`` (d, m)."""
        along = self.axes.T @ directions
        rest = directions - self.axes @ along
        return self.axes @ (along / self.values[:, None]) + rest / self.beyond


def background(rows: np.ndarray, clusters: np.ndarray) -> Background:
    """Return the covariance of rows (n, d) around the middles of their clusters int (n,), its eigenvalues shrunken.

    With fewer than two rows more than clusters there is nothing to learn from, and all directions count alike.
    """
    rows = np.asarray(rows, dtype=np.float64)
    numbers, place = np.unique(clusters, return_inverse=True)
    count, dimensions = len(rows) - len(numbers), rows.shape[1]
    if count < 2:
        return Background(np.zeros((dimensions, 0)), np.zeros(0), 1.0)
    middles = np.zeros((len(numbers), dimensions))
    np.add.at(middles, place, rows)
    centred = rows - (middles / np.bincount(place)[:, None])[place]
    if count < dimensions:
        squares, left = np.linalg.eigh(centred @ centred.T)
    else:
        squares, axes = np.linalg.eigh(centred.T @ centred)
    kept = np.flatnonzero(squares > _TINY * max(squares[-1], np.finfo(float).tiny))[-min(count, dimensions) :]
    if not len(kept):
        return Background(np.zeros((dimensions, 0)), np.zeros(0), 1.0)
    axes = centred.T @ (left[:, kept] / np.sqrt(squares[kept])) if count < dimensions else axes[:, kept]
    values, beyond = shrunken(squares[kept] / count, count, dimensions)
    return Background(axes[:, ::-1], (values * _usual_share(centred @ axes, place))[::-1], beyond)


def _usual_share(along: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Return the median cluster's variance along each axis, along (n, r), place int (n,), as a share of the mean one.

    A direction in which a single cluster varies a lot then says nothing of the others.
    """
    count = np.bincount(place)
    squares = np.zeros((len(count), along.shape[1]))
    np.add.at(squares, place, along**2)
    large = count >= _FEWEST
    if large.sum() < _FEWEST_CLUSTERS:
        return np.ones(along.shape[1])
    variances = squares[large] / (count[large] - 1)[:, None]
    return np.maximum(np.median(variances, axis=0) / variances.mean(axis=0), 1e-6)


def shrunken(values: np.ndarray, count: int, dimensions: int) -> tuple[np.ndarray, float]:
    """Return the corrected eigenvalues of a sample covariance, and that of its null space.

    Ledoit and Wolf 2020, section 4. ``values`` is float (r,), ascending, greater than 0; ``count`` the degrees of
    freedom; of ``dimensions`` those beyond ``r`` have the eigenvalue 0 in the sample.
    """
    bandwidth = count ** (-1 / 3)
    widths = bandwidth * values[None, :]
    away = (values[:, None] - values[None, :]) / widths
    root = np.sqrt(5)
    density = (3 / 4 / root * np.maximum(1 - away**2 / 5, 0) / widths).mean(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        logarithm = (1 - away**2 / 5) * np.log(np.abs((root - away) / (root + away)))
    logarithm = np.where(np.isfinite(logarithm), logarithm, 0)
    hilbert = ((-3 / 10 / np.pi * away + 3 / 4 / root / np.pi * logarithm) / widths).mean(axis=1)
    if len(values) >= min(count, dimensions) and dimensions <= count:
        ratio = dimensions / count
        corrected = values / (
            (np.pi * ratio * values * density) ** 2 + (1 - ratio - np.pi * ratio * values * hilbert) ** 2
        )
        return corrected, float(corrected[0])
    missing = dimensions - len(values)
    wide = root * bandwidth
    # Beyond a bandwidth of 1 / sqrt(5) (a dozen rows) the formula's logarithm does not exist.
    logarithm = np.log((1 + wide) / (1 - wide)) if wide < 1 else 2 * np.arctanh(0.99)
    hilbert_at_zero = (3 / 10 / bandwidth**2 + 3 / 4 / wide * (1 - 1 / 5 / bandwidth**2) * logarithm) / np.pi
    hilbert_at_zero *= (1 / values).mean()
    corrected = values / (np.pi**2 * values**2 * (density**2 + hilbert**2))
    beyond = 1 / (np.pi * missing / len(values) * hilbert_at_zero)
    return corrected, float(beyond)
