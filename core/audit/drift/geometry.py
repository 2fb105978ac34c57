"""Unroll a set of samples along its neighbour graph: where each lies on the curve, and how much of a curve it is.

Isomap (Tenenbaum, de Silva and Langford 2000): the distance between samples is the length of the shortest path over
links between near neighbours, so a bent curve is measured along its bend; classical scaling gives coordinates. Large
sets are scaled by landmarks (de Silva and Tenenbaum 2003).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.statistics.entropy import entropy_bits

LANDMARKS = 300
"""Samples from which paths are measured; larger sets place the others by their distances to these."""

_ENDS = 0.1
_PARTS = 10


@dataclass(frozen=True)
class Unrolled:
    """A set of samples laid out along its longest extent.

    ``coordinate`` is float64 (m,), the place along the curve in the embedding's distance, of arbitrary sign. The other
    figures are those of :class:`core.audit.drift.model.OneDimensional`; NaN for fewer than 3 samples, or where none
    differ.
    """

    coordinate: np.ndarray
    length_to_width: float = float("nan")
    share: float = float("nan")
    continuity: float = float("nan")
    evenness: float = float("nan")


def unroll(vectors: np.ndarray, *, neighbours: int, rng: np.random.Generator) -> Unrolled:
    """Unroll samples, float (m, d), along the graph that links each one to its nearest ``neighbours``.

    ``rng`` draws the landmarks of a set larger than :data:`LANDMARKS`.
    """
    count = len(vectors)
    nothing = Unrolled(np.zeros(count))
    if count < 2:
        return nothing
    extent = float(np.linalg.norm(vectors - vectors[0], axis=1).max())
    if not extent > 0:
        return nothing
    indices, lengths = _links(vectors, min(neighbours, count - 1))
    # A link of length 0 would be no link: duplicates are a hair apart.
    graph = _joined(vectors, indices, lengths + 1e-9 * extent)
    landmarks = np.arange(count) if count <= LANDMARKS else np.sort(rng.choice(count, LANDMARKS, replace=False))
    from scipy.sparse.csgraph import dijkstra

    squared = dijkstra(graph, directed=False, indices=landmarks) ** 2
    among = squared[:, landmarks]
    column_means = among.mean(axis=1)
    centred = -0.5 * (among - column_means[:, None] - column_means[None, :] + among.mean())
    values, directions = np.linalg.eigh(centred)
    first = values[-1]
    if not first > 0:
        return nothing
    coordinate = -0.5 * (directions[:, -1] / np.sqrt(first)) @ (squared - column_means[:, None])
    if count == 2:
        return Unrolled(coordinate)
    positive = values[values > 0]
    # Points on a line have no second coordinate but rounding.
    second = max(float(values[-2]), 1e-9 * float(first))
    return Unrolled(
        coordinate=coordinate,
        length_to_width=float(np.sqrt(first / second)),
        share=float(first / positive.sum()),
        continuity=_continuity(coordinate, indices),
        evenness=_evenness(coordinate),
    )


def _links(vectors: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    from sklearn.neighbors import NearestNeighbors

    # Duplicates are at distance 0 from each other; asking without giving the points leaves each sample itself out.
    search = NearestNeighbors(n_neighbors=count, algorithm="brute").fit(np.asarray(vectors, dtype=np.float64))
    lengths, indices = search.kneighbors()
    return indices, lengths


def _joined(vectors: np.ndarray, indices: np.ndarray, lengths: np.ndarray) -> Any:
    """Return the links as a graph, its pieces joined where they come nearest to each other."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components
    from sklearn.metrics import pairwise_distances_argmin_min

    count, degree = indices.shape
    first, second, length = np.repeat(np.arange(count), degree), indices.ravel(), lengths.ravel()
    while True:
        # A pair that chose each other is there twice, with one length: the larger of both, not the sum.
        weights = csr_matrix((length, (first, second)), shape=(count, count))
        graph = weights.maximum(weights.T)
        pieces, piece = connected_components(graph, directed=False)
        if pieces == 1:
            return graph
        inside = np.flatnonzero(piece == np.argmin(np.bincount(piece)))
        outside = np.flatnonzero(piece != piece[inside[0]])
        nearest, gap = pairwise_distances_argmin_min(vectors[inside], vectors[outside])
        best = int(np.argmin(gap))
        first = np.append(first, inside[best])
        second = np.append(second, outside[nearest[best]])
        length = np.append(length, gap[best])


def apartness(coordinate: np.ndarray, near: np.ndarray, inside: np.ndarray) -> float:
    """Return the share of the nearest samples of those in the middle of a curve that are on the curve themselves.

    A strip cut out of a broad cloud has neighbours beside it; a curve has others only at its ends. NaN where nobody is
    in the middle, or near. ``coordinate`` is float (m,), place along the curve; ``near`` int (m, k), rows of the
    nearest samples of all; ``inside`` bool (n,), the rows on the curve.
    """
    skipped = int(_ENDS * len(coordinate))
    middle = np.argsort(coordinate, kind="stable")[skipped : len(coordinate) - skipped]
    found = inside[near[middle]]
    return float(found.mean()) if found.size else float("nan")


def _evenness(coordinate: np.ndarray) -> float:
    counts = np.histogram(coordinate, _PARTS)[0]
    return 2 ** entropy_bits(counts) / _PARTS


def _continuity(coordinate: np.ndarray, indices: np.ndarray) -> float:
    count, degree = indices.shape
    rank = np.empty(count, dtype=int)
    rank[np.argsort(coordinate, kind="stable")] = np.arange(count)
    ends = np.sort(np.stack([np.repeat(rank, degree), rank[indices.ravel()]]), axis=0)
    # Links across the gap after each place: those that began so far less those that ended.
    begun = np.bincount(ends[0], minlength=count) - np.bincount(ends[1], minlength=count)
    across = np.cumsum(begun)[:-1]
    skipped = int(_ENDS * len(across))
    inner = across[skipped : len(across) - skipped]
    # On a string of beads half of the links go each way: the j-th next one crosses j gaps, from either side.
    half = degree / 2
    return float(inner.min() / max(np.median(inner), half * (half + 1)))
