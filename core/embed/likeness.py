"""How alike two glitches are, where some of them lack views.

The likeness of two glitches is the mean cosine over the views that both have, with missing views filled in:

    likeness(a, b) = sum over views of w_a w_b cos(a, b) / sum over views of w_a w_b,

with ``w`` 1 for a view that was seen, ``FILLED_WEIGHT`` for one that was filled in (``EXPECTED_WEIGHT`` where it was
learnt how), and 0 for one that could not be.
Where both have all views this is the cosine of their rows; where nothing can be compared it is 0.
docs/decisions/21-missing-views.md has the reasons, benchmarks/missing_views.py compares the alternatives.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

FILLED_WEIGHT = 0.25
"""Of a filled-in view, beside 1 for a seen one; chosen on draws that benchmarks/missing_views.py does not use."""

EXPECTED_WEIGHT = 0.5
"""Of a view filled in by what was learnt (:mod:`core.embed.expected_views`); chosen likewise."""


@dataclass(frozen=True)
class Vectors:
    """Rows that can be compared.

    ``matrix`` is float32 (n, views * d), rows of length 1, every view of a row equally long, missing views filled in,
    for what needs vectors: fits, principal components, probes. ``weights`` is float32 (n, views): 1 where seen,
    ``FILLED_WEIGHT`` or ``EXPECTED_WEIGHT`` where filled in, 0 where neither; None where every row has all its views:
    likenesses then are plain products.
    """

    matrix: np.ndarray
    weights: np.ndarray | None = None


def seen_views(matrix: np.ndarray, views: int) -> np.ndarray | None:
    """Return which views each row of (n, views * d) has, bool (n, views), not all zeros; None if all rows have all."""
    if views < 2 or not matrix.size:
        return None
    seen = np.logical_or.reduce(matrix.reshape(len(matrix), views, -1), axis=2)
    return None if seen.all() else seen


def weighted_rows(matrix: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return rows whose products, divided by the products of their weights, are likenesses; float32 (n, views * d).

    ``matrix`` is (n, views * d), filled in or not; ``weights`` float32 (n, views), each the length of its view's block;
    views of weight 0 are taken for absent.
    """
    # Said in full: of no rows at all, numpy cannot work out how wide they are.
    rows, views = weights.shape
    blocks = np.asarray(matrix, np.float32).reshape(rows, views, matrix.shape[1] // views)
    lengths = np.linalg.norm(blocks, axis=2)
    scale = np.divide(weights, lengths, out=np.zeros(weights.shape, np.float32), where=lengths > 0)
    return (blocks * scale[:, :, None]).reshape(matrix.shape)


def divide_by_weights(products: np.ndarray, weights: np.ndarray, other_weights: np.ndarray) -> np.ndarray:
    """Turn products of weighted rows (m, n) into likenesses, in place; 0 where nothing can be compared."""
    total = weights @ other_weights.T
    return np.divide(products, total, out=products, where=total > 0)


def likeness(
    rows: np.ndarray,
    others: np.ndarray,
    *,
    weights: np.ndarray | None = None,
    other_weights: np.ndarray | None = None,
) -> np.ndarray:
    """Return the likeness of every row with every other row, float32 (m, n), -1 to 1.

    ``rows`` and ``others`` are float32 (m, views * d) and (n, views * d), as in :class:`Vectors`, with their weights
    (m, views) and (n, views); None where both have all views. ValueError if weights are given for one side only.
    """
    if (weights is None) != (other_weights is None):
        raise ValueError("weights are needed for both sides, or for neither")
    if weights is None or other_weights is None:
        return rows @ others.T
    return divide_by_weights(
        weighted_rows(rows, weights) @ weighted_rows(others, other_weights).T, weights, other_weights
    )


def pair_likeness(
    matrix: np.ndarray, first: np.ndarray, second: np.ndarray, *, weights: np.ndarray | None = None
) -> np.ndarray:
    """Return the likeness of pairs of rows, float32, in the shape of ``second``.

    ``matrix`` and ``weights`` are as in :class:`Vectors`; ``first`` is int (m,), ``second`` int (m,) or (m, k).
    """
    how = "id,i...d->i..."
    if weights is None:
        return np.einsum(how, matrix[first], matrix[second])
    rows = weighted_rows(matrix, weights)
    products = np.einsum(how, rows[first], rows[second])
    total = np.einsum(how, weights[first], weights[second])
    return np.divide(products, total, out=products, where=total > 0)
