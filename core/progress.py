"""Progress of long work: how far, how fast, how long still."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

OnProgress = Callable[[int, int], None]
"""Called as ``on_progress(done, total)``; may raise :class:`core.errors.Cancelled` to stop the work."""


def ignore_progress(done: int, total: int) -> None:
    """Drop the report: the default where nobody watches."""


@dataclass(frozen=True)
class Progress:
    """A moment of a long stage: ``rate`` in items a second, ``seconds_left`` in s, both None before the first item."""

    stage: str
    done: int
    total: int
    rate: float | None
    seconds_left: float | None

    @property
    def fraction(self) -> float:
        """Share done, between 0 and 1."""
        return min(1.0, self.done / self.total) if self.total else 1.0


@dataclass
class ProgressMeter:
    """Turns ``(done, total)`` into a :class:`Progress`; items that were done before the first call do not count."""

    stage: str
    clock: Callable[[], float] = time.monotonic
    _first: tuple[float, int] | None = field(default=None, init=False)

    def at(self, done: int, total: int) -> Progress:
        """The progress now; the rate is the mean since the first call."""
        now = self.clock()
        if self._first is None:
            self._first = (now, done)
        began, done_before = self._first
        elapsed = now - began
        rate = (done - done_before) / elapsed if elapsed > 0 and done > done_before else None
        return Progress(self.stage, done, total, rate, (total - done) / rate if rate else None)
