"""Backups of the ledger: whole copies in a folder beside it, made by count and age, thinned by count and age.

A backup is copied by DuckDB itself (``COPY FROM DATABASE``) and never by copying the file: the copy is one consistent
state while others read and write, every row is read and so checked on the way, and the lock on the ledger stays, which
on Linux any closing of the file by this process would drop.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import GlitchAuditError
from core.files import temporary_beside

if TYPE_CHECKING:
    import duckdb

FOLDER_NAME = "backups"
"""The folder of backups, beside the ledger."""

_TIME_FORMAT = "%Y%m%dT%H%M%S%fZ"
_NAME = re.compile(r"(?P<stem>.+)-(?P<time>\d{8}T\d{12}Z)-(?P<rows>\d+)rows-(?P<content>[0-9a-f]{16})\.duckdb")
_SPARE_BYTES = 4_000_000


@dataclass(frozen=True)
class BackupRule:
    """When a backup is made before a write, and which ones are kept.

    Attributes:
        writes: a backup is made once this many acts were written since the last one.
        age: and before a write, once the last one is as old as this.
        keep_newest: this many are kept whatever their age.
        keep_days: and of each of so many days the newest one; all others are thinned out.
    """

    writes: int = 200
    age: timedelta = timedelta(days=1)
    keep_newest: int = 10
    keep_days: int = 30


@dataclass(frozen=True)
class Backup:
    """One backup, as its file name tells.

    Attributes:
        path: the DuckDB file.
        made_at: when, in UTC.
        rows: rows in all its tables.
        content: a hash of all rows: the same ledger has the same.
    """

    path: Path
    made_at: datetime
    rows: int
    content: str


def list_backups(ledger_path: Path) -> tuple[Backup, ...]:
    """The backups of a ledger, newest first; none where the folder cannot be read."""
    found = []
    with suppress(OSError):
        for path in backup_folder(ledger_path).iterdir():
            name = _NAME.fullmatch(path.name)
            if name and name["stem"] == ledger_path.stem:
                made_at = datetime.strptime(name["time"], _TIME_FORMAT).replace(tzinfo=UTC)
                found.append(Backup(path, made_at, int(name["rows"]), name["content"]))
    return tuple(sorted(found, key=lambda backup: backup.made_at, reverse=True))


def backup_folder(ledger_path: Path) -> Path:
    """Where the backups of a ledger lie."""
    return ledger_path.parent / FOLDER_NAME


def back_up(cursor: duckdb.DuckDBPyConnection, ledger_path: Path, *, now: datetime | None = None) -> Backup | None:
    """Make a backup of the open ledger, unless it is empty or the newest backup holds the same rows.

    Args:
        cursor: of the open ledger; no transaction may be under way in it.
        ledger_path: the ledger's file.
        now: the time to note, in UTC; default: the clock's.

    Returns:
        The new backup, or None where there was nothing to keep.

    Raises:
        GlitchAuditError: it cannot be written; nothing of it is left.
        duckdb.Error: the ledger cannot be read.
    """
    rows, content = content_of(cursor)
    earlier = list_backups(ledger_path)
    if not rows or (earlier and (earlier[0].rows, earlier[0].content) == (rows, content)):
        return None
    made_at = now or datetime.now(UTC)
    folder = backup_folder(ledger_path)
    final = folder / f"{ledger_path.stem}-{made_at.strftime(_TIME_FORMAT)}-{rows}rows-{content}.duckdb"
    try:
        folder.mkdir(exist_ok=True)
        _need_space(ledger_path, folder)
        copy_database(cursor, final)
    except OSError as error:
        raise GlitchAuditError(
            f"No backup of the ledger could be made in {folder} ({error.strerror or error}); free some space there, "
            "or give this program the right to write there."
        ) from error
    return Backup(final, made_at, rows, content)


def copy_database(cursor: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Copy the whole open ledger to a new file: all of it appears under that name, or nothing does.

    Raises:
        OSError: the file cannot be written.
        duckdb.Error: the ledger cannot be read.
    """
    import duckdb

    temporary = temporary_beside(path)
    source = cursor.execute("SELECT current_database()").fetchone()[0]
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
        temporary.rename(path)
    except (duckdb.IOException, duckdb.TransactionException) as error:
        raise OSError(str(error).splitlines()[0]) from error
    finally:
        _remove_part(temporary)


def thin_out(ledger_path: Path, rule: BackupRule, *, now: datetime | None = None) -> None:
    """Delete the backups that the rule does not keep; one that cannot be deleted stays."""
    now = now or datetime.now(UTC)
    days = set()
    for place, backup in enumerate(list_backups(ledger_path)):
        day = backup.made_at.date()
        newest_of_day = day not in days and now - backup.made_at < timedelta(days=rule.keep_days)
        days.add(day)
        if place >= rule.keep_newest and not newest_of_day:
            with suppress(OSError):
                backup.path.unlink()


def read_whole(path: Path) -> tuple[int, str]:
    """Read every row of a ledger file that nobody has open: how many there are, and a hash of them.

    Raises:
        duckdb.Error: it is damaged, or no DuckDB file.
    """
    with _read_only(path) as connection:
        return content_of(connection)


def content_of(cursor: duckdb.DuckDBPyConnection) -> tuple[int, str]:
    """How many rows all tables hold, and a hash of them; DuckDB checks each block that it reads.

    Raises:
        duckdb.Error: a block is damaged.
    """
    rows, content = 0, 0
    for table in _tables(cursor):
        count, hashed = cursor.execute(
            f"SELECT count(*), bit_xor(hash({_text(table)}, row)) FROM {_name(table)} AS row"
        ).fetchone()
        rows += count
        content ^= hashed or 0
    return rows, f"{content:016x}"


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


def _need_space(ledger_path: Path, folder: Path) -> None:
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
