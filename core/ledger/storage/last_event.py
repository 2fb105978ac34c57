"""A note beside the ledger of how far it has come: a file that holds less when it is opened has lost rows.

DuckDB takes a write-ahead log whose end is missing for one whose last act was never finished, and says nothing. After a
kill between an act and its note, the note asks for less than there is, which does no harm.
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
    """How far a ledger has come: the rows in all its tables, and the number of the last event."""

    rows: int
    event: int


def note_path(ledger_path: Path) -> Path:
    """Return the path of the note."""
    return ledger_path.with_name(f"{ledger_path.stem}.last-event.json")


def extent_of(cursor: duckdb.DuckDBPyConnection) -> Extent:
    """Return how far the open ledger, of any version, has come."""
    return Extent(row_count(cursor), last_event(cursor))


def extent_now(cursor: duckdb.DuckDBPyConnection) -> Extent:
    """Return how far an open ledger of this version has come; quicker, as it does not look at the schema."""
    return Extent(*cursor.execute(_EXTENT).fetchall()[0])


def note_extent(ledger_path: Path, extent: Extent) -> None:
    """Note how far a ledger has come, in place of the earlier note; raises OSError if it cannot be written."""
    # The act itself is on the disk already, so that the note may come there later.
    with whole_file(note_path(ledger_path), lasting=False) as temporary:
        temporary.write_text(json.dumps(asdict(extent)), encoding="utf-8")


def noted_extent(ledger_path: Path) -> Extent | None:
    """Return the extent noted last; None where there is no note, or it cannot be read."""
    with suppress(OSError, ValueError, TypeError):
        found = Extent(**json.loads(note_path(ledger_path).read_text(encoding="utf-8")))
        if type(found.rows) is int and type(found.event) is int:
            return found
    return None


def forget_extent(ledger_path: Path) -> None:
    """Delete the note, because another file takes the ledger's place; raises OSError if that cannot be done."""
    note_path(ledger_path).unlink(missing_ok=True)


def refuse_truncated(ledger_path: Path, found: Extent) -> None:
    """Raise a TruncatedError if the ledger holds less than was noted of it."""
    written = noted_extent(ledger_path)
    if written is None or (found.rows >= written.rows and found.event >= written.event):
        return
    raise TruncatedError(
        f"The ledger {ledger_path} lacks {max(0, written.rows - found.rows):,} of the {written.rows:,} rows that were "
        f"written to it: it ends with event {found.event:,}, and the last one written was {written.event:,}. Its "
        "write-ahead log was cut or taken away, or an older file put in its place. Nothing was deleted; the page "
        "“Corrections” offers the backups, and to go on with what is there."
    )
