"""Samples to sums by bin of a grid, a block at a time, so that a long channel never lies in memory whole."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.detector.channels.blrms import band_squares, settling
from core.detector.channels.samples import samples_of
from core.detector.channels.series import Piece

BLOCK = 2_000_000
"""Samples that are in memory at once."""

# A sample's time may be a hair before the bin that it begins.
_HAIR = 1e-6


@dataclass(frozen=True, eq=False)
class Sums:
    """What one piece adds to a row of the grid.

    Attributes:
        row: of the grid.
        first: the first bin.
        sums: float64 (bins,), of the values, or of their squares in a band.
        counts: float64 (bins,), samples that were added.
    """

    row: int
    first: int
    sums: np.ndarray
    counts: np.ndarray


@dataclass(frozen=True)
class Task:
    """A piece and the rows that it goes to: one for its mean (band None), or one for each band of its motion (Hz)."""

    piece: Piece
    rows: tuple[tuple[int, tuple[float, float] | None], ...]


def binned(task: Task, *, start: float, step: float, bins: int, block: int = BLOCK) -> list[Sums]:
    """Return the sums of a task on the grid of ``bins`` bins of ``step`` s from GPS ``start`` on.

    What lies outside of the grid is not read.
    """
    piece = task.piece
    first = max(0, int(np.ceil((start - piece.start) / piece.step - _HAIR)))
    last = min(piece.samples, int(np.ceil((start + step * bins - piece.start) / piece.step - _HAIR)))
    if first >= last:
        return []
    low = _bin_of(piece, first, start, step)
    length = _bin_of(piece, last - 1, start, step) - low + 1
    found = [Sums(row, low, np.zeros(length), np.zeros(length)) for row, _ in task.rows]
    for begin in range(first, last, block):
        end = min(begin + block, last)
        for (_, band), into in zip(task.rows, found, strict=True):
            values = _values(piece, begin, end, band)
            places = ((piece.start - start + np.arange(begin, end) * piece.step) / step + _HAIR).astype(np.int64) - low
            whole = np.isfinite(values)
            into.sums[:] += np.bincount(places[whole], weights=values[whole], minlength=length)
            into.counts[:] += np.bincount(places[whole], minlength=length)
    return found


def means(sums: np.ndarray, counts: np.ndarray, *, expected: np.ndarray | float, squares: bool) -> np.ndarray:
    """Return float32 values of bins: means, or roots of mean squares; NaN where under half of ``expected`` is there."""
    with np.errstate(invalid="ignore", divide="ignore"):
        values = np.where(counts >= np.maximum(0.5 * expected, 1), sums / counts, np.nan)
        return (np.sqrt(values) if squares else values).astype(np.float32)


def _values(piece: Piece, first: int, last: int, band: tuple[float, float] | None) -> np.ndarray:
    if band is None:
        return samples_of(piece, first, last)
    # The filter settles on what lies beside the block.
    pad = int(np.ceil(2 * settling(band) * piece.rate))
    begin, end = max(0, first - pad), min(piece.samples, last + pad)
    squares = band_squares(samples_of(piece, begin, end), rate=piece.rate, band=band)
    return squares[first - begin : last - begin]


def _bin_of(piece: Piece, sample: int, start: float, step: float) -> int:
    return int((piece.start - start + sample * piece.step) / step + _HAIR)
