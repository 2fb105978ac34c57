"""What of a channel is missing, and where it does not move: a dead channel looks like a quiet one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.detector.model import Channel, ChannelTable, Segments, bins_as_segments

CONSTANT_SECONDS = 3600.0
"""A value that stays exactly the same for so long is that of a channel which is not read."""


@dataclass(frozen=True)
class Stretches:
    """What there is of one channel of a table.

    Attributes:
        channel: which.
        recorded: share of the table's bins that have a value, 0 to 1.
        missing: stretches without one.
        constant: stretches of at least an hour in which the value stays exactly the same.
        lowest, median, highest: of its values, NaN where there are none.
    """

    channel: Channel
    recorded: float
    missing: Segments
    constant: Segments
    lowest: float
    median: float
    highest: float

    @property
    def dead(self) -> bool:
        """Whether it never moves."""
        return not self.lowest < self.highest


def stretches(table: ChannelTable, *, constant_seconds: float = CONSTANT_SECONDS) -> tuple[Stretches, ...]:
    """Return for each channel of the table what is missing, and where it stays the same."""
    shortest = max(2, int(np.ceil(constant_seconds / table.step)))
    return tuple(
        _of_row(table, number, np.asarray(table.values[number]), shortest) for number in range(len(table.channels))
    )


def _of_row(table: ChannelTable, number: int, values: np.ndarray, shortest: int) -> Stretches:
    there = np.isfinite(values)
    found = values[there]
    lowest, median, highest = (float(f(found)) if len(found) else np.nan for f in (np.min, np.median, np.max))
    return Stretches(
        table.channels[number],
        float(there.mean()) if len(values) else 0.0,
        bins_as_segments(table, ~there),
        bins_as_segments(table, _unmoved(values, shortest)),
        lowest,
        median,
        highest,
    )


def _unmoved(values: np.ndarray, shortest: int) -> np.ndarray:
    """Which bins lie in a run of at least ``shortest`` equal values: bool of the same shape."""
    if not len(values):
        return np.zeros(0, dtype=bool)
    # A NaN equals nothing, itself included, so it ends a run.
    begins = np.flatnonzero(np.concatenate([[True], ~(values[1:] == values[:-1])]))
    lengths = np.diff(np.concatenate([begins, [len(values)]]))
    long: np.ndarray = np.repeat((lengths >= shortest) & np.isfinite(values[begins]), lengths)
    return long
