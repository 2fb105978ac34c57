"""One glitch: which channels were unusual in its minute, and how many would be so by chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.detector.model import ChannelTable
from core.detector.strain.gps import utc_words
from core.errors import GlitchAuditError


@dataclass(frozen=True)
class ChannelAt:
    """One channel at one time.

    Attributes:
        channel, unit, safety: which it is.
        value: then, as read; NaN where it was not recorded.
        median: over the livetime.
        as_high, as_low: share of the livetime's values that are at least as high, and at least as low.
        unusual: whether either share is at most half of the level asked for.
    """

    channel: str
    unit: str
    safety: str
    value: float
    median: float
    as_high: float
    as_low: float
    unusual: bool

    @property
    def constant(self) -> bool:
        """Whether all of the livetime's values are the one of then."""
        return self.as_high == 1 and self.as_low == 1


@dataclass(frozen=True)
class Around:
    """The channels of one detector at one time.

    Attributes:
        channels: the most unusual first, those that were not recorded last.
        level: share of the time that counts as unusual.
        recorded: how many channels had a value.
        by_chance: how many of these would be unusual at any time.
        sentence: for a person.
    """

    channels: tuple[ChannelAt, ...]
    level: float
    recorded: int
    by_chance: float
    sentence: str


def channels_at(table: ChannelTable, time: float, *, detector: str, level: float = 0.01) -> Around:
    """Return the channels of ``detector`` at ``time`` (GPS seconds), by their rank among the livetime's values.

    A channel is unusual where it is among the highest or the lowest ``level`` / 2 of its values in the livetime. Raises
    GlitchAuditError for a time outside of the table.
    """
    step = int(np.floor((time - table.start) / table.step))
    if not 0 <= step < table.values.shape[1]:
        raise GlitchAuditError(
            f"GPS {time:.0f} ({utc_words(time)}) lies outside of the channels' time, GPS {table.start:.0f} to "
            f"{table.end:.0f} ({utc_words(table.start)} to {utc_words(table.end)}); bring channels of that time."
        )
    live = table.live.get(detector)
    middles = table.start + table.step * (np.arange(table.values.shape[1]) + 0.5)
    observed = live.contains(middles) if live is not None else np.zeros(len(middles), dtype=bool)
    found = []
    for row, channel in enumerate(table.channels):
        if channel.detector != detector:
            continue
        value = float(table.values[row, step])
        usual = table.values[row][observed]
        usual = usual[np.isfinite(usual)]
        known = bool(np.isfinite(value)) and len(usual) > 0
        high = _share(usual >= value) if known else float("nan")
        low = _share(usual <= value) if known else float("nan")
        median = float(np.median(usual)) if len(usual) else float("nan")
        # A channel that never changes is as high as ever and as low as ever.
        unusual = known and min(high, low) <= level / 2
        found.append(ChannelAt(channel.name, channel.unit, channel.safety, value, median, high, low, unusual))
    found.sort(key=lambda one: (not np.isfinite(one.as_high), min(one.as_high, one.as_low), one.channel))
    recorded = sum(np.isfinite(one.as_high) for one in found)
    strange = sum(one.unusual for one in found)
    by_chance = level * recorded
    sentence = (
        f"{strange} of {recorded} channels were unusual in this minute; {_chance_words(by_chance)}."
        if recorded
        else f"No channel of {detector} was recorded at this time."
    )
    return Around(tuple(found), level, int(recorded), by_chance, sentence)


def _chance_words(by_chance: float) -> str:
    if by_chance >= 1:
        return f"in any minute about {by_chance:.0f} are so by chance"
    return f"by chance alone one is so about once in {1 / by_chance:.0f} minutes"


def _share(which: np.ndarray) -> float:
    # The value itself may not be among those of the livetime: one more is counted, so that no share is 0.
    return float((which.sum() + 1) / (len(which) + 1))
