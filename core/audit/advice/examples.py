"""The samples that stand for a group: those in the middle of it, which look most like all the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.embed.likeness import Vectors, likeness


@dataclass(frozen=True)
class Typical:
    """Chooses the samples that stand for a group.

    Attributes:
        vectors: one row a sample.
        row_of: row of each sample by its id.
        glitches: the glitch that each row shows; of several samples of one glitch only one is chosen. None where each
            sample is a glitch of its own.
    """

    vectors: Vectors
    row_of: Mapping[str, int]
    glitches: np.ndarray | None = None

    def __call__(self, sample_ids: Sequence[str], count: int) -> tuple[str, ...]:
        """Return at most ``count`` of the ids, those nearest to the middle of all of them first."""
        known = [name for name in sample_ids if name in self.row_of]
        rows = np.array([self.row_of[name] for name in known], dtype=int)
        if not len(rows):
            return ()
        order = np.argsort(-self._nearness(rows), kind="stable")
        if self.glitches is not None:
            order = order[np.sort(np.unique(self.glitches[rows][order].astype(str), return_index=True)[1])]
        return tuple(str(known[place]) for place in order[:count])

    def _nearness(self, rows: np.ndarray) -> np.ndarray:
        """Return how like each row is to the middle of the rows, a view that was only filled in counting less."""
        matrix, weights = self.vectors.matrix[rows], self.vectors.weights
        if weights is None:
            return matrix @ matrix.mean(axis=0)
        own = weights[rows]
        blocks = matrix.reshape(*own.shape, -1)
        middle = (blocks * own[:, :, None]).mean(axis=0).reshape(1, -1)
        anywhere = (own.max(axis=0, keepdims=True) > 0).astype(np.float32)
        return likeness(matrix, middle, weights=own, other_weights=anywhere)[:, 0]
