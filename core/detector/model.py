"""What flows between the stages of the detector's room: stretches of time, channels on one grid, glitches by time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.errors import GlitchAuditError
from core.fingerprint import fingerprint

Safety = Literal["safe", "unsafe", "unknown"]
"""Whether a channel sees the strain itself: what does is unsafe, as it would witness every glitch."""


@dataclass(frozen=True, eq=False)
class Segments:
    """Stretches of time: float64 (n, 2), GPS seconds, begin included and end not; sorted, none touching another.

    Made by `segments`, which sorts and joins.
    """

    spans: np.ndarray

    @property
    def seconds(self) -> float:
        """How long all of them are together, s."""
        return float((self.spans[:, 1] - self.spans[:, 0]).sum())

    def contains(self, times: np.ndarray) -> np.ndarray:
        """Which of ``times`` (GPS seconds) lie inside: bool, of the same shape."""
        times = np.asarray(times, dtype=np.float64)
        if not len(self.spans):
            return np.zeros(times.shape, dtype=bool)
        place = np.searchsorted(self.spans[:, 0], times, side="right") - 1
        inside: np.ndarray = (place >= 0) & (times < self.spans[np.maximum(place, 0), 1])
        return inside

    def within(self, other: Segments) -> Segments:
        """What lies in both."""
        edges = np.unique(np.concatenate([self.spans.ravel(), other.spans.ravel()]))
        pieces = np.column_stack([edges[:-1], edges[1:]])
        begins = pieces[:, 0]
        return segments(pieces[self.contains(begins) & other.contains(begins)])

    def without(self, other: Segments) -> Segments:
        """What lies here and not in ``other``."""
        edges = np.unique(np.concatenate([self.spans.ravel(), other.spans.ravel()]))
        pieces = np.column_stack([edges[:-1], edges[1:]])
        begins = pieces[:, 0]
        return segments(pieces[self.contains(begins) & ~other.contains(begins)])

    def per_bin(self, start: float, step: float, bins: int) -> np.ndarray:
        """Seconds inside of each of ``bins`` stretches of ``step`` s from ``start`` on: float64 (bins,)."""
        edges = start + step * np.arange(bins + 1)
        lengths = self.spans[:, 1] - self.spans[:, 0]
        before = np.concatenate([[0.0], np.cumsum(lengths)])
        place = np.searchsorted(self.spans[:, 0], edges, side="right") if len(self.spans) else np.zeros(bins + 1, int)
        whole = before[place]
        if len(self.spans):
            last = np.maximum(place - 1, 0)
            whole = whole - np.where(place > 0, np.maximum(self.spans[last, 1] - edges, 0.0), 0.0)
        inside: np.ndarray = np.diff(whole)
        return inside


def segments(spans: Iterable[tuple[float, float]] | np.ndarray) -> Segments:
    """``spans`` sorted, with those that touch or overlap joined, and empty ones left out.

    Raises ValueError where one ends before it begins, or is no number.
    """
    array = np.asarray(spans if isinstance(spans, np.ndarray) else list(spans), dtype=np.float64).reshape(-1, 2)
    if not np.isfinite(array).all() or (array[:, 1] < array[:, 0]).any():
        raise ValueError("a stretch of time must end after it begins")
    array = array[array[:, 1] > array[:, 0]]
    if not len(array):
        return Segments(array)
    array = array[np.argsort(array[:, 0], kind="stable")]
    reach = np.maximum.accumulate(array[:, 1])
    begins = np.concatenate([[True], array[1:, 0] > reach[:-1]])
    ends = np.concatenate([reach[:-1][begins[1:]], reach[-1:]])
    return Segments(np.column_stack([array[begins, 0], ends]))


@dataclass(frozen=True)
class Channel:
    """One channel of a detector.

    Attributes:
        name: as the detector calls it, such as ``L1:ISI-GND_STS_ITMY_Z_BLRMS_100M_300M``.
        detector: H1, L1, V1, K1 or G1.
        unit: of its values, as it was read; "" where the source names none.
        safety: whether it sees the strain itself.
    """

    name: str
    detector: str
    unit: str = ""
    safety: Safety = "unknown"


@dataclass(frozen=True, eq=False)
class ChannelTable:
    """Channels on one grid of time.

    Attributes:
        channels: one a row of ``values``.
        start: GPS seconds at which the first bin begins.
        step: length of a bin, s.
        values: float32 (channels, bins), NaN where nothing was recorded.
        live: by detector, when it observed; a detector that is not named has no livetime.
    """

    channels: tuple[Channel, ...]
    start: float
    step: float
    values: np.ndarray
    live: Mapping[str, Segments]

    @property
    def end(self) -> float:
        """GPS seconds at which the last bin ends."""
        return self.start + self.step * self.values.shape[1]

    @property
    def fingerprint(self) -> str:
        """Changes with anything in the table."""
        return fingerprint(
            [[one.name, one.detector, one.unit, one.safety] for one in self.channels],
            [self.start, self.step, list(self.values.shape)],
            np.ascontiguousarray(self.values, dtype=np.float32).tobytes(),
            *[part for name in sorted(self.live) for part in (name, self.live[name].spans.tobytes())],
        )


def bins_as_segments(table: ChannelTable, wanted: np.ndarray) -> Segments:
    """Return the stretches of a table's grid where ``wanted``, bool (bins,), holds."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], wanted, [False]]).astype(np.int8)))
    return segments(table.start + table.step * edges.reshape(-1, 2).astype(np.float64))


def row_of(table: ChannelTable, channel: str) -> int:
    """Return the row of a channel by its name; raises GlitchAuditError where it is not there."""
    names = [one.name for one in table.channels]
    if channel not in names:
        raise GlitchAuditError(f"There is no channel {channel} here; choose one of the {len(names)} that were brought.")
    return names.index(channel)


@dataclass(frozen=True, eq=False)
class GlitchTimes:
    """Glitches by time, in any order.

    Attributes:
        sample_ids: object (n,).
        times: float64 (n,), GPS seconds.
        detectors: object (n,).
        families: object (n,): the label now, a cluster's name, or a selection's.
    """

    sample_ids: np.ndarray
    times: np.ndarray
    detectors: np.ndarray
    families: np.ndarray


@dataclass(frozen=True, eq=False)
class TriggerTable:
    """Triggers of one channel: ``times`` (GPS seconds), ``snr`` and ``frequencies`` (Hz), each float64 (n,).

    A frequency that the source does not name is NaN.
    """

    channel: Channel
    times: np.ndarray
    snr: np.ndarray
    frequencies: np.ndarray
