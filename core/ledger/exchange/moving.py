"""Copy a whole ledger from one engine to the other, from a file to a team's database or back: all rows, and checked.

Unlike ``copying``, which is for files of strangers, both ledgers are one's own: rows keep everything, keys and checked
names included.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import GlitchAuditError
from core.ledger.acts.rows import transaction
from core.ledger.exchange.copying import ledger_tables
from core.ledger.storage.backups import content_by_table
from core.ledger.storage.store import Ledger

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class CopiedTable:
    """One table that was copied: how many rows, and a hash of them that is the same on both sides."""

    name: str
    rows: int
    content: str


def copy_ledger(source: Ledger, target: Ledger, *, target_again: Ledger | None = None) -> tuple[CopiedTable, ...]:
    """Fill an empty ledger with all rows of another one, and return what was copied, by table.

    Afterwards both sides are read, counted and hashed. ``target_again`` is the target as another process would open it;
    by default the target itself is read.

    Raises:
        GlitchAuditError: the source cannot be read or has no rows, the target has rows or cannot be written, or the two
            differ afterwards.
    """
    if not source.readable():
        raise GlitchAuditError(source.problem() or f"There is no ledger {source} to copy.")
    with source.snapshot() as read:
        wanted = content_by_table(read)
        if not any(rows for rows, _ in wanted.values()):
            raise GlitchAuditError(f"The ledger {source} has no rows, so there is nothing to copy.")
        with target.write_lock, target.cursor() as cursor:
            tables = ledger_tables(cursor)
            for table in tables:
                if cursor.execute(f'SELECT 1 FROM "{table}" LIMIT 1').fetchall():
                    raise GlitchAuditError(
                        f"The ledger {target} has rows already: a copy goes into an empty one. Nothing was written."
                    )
            with transaction(target, cursor, tables):
                for table, columns in tables.items():
                    _copy_table(read, cursor, table, [name for name, _ in columns])
                _advance(cursor)
    again = target_again or target
    with again.snapshot() as written:
        _compare(source, again, wanted, content_by_table(written))
    return tuple(CopiedTable(table, rows, content) for table, (rows, content) in wanted.items())


def _copy_table(
    read: duckdb.DuckDBPyConnection, write: duckdb.DuckDBPyConnection, table: str, names: list[str]
) -> None:
    fields = ", ".join(f'"{name}"' for name in names)
    rows = read.sql(f'SELECT {fields} FROM "{table}"').to_arrow_table()
    write.register("copied_row", rows)
    write.execute(f'INSERT INTO "{table}" ({fields}) SELECT {fields} FROM copied_row')
    write.unregister("copied_row")


def _advance(cursor: duckdb.DuckDBPyConnection) -> None:
    """Bring the sequences past the numbers that came with the rows."""
    numbered: dict[str, list[tuple[str, str]]] = {}
    for table, column, default in cursor.execute(
        "SELECT table_name, column_name, column_default FROM duckdb_columns() WHERE database_name = current_database() "
        "AND table_name IN (SELECT table_name FROM duckdb_tables()) AND column_default LIKE '%nextval%'"
    ).fetchall():
        numbered.setdefault(default, []).append((table, column))
    for default, columns in numbered.items():
        parts = " UNION ALL ".join(f'SELECT max("{column}") AS number FROM "{table}"' for table, column in columns)
        last = cursor.execute(f"SELECT coalesce(max(number), 0) FROM ({parts})").fetchall()[0][0]
        present = cursor.execute(f"SELECT {default}").fetchall()[0][0]
        if last > present:
            cursor.execute(f"SELECT max({default}) FROM range({last - present})").fetchall()


def _compare(
    source: Ledger, target: Ledger, wanted: Mapping[str, tuple[int, str]], found: Mapping[str, tuple[int, str]]
) -> None:
    for table, content in wanted.items():
        if found.get(table) != content:
            rows = found.get(table, (0, ""))[0]
            raise GlitchAuditError(
                f"The copy {target} differs from {source} in the table {table} ({rows:,} rows for {content[0]:,}): do "
                "not use it, and copy again into another empty ledger."
            )
