"""Likeness search: every sample, in the order of how much it is like some examples and unlike others.

A sample's score is its mean likeness to the examples that are wanted, less what its nearest unwanted example exceeds
its nearest wanted one by:

    score(x) = mean over p of likeness(x, p) - max(0, max over n of likeness(x, n) - max over p of likeness(x, p)).

So an unwanted example costs only what lies nearer to it than to any wanted one. To take away a share of the mean
likeness to the unwanted ones everywhere (Rocchio 1971) costs right samples too, as look-alikes lie close together:
benchmarks/likeness_search.py compares the two, and the plain nearest neighbour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from core.embed.combine import unit_rows
from core.embed.likeness import Vectors
from core.errors import GlitchAuditError

# Few and large products: BLAS spends on each call, and the memory of one is rows times examples.
_BLOCK_ROWS = 65_536
_SEEN = 1.0


@dataclass(frozen=True)
class SearchIndex:
    """Samples that can be searched.

    ``matrix`` is float32 (n, views * d), as in :class:`core.embed.likeness.Vectors`; ``scale`` float32 (n, views), by
    which each block of a row is multiplied to be as long as its weight, 0 where there is nothing; ``weights`` float32
    (n, views), 1 where a view was seen. Made once, because it looks at all of the matrix.
    """

    matrix: np.ndarray
    scale: np.ndarray
    weights: np.ndarray

    @property
    def views(self) -> int:
        """How many blocks a row has."""
        return self.weights.shape[1]


@dataclass(frozen=True)
class Ranked:
    """Rows int (m,), most like what was asked for first, with their ``scores`` float32 (m,)."""

    rows: np.ndarray
    scores: np.ndarray


def make_index(vectors: Vectors, *, views: int = 1) -> SearchIndex:
    """Return the samples ready to be searched; ``views`` is how many blocks a row has, where no weights tell.

    Raises ValueError where the rows cannot be cut into so many blocks.
    """
    matrix = np.asarray(vectors.matrix, np.float32)
    if vectors.weights is not None:
        views = vectors.weights.shape[1]
    if views < 1 or matrix.shape[1] % views:
        raise ValueError(f"rows of {matrix.shape[1]} values are not {views} views of equal length")
    lengths = np.empty((len(matrix), views), np.float32)
    width = matrix.shape[1] // views
    for view in range(views):
        block = matrix[:, view * width : (view + 1) * width]
        lengths[:, view] = np.sqrt(np.einsum("ij,ij->i", block, block))
    there = lengths > 0
    weights = np.where(there, 1 if vectors.weights is None else vectors.weights, 0).astype(np.float32)
    return SearchIndex(matrix, np.divide(weights, lengths, out=np.zeros_like(lengths), where=there), weights)


def examples_of(index: SearchIndex, rows: Sequence[int] | np.ndarray) -> SearchIndex:
    """Return some samples of the index, as examples."""
    chosen = np.asarray(rows, dtype=int)
    return SearchIndex(index.matrix[chosen], index.scale[chosen], index.weights[chosen])


def example_of_views(index: SearchIndex, features: np.ndarray, blocks: Sequence[int]) -> SearchIndex:
    """Return an example that is no sample of the index: ``features`` (m, d) of one glitch, in these ``blocks``.

    Raises ValueError where they are not as wide as the views of the index.
    """
    width = index.matrix.shape[1] // index.views
    if np.shape(features) != (len(blocks), width):
        raise ValueError(f"features {np.shape(features)} for {len(blocks)} views of {width} values")
    row = np.zeros((1, index.views, width), np.float32)
    weights = np.zeros((1, index.views), np.float32)
    row[0, list(blocks)] = unit_rows(features)
    weights[0, list(blocks)] = np.any(row[0, list(blocks)], axis=1)
    return SearchIndex(row.reshape(1, -1), weights, weights)


def joined(examples: Sequence[SearchIndex]) -> SearchIndex:
    """Return the examples of several sources as one; at least one source."""
    return SearchIndex(
        *(np.concatenate([getattr(one, name) for one in examples]) for name in ("matrix", "scale", "weights"))
    )


def search(
    index: SearchIndex,
    like: SearchIndex,
    unlike: SearchIndex | None = None,
    *,
    view: int | None = None,
    allowed: np.ndarray | None = None,
) -> Ranked:
    """Return the allowed samples, the most like the wanted examples first; of equal scores the earlier row.

    What cannot be compared is left out: a sample without any picture, and with one ``view`` (its number) also samples
    of which that view was not seen. ``allowed`` is bool (n,), None for all. Raises GlitchAuditError where no wanted
    example can be compared.
    """
    like = _comparable(like, view)
    if not len(like.matrix):
        raise GlitchAuditError(
            "None of the samples that you want more of has a picture to compare, in the view that was asked for: add "
            "another one, or compare all views."
        )
    scores = _mean_less_excess(index, like, None if unlike is None else _comparable(unlike, view), view)
    usable = _has(index, view)
    if allowed is not None:
        usable &= allowed
    rows = np.flatnonzero(usable)
    order = _highest_first(scores[rows])
    return Ranked(rows[order], scores[rows[order]])


def likenesses(index: SearchIndex, examples: SearchIndex, *, view: int | None = None) -> np.ndarray:
    """Return the likeness of every sample with every example, float32 (n, k); by one view alone its cosine."""
    views = range(index.views) if view is None else (view,)
    width = index.matrix.shape[1] // index.views
    found = np.zeros((len(index.matrix), len(examples.matrix)), np.float32)
    blocks = [slice(number * width, (number + 1) * width) for number in views]
    wanted = [
        (examples.matrix[:, block] * examples.scale[:, [number]]).T for number, block in zip(views, blocks, strict=True)
    ]
    for start in range(0, len(found), _BLOCK_ROWS):
        part = slice(start, start + _BLOCK_ROWS)
        for number, block, side in zip(views, blocks, wanted, strict=True):
            found[part] += (index.matrix[part, block] @ side) * index.scale[part, [number]]
    total = index.weights[:, list(views)] @ examples.weights[:, list(views)].T
    return np.divide(found, total, out=found, where=total > 0)


def _mean_less_excess(
    index: SearchIndex, like: SearchIndex, unlike: SearchIndex | None, view: int | None
) -> np.ndarray:
    if unlike is None or not len(unlike.matrix):
        return likenesses(index, like, view=view).mean(axis=1)
    # One product for both, as it is the matrix that takes the time.
    both = likenesses(index, joined([like, unlike]), view=view)
    wanted, unwanted = both[:, : len(like.matrix)], both[:, len(like.matrix) :]
    # Column by column: numpy takes longer over many short rows.
    nearest, nearest_unwanted = (reduce(np.maximum, side.T) for side in (wanted, unwanted))
    return wanted.mean(axis=1) - np.maximum(nearest_unwanted - nearest, 0)


def _highest_first(scores: np.ndarray) -> np.ndarray:
    """Return the order of float32 scores (n,), none of them NaN, the highest first, of equal ones the earlier."""
    # Bits of the score before those of its place make one whole number, and whole numbers are sorted ten times as fast
    # as scores that must not pass each other. Zero is added because -0 has other bits than 0.
    bits = (-scores + np.float32(0)).view(np.int32).astype(np.int64)
    bits ^= (bits >> 31) & 0x7FFFFFFF
    keys = (bits << 32) | np.arange(len(scores))
    keys.sort()
    return keys & 0xFFFFFFFF


def _has(index: SearchIndex, view: int | None) -> np.ndarray:
    return np.asarray(index.weights.any(axis=1) if view is None else index.weights[:, view] == _SEEN)


def _comparable(examples: SearchIndex, view: int | None) -> SearchIndex:
    return examples_of(examples, np.flatnonzero(_has(examples, view)))


def most_typical(index: SearchIndex, rows: Sequence[int] | np.ndarray, *, count: int) -> np.ndarray:
    """Return at most ``count`` of the rows, int: those that are most like all of these on average, in their order."""
    rows = np.asarray(rows, dtype=int)
    if len(rows) <= count:
        return rows
    # The mean of the rows stands for all of them: the likeness to it orders as the mean likeness does, views being
    # equally long, at a cost that grows with their number and not with its square.
    middle = index.matrix[rows].mean(axis=0, dtype=np.float32)[None]
    centre = SearchIndex(middle, np.ones((1, index.views), np.float32), np.ones((1, index.views), np.float32))
    alike = likenesses(examples_of(index, rows), centre)[:, 0]
    return rows[np.sort(np.argsort(-alike, kind="stable")[:count])]
