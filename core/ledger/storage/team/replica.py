"""A process's own copy of a team's ledger, in memory: today's tables and views in DuckDB, filled act by act."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from core.ledger.storage.schema import VERSION, migrate
from core.ledger.storage.team.server import Content, Position, StoredAct

if TYPE_CHECKING:
    import duckdb

# DuckDB numbers the rows that a transaction has added, and not committed, from here on.
_UNCOMMITTED = 36_028_797_018_960_000
_NEXT_VALUE = re.compile(r"nextval\('([^']+)'\)")
_MOST_ROWS = 5_000
# Up to so many rows are quicker as values than as JSON that DuckDB reads.
_FEW_ROWS = 6


class OlderActError(Exception):
    """An act was written with an older schema than the replica has by now, so that the replica is to be filled anew."""


class Replica:
    """The copy; one thread at a time may change it, others read it through cursors meanwhile.

    Attributes:
        connection: to the database in memory.
        position: the last act that it holds.
        columns: name and type of each column, by table.
    """

    def __init__(self) -> None:
        import duckdb

        self.connection: duckdb.DuckDBPyConnection = duckdb.connect(":memory:")
        self.position = Position()
        self.columns: dict[str, list[tuple[str, str]]] = {}
        self._version = 0
        self._numbers: dict[str, int] = {}
        self._numbered: dict[tuple[str, str], str] = {}
        self._sending: dict[str, int] = {}

    def complete(self) -> None:
        """Bring the tables to this program's schema, once all acts are in."""
        self._migrate(VERSION)

    def apply(self, acts: Iterable[StoredAct]) -> bool:
        """Add acts that follow its position, those before it are passed over; return whether there were any.

        Raises OlderActError for an act of an older schema; duckdb.Error if the rows do not fit, and nothing is added.
        """
        later = [act for act in acts if act.number > self.position.number]
        for version, group in groupby(later, key=lambda act: act.schema_version):
            if version < self._version:
                raise OlderActError
            self._migrate(version)
            self._insert(list(group))
        return bool(later)

    def added(self, cursor: duckdb.DuckDBPyConnection, tables: Iterable[str]) -> Iterator[Content]:
        """Yield what the transaction under way in ``cursor`` has added to these tables, in parts that can be sent."""
        self._sending = {}
        part: dict[str, list[dict[str, Any]]] = {}
        room = _MOST_ROWS
        for table in tables:
            names = [name for name, _ in self.columns[table]]
            found = cursor.execute(f"SELECT {', '.join(names)} FROM {table} WHERE rowid >= {_UNCOMMITTED}")
            while rows := found.fetchmany(room):
                part[table] = [{name: _plain(value) for name, value in zip(names, row, strict=True)} for row in rows]
                room -= len(rows)
                if room == 0:
                    yield self._noted(part)
                    part, room = {}, _MOST_ROWS
        if part:
            yield self._noted(part)

    def committed(self, position: Position) -> None:
        """Note that what :meth:`added` returned was committed, there and here."""
        self.position = position
        for sequence, last in self._sending.items():
            self._numbers[sequence] = max(last, self._numbers.get(sequence, 0))

    def _noted(self, part: Content) -> Content:
        for sequence, last in self._last_numbers(part).items():
            self._sending[sequence] = max(last, self._sending.get(sequence, 0))
        return part

    def _insert(self, acts: Sequence[StoredAct]) -> None:
        rows: dict[str, list[dict[str, Any]]] = {}
        for act in acts:
            for table, added in json.loads(act.content).items():
                rows.setdefault(table, []).extend(added)
        cursor = self.connection.cursor()
        cursor.execute("BEGIN")
        try:
            for table, added in rows.items():
                cursor.execute(*self._statement(table, added))
            cursor.execute("COMMIT")
        except BaseException:
            cursor.execute("ROLLBACK")
            raise
        for sequence, last in self._last_numbers(rows).items():
            self._advance(cursor, sequence, last)
        self.position = Position(acts[-1].number, acts[-1].act)

    def _statement(self, table: str, added: Sequence[dict[str, Any]]) -> tuple[str, list[Any]]:
        columns = self.columns[table]
        names = ", ".join(f'"{name}"' for name, _ in columns)
        if len(added) <= _FEW_ROWS:
            row = f"({', '.join('?' * len(columns))})"
            statement = f"INSERT INTO {table} ({names}) VALUES {', '.join([row] * len(added))}"
            return statement, [given.get(name) for given in added for name, _ in columns]
        form = json.dumps([{name: "VARCHAR" if kind == "JSON" else kind for name, kind in columns}])
        values = ", ".join(f'added."{name}"' for name, _ in columns)
        rows = f"SELECT unnest(from_json(?, '{form}')) AS added"
        return f"INSERT INTO {table} ({names}) SELECT {values} FROM ({rows})", [json.dumps(added)]

    def _last_numbers(self, content: Content) -> dict[str, int]:
        last: dict[str, int] = {}
        for (table, column), sequence in self._numbered.items():
            for row in content.get(table, ()):
                last[sequence] = max(last.get(sequence, 0), row[column])
        return last

    def _advance(self, cursor: duckdb.DuckDBPyConnection, sequence: str, last: int) -> None:
        """Bring a sequence past a number that came with a row, so that rows written here come after it."""
        lacking = last - self._numbers.get(sequence, 0)
        if lacking > 0:
            self._numbers[sequence] = last
            cursor.execute(f"SELECT max(nextval('{sequence}')) FROM range({lacking})").fetchall()

    def _migrate(self, version: int) -> None:
        if version == self._version:
            return
        migrate(self.connection, version=version)
        self._version = version
        self.columns, self._numbered = {}, {}
        found = self.connection.execute(
            "SELECT table_name, column_name, data_type, column_default FROM duckdb_columns() "
            "WHERE table_name IN (SELECT table_name FROM duckdb_tables()) AND table_name <> 'schema_version' "
            "ORDER BY table_name, column_index"
        ).fetchall()
        for table, name, kind, default in found:
            self.columns.setdefault(table, []).append((name, kind))
            if sequence := _NEXT_VALUE.search(default or ""):
                self._numbered[table, name] = sequence[1]


def _plain(value: object) -> object:
    """Return a value as JSON has it; numbers that it lacks as DuckDB and PostgreSQL read them."""
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, float) and not math.isfinite(value):
        return {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, "NaN")
    return value
