"""A ledger whose acts lie in PostgreSQL: reads go to a replica, a write is committed there first and here after."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import GlitchAuditError
from core.ledger.storage.schema import VERSION
from core.ledger.storage.store import Ledger
from core.ledger.storage.team.address import ledger_name, read_address
from core.ledger.storage.team.replica import OlderActError, Replica
from core.ledger.storage.team.server import MOST_ACTS, Connection, Position, StoredAct, as_json
from core.ledger.storage.team.server_errors import AwayError

if TYPE_CHECKING:
    import duckdb

SECONDS_BETWEEN_QUESTIONS = 0.3
"""A reader asks the server for what others wrote at most so often; a writer always does."""

SECONDS_AFTER_SILENCE = 2.0
"""And at most so often while the server does not answer."""


class TeamLedger(Ledger):
    """The ledger of one workspace in a team's database; ``path`` is where its file would lie.

    Nothing is connected before it is used. While the server is away, what was there is read on, and
    :meth:`problem` says since when.
    """

    def __init__(self, path: Path, url: str, *, name: str = "") -> None:
        super().__init__(path)
        # PostgreSQL's own tools take the place of backups beside the file.
        self.backup_rule = None
        self._url = url
        self._name = name or ledger_name(path)
        # Held by whoever changes the replica; a reader who finds it taken does not wait.
        self._keeping = threading.Lock()
        self._replica: Replica | None = None
        self._reader: Connection | None = None
        self._writer: Connection | None = None
        self._ask_again_at = 0.0
        self._answered_at = datetime.min.replace(tzinfo=UTC)
        self._silence: str | None = None
        self._sent: Position | None = None

    def __str__(self) -> str:
        try:
            return f"“{self._name}” at {read_address(self._url).shown}"
        except GlitchAuditError:
            return f"“{self._name}”"

    def exists(self) -> bool:
        """Return True: the server makes it when it is first used."""
        return True

    def problem(self) -> str | None:
        """Return in a sentence why the ledger cannot be written now, and since when what is shown is old."""
        if (trouble := super().problem()) or self._silence is None:
            return trouble
        return f"{self._silence} What is shown is as it was at {self._answered_at:%Y-%m-%d %H:%M:%S} UTC."

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Yield a cursor of the replica, with what others wrote until a moment ago; raises as a file's does."""
        if getattr(self._here, "cursor", None) is None and not getattr(self._here, "writing", False):
            self._keep_up()
        with super().cursor() as cursor:
            yield cursor

    def begin_writing(self) -> None:
        """Take the lock of all writers of this ledger, and catch up; GlitchAuditError where that fails."""
        self._keep_up()
        writer = self._opened_writer()
        for _ in range(2):
            acts = writer.begin(self._opened_replica().position)
            self._keeping.acquire()
            try:
                self._here.writing = self._taken_up(acts)
            except BaseException:
                self.end_writing()
                raise
            if self._here.writing:
                self._sent = None
                return
            self.end_writing()
        raise GlitchAuditError(f"The ledger {self} was changed in a way no ledger is; nothing was written.")

    def end_writing(self) -> None:
        """Let the next writer go on; what was not sent is undone."""
        self._here.writing = False
        try:
            if self._writer is not None:
                self._writer.abandon()
        finally:
            self._keeping.release()

    def before_commit(self, cursor: duckdb.DuckDBPyConnection, tables: Iterable[str]) -> None:
        """Send what the transaction in ``cursor`` added to these tables, and commit it on the server."""
        replica, writer = self._opened_replica(), self._opened_writer()
        parts = [as_json(part) for part in replica.added(cursor, tables)]
        if parts:
            self._sent = writer.send(replica.position, parts, version=VERSION)

    def after_commit(self) -> None:
        """Note that what was sent is here, too; without this the next question brings it."""
        if self._sent is not None and self._replica is not None:
            self._replica.committed(self._sent)

    def _connected(self) -> duckdb.DuckDBPyConnection:
        return self._opened_replica().connection

    def _disconnect(self) -> None:
        for connection in (self._reader, self._writer):
            if connection is not None:
                connection.close()
        self._replica = self._reader = self._writer = None
        self._kept.forget()

    def _opened_replica(self) -> Replica:
        if self._replica is None:
            raise GlitchAuditError(f"The ledger {self} was closed meanwhile; do it again.")
        return self._replica

    def _opened_reader(self) -> Connection:
        if self._reader is None:
            self._reader = Connection(read_address(self._url), self._name)
        return self._reader

    def _opened_writer(self) -> Connection:
        if self._writer is None:
            writer = Connection(read_address(self._url), self._name)
            writer.make(self._opened_replica().columns, VERSION)
            self._writer = writer
        return self._writer

    def _keep_up(self) -> None:
        """Have the replica hold what others wrote: wait for that where there is none yet, else do it if it is due."""
        if self._replica is None:
            with self._keeping:
                if self._replica is None:
                    self._replica = self._filled()
            return
        if time.monotonic() < self._ask_again_at or not self._keeping.acquire(blocking=False):
            return
        try:
            while self._replica is not None and not self._taken_up(
                self._opened_reader().acts_after(self._replica.position)
            ):
                pass
        except (AwayError, NewerError) as error:
            self._silence = str(error)
            self._ask_again_at = time.monotonic() + SECONDS_AFTER_SILENCE
        finally:
            self._keeping.release()

    def _taken_up(self, acts: list[StoredAct] | None) -> bool:
        """Add acts to the replica; return False if it had to be filled anew instead, or there may be more."""
        replica = self._opened_replica()
        try:
            if acts is not None:
                if acts and acts[-1].schema_version > VERSION:
                    raise newer_error(self, acts[-1].schema_version)
                if replica.apply(acts):
                    self.forget_answers()
                self._answered()
                return len(acts) < MOST_ACTS
            self.backup_trouble = (
                f"The ledger's database at {self._opened_reader().address.shown} no longer holds act "
                f"{replica.position.number:,}, which was read from it before: a standby that lacked it took over, or "
                "an older copy was put back. What is shown is what it holds now; look at what you did last."
            )
        except OlderActError:
            pass
        self._replica = self._filled()
        self.forget_answers()
        return False

    def _filled(self) -> Replica:
        """Return a replica of all that the server holds."""
        replica, reader = Replica(), self._opened_reader()
        while acts := reader.acts_after(replica.position):
            if acts[-1].schema_version > VERSION:
                raise newer_error(self, acts[-1].schema_version)
            replica.apply(acts)
        replica.complete()
        self._answered()
        return replica

    def _answered(self) -> None:
        self._silence = None
        self._answered_at = datetime.now(UTC)
        self._ask_again_at = time.monotonic() + SECONDS_BETWEEN_QUESTIONS


class NewerError(GlitchAuditError):
    """A newer program has written to the ledger."""


def newer_error(ledger: Ledger, version: int) -> NewerError:
    """Return the refusal to go on with a ledger that a newer program has written to."""
    return NewerError(
        f"The ledger {ledger} was written by a newer Glitch Audit (schema version {version}, this one knows "
        f"{VERSION}); update this program."
    )
