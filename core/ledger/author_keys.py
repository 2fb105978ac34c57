"""Bringing older ledgers up to date: the key of each row's author, which they lack, worked out from the author.

Beside ``core.ledger.old_judgements`` the one place of the ledger that changes rows. It runs once a file, in the
migration that adds the column, and touches no other column.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.ledger.names import person_key

if TYPE_CHECKING:
    import duckdb


def fill_author_keys(connection: duckdb.DuckDBPyConnection, tables: Sequence[str]) -> None:
    """Write ``author_key`` into every row of these tables."""
    for table in tables:
        authors = connection.execute(f"SELECT DISTINCT author FROM {table}").fetchall()
        if not authors:
            continue
        known = f"key_of_{table}"
        connection.execute(f"CREATE TEMP TABLE {known} (author VARCHAR, author_key VARCHAR)")
        connection.executemany(
            f"INSERT INTO {known} VALUES (?, ?)", [(author, person_key(author)) for (author,) in authors]
        )
        connection.execute(
            f"UPDATE {table} SET author_key = {known}.author_key FROM {known} WHERE {table}.author = {known}.author"
        )
        connection.execute(f"DROP TABLE {known}")
