"""Bring older ledgers up to date: work out the keys of each row's author, which they lack.

Beside ``old_judgements`` the only place of the ledger that changes rows. Each function runs once a file, in the
migration that adds a column, and touches no columns but the keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.ledger.identity import account_key
from core.ledger.names import person_key

if TYPE_CHECKING:
    import duckdb


def fill_author_keys(connection: duckdb.DuckDBPyConnection, tables: Sequence[str]) -> None:
    """Write ``author_key`` into every row of these tables."""
    _fill(connection, tables, "author_key = known.name_key")


def fill_person_keys(connection: duckdb.DuckDBPyConnection, tables: Sequence[str]) -> None:
    """Write into every row ``name_key``, and an ``author_key`` (without issuer) that tells signed in from typed."""
    _fill(
        connection,
        tables,
        "name_key = known.name_key, "
        "author_key = CASE WHEN author_verified THEN known.account_key ELSE known.name_key END",
    )


def _fill(connection: duckdb.DuckDBPyConnection, tables: Sequence[str], changes: str) -> None:
    for table in tables:
        authors = connection.execute(f"SELECT DISTINCT author FROM {table}").fetchall()
        if not authors:
            continue
        connection.execute("CREATE TEMP TABLE known (author VARCHAR, name_key VARCHAR, account_key VARCHAR)")
        connection.executemany(
            "INSERT INTO known VALUES (?, ?, ?)",
            [(author, person_key(author), account_key("", "", author)) for (author,) in authors],
        )
        connection.execute(f"UPDATE {table} SET {changes} FROM known WHERE {table}.author = known.author")
        connection.execute("DROP TABLE known")
