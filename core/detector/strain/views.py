"""The four views of triggers, drawn from strain in Gravity Spy's own scaling.

Whitening and tiles are those of the simulator (`core.simulate.views`), which draws as Gravity Spy does: energies
divided by the noise's mean, 0 to 25.5, from 10 to 2048 Hz on a logarithmic axis, Q of the loudest tile within 0.25 s.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from core.detector.strain.source import StrainSource
from core.detector.strain.whitening import LeftOut, Whitened, block_around, whitened_block
from core.errors import GlitchAuditError
from core.simulate.views import ViewMaker

_TILES_A_MEDIAN = 1024
"""Of each row, for the noise's level: standard error 4 %, less than noise varies by, and a fifth quicker than 4,096."""
_AT_ONCE = 8


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
    order = np.argsort(times, kind="stable")
    source.of(detector)
    covered = source.covered(detector)
    waiting: list[tuple[int, np.ndarray, float]] = []
    at: tuple[float, float] | None = None
    strain = None
    block: Whitened | None = None
    for place in order:
        time = float(times[place])
        span = block_around(covered, time)
        if isinstance(span, LeftOut):
            yield int(place), span
            continue
        if span != at or strain is None:
            at, strain, block = span, source.read(detector, *span), None
        if block is None or block.around(time) is None:
            found = whitened_block(strain, time)
            if isinstance(found, LeftOut):
                yield int(place), found
                continue
            block = found
        series = block.around(time)
        if series is None:
            yield int(place), LeftOut.EDGE
            continue
        waiting.append((int(place), series, block.highest))
        if len(waiting) == _AT_ONCE:
            yield from _drawn(waiting)
            waiting = []
    yield from _drawn(waiting)


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
