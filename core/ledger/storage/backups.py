"""Backups of the ledger: whole copies in a folder beside it, made and thinned by count and age.

DuckDB itself makes the copy (``COPY FROM DATABASE``), which is one consistent, checked state and keeps the lock on the
file. Why: docs/decisions/14-backups-by-copy-from-database.md.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import GlitchAuditError
from core.files import names_to_disk, temporary_beside, to_disk

if TYPE_CHECKING:
    import duckdb

FOLDER_NAME = "backups"
"""The folder of backups, beside the ledger."""

_TIME_FORMAT = "%Y%m%dT%H%M%S%fZ"
# Names of versions up to 0.4 lack the number of the last event.
_NAME = re.compile(
    r"(?P<stem>.+)-(?P<time>\d{8}T\d{12}Z)-(?P<rows>\d+)rows(-event(?P<event>\d+))?-(?P<content>[0-9a-f]{16})\.duckdb"
)
_SPARE_BYTES = 4_000_000


@dataclass(frozen=True)
class BackupRule:
    """When a backup is made before a write, and which ones are kept.

    Attributes:
        writes: a backup is made once so many acts were written since the last one.
        age: and before a write, once the last backup is as old as this.
        keep_newest: so many backups, those with the latest events, are kept.
        keep_days: and the newest of each of the last so many days with a backup; all others are deleted. Days count by
            the backups, because a wrong clock may put today's date years ahead.
    """

    writes: int = 200
    age: timedelta = timedelta(days=1)
    keep_newest: int = 10
    keep_days: int = 30


@dataclass(frozen=True)
class Backup:
    """One backup, as its file name tells.

    Attributes:
        made_at: in UTC, as the clock said.
        rows: in all its tables.
        content: a hash of all rows: the same ledger has the same.
        last_event: the number of the last event that it holds; 0 without one, -1 where it cannot be read.
    """

    path: Path
    made_at: datetime
    rows: int
    content: str
    last_event: int


def list_backups(ledger_path: Path) -> tuple[Backup, ...]:
    """Return a ledger's backups by last event (clocks may be wrong), latest first; none if the folder is unreadable."""
    found = []
    with suppress(OSError):
        for path in backup_folder(ledger_path).iterdir():
            name = _NAME.fullmatch(path.name)
            if name and name["stem"] == ledger_path.stem:
                made_at = datetime.strptime(name["time"], _TIME_FORMAT).replace(tzinfo=UTC)
                event = int(name["event"]) if name["event"] else _last_event_in(path, path.stat().st_mtime_ns)
                found.append(Backup(path, made_at, int(name["rows"]), name["content"], event))
    return tuple(
        sorted(found, key=lambda backup: (backup.last_event, backup.rows, backup.made_at, backup.content), reverse=True)
    )


def time_of_last_backup(ledger_path: Path, *, now: datetime) -> datetime | None:
    """Return when the last backup was made, in UTC; dates in the future come from a wrong clock and do not count."""
    return max((backup.made_at for backup in list_backups(ledger_path) if backup.made_at <= now), default=None)


def backup_folder(ledger_path: Path) -> Path:
    """Return the folder of a ledger's backups."""
    return ledger_path.parent / FOLDER_NAME


def back_up(cursor: duckdb.DuckDBPyConnection, ledger_path: Path, *, now: datetime | None = None) -> Backup | None:
    """Make a backup of the open ledger; return None, without one, if it is empty or a backup holds the same rows.

    No transaction may be under way in ``cursor``; ``now`` is in UTC, by default the clock's time.

    Raises:
        GlitchAuditError: it cannot be written; nothing of it is left.
        duckdb.Error: the ledger cannot be read.
    """
    rows, content = content_of(cursor)
    if not rows or any((earlier.rows, earlier.content) == (rows, content) for earlier in list_backups(ledger_path)):
        return None
    event = last_event(cursor)
    made_at = now or datetime.now(UTC)
    folder = backup_folder(ledger_path)
    final = folder / f"{ledger_path.stem}-{made_at.strftime(_TIME_FORMAT)}-{rows}rows-event{event}-{content}.duckdb"
    try:
        folder.mkdir(exist_ok=True)
        _refuse_lack_of_space(ledger_path, folder)
        copy_database(cursor, final)
    except OSError as error:
        raise GlitchAuditError(
            f"No backup of the ledger could be made in {folder} ({error.strerror or error}); free some space there, "
            "or give this program the right to write there."
        ) from error
    return Backup(final, made_at, rows, content, event)


