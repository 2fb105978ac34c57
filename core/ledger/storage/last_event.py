"""How far a ledger has come, noted beside it after each act: a file that holds less when it is opened has lost rows.

DuckDB takes a write-ahead log whose end is missing for one whose last act was never finished, and says nothing. The
note lags where a kill came between an act and it; then it asks for less than there is, which does no harm.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.files import whole_file
from core.ledger.storage.backups import last_event, row_count
from core.ledger.storage.file_errors import TruncatedError
from core.ledger.storage.migrations import OURS

if TYPE_CHECKING:
    import duckdb


_NUMBERS = {table: {"batch": "0", "correction": "max(sequence)"}.get(table, "max(event)") for table in OURS}
_EXTENT = "SELECT sum(rows)::BIGINT, coalesce(max(event), 0)::BIGINT FROM ({})".format(
    " UNION ALL ".join(f"SELECT count(*) AS rows, {number} AS event FROM {table}" for table, number in _NUMBERS.items())
)


@dataclass(frozen=True)
class Extent:
    """How far a ledger has come.

    Attributes:
        rows: in all its tables.
        event: the number of the last event.
    """

    rows: int
    event: int


def note_path(ledger_path: Path) -> Path:
    """Return where it is noted how far a ledger has come."""
    return ledger_path.with_name(f"{ledger_path.stem}.last-event.json")


def extent_of(cursor: duckdb.DuckDBPyConnection) -> Extent:
    """Return how far the open ledger, of any version, has come."""
    return Extent(row_count(cursor), last_event(cursor))


def extent_now(cursor: duckdb.DuckDBPyConnection) -> Extent:
    """Return how far an open ledger of this version has come, without looking at the schema, as each act asks."""
    return Extent(*cursor.execute(_EXTENT).fetchall()[0])


def note_extent(ledger_path: Path, extent: Extent) -> None:
    """Note how far a ledger has come, in place of what was noted before.

    Raises:
        OSError: the place cannot be written.
    """
    # The act itself is on the disk already, so that the note may come there later.
    with whole_file(note_path(ledger_path), lasting=False) as temporary:
        temporary.write_text(json.dumps(asdict(extent)), encoding="utf-8")


def noted_extent(ledger_path: Path) -> Extent | None:
    """Return how far a ledger had come when that was noted last; None where nothing was, or it cannot be read."""
    with suppress(OSError, ValueError, TypeError):
        found = Extent(**json.loads(note_path(ledger_path).read_text(encoding="utf-8")))
        if type(found.rows) is int and type(found.event) is int:
            return found
    return None


def forget_extent(ledger_path: Path) -> None:
    """Take the note away, as another file lies in the ledger's place from now on.

    Raises:
        OSError: the place cannot be written.
    """
    note_path(ledger_path).unlink(missing_ok=True)


def refuse_truncated(ledger_path: Path, found: Extent) -> None:
    """Do nothing where a ledger holds all that was noted of it.

    Raises:
        CutError: it holds less.
    """
    written = noted_extent(ledger_path)
    if written is None or (found.rows >= written.rows and found.event >= written.event):
        return
    raise TruncatedError(
        f"The ledger {ledger_path} lacks {max(0, written.rows - found.rows):,} of the {written.rows:,} rows that were "
        f"written to it: it ends with event {found.event:,}, and the last one written was {written.event:,}. Its "
        "write-ahead log was cut or taken away, or an older file put in its place. Nothing was deleted; the page "
        "“Corrections” offers the backups, and to go on with what is there."
    )
