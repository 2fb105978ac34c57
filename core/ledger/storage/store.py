"""The open ledger file: one DuckDB connection a process, a cursor a call, a backup before a write where one is due."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from core.errors import GlitchAuditError
from core.ledger.storage.backups import BackupRule, back_up, content_of, thin_out, time_of_last_backup
from core.ledger.storage.bounds import Bounds, interrupted_after
from core.ledger.storage.file_errors import DamagedError, NotWritableError, ledger_error, opening_error
from core.ledger.storage.kept_answers import MOST_CELLS, MOST_CELLS_OF_A_VISITOR, KeptAnswers
from core.ledger.storage.last_event import extent_now, extent_of, forget_extent, note_extent, refuse_truncated
from core.ledger.storage.schema import VERSION, migrate, schema_version

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

_Given = ParamSpec("_Given")
_Answer = TypeVar("_Answer")

FILE_NAME = "corrections.duckdb"
"""The ledger's name inside a workspace."""


class Ledger:
    """A ledger file, opened when first needed; get one from :func:`core.ledger.open_ledger`.

    Attributes:
        write_lock: held by a writer, so that no two threads write the same batch; taking it makes a backup if one is
            due.
        backup_rule: when one is due, and which are kept; None for a ledger that is not kept itself.
        backup_trouble: why the last backup could not be made, in a sentence; writing goes on without it.
        guard: called with the sample ids before an act about them is written; raises if they may have changed since the
            person looked. None where nothing is to be checked.
        bounds: what its database may take; None for a ledger that is filled by this program alone.
    """

    def __init__(self, path: Path, *, bounds: Bounds | None = None) -> None:
        self.path = path
        self.bounds = bounds
        self.write_lock = _WriteLock(self)
        self.backup_rule: BackupRule | None = BackupRule()
        self.backup_trouble: str | None = None
        self.guard: Callable[[list[str]], None] | None = None
        self._kept = KeptAnswers(path, most_cells=MOST_CELLS_OF_A_VISITOR if bounds else MOST_CELLS)
        self._open_lock = threading.Lock()
        self._here = threading.local()
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._identity: tuple[int, int] | None = None
        self._only_read: GlitchAuditError | None = None
        self._last_backup: datetime | None = None
        self._writes = 0

    def __str__(self) -> str:
        return str(self.path)

    def exists(self) -> bool:
        """Return whether there is a ledger already; one that is missing is read as empty."""
        return self.path.exists()

    def begin_writing(self) -> None:
        """Do what comes before a write: called with the write lock held."""
        self.back_up_if_due()

    def end_writing(self) -> None:
        """Do what comes after a write, whether it succeeded or not: called with the write lock held."""
        self.note_extent()

    def before_commit(self, cursor: duckdb.DuckDBPyConnection, tables: Iterable[str]) -> None:
        """Do what has to succeed before the transaction in ``cursor``, which added to ``tables``, is committed."""

    def after_commit(self) -> None:
        """Do what follows a transaction that was committed."""

    @contextmanager
    def snapshot(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Have this thread read the ledger, for the block, as it is at one moment; raises as :meth:`cursor`."""
        import duckdb

        if getattr(self._here, "cursor", None) is not None:
            yield self._here.cursor
            return
        with self.cursor() as cursor:
            cursor.execute("BEGIN")
            self._here.cursor = cursor
            try:
                yield cursor
            finally:
                self._here.cursor = None
                with suppress(duckdb.Error):
                    cursor.execute("ROLLBACK")

    @contextmanager
    def reading_through(self, cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
        """Have this thread read the ledger, for the block, as ``cursor`` sees it in its transaction."""
        before = getattr(self._here, "cursor", None)
        self._here.cursor = cursor
        try:
            yield
        finally:
            self._here.cursor = before

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Yield a cursor for one call: threads that share a connection without one get each other's rows.

        The file is made if it does not exist. Raises GlitchAuditError if another program holds the file, or it is
        damaged or cannot be opened or written.
        """
        import duckdb

        if getattr(self._here, "cursor", None) is not None:
            yield self._here.cursor
            return
        with self._open_lock:
            cursor = self._connected().cursor()
        try:
            with interrupted_after(cursor, self.bounds.seconds) if self.bounds else nullcontext():
                yield cursor
        except duckdb.Error as error:
            if self.bounds and isinstance(error, duckdb.InterruptException | duckdb.OutOfMemoryException):
                raise GlitchAuditError(
                    f"The corrections ask for more than {self.bounds.seconds:g} s or {self.bounds.memory / 1e6:,.0f} "
                    "MB, so this was stopped: the file they came from was made to."
                ) from error
            if isinstance(error, duckdb.FatalException):
                # A fatal error (a full disk, say) makes the connection useless, but not the file.
                self.close()
            if self._only_read is not None and "read-only" in str(error):
                raise self._only_read from error
            readable = ledger_error(self.path, error)
            if readable is None:
                raise
            if isinstance(readable, DamagedError):
                # The next opening reads the file anew and finds the damage by itself.
                self.close()
            raise readable from error
        finally:
            with suppress(duckdb.Error):
                cursor.close()

    def answer(self, question: Hashable, ask: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """Return what ``ask`` reads of the ledger, or what it read since the last write, under this ``question``."""
        # What one moment, or an act that is not finished, shows is nobody else's answer.
        if getattr(self._here, "cursor", None) is not None or not self.readable():
            return ask()
        return self._kept.answer(question, ask)

    def problem(self) -> str | None:
        """Return in a sentence why the ledger cannot be written now; None if it can, or if there is none yet."""
        if not self.exists():
            return None
        try:
            with self.cursor():
                return None if self._only_read is None else str(self._only_read)
        except GlitchAuditError as error:
            return str(error)

    def check_samples(self, sample_ids: Iterable[str]) -> None:
        """Ask the guard, if any, which raises a GlitchAuditError if an act about these samples may not be written."""
        if self.guard is not None:
            self.guard([str(sample_id) for sample_id in sample_ids])

    def readable(self) -> bool:
        """Return whether there is a ledger file that can be read now; a missing file is not made."""
        if not self.exists():
            return False
        try:
            with self.cursor():
                return True
        except GlitchAuditError:
            return False

    def close(self) -> None:
        """Release the file for other programs; the next call opens it again."""
        with self._open_lock:
            self._disconnect()

    def back_up_if_due(self, *, now: datetime | None = None) -> None:
        """Make a backup if one is due, before a write; a failure is noted in ``backup_trouble`` and not raised."""
        now = now or datetime.now(UTC)
        if self.backup_rule is None or not self.path.exists() or not self._backup_due(self.backup_rule, now):
            return
        import duckdb

        try:
            with self.cursor() as cursor:
                back_up(cursor, self.path, now=now)
            thin_out(self.path, self.backup_rule)
        except (GlitchAuditError, duckdb.Error) as error:
            self.backup_trouble = str(error)
        else:
            self.backup_trouble = None
        # After a failure too: the next try is a day or so many writes away, not at each click.
        self._last_backup, self._writes = now, 0

    def note_extent(self) -> None:
        """Note beside the file how far it has come, after a write; a note that cannot be written stops nobody."""
        import duckdb

        if self.backup_rule is None or not self.path.exists():
            return
        with suppress(GlitchAuditError, duckdb.Error, OSError):
            with self._open_lock:
                # Not the cursor of a snapshot, which shows what was there before.
                cursor = self._connected().cursor()
            try:
                extent = extent_now(cursor)
            finally:
                cursor.close()
            if self._only_read is None:
                note_extent(self.path, extent)

    def forget_answers(self) -> None:
        """Let everything be read anew, after a write."""
        self._kept.forget()

    def _backup_due(self, rule: BackupRule, now: datetime) -> bool:
        # The clock may have been set back since; then what it said before counts as little as a date in the future.
        if self._last_backup is None or self._last_backup > now:
            self._last_backup = time_of_last_backup(self.path, now=now) or datetime.min.replace(tzinfo=UTC)
        self._writes += 1
        return self._writes >= rule.writes or now - self._last_backup >= rule.age

    def _connected(self) -> duckdb.DuckDBPyConnection:
        if self._connection is not None and self._identity != _identity(self.path):
            # Somebody moved or replaced the file: rows written to the one still open would be lost with it.
            self._disconnect()
        if self._connection is None:
            self._connection = self._opened()
            self._identity = _identity(self.path)
        return self._connection

    def _opened(self) -> duckdb.DuckDBPyConnection:
        import duckdb

        self._only_read = self._last_backup = None
        existed = self.path.exists()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            connection = duckdb.connect(str(self.path), config=self.bounds.settings() if self.bounds else {})
        except (duckdb.Error, OSError) as error:
            readable = opening_error(self.path, error)
            if isinstance(readable, NotWritableError) and existed:
                return self._opened_for_reading(readable)
            raise readable from error
        try:
            if existed:
                if self.backup_rule is not None:
                    refuse_truncated(self.path, extent_of(connection))
                _read_all_before_migrating(connection, self.path)
            migrate(connection)
            if not existed:
                forget_extent(self.path)
        except (duckdb.Error, GlitchAuditError, OSError) as error:
            with suppress(duckdb.Error):
                # What lies in the log stays there for whoever looks into it.
                connection.execute("PRAGMA disable_checkpoint_on_shutdown")
            with suppress(duckdb.Error):
                connection.close()
            raise opening_error(self.path, error) from error
        return connection

    def _opened_for_reading(self, why: GlitchAuditError) -> duckdb.DuckDBPyConnection:
        import duckdb

        try:
            connection = duckdb.connect(str(self.path), read_only=True)
            if schema_version(connection) == VERSION:
                refuse_truncated(self.path, extent_of(connection))
                content_of(connection)
                self._only_read = why
                return connection
            connection.close()
        except (duckdb.Error, GlitchAuditError) as error:
            raise opening_error(self.path, error) from error
        raise why

    def _disconnect(self) -> None:
        import duckdb

        if self._connection is not None:
            with suppress(duckdb.Error):
                self._connection.close()
        self._connection = self._identity = None
        self._kept.forget()


class _WriteLock:
    """A lock for writers of this process; the ledger does what comes before and after a write."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self._lock.acquire()
        try:
            self._ledger.begin_writing()
        except BaseException:
            self._lock.release()
            raise

    def __exit__(self, *_: object) -> None:
        try:
            self._ledger.end_writing()
        finally:
            self._ledger.forget_answers()
            self._lock.release()

    def close_for_good(self, *, wait: float) -> bool:
        """Let no writer of this process begin any more; return whether the present one was done within ``wait`` s."""
        return self._lock.acquire(timeout=wait)


def _read_all_before_migrating(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Read all of a file before anything is written to it, and keep a backup of one that will be migrated."""
    content_of(connection)
    if 0 < schema_version(connection) < VERSION:
        back_up(connection, path)


def in_one_snapshot(
    act: Callable[Concatenate[Ledger, _Given], _Answer],
) -> Callable[Concatenate[Ledger, _Given], _Answer]:
    """Decorate a function whose first argument is a ledger: everything it reads there is of one moment."""

    @wraps(act)
    def of_now(ledger: Ledger, /, *given: _Given.args, **named: _Given.kwargs) -> _Answer:
        # A missing ledger is read as an empty one, and not made.
        if not ledger.readable():
            return act(ledger, *given, **named)
        with ledger.snapshot():
            return act(ledger, *given, **named)

    return of_now


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
