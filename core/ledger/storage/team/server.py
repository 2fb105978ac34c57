"""Speak with the PostgreSQL server of a team's ledger: read acts, hold the writers' lock, send an act once."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.errors import GlitchAuditError
from core.ledger.storage.team.address import Address
from core.ledger.storage.team.server_errors import UnknownOutcomeError, as_sentence, is_away
from core.ledger.storage.team.tables import LOCK_CLASS, MAKE_TABLES, SCHEMA, Columns, make_views
from core.version import APP_VERSION

if TYPE_CHECKING:
    import psycopg

Content = Mapping[str, Sequence[Mapping[str, Any]]]
"""What an act added: the rows by table."""

MOST_ACTS = 5_000
"""So many acts are read at a time."""

SECONDS_TO_FIND_OUT = 8.0
"""So long after a cut connection it is tried to find out whether an act was written."""

# A writer whose machine was put to sleep holds the lock until the server ends its transaction.
_SESSION = """
    SET statement_timeout = '15s'; SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '60s';
    SET timezone = 'UTC';
"""
_CONNECT = {
    "connect_timeout": 4,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}


@dataclass(frozen=True)
class Position:
    """How far a replica has come: the number of its last act, 0 without one, and that act's id."""

    number: int = 0
    act: str = ""


@dataclass(frozen=True)
class StoredAct:
    """An act as the server has it; ``content`` is JSON text."""

    number: int
    act: str
    schema_version: int
    content: str


class _NothingWrittenError(Exception):
    """What was sent before a connection was cut is not there, and others have written since."""


