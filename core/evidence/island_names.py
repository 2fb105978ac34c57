"""What the islands of the map are called: the commonest label of each cluster, at the middle of the cluster."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.statistics import NOISE

PURE = 90
"""From this share of one label on, in per cent, a cluster goes by that label alone."""

_INNER = 0.02, 0.98
_LONGEST = 28


@dataclass(frozen=True)
class IslandName:
    """The name of one cluster on the map.

    Attributes:
        cluster: its number.
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
    """Return the names of the clusters on a map, the largest first; what lies between the clusters has none.

    ``coordinates`` is float (n, 2); ``clusters`` int (n,), -1 is noise; ``labels`` are the n samples' labels in the
    same order; ``visible`` bool (n,), the samples to count, all if not given.
    """
    counted = clusters != NOISE if visible is None else (clusters != NOISE) & visible
    rows = np.flatnonzero(counted)
    if not len(rows):
        return ()
    codes, texts = pd.factorize(labels)
    numbers, sizes = np.unique(clusters[rows], return_counts=True)
    parts = np.split(rows[np.argsort(clusters[rows], kind="stable")], np.cumsum(sizes)[:-1])
    found = [
        IslandName(
            cluster=int(cluster),
            text=_text(codes[part], texts),
            row=_middle(coordinates, part),
            samples=len(part),
            bounds=_bounds(coordinates, part),
        )
        for cluster, part in zip(numbers, parts, strict=True)
    ]
    return tuple(sorted(found, key=lambda name: (-name.samples, name.cluster)))


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
