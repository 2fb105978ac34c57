"""Bounds of a ledger's database where anybody may have filled it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Bounds:
    """Limits of one database.

    Attributes:
        memory: bytes of the database itself, and again of its temporary files on disk.
        threads: of a query.
        seconds: after which a reading or writing act is interrupted.
    """

    memory: int
    threads: int
    seconds: float

    def settings(self) -> dict[str, str | bool | int | float | list[str]]:
        """Return DuckDB's settings for these bounds, given when the file is opened."""
        return {
            "memory_limit": f"{self.memory}B",
            "max_temp_directory_size": f"{self.memory}B",
            "threads": self.threads,
            # Eight more for every database otherwise, to read ahead in files far bigger than a ledger.
            "async_threads": 0,
        }


@contextmanager
def interrupted_after(cursor: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    """Interrupt the cursor after ``seconds`` in the block: it then raises ``duckdb.InterruptException``."""
    clock = threading.Timer(seconds, cursor.interrupt)
    clock.daemon = True
    clock.start()
    try:
        yield
    finally:
        clock.cancel()