def copy_database(cursor: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Copy the open ledger to a new file, whole or not at all; raises OSError (writing) or duckdb.Error (reading)."""
    import duckdb

    temporary = temporary_beside(path)
    source = cursor.execute("SELECT current_database()").fetchall()[0][0]
    wanted = content_of(cursor)
    try:
        cursor.execute(f"ATTACH {_text(str(temporary))} AS ledger_copy")
        try:
            cursor.execute(f"COPY FROM DATABASE {_name(source)} TO ledger_copy")
            cursor.execute("CHECKPOINT ledger_copy")
        finally:
            with suppress(duckdb.Error):
                cursor.execute("DETACH ledger_copy")
        if read_whole(temporary)[0] != wanted[0]:
            raise OSError(f"{temporary} lacks rows")
        to_disk(temporary)
        temporary.rename(path)
        names_to_disk(path.parent)
    except (duckdb.IOException, duckdb.TransactionException) as error:
        raise OSError(str(error).splitlines()[0]) from error
    finally:
        _remove_part(temporary)


def thin_out(ledger_path: Path, rule: BackupRule) -> None:
    """Delete the backups that the rule does not keep; one that cannot be deleted stays."""
    days: set[date] = set()
    for place, backup in enumerate(list_backups(ledger_path)):
        day = backup.made_at.date()
        newest_of_day = day not in days and len(days) < rule.keep_days
        days.add(day)
        if place >= rule.keep_newest and not newest_of_day:
            with suppress(OSError):
                backup.path.unlink()


def read_whole(path: Path) -> tuple[int, str]:
    """Return the row count and hash of a ledger file that nobody has open; raises duckdb.Error if it is damaged."""
    with _read_only(path) as connection:
        return content_of(connection)


def content_of(cursor: duckdb.DuckDBPyConnection) -> tuple[int, str]:
    """Return how many rows all tables hold, and a hash of them; raises duckdb.Error if a block is damaged."""
    rows, content = 0, 0
    for count, hashed in content_by_table(cursor).values():
        rows += count
        content ^= int(hashed, 16)
    return rows, f"{content:016x}"


def content_by_table(cursor: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, str]]:
    """Return the rows and their hash, as :func:`content_of` does, of each table."""
    found = {}
    for table in _tables(cursor):
        count, hashed = cursor.execute(
            f"SELECT count(*), bit_xor(hash({_text(table)}, row)) FROM {_name(table)} AS row"
        ).fetchall()[0]
        found[table] = count, f"{hashed or 0:016x}"
    return found


def row_count(cursor: duckdb.DuckDBPyConnection) -> int:
    """Return how many rows all tables of an open ledger hold."""
    parts = " UNION ALL ".join(f"SELECT count(*) AS rows FROM {_name(table)}" for table in _tables(cursor))
    return int(cursor.execute(f"SELECT sum(rows) FROM ({parts})").fetchall()[0][0]) if parts else 0


def last_event(cursor: duckdb.DuckDBPyConnection) -> int:
    """Return the number of the last event of an open ledger of any version; 0 without one."""
    numbered = cursor.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = current_database() "
        "AND (column_name = 'event' OR table_name = 'correction' AND column_name = 'sequence') "
        "AND table_name IN (SELECT table_name FROM duckdb_tables())"
    ).fetchall()
    if not numbered:
        return 0
    parts = " UNION ALL ".join(
        f"SELECT max({_name(column)}) AS event FROM {_name(table)}" for table, column in numbered
    )
    return cursor.execute(f"SELECT coalesce(max(event), 0) FROM ({parts})").fetchall()[0][0]


@lru_cache(maxsize=256)
def _last_event_in(path: Path, modified: int) -> int:  # noqa: ARG001 - what the cache goes by
    import duckdb

    with suppress(duckdb.Error, OSError), _read_only(path) as connection:
        return last_event(connection)
    return -1


def _tables(cursor: duckdb.DuckDBPyConnection) -> Sequence[str]:
    found = cursor.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() AND NOT internal "
        "AND table_name <> 'schema_version' ORDER BY table_name"
    ).fetchall()
    return [name for (name,) in found]


@contextmanager
def _read_only(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    import duckdb

    connection = duckdb.connect(str(path), read_only=True)
    try:
        yield connection
    finally:
        connection.close()


def _refuse_lack_of_space(ledger_path: Path, folder: Path) -> None:
    # Found out before, because a checkpoint that meets a full disk in the middle ends the connection.
    log = ledger_path.with_name(f"{ledger_path.name}.wal")
    needed = sum(path.stat().st_size for path in (ledger_path, log) if path.exists()) + _SPARE_BYTES
    if shutil.disk_usage(folder).free < needed:
        raise OSError(f"the disk has less than {needed / 1e6:,.0f} MB left")


def _remove_part(temporary: Path) -> None:
    for path in (temporary, temporary.with_name(f"{temporary.name}.wal")):
        with suppress(OSError):
            path.unlink()


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
