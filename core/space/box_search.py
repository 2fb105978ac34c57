"""Likeness by one drawn box: what the network sees inside of it, and where else the same is to be seen.

First the picture without all that lies outside of the box is compared with other samples as a whole. Then those that
came first are looked at more closely: a feature map is what a network sees at each place of a picture, before it takes
the mean over all of them, and the mean over the places in the box is compared with every window of the same size in
their maps. benchmarks/box_search.py compares that with the search by whole pictures.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.embed.combine import unit_rows
from core.errors import GlitchAuditError
from core.space.likeness_search import Ranked

SMALLEST = 0.05
"""The least width and height of a box, as a share of the picture's."""


@dataclass(frozen=True)
class Box:
    """A part of a picture: from ``left`` to ``right`` in time, from ``low`` to ``high`` in frequency.

    All are shares of the picture, 0 to 1, of time from its left edge and of frequency from its lower edge.
    """

    left: float
    right: float
    low: float
    high: float

    def __post_init__(self) -> None:
        sides = (self.left, self.right, self.low, self.high)
        inside = all(0 <= side <= 1 for side in sides)
        if not inside or min(self.right - self.left, self.high - self.low) < SMALLEST - 1e-9:
            raise GlitchAuditError(
                f"The box {sides} is no part of a picture: its sides are shares from 0 to 1, and at least {SMALLEST} "
                "apart."
            )


def only_inside(pixels: np.ndarray, box: Box) -> np.ndarray:
    """Return the picture, uint8 (height, width), with its own median wherever it lies outside of the box."""
    height, width = pixels.shape
    rows = slice(int((1 - box.high) * height), int(np.ceil((1 - box.low) * height)))
    columns = slice(int(box.left * width), int(np.ceil(box.right * width)))
    inside = np.full_like(pixels, np.median(pixels))
    inside[rows, columns] = pixels[rows, columns]
    return inside


def box_weights(box: Box, *, rows: int, columns: int, height: float, width: float) -> np.ndarray:
    """Return which share of each cell of a feature map lies in the box, float32 (rows, columns), 0 to 1.

    ``height`` and ``width`` are those of the picture in cells: the middle of cell i lies i cells from the upper, or
    left, edge, as strided convolutions with padding have it. Of the cells at the edges counts what is in the picture.
    """
    across = _covered(box.left * width, box.right * width, columns, width)
    down = _covered((1 - box.high) * height, (1 - box.low) * height, rows, height)
    return np.outer(down, across).astype(np.float32)


def _covered(start: float, end: float, cells: int, extent: float) -> np.ndarray:
    starts, ends = np.arange(cells) - 0.5, np.arange(cells) + 0.5
    # The first and the last cell reach to the edges of the picture, and not beyond.
    starts[0], ends[-1] = 0, extent
    covered = np.minimum(end, ends) - np.maximum(start, starts)
    return np.clip(covered, 0, None) / (ends - starts)


def pooled(maps: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the weighted mean over the places of feature maps (n, d, rows, columns), as unit rows, float32 (n, d)."""
    return unit_rows(np.tensordot(np.asarray(maps, np.float32), weights, axes=([2, 3], [0, 1])))


def first_anew(ranked: Ranked, scores: np.ndarray) -> Ranked:
    """Return the ranked samples with the first of them in the order of new ``scores`` (k,), the others as before.

    Those of the first whose score is not finite could not be compared: they stand behind the others of the first.
    """
    count = len(scores)
    order = np.argsort(-np.where(np.isfinite(scores), scores, -np.inf), kind="stable")
    return Ranked(
        np.concatenate([ranked.rows[:count][order], ranked.rows[count:]]),
        np.concatenate([np.asarray(scores, np.float32)[order], ranked.scores[count:]]),
    )


def best_windows(
    maps: np.ndarray, asked: np.ndarray, weights: np.ndarray, *, any_row: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Return the best likeness of what was asked to a window of each map, float32 (n,), and where, int (n, 2).

    ``maps`` is (n, d, rows, columns), ``asked`` float32 (d,) of length 1, ``weights`` (rows, columns) as of
    :func:`box_weights`. The window is as large as the box; it moves along time, and with ``any_row`` along frequency
    too. Where is said as (rows down, columns right) from the box.
    """
    down, across = (np.flatnonzero(weights.any(axis=axis)) for axis in (1, 0))
    window = weights[down[0] : down[-1] + 1, across[0] : across[-1] + 1]
    tall, wide = window.shape
    rows, columns = maps.shape[2:]
    tops = range(rows - tall + 1) if any_row else (int(down[0]),)
    best = np.full(len(maps), -np.inf, np.float32)
    where = np.zeros((len(maps), 2), int)
    for top in tops:
        for left in range(columns - wide + 1):
            found = pooled(maps[:, :, top : top + tall, left : left + wide], window) @ asked
            better = found > best
            best[better] = found[better]
            where[better] = (top - down[0], left - across[0])
    return best, where
