"""Whitened strain around an instant: a block of 64 s, its spectrum and its whitening made once for all that lies in it.

Gravity Spy's own scans (the omega pipeline's ``blockTime: 64`` and ``sampleFrequency: 8192``) have the same block and
rate. Blocks lie on a grid of 32 s from the beginning of a stretch of strain, so a picture depends on strain and time
alone, not on which other triggers are drawn with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from core.detector.model import Segments
from core.detector.strain.model import Strain
from core.simulate.real_noise import whitened
from core.simulate.series import DURATION, SAMPLE_RATE, SAMPLES

BLOCK, STEP = 64.0, 32.0
SHORTEST = 16.0
"""Seconds of strain in one piece that its spectrum needs: seven stretches of 4 s that overlap by half."""
EDGE = 1.0
"""Seconds at each end of a piece that the whitening spoils."""
MARGIN = DURATION / 2 + EDGE
"""Seconds of strain that a trigger needs before and after it."""
BAND = 0.83
"""Share of half the rate up to which public strain is sound: the filter against aliasing begins there."""
FILLED_BELOW = 2048.0


class LeftOut(StrEnum):
    """Why a trigger has no views."""

    NO_STRAIN = "there is no strain of its detector at that time"
    GAP = "the strain has no values there, a gap inside of its file"
    EDGE = f"it lies within {MARGIN:g} s of an edge of the strain or of a gap"
    SHORT = f"the strain around it is shorter than {SHORTEST:g} s in one piece"
    CONSTANT = "the strain around it does not change, so the detector was not at work"


@dataclass(frozen=True, eq=False)
class Whitened:
    """Whitened strain at ``SAMPLE_RATE``, float32 ``values`` of unit variance from ``start`` (GPS seconds).

    ``highest``: Hz above which the strain says nothing and white noise stands in for it.
    """

    detector: str
    start: float
    values: np.ndarray
    highest: float

    @property
    def end(self) -> float:
        """GPS seconds at which it ends."""
        return self.start + len(self.values) / SAMPLE_RATE

    def around(self, time: float) -> np.ndarray | None:
        """The ``SAMPLES`` samples with ``time`` (GPS seconds) at their middle; None where they reach beyond an end."""
        first = round((time - self.start) * SAMPLE_RATE) - SAMPLES // 2
        # A boundary that is met exactly may come out one sample beyond it.
        first = min(max(first, 0), len(self.values) - SAMPLES) if -2 < first < len(self.values) - SAMPLES + 2 else first
        return self.values[first : first + SAMPLES] if 0 <= first <= len(self.values) - SAMPLES else None


def highest_sound(rate: float) -> float:
    """Hz up to which strain of this rate (Hz) is sound."""
    return BAND * rate / 2


def block_around(covered: Segments, time: float) -> tuple[float, float] | LeftOut:
    """Return begin and end (GPS seconds) of the block on the grid in which ``time`` lies, or why there is none.

    ``covered`` is when there are files of its detector.
    """
    spans = covered.spans
    place = int(np.searchsorted(spans[:, 0], time, side="right")) - 1
    if place < 0 or time >= spans[place, 1]:
        return LeftOut.NO_STRAIN
    begin, end = (float(one) for one in spans[place])
    if end - begin < SHORTEST:
        return LeftOut.SHORT
    if not (begin + MARGIN <= time <= end - MARGIN):
        return LeftOut.EDGE
    first = begin + STEP * np.floor((time - begin - STEP / 2) / STEP)
    first = float(np.clip(first, begin, max(begin, end - BLOCK)))
    return first, min(end, first + BLOCK)


def whole_pieces(strain: Strain) -> list[Strain]:
    """Return the pieces of a stretch between its gaps (values that are no numbers), in order."""
    finite = np.concatenate([[False], np.isfinite(strain.values), [False]])
    edges = np.flatnonzero(np.diff(finite.astype(np.int8)))
    return [
        Strain(strain.detector, strain.start + first / strain.rate, strain.rate, strain.values[first:last])
        for first, last in zip(edges[::2], edges[1::2], strict=True)
    ]


def whitened_block(strain: Strain, time: float) -> Whitened | LeftOut:
    """Return the whitened piece of ``strain`` in which ``time`` (GPS seconds) lies, or why there is none.

    Where the strain has no sound values (below 8 Hz, and above 0.83 times half its rate) white noise stands, drawn from
    the second in which the piece begins, so that the same strain gives the same picture.
    """
    piece = next((one for one in whole_pieces(strain) if one.start <= time < one.end), None)
    if piece is None:
        return LeftOut.GAP
    if piece.seconds < SHORTEST:
        return LeftOut.SHORT
    if not (piece.start + MARGIN <= time <= piece.end - MARGIN):
        return LeftOut.EDGE
    if not piece.values.std() > 0:
        return LeftOut.CONSTANT
    highest = highest_sound(piece.rate)
    rng = np.random.default_rng([int(piece.start), round(piece.rate)])
    # The trend of a block is no part of what is looked at, and its leakage would be.
    values = whitened(piece.values - piece.values.mean(), piece.rate, rng, highest=highest)
    if not np.isfinite(values).all():
        return LeftOut.CONSTANT
    return Whitened(piece.detector, piece.start + EDGE, values, highest)
