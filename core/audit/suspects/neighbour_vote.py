"""What a sample's neighbours are called: the vote that a moderator can check by looking at the pictures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.space.neighbours import Neighbours


@dataclass(frozen=True)
class Voters:
    """The nearest samples of other groups, int (n, k) rows, and the weight of their votes, float32 (n, k).

    The weights sum to 1, or to 0 for a sample without any neighbour of another group.
    """

    indices: np.ndarray
    weights: np.ndarray

    def shares(self, codes: np.ndarray, classes: int, *, rows: np.ndarray | slice = slice(None)) -> np.ndarray:
        """Return the share of each label in the vote on ``rows``, by default all, float32 (rows, classes)."""
        indices, weights = self.indices[rows], self.weights[rows]
        count = len(indices)
        cells = (np.arange(count)[:, None] * classes + codes[indices]).ravel()
        votes = np.bincount(cells, weights=weights.ravel(), minlength=count * classes)
        return votes.reshape(count, classes).astype(np.float32)

    def disagreement(self, codes: np.ndarray) -> np.ndarray:
        """Return the share of the vote for other labels than the given one, float (n,); 0 where nobody votes."""
        return (self.weights * (codes[self.indices] != codes[:, None])).sum(axis=1, dtype=float)


def choose_voters(neighbours: Neighbours, groups: np.ndarray, *, count: int) -> Voters:
    """Choose who votes on each sample: its ``count`` nearest neighbours of other groups, int (n,).

    The farthest of them has ``1 / e^2`` times the weight of a voter at distance 0.
    """
    indices, distances = neighbours.indices, neighbours.distances.astype(np.float32)
    same = groups[indices] == groups[:, None]
    order = np.argsort(same, axis=1, kind="stable")[:, :count]
    indices = np.take_along_axis(indices, order, axis=1)
    distances = np.take_along_axis(distances, order, axis=1)
    out = np.take_along_axis(same, order, axis=1)
    reach = np.where(out, 0, distances).max(axis=1, keepdims=True, initial=0)
    weights = np.where(out, 0, np.exp(-2 * distances / np.where(reach > 0, reach, 1)))
    total = weights.sum(axis=1, keepdims=True)
    return Voters(indices, np.divide(weights, total, out=np.zeros_like(weights), where=total > 0).astype(np.float32))
