"""What the islands of the map are called: the commonest label of each cluster, at the middle of the cluster.

An island on which no cluster was found goes by its commonest label as well.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import ndimage

from core.statistics import NOISE

PURE = 90
"""From this share of one label on, in per cent, a cluster goes by that label alone."""

_INNER = 0.02, 0.98
_CELLS = 48
"""Along the longer side of the map: samples in cells that touch hang together."""
_FEWEST = 5
"""So many samples of noise that lie apart from all clusters are an island."""
_LONGEST = 28


@dataclass(frozen=True)
class IslandName:
    """The name of one cluster on the map.

    Attributes:
        cluster: its number; -1 for an island without a cluster.
        text: its commonest label, with its share in per cent where the labels are mixed.
        row: the sample at which the name stands.
        samples: how many samples are named so.
        bounds: least x, greatest x, least y, greatest y of nearly all of them.
    """

    cluster: int
    text: str
    row: int
    samples: int
    bounds: tuple[float, float, float, float]


def island_names(
    coordinates: np.ndarray, clusters: np.ndarray, labels: pd.Series, *, visible: np.ndarray | None = None
) -> tuple[IslandName, ...]:
    """Return the names of the clusters on a map, the largest first; noise has none, except where it lies apart.

    ``coordinates`` is float (n, 2); ``clusters`` int (n,), -1 is noise; ``labels`` are the n samples' labels in the
    same order; ``visible`` bool (n,), the samples to count, all if not given.
    """
    named = _lone_islands(np.asarray(coordinates, np.float64), np.asarray(clusters))
    rows = np.flatnonzero(named != NOISE if visible is None else (named != NOISE) & visible)
    if not len(rows):
        return ()
    codes, texts = pd.factorize(labels)
    numbers, sizes = np.unique(named[rows], return_counts=True)
    parts = np.split(rows[np.argsort(named[rows], kind="stable")], np.cumsum(sizes)[:-1])
    found = [
        IslandName(
            cluster=max(int(cluster), NOISE),
            text=_text(codes[part], texts),
            row=_middle(coordinates, part),
            samples=len(part),
            bounds=_bounds(coordinates, part),
        )
        for cluster, part in zip(numbers, parts, strict=True)
    ]
    return tuple(sorted(found, key=lambda name: (-name.samples, name.cluster)))


def _lone_islands(coordinates: np.ndarray, clusters: np.ndarray) -> np.ndarray:
    """The clusters' numbers, with numbers below -1 for islands of noise alone."""
    low = coordinates.min(axis=0) if len(coordinates) else np.zeros(2)
    side = float(np.ptp(coordinates, axis=0).max()) / _CELLS if len(coordinates) else 0.0
    if side <= 0:
        return clusters
    across, up = np.floor((coordinates - low) / side).astype(int).T
    occupied = np.zeros((_CELLS + 1, _CELLS + 1), bool)
    occupied[across, up] = True
    islands = ndimage.label(occupied, structure=np.ones((3, 3)))[0][across, up]
    noise = clusters == NOISE
    samples, clustered = np.bincount(islands), np.bincount(islands, weights=~noise)
    lone = (clustered == 0) & (samples >= _FEWEST)
    return np.where(lone[islands], NOISE - islands, clusters)


def _text(codes: np.ndarray, texts: pd.Index) -> str:
    counts = np.bincount(codes[codes >= 0], minlength=len(texts))
    if not counts.any():
        return "no label"
    first = int(np.argmax(counts))
    share = round(100 * counts[first] / len(codes))
    label = str(texts[first])
    label = label if len(label) <= _LONGEST else f"{label[: _LONGEST - 1]}…"
    return label if share >= PURE else f"{label} {share} %"


def _middle(coordinates: np.ndarray, rows: np.ndarray) -> int:
    """The sample nearest to the middle of these: the middle itself may lie where none of them is."""
    places = np.asarray(coordinates[rows], np.float64)
    return int(rows[np.argmin(np.hypot(*(places - np.median(places, axis=0)).T))])


def _bounds(coordinates: np.ndarray, rows: np.ndarray) -> tuple[float, float, float, float]:
    (left, bottom), (right, top) = np.quantile(np.asarray(coordinates[rows], np.float64), _INNER, axis=0)
    return float(left), float(right), float(bottom), float(top)
