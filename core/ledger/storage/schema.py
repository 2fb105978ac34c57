"""Bring a file to today's tables: each migration is applied once, in order, and recorded in ``schema_version``."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from core.errors import GlitchAuditError
from core.ledger.storage.migrations import MIGRATIONS, OURS

if TYPE_CHECKING:
    import duckdb

VERSION = len(MIGRATIONS)
"""The schema version that this program writes; a file of version n has had the first n migrations."""


def schema_version(connection: duckdb.DuckDBPyConnection) -> int:
    """Return the open file's version, 0 without our tables; GlitchAuditError if another program made such tables."""
    # A backup that is being made is a second database of the same connection.
    found = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()"
    ).fetchall()
    tables = {name for (name,) in found}
    if "schema_version" in tables:
        return connection.execute("SELECT coalesce(max(version), 0) FROM schema_version").fetchall()[0][0]
    if tables & set(OURS):
        raise GlitchAuditError("it has tables of the ledger's names but no schema version, so another program made it")
    return 0


def migrate(connection: duckdb.DuckDBPyConnection, *, version: int | None = None) -> None:
    """Bring an open file to a version, by default :data:`VERSION`, each migration in a transaction of its own.

    Raises GlitchAuditError, and leaves the file as it is, if a newer program or another one wrote it.
    """
    import duckdb

    found = schema_version(connection)
    if found > VERSION:
        raise GlitchAuditError(
            f"it was written by a newer Glitch Audit (schema version {found}, this one knows {VERSION}); "
            "update this program"
        )
    for number, migration in enumerate(MIGRATIONS[found:version], start=found + 1):
        connection.execute("BEGIN")
        try:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS schema_version "
                "(version INTEGER PRIMARY KEY, applied_at TIMESTAMP NOT NULL, note VARCHAR NOT NULL)"
            )
            connection.execute(migration.sql)
            if migration.fill is not None:
                migration.fill(connection)
            connection.execute(
                "INSERT INTO schema_version VALUES (?, now() AT TIME ZONE 'UTC', ?)", [number, migration.note]
            )
            connection.execute("COMMIT")
        except BaseException:
            # A full disk has ended the transaction by itself, and its error is the one to tell.
            with contextlib.suppress(duckdb.Error):
                connection.execute("ROLLBACK")
            raise
