"""Report the progress of long work: how far, how fast, and how long it still takes."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TextIO

OnProgress = Callable[[int, int], None]
"""Called as ``on_progress(done, total)``; may raise :class:`core.errors.Cancelled` to stop the work."""


def ignore_progress(done: int, total: int) -> None:
    """Drop the report: the default where nobody watches."""


@dataclass(frozen=True)
class Progress:
    """A moment of a long stage: ``rate`` in items a second, ``seconds_left`` in s, both None before the first item.

    ``workers`` is how many of a cluster are at it, None where none is used.
    """

    stage: str
    done: int
    total: int
    rate: float | None
    seconds_left: float | None
    workers: int | None = None

    @property
    def fraction(self) -> float:
        """Share done, between 0 and 1."""
        return min(1.0, self.done / self.total) if self.total else 1.0


def workers_text(workers: int) -> str:
    """Return how many workers a cluster has, in words."""
    return f"{workers:,} worker{'' if workers == 1 else 's'}"


ShowProgress = Callable[[Progress], None]
"""Called with each moment of a long stage, to show it; may raise :class:`core.errors.Cancelled` to stop the work."""


@dataclass
class ProgressMeter:
    """Turn ``(done, total)`` into a :class:`Progress`; items that were done before the first call do not count."""

    stage: str
    clock: Callable[[], float] = time.monotonic
    _first: tuple[float, int] | None = field(default=None, init=False)

    def at(self, done: int, total: int) -> Progress:
        """Return the progress now; the rate is the mean since the first call."""
        now = self.clock()
        if self._first is None:
            self._first = (now, done)
        began, done_before = self._first
        elapsed = now - began
        rate = (done - done_before) / elapsed if elapsed > 0 and done > done_before else None
        return Progress(self.stage, done, total, rate, (total - done) / rate if rate else None)


@dataclass
class ProgressPrinter:
    """Print progress: on a terminal one line that is overwritten, in a file few lines, none of them twice.

    In a file (a pipe, a log) a stage's line is written when it is done, and every ``interval`` seconds while it moves.
    ``stream`` None is the standard output at the time of printing.
    """

    stream: TextIO | None = None
    interval: float = 15.0
    clock: Callable[[], float] = time.monotonic
    _finished: str | None = field(default=None, init=False)
    _stage: str | None = field(default=None, init=False)
    _done: int = field(default=-1, init=False)
    _since: float = field(default=0.0, init=False)

    def show(self, progress: Progress) -> None:
        """Print this moment, if it says something new."""
        stream = self.stream or sys.stdout
        if progress.stage != self._stage:
            self._stage, self._done, self._finished, self._since = progress.stage, -1, None, self.clock()
        whole = progress.done >= progress.total
        if self._finished == progress.stage or progress.done == self._done:
            return
        text = f"{progress.stage}: {progress.done:,} of {progress.total:,}"
        if progress.workers is not None:
            text += f", {workers_text(progress.workers)}"
        if progress.rate:
            text += f", {progress.rate:,.1f}/s, {progress.seconds_left:,.0f} s left"
        if stream.isatty():
            print(f"\r{text:<79}", end="\n" if whole else "", file=stream, flush=True)
        elif whole or self.clock() - self._since >= self.interval:
            print(text, file=stream, flush=True)
            self._since = self.clock()
        self._done = progress.done
        self._finished = progress.stage if whole else None