class Connection:
    """A connection to one ledger of the server, made when first needed and again after it was lost.

    One thread at a time may use it. Every method raises GlitchAuditError in a sentence: an AwayError where the server
    cannot be reached.
    """

    def __init__(self, address: Address, name: str) -> None:
        self.address = address
        self.name = name
        self._ledger = 0
        self._known_as = self._former = ""
        self._connection: psycopg.Connection[Any] | None = None

    def close(self) -> None:
        """Give the connection back; what was not committed is undone by the server."""
        if self._connection is not None:
            with suppress(Exception):
                self._connection.close()
        self._connection = None

    def make(self, columns: Columns, version: int) -> None:
        """Make tables, views and the ledger's own row where they are missing, before the first act is written."""
        import psycopg

        try:
            connection = self._connected()
            if not self._has_tables(connection):
                self._make(connection, MAKE_TABLES + make_views(columns, version))
            self._renew_views(connection, columns, version)
            if not self._found(connection):
                connection.execute(
                    f"INSERT INTO {SCHEMA}.ledger (name) VALUES (%s) ON CONFLICT DO NOTHING", [self.name]
                )
                self._found(connection)
        except psycopg.Error as error:
            raise self._told(error) from error

    def acts_after(self, position: Position) -> list[StoredAct] | None:
        """Return at most :data:`MOST_ACTS` acts after a position, in order; None where the server does not have it.

        Nothing is made on the server: a ledger that nobody wrote to has no acts.
        """
        import psycopg

        try:
            connection = self._connected()
            if not self._found(connection):
                return [] if position == Position() else None
            return _after(connection.execute(self._question(position, MOST_ACTS)).fetchall(), position)
        except psycopg.Error as error:
            raise self._told(error) from error

    def begin(self, position: Position) -> list[StoredAct] | None:
        """Take the writers' lock in a transaction, and return all acts after a position, or None, as above."""
        import psycopg

        # Each statement sees what was committed when it began, so the acts are read when the lock is held.
        text = f"BEGIN; SELECT pg_advisory_xact_lock({LOCK_CLASS}, {self._ledger}); {self._question(position, None)}"
        again = True
        while True:
            try:
                cursor = self._connected().execute(text)
                while cursor.nextset():
                    pass
                return _after(cursor.fetchall(), position)
            except psycopg.Error as error:
                told = self._told(error)
                # The server may have been started again since: nothing was sent yet, so it is asked once more.
                if not (again and is_away(error)):
                    self.abandon()
                    raise told from error
                again = False

    def abandon(self) -> None:
        """End the transaction that is under way, if any, without writing."""
        import psycopg

        if self._connection is None or self._connection.closed:
            return
        try:
            if self._connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
                self._connection.execute("ROLLBACK")
        except psycopg.Error:
            self.close()

    def send(self, position: Position, parts: Sequence[str], *, version: int) -> Position:
        """Write an act, in one part or several of JSON, and commit; return the new position. The lock is held.

        Raises UnknownOutcomeError where the connection was cut and the server does not come back, so that nobody knows
        whether it was written; any other error says that nothing was.
        """
        import psycopg

        acts = [(position.number + place, str(uuid.uuid4()), content) for place, content in enumerate(parts, 1)]
        last = Position(*acts[-1][:2])
        try:
            self._write(acts, version)
            return last
        except psycopg.Error as error:
            if not is_away(error):
                self.abandon()
                raise self._told(error) from error
            self.close()
        try:
            return self._finished(position, acts, version, last)
        except _NothingWrittenError:
            raise GlitchAuditError(
                f"The connection to the ledger's database at {self.address.shown} was cut while this was sent, and "
                "nothing of it was written: do it again."
            ) from None

    def _write(self, acts: Sequence[tuple[int, str, str]], version: int) -> None:
        import psycopg

        statement = (
            f"INSERT INTO {SCHEMA}.act (ledger, number, act, schema_version, app_version, content) "
            "VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (ledger, act) DO NOTHING; "
        )
        # Put together here, so that statement and commit take one way there and back while others wait.
        cursor = psycopg.ClientCursor(self._connected())
        for place, (number, act, content) in enumerate(acts, 1):
            end = "COMMIT" if place == len(acts) else ""
            cursor.execute(statement + end, [self._ledger, number, act, version, APP_VERSION, content])

    def _finished(
        self, position: Position, acts: Sequence[tuple[int, str, str]], version: int, last: Position
    ) -> Position:
        """Find out, after a cut connection, whether an act was written; write it again if nobody wrote meanwhile."""
        import psycopg

        until = time.monotonic() + SECONDS_TO_FIND_OUT
        while time.monotonic() < until:
            with suppress(psycopg.Error, GlitchAuditError):
                self._end_former()
                # Once the lock is ours, the transaction of the cut connection has ended, one way or the other.
                after = self.begin(position)
                if after is not None and any(act.act == last.act for act in after):
                    self.abandon()
                    return last
                if after == []:
                    self._write(acts, version)
                    return last
                self.abandon()
                raise _NothingWrittenError
            self.close()
            time.sleep(0.2)
        raise UnknownOutcomeError(
            f"The connection to the ledger's database at {self.address.shown} was cut while this was sent, and it does "
            "not answer: whether it was written shows once it is back. Doing it again then adds nothing twice."
        )

    def _make(self, connection: psycopg.Connection[Any], statements: str) -> None:
        with connection.transaction():
            connection.execute(f"SELECT pg_advisory_xact_lock({LOCK_CLASS}, 0)")
            connection.execute(statements)

    def _renew_views(self, connection: psycopg.Connection[Any], columns: Columns, version: int) -> None:
        """Have the views show the columns of this version, unless a newer program has made them."""
        import psycopg

        row = connection.execute(f"SELECT obj_description('{SCHEMA}'::regnamespace)").fetchone()
        told = re.search(r"\d+$", (row and row[0]) or "")
        if told and int(told[0]) < version:
            # They are for whoever looks with psql: a user who may not make them can write all the same.
            with suppress(psycopg.errors.InsufficientPrivilege):
                self._make(connection, make_views(columns, version))

    def _end_former(self) -> None:
        """End what the server still does for the connection that was cut: it may hold the lock and not know."""
        self._connected().execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s", [self._former]
        )

    def _has_tables(self, connection: psycopg.Connection[Any]) -> bool:
        found = connection.execute(f"SELECT to_regclass('{SCHEMA}.act') IS NOT NULL").fetchone()
        return bool(found and found[0])

    def _found(self, connection: psycopg.Connection[Any]) -> bool:
        """Look for the ledger's own row, and return whether there is one."""
        if not self._ledger and self._has_tables(connection):
            row = connection.execute(f"SELECT ledger FROM {SCHEMA}.ledger WHERE name = %s", [self.name]).fetchone()
            self._ledger = int(row[0]) if row else 0
        return self._ledger != 0

    def _connected(self) -> psycopg.Connection[Any]:
        import psycopg
        import psycopg.conninfo

        if self._connection is None or self._connection.closed:
            given = psycopg.conninfo.conninfo_to_dict(self.address.url)
            settings: dict[str, Any] = {name: value for name, value in _CONNECT.items() if name not in given}
            # A name of its own, so that its end on the server can be found when the connection is cut.
            self._former, self._known_as = self._known_as, f"Glitch Audit {uuid.uuid4().hex[:12]}"
            self._connection = psycopg.connect(
                self.address.url, autocommit=True, application_name=self._known_as, **settings
            )
            if "options" not in given:
                self._connection.execute(_SESSION)
        return self._connection

    def _question(self, position: Position, most: int | None) -> str:
        # The last act known is asked for without its content: a server that lacks it is not the one that was read.
        limit = "" if most is None else f" LIMIT {most + 1}"
        return (
            f"SELECT number, act::text, schema_version, CASE WHEN number > {position.number} THEN content::text END "
            f"FROM {SCHEMA}.act WHERE ledger = {self._ledger} AND number >= {position.number} ORDER BY number{limit}"
        )

    def _told(self, error: psycopg.Error) -> GlitchAuditError:
        if is_away(error):
            self.close()
        return as_sentence(self.address, error)


def as_json(content: Content) -> str:
    """Return what an act added as JSON text."""
    return json.dumps(content, ensure_ascii=False, allow_nan=False)


def _after(rows: Sequence[tuple[Any, ...]], position: Position) -> list[StoredAct] | None:
    if position.number and (not rows or (rows[0][0], rows[0][1]) != (position.number, position.act)):
        return None
    return [StoredAct(*row) for row in rows if row[0] > position.number]
