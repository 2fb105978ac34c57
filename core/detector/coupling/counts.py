"""Glitches counted and channels averaged on one grid of whole days, with the livetime of each bin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.detector.coupling.live_clock import distinct
from core.detector.coupling.params import DAY, CouplingParams
from core.detector.model import Channel, ChannelTable, GlitchTimes
from core.errors import GlitchAuditError

WHOLE = "all of it"
"""Name of the one epoch where no borders were given."""

STATE_UNIT = "state"
"""Unit of a channel that says which share of its time a state was on."""

_LIVE_SECONDS = 60.0
_RECORDED = 0.5
_POSITIVE = 0.999


@dataclass(frozen=True)
class Epoch:
    """A stretch of time that is judged for itself: GPS seconds, begin included and end not."""

    name: str
    begin: float
    end: float


@dataclass(frozen=True, eq=False)
class Grid:
    """Whole days, cut into bins.

    Attributes:
        begin: GPS seconds at which the first day begins. Days are GPS days, which begin at midnight UTC but for the
            leap seconds (18 s since 2017).
        days, bins_a_day: its shape.
        bin_seconds: length of a bin, s.
    """

    begin: float
    days: int
    bins_a_day: int
    bin_seconds: float

    @property
    def bins(self) -> int:
        """How many bins there are."""
        return self.days * self.bins_a_day

    @property
    def middles(self) -> np.ndarray:
        """GPS seconds in the middle of each bin, float64 (bins,)."""
        return self.begin + self.bin_seconds * (np.arange(self.bins) + 0.5)

    def bin_of(self, times: np.ndarray) -> np.ndarray:
        """The bin of each of ``times`` (GPS seconds), int64 (n,); may lie outside of 0 to bins."""
        return np.floor((np.asarray(times, dtype=np.float64) - self.begin) / self.bin_seconds).astype(np.int64)


@dataclass(frozen=True, eq=False)
class FamilyCounts:
    """One family of one detector in one epoch.

    Attributes:
        counts: float64 (bins,), glitches in the livetime, those that begin at once counted once.
        livetime: float64 (bins,), s; 0 outside of the epoch.
        outside: glitches of the epoch that lie outside of the livetime, and are not judged.
        repeated: glitches of the epoch that are the event before them once more, and are not counted.
    """

    detector: str
    family: str
    epoch: Epoch
    counts: np.ndarray
    livetime: np.ndarray
    outside: int
    repeated: int = 0


@dataclass(frozen=True, eq=False)
class Motion:
    """One channel on the grid.

    Attributes:
        level: float64 (bins,), what the rate is compared with: the mean base-10 logarithm where the channel is
            positive, else its mean in standard deviations from its middle; NaN where it was not recorded.
        per: what one unit of ``level`` is: "decade", "standard deviation", or "state", which is on at 1 and off at 0.
        offset, scale: ``level`` = (mean - offset) / scale where it is no logarithm; 0 and 1 where it is.
    """

    channel: Channel
    level: np.ndarray
    per: str
    offset: float = 0.0
    scale: float = 1.0

    def as_read(self, level: np.ndarray) -> np.ndarray:
        """``level`` in the channel's own unit."""
        level = np.asarray(level, dtype=np.float64)
        return 10.0**level if self.per == "decade" else level * self.scale + self.offset


def grid_of(table: ChannelTable, params: CouplingParams) -> Grid:
    """Return the whole days that hold the table.

    Raises GlitchAuditError where the channels' steps are longer than a bin, or the table is empty.
    """
    if not table.values.size:
        raise GlitchAuditError("There are no values in the channels; bring some that cover the glitches' times.")
    if table.step > params.bin_seconds:
        raise GlitchAuditError(
            f"The channels have a value each {table.step:g} s, but rates are compared over {params.bin_seconds:g} s; "
            "bring minute trends or faster ones."
        )
    begin = np.floor(table.start / DAY) * DAY
    days = int(np.ceil((table.end - begin) / DAY))
    return Grid(float(begin), days, params.bins_a_day, params.bin_seconds)


