"""What was read from a ledger, kept until something is written to it: to read it again costs a look at two files."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from pathlib import Path
from threading import Lock

import pandas as pd
from cachetools import LRUCache

MOST_CELLS = 2_000_000
"""So many cells of tables are kept at most: about 50 MB."""

MOST_CELLS_OF_A_VISITOR = 100_000
"""The same of a ledger that one visitor alone has, of which there may be many."""


class KeptAnswers:
    """The tables that questions to one ledger were answered with; those asked for longest ago give way.

    Nothing in a ledger is ever changed, only added, so an answer holds until the next write. Every write of this
    program is told to :meth:`forget`; any other shows in the file or in its write-ahead log. Threads may share it.
    """

    def __init__(self, path: Path, *, most_cells: int = MOST_CELLS) -> None:
        """Keep answers of the ledger at ``path``, of ``most_cells`` cells in all."""
        self._files = (path, path.with_name(f"{path.name}.wal"))
        self._kept: LRUCache[Hashable, pd.DataFrame] = LRUCache(most_cells, getsizeof=_cells)
        self._lock = Lock()
        self._writes = 0
        self._as_of: tuple[object, ...] = ()

    def answer(self, question: Hashable, ask: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """Return what ``ask`` answers, or answered since the last write; the caller may change the table."""
        # Looked at before asking: what is written meanwhile makes the answer an old one.
        as_of = (self._writes, *map(_look_of, self._files))
        with self._lock:
            if as_of != self._as_of:
                self._kept.clear()
                self._as_of = as_of
            found = self._kept.get(question)
        if found is None:
            found = ask()
            with self._lock:
                if as_of == self._as_of and _cells(found) <= self._kept.maxsize:
                    self._kept[question] = found
        # pandas copies a column when it is written to.
        return found.copy(deep=False)

    def forget(self) -> None:
        """Forget everything: something was written, or another file took the ledger's place."""
        with self._lock:
            self._writes += 1
            self._kept.clear()


def _cells(frame: pd.DataFrame) -> int:
    return max(1, frame.size)


def _look_of(path: Path) -> tuple[int, ...] | None:
    """Return what changes when a file does; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
