"""The tiles of a constant-Q transform: where they lie, and the window of each row.

From S. Chatterji, "The search for gravitational wave bursts in data from the second LIGO science run", thesis, MIT,
2005, chapter 5. Two tiles at a distance (dt, df, dQ) lose the share

    (4 pi^2 f^2 / Q^2) dt^2 + (2 + Q^2) / (4 f^2) df^2 + 1 / (2 Q^2) dQ^2

of a signal's energy. Steps of ``2 sqrt(mismatch / 3)`` along each of the three keep the worst loss at the mismatch.
The window is the bisquare ``(1 - (x Q' / f)^2)^2`` for ``|x| < f / Q'``, with ``Q' = Q / sqrt(11)``, scaled so that the
integral of its square is 2: the one-sided spectrum stands for both signs of the frequency.

gwpy and ml4gw lay their tiles likewise; two habits of theirs, which are in no formula, are kept here because the packed
demo and the backbone were drawn with them: a row's frequency is rounded down to a whole bin of the spectrum, and its
window is centred one bin above that.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

MISMATCH = 0.2
STEP = 2 * math.sqrt(MISMATCH / 3)
"""Distance between neighbouring tiles along each axis of the metric."""


@dataclass(frozen=True)
class TileRow:
    """The tiles of one ``frequency`` (Hz).

    ``tiles`` is how many the mismatch asks for over the duration, a power of two; ``bins`` int64, the bins of the
    one-sided spectrum under the window, some perhaps outside it; ``window`` float64, its amplitude there, s^(1/2).
    """

    frequency: float
    tiles: int
    bins: np.ndarray
    window: np.ndarray


def q_planes(lowest: float, highest: float) -> list[float]:
    """The Q values that cover this range, in equal steps of their logarithm."""
    reach = math.log(highest / lowest) / math.sqrt(2)
    count = max(math.ceil(reach / STEP), 1)
    return [lowest * math.exp(math.sqrt(2) * reach / count * (i + 0.5)) for i in range(count)]


def tile_rows(q: float, *, lowest: float, highest: float, duration: float) -> list[TileRow]:
    """Return the rows of the plane ``q`` from ``lowest`` to ``highest`` Hz, for a series of ``duration`` s."""
    reach = math.sqrt(2 + q**2) / 2 * math.log(highest / lowest)
    count = max(math.ceil(reach / STEP), 1)
    shares = (np.arange(count) + 0.5) / count
    bins = np.floor(lowest * (highest / lowest) ** shares * duration).astype(np.int64)
    return [_row(int(centre), q, duration) for centre in bins]


def _row(centre: int, q: float, duration: float) -> TileRow:
    frequency = centre / duration
    narrowed = q / math.sqrt(11)
    reach = frequency / narrowed
    half = int(reach * duration)
    offsets = np.arange(-half, half + 1)
    window = (1 - (offsets / duration / reach) ** 2) ** 2 * math.sqrt(315 / (128 * reach))
    steps = 2 * math.pi * frequency * duration / q / STEP
    return TileRow(frequency, 2 ** math.ceil(math.log2(steps)), centre + 1 + offsets, window)