def epochs_of(table: ChannelTable, borders: Sequence[float] = ()) -> tuple[Epoch, ...]:
    """Return the epochs between ``borders`` (GPS seconds); one that holds all where there are none.

    Raises GlitchAuditError for a border outside of the channels' time.
    """
    inner = sorted(set(borders))
    beyond = [border for border in inner if not table.start < border < table.end]
    if beyond:
        raise GlitchAuditError(
            f"The epoch's border at GPS {beyond[0]:.0f} lies outside of the channels' time, GPS {table.start:.0f} to "
            f"{table.end:.0f}; choose one inside, as GPS seconds."
        )
    edges = [table.start, *inner, table.end]
    names = [WHOLE] if not inner else [f"epoch {number + 1}" for number in range(len(edges) - 1)]
    return tuple(Epoch(name, begin, end) for name, begin, end in zip(names, edges[:-1], edges[1:], strict=True))


def count_families(
    table: ChannelTable, glitches: GlitchTimes, *, grid: Grid, epochs: Sequence[Epoch]
) -> list[FamilyCounts]:
    """Return the counts of every detector, family and epoch, in the order of their names.

    Raises GlitchAuditError where no glitch lies in the time of the channels: other units or another observing run.
    """
    times = np.asarray(glitches.times, dtype=np.float64)
    inside = (times >= table.start) & (times < table.end)
    if len(times) and not inside.any():
        raise GlitchAuditError(
            f"All {len(times):,} glitches lie outside of the channels' time, GPS {table.start:.0f} to {table.end:.0f}; "
            "are both in GPS seconds, and of the same days?"
        )
    found = []
    for detector in sorted({str(one) for one in glitches.detectors}):
        live = table.live.get(detector)
        of_detector = inside & (glitches.detectors == detector)
        observed = live.contains(times) if live is not None else np.zeros(len(times), dtype=bool)
        for family in sorted({str(one) for one in glitches.families[glitches.detectors == detector]}):
            of_family = of_detector & (glitches.families == family)
            for epoch in epochs:
                own = of_family & (times >= epoch.begin) & (times < epoch.end)
                livetime = np.zeros(grid.bins) if live is None else _livetime(live.spans, epoch, grid)
                events = distinct(times[own & observed])
                bins = grid.bin_of(events)
                counts = np.bincount(bins, minlength=grid.bins).astype(np.float64)
                counts[livetime < _LIVE_SECONDS] = 0
                livetime[livetime < _LIVE_SECONDS] = 0
                repeated = int((own & observed).sum()) - len(events)
                outside = int(own.sum() - counts.sum()) - repeated
                found.append(FamilyCounts(detector, family, epoch, counts, livetime, outside, repeated))
    return found


def _livetime(spans: np.ndarray, epoch: Epoch, grid: Grid) -> np.ndarray:
    from core.detector.model import segments

    inside = segments(spans).within(segments([(epoch.begin, epoch.end)]))
    return inside.per_bin(grid.begin, grid.bin_seconds, grid.bins)


def motion_of(table: ChannelTable, row: int, *, grid: Grid) -> Motion:
    """Return one channel, row ``row`` of the table, averaged over the bins of the grid.

    A bin counts as recorded where at least half of its values are there.
    """
    values = table.values[row].astype(np.float64)
    finite = np.isfinite(values)
    is_state = table.channels[row].unit == STATE_UNIT
    logarithm = not is_state and bool(finite.any()) and float((values[finite] > 0).mean()) >= _POSITIVE
    if logarithm:
        finite &= values > 0
    bins = grid.bin_of(table.start + table.step * (np.arange(len(values)) + 0.5))[finite]
    level = np.log10(values[finite]) if logarithm else values[finite]
    number = np.bincount(bins, minlength=grid.bins)
    expected = grid.bin_seconds / table.step
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(bins, weights=level, minlength=grid.bins) / number
    mean[number < _RECORDED * expected] = np.nan
    if logarithm:
        return Motion(table.channels[row], mean, "decade")
    if is_state:
        return Motion(table.channels[row], mean, "state")
    known = mean[np.isfinite(mean)]
    offset = float(np.median(known)) if len(known) else 0.0
    scale = float(known.std()) if len(known) and known.std() > 0 else 1.0
    return Motion(table.channels[row], (mean - offset) / scale, "standard deviation", offset, scale)
