"""The tables in PostgreSQL: one row an act, in the order of commits; and views that show the rows to people.

An act's content is JSON: the rows that it added, by table of the ledger. What the rows mean is known to the replica
alone, so that there is one SQL of the ledger's meaning and not two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

SCHEMA = "glitch_audit"
"""The schema of the database that holds everything of ours."""

LOCK_CLASS = 0x676C6974
"""The first number of our advisory locks; the second is the ledger's, 0 while the tables are made."""

Columns = Mapping[str, Sequence[tuple[str, str]]]
"""Name and DuckDB type of each column, by table."""

MAKE_TABLES = f"""
    CREATE SCHEMA IF NOT EXISTS {SCHEMA};
    CREATE TABLE IF NOT EXISTS {SCHEMA}.ledger (
        ledger INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        made_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
    );
    CREATE TABLE IF NOT EXISTS {SCHEMA}.act (
        ledger INTEGER NOT NULL,
        number BIGINT NOT NULL,
        act UUID NOT NULL,
        schema_version INTEGER NOT NULL,
        app_version TEXT NOT NULL,
        written_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
        content JSON NOT NULL,
        PRIMARY KEY (ledger, number),
        UNIQUE (ledger, act)
    );
    COMMENT ON COLUMN {SCHEMA}.act.number IS 'counts the acts of a ledger in the order of their commits';
    COMMENT ON COLUMN {SCHEMA}.act.schema_version IS 'of the program that wrote it; older programs refuse to follow';
    COMMENT ON COLUMN {SCHEMA}.act.act IS 'from the program that wrote it: sent twice, it is there once';
    COMMENT ON COLUMN {SCHEMA}.act.content IS 'the rows that the act added, by table';
    CREATE OR REPLACE FUNCTION {SCHEMA}.refuse_changes() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'acts of a ledger are only added, never changed or deleted'; END $$;
    CREATE OR REPLACE TRIGGER only_added BEFORE UPDATE OR DELETE ON {SCHEMA}.act
        FOR EACH ROW EXECUTE FUNCTION {SCHEMA}.refuse_changes();
    CREATE OR REPLACE TRIGGER not_emptied BEFORE TRUNCATE ON {SCHEMA}.act
        FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.refuse_changes();
"""

_TYPES = {"VARCHAR": "text", "JSON": "text", "DOUBLE": "double precision"}


def make_views(columns: Columns, version: int) -> str:
    """Return the SQL that makes, or makes anew, one view a table of the ledger, for whoever looks with psql."""
    views = "".join(_view(table, named) for table, named in columns.items())
    return f"{views} COMMENT ON SCHEMA {SCHEMA} IS '{views_comment(version)}';"


def views_comment(version: int) -> str:
    """Return the comment on the schema that says which version of the ledger's tables the views show."""
    return f"Glitch Audit: the ledgers of a team; views of schema version {version}"


def _view(table: str, columns: Sequence[tuple[str, str]]) -> str:
    fields = ", ".join(f'"{name}" {_TYPES.get(kind, kind.lower())}' for name, kind in columns)
    return f"""
    CREATE OR REPLACE VIEW {SCHEMA}.{table} AS
        SELECT kept.name AS ledger_name, act.number, act.written_at, written.*
        FROM {SCHEMA}.act JOIN {SCHEMA}.ledger AS kept USING (ledger),
            json_to_recordset(act.content -> '{table}') AS written ({fields});
    """
