"""The open ledger file: one DuckDB connection a process, a cursor a call."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import GlitchAuditError
from core.ledger.schema import migrate

if TYPE_CHECKING:
    import duckdb

FILE_NAME = "corrections.duckdb"
"""The ledger's name inside a workspace."""

_HOLDER = re.compile(r"\(PID (\d+)\)")


class Ledger:
    """A ledger file, opened when first needed; get one from :func:`open_ledger`.

    Attributes:
        path: the DuckDB file.
        write_lock: held by a writer, so that two threads do not write the same batch at once.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.write_lock = threading.Lock()
        self._open_lock = threading.Lock()
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._identity: tuple[int, int] | None = None

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor for one call: threads that share a connection without one get each other's rows.

        The file is made if it does not exist.

        Raises:
            GlitchAuditError: another program holds the file, or it cannot be opened or written.
        """
        import duckdb

        with self._open_lock:
            cursor = self._connected().cursor()
        try:
            yield cursor
        except duckdb.FatalException as error:
            # A fatal error (a full disk, say) makes the connection useless, but not the file.
            self.close()
            raise self._refusal(error) from error
        except duckdb.IOException as error:
            raise self._refusal(error) from error
        finally:
            cursor.close()

    def problem(self) -> str | None:
        """Why the ledger cannot be read now, in a sentence; None where it can, or where nothing was written yet."""
        if not self.path.exists():
            return None
        try:
            with self.cursor():
                return None
        except GlitchAuditError as error:
            return str(error)

    def readable(self) -> bool:
        """Whether there is a ledger file that can be read now; a missing file is not made."""
        return self.path.exists() and self.problem() is None

    def close(self) -> None:
        """Release the file for other programs; the next call opens it again."""
        with self._open_lock:
            self._disconnect()

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

        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            connection = duckdb.connect(str(self.path))
        except (duckdb.Error, OSError) as error:
            raise self._refusal(error) from error
        try:
            migrate(connection)
        except (duckdb.Error, GlitchAuditError) as error:
            connection.close()
            raise self._refusal(error) from error
        return connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = self._identity = None

    def _refusal(self, error: Exception) -> GlitchAuditError:
        text = str(error).strip() or type(error).__name__
        if "Could not set lock" in text or "being used by another process" in text:
            holder = _HOLDER.search(text)
            who = f"another program (process {holder[1]})" if holder else "another program"
            return GlitchAuditError(
                f"The ledger {self.path} is held by {who}; everything but proposing works, and proposing does again "
                "once that program is closed."
            )
        if isinstance(error, PermissionError) or "Permission denied" in text or "Read-only file system" in text:
            return GlitchAuditError(
                f"The ledger {self.path} cannot be written; choose a workspace in a folder that you may write to."
            )
        if "not a valid DuckDB database" in text or "Could not read enough bytes" in text:
            return GlitchAuditError(
                f"The ledger {self.path} is damaged or is no DuckDB file; move it away or put back a copy. "
                "It was not changed."
            )
        reason = text.splitlines()[0].rstrip(".")
        return GlitchAuditError(f"The ledger {self.path} cannot be used: {reason}. Proposing is off until then.")


_ledgers: dict[Path, Ledger] = {}
_ledgers_lock = threading.Lock()


def open_ledger(path: Path) -> Ledger:
    """The ledger at ``path``, the same object for the same file all over this process.

    This is the one place with state of its own, because DuckDB lets one process hold a file, and every page and thread
    of that process has to go through the same connection. Nothing is opened, and so nothing raised, until it is used.
    """
    path = Path(path).expanduser().resolve()
    with _ledgers_lock:
        return _ledgers.setdefault(path, Ledger(path))


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
