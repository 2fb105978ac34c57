"""The four views of triggers, drawn from strain in Gravity Spy's own scaling.

Whitening and tiles are those of the simulator (`core.simulate.views`), which draws as Gravity Spy does: energies
divided by the noise's mean, 0 to 25.5, from 10 to 2048 Hz on a logarithmic axis, Q of the loudest tile within 0.25 s.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from core.detector.strain.model import Strain
from core.detector.strain.source import StrainSource
from core.detector.strain.whitening import LeftOut, Whitened, block_around, whitened_block
from core.errors import GlitchAuditError
from core.simulate.views import ViewMaker

_TILES_A_MEDIAN = 1024
"""Of each row, for the noise's level: standard error 4 %, less than noise varies by, and a fifth quicker than 4,096."""
_AT_ONCE, _BLOCKS_AT_ONCE = 8, 8
"""Triggers drawn together, and blocks read together: at 16,384 samples a second 8 MB a block."""


@dataclass(frozen=True, eq=False)
class DrawnViews:
    """The views of one trigger.

    Attributes:
        place: its place among the times that were asked for.
        views: uint8 (4, 140, 170), energy in tenths, of 0.5, 1, 2 and 4 s; row 0 is the highest frequency.
        q: the Q that they were drawn with.
        highest: Hz above which the strain says nothing and white noise stands in for it.
    """

    place: int
    views: np.ndarray
    q: float
    highest: float


def draw_views(source: StrainSource, detector: str, times: np.ndarray) -> Iterator[DrawnViews | tuple[int, LeftOut]]:
    """Yield for each time (GPS seconds, float64 (n,)) its views, or its place and why it has none; sorted by time.

    A block of strain is read and whitened once for all the times in it. Raises GlitchAuditError where the source has no
    strain of this detector, or a file cannot be read.
    """
    source.of(detector)
    covered = source.covered(detector)
    by_block: dict[tuple[float, float], list[int]] = {}
    for place in np.argsort(times, kind="stable").tolist():
        span = block_around(covered, float(times[place]))
        if isinstance(span, LeftOut):
            yield place, span
        else:
            by_block.setdefault(span, []).append(place)
    waiting: list[tuple[int, np.ndarray, float]] = []
    spans = list(by_block)
    for first in range(0, len(spans), _BLOCKS_AT_ONCE):
        together = spans[first : first + _BLOCKS_AT_ONCE]
        for span, strain in zip(together, source.read_many(detector, together), strict=True):
            for found in _series_in(strain, times, by_block[span]):
                if isinstance(found[1], LeftOut):
                    yield found[0], found[1]
                    continue
                waiting.append((found[0], *found[1]))
                if len(waiting) == _AT_ONCE:
                    yield from _drawn(waiting)
                    waiting = []
    yield from _drawn(waiting)


def _series_in(
    strain: Strain, times: np.ndarray, places: Sequence[int]
) -> Iterator[tuple[int, tuple[np.ndarray, float] | LeftOut]]:
    """For each of these places the whitened series around its time, and up to which Hz it is sound; or why not."""
    block: Whitened | None = None
    for place in places:
        time = float(times[place])
        series = None if block is None else block.around(time)
        if block is None or series is None:
            found = whitened_block(strain, time)
            if isinstance(found, LeftOut):
                yield place, found
                continue
            block, series = found, found.around(time)
        yield place, LeftOut.EDGE if series is None else (series, block.highest)


def views_at(source: StrainSource, detector: str, time: float) -> DrawnViews:
    """Return the views of one instant (GPS seconds); GlitchAuditError that says why where there are none."""
    (drawn,) = draw_views(source, detector, np.array([time]))
    if not isinstance(drawn, DrawnViews):
        raise GlitchAuditError(f"{source.place}: nothing can be drawn at GPS {time:.3f} of {detector}: {drawn[1]}.")
    return drawn


@cache
def _maker() -> ViewMaker:
    return ViewMaker(median_tiles=_TILES_A_MEDIAN)


def _drawn(waiting: list[tuple[int, np.ndarray, float]]) -> Iterator[DrawnViews]:
    if not waiting:
        return
    import torch

    from core.simulate.views import to_uint8

    energies, qs = _maker().energies(torch.from_numpy(np.stack([series for _, series, _ in waiting])))
    pictures = to_uint8(energies).numpy()
    for (place, _, highest), views, q in zip(waiting, pictures, qs.tolist(), strict=True):
        yield DrawnViews(place, views, float(q), highest)
