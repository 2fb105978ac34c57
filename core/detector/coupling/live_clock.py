"""Times counted in livetime only, so that shifts go around inside of it."""

from __future__ import annotations

import numpy as np

from core.detector.model import Segments, segments

APART = 0.1
"""Glitches of one family that begin closer than this, in s, are one event."""


def live_clock(times: np.ndarray, live: Segments) -> np.ndarray:
    """Return how much livetime had gone by at each of ``times`` (GPS seconds) that lies inside, ascending, s.

    Times outside of the livetime are left out.
    """
    times = np.sort(np.asarray(times, dtype=np.float64))
    times = times[live.contains(times)]
    if not len(times):
        return times
    lengths = live.spans[:, 1] - live.spans[:, 0]
    before = np.concatenate([[0.0], np.cumsum(lengths)[:-1]])
    place = np.searchsorted(live.spans[:, 0], times, side="right") - 1
    return before[place] + times - live.spans[place, 0]


def live_spans(state: Segments, live: Segments) -> Segments:
    """Return the parts of ``state`` inside the livetime, on the clock of `live_clock`."""
    inside = state.within(live)
    if not len(inside.spans):
        return inside
    lengths = live.spans[:, 1] - live.spans[:, 0]
    before = np.concatenate([[0.0], np.cumsum(lengths)[:-1]])
    place = np.searchsorted(live.spans[:, 0], inside.spans[:, 0], side="right") - 1
    return segments(inside.spans - (live.spans[place, 0] - before[place])[:, None])


def short_shifts(least: float, most: float, count: int) -> np.ndarray:
    """Return ``count`` shifts in s, half of them back, evenly from ``least`` to ``most``.

    Short shifts leave slow changes of both rates as they are: what is gone after them is what happens at once.
    """
    half = np.linspace(least, most, max(1, count // 2))
    return np.concatenate([half, -half])


def distinct(times: np.ndarray, *, apart: float = APART) -> np.ndarray:
    """Return ``times`` (s), ascending, without those that come within ``apart`` s of the one before.

    Lists of glitches name some events again and again under other ids (one of Livingston's in April 2019 stands 96
    times at the same millisecond); what is one event counts once.
    """
    times = np.sort(np.asarray(times, dtype=np.float64))
    return times[np.concatenate([[True], np.diff(times) > apart])] if len(times) else times
