"""Copy a whole ledger into one small file to take along, and back into an empty one.

The file is a ZIP of one Parquet file a table and ``about.json``. It is deliberately no DuckDB file: a database from a
stranger is never opened; only its rows are read, checked against our tables, and written as rows.
"""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

from core.errors import GlitchAuditError
from core.gate import Limits, in_own_process
from core.gate.zip_guard import ZipLimits, open_zip, unpacks_too_far, why_not_as_a_whole
from core.ledger.acts.checks import now
from core.ledger.acts.rows import transaction
from core.ledger.exchange.export import export_table
from core.ledger.identity import KEYS, account_key
from core.ledger.names import person_key
from core.ledger.storage.old_judgements import number_old_judgements
from core.ledger.storage.sandbox import Sandbox
from core.ledger.storage.schema import VERSION
from core.ledger.storage.store import Ledger
from core.ledger.views.batches import batches
from core.ledger.views.proposals import ProposalFilters, proposals
from core.version import APP_VERSION

if TYPE_CHECKING:
    import duckdb
    import pyarrow

FILE_NAME = "glitch-audit-sandbox.zip"
MAX_BYTES = 20_000_000
LIMITS = ZipLimits(archive_bytes=MAX_BYTES, directory_bytes=100_000, members=100, unpacked_bytes=200_000_000)
MAX_ROWS = 500_000

_FORM = "Glitch Audit ledger copy"
_ABOUT = "about.json"
_MAX_SEQUENCE = 10_000_000
_MAX_STEPS = 1_000_000


def ledger_copy(ledger: Ledger) -> bytes:
    """Return everything the ledger holds, read in one transaction, as a ZIP file's bytes; an empty one has no rows."""
    import pyarrow.parquet

    buffer = io.BytesIO()
    about = {"form": _FORM, "schema_version": VERSION, "app_version": APP_VERSION, "made_at": now().isoformat()}
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive, ledger.snapshot() as cursor:
        archive.writestr(_ABOUT, json.dumps(about, indent=1))
        for table, columns in ledger_tables(cursor).items():
            # JSON travels as text; anything else keeps its type.
            fields = ", ".join(
                f'"{name}"::VARCHAR AS "{name}"' if kind == "JSON" else f'"{name}"' for name, kind in columns
            )
            rows = cursor.sql(f'SELECT {fields} FROM "{table}"').to_arrow_table()
            part = io.BytesIO()
            pyarrow.parquet.write_table(rows, part, compression="zstd")
            archive.writestr(f"{table}.parquet", part.getvalue())
    return buffer.getvalue()


def restore_copy(ledger: Ledger, content: bytes) -> int:
    """Fill an empty ledger from the bytes that :func:`ledger_copy` made, and return how many rows were written.

    All names count as unverified from now on, because nobody checked what stood in the file. Names that had signed in
    there are still told apart from typed ones, but only by name: whose account it was is not taken from a file.

    Raises:
        GlitchAuditError: the ledger is not empty, or the file is no such copy, too large, damaged, or of a newer
            schema; the ledger is unchanged.
    """
    import duckdb

    parts = _parts(content)
    with ledger.write_lock, ledger.cursor() as cursor:
        tables = ledger_tables(cursor)
        if any(cursor.execute(f'SELECT 1 FROM "{table}" LIMIT 1').fetchall() for table in tables):
            raise GlitchAuditError("A copy can be restored into an empty ledger only, and this one has rows.")
        unknown = sorted(set(parts) - set(tables))
        if unknown:
            raise GlitchAuditError(f"The file holds something that no ledger has ('{unknown[0]}'): it is not a copy.")
        try:
            with transaction(ledger, cursor, tables):
                written = sum(_insert(cursor, table, dict(tables[table]), rows) for table, rows in parts.items())
                if written > MAX_ROWS:
                    raise GlitchAuditError(f"The file holds {written:,} rows; {MAX_ROWS:,} at most are restored.")
                _refuse_loops(cursor)
                number_old_judgements(cursor)
                # Before the commit, so that what cannot be read leaves nothing behind.
                with ledger.reading_through(cursor):
                    check_readable(ledger)
        except duckdb.FatalException:
            raise
        except (duckdb.Error, OverflowError) as error:
            raise GlitchAuditError(
                "The file's rows do not fit the ledger's tables, so it was changed or is damaged; nothing was restored."
            ) from error
    return written


def sandbox_from_copy(content: bytes) -> Sandbox:
    """Return a new sandbox filled from a downloaded one; raises GlitchAuditError if the file is no copy of a ledger."""
    sandbox = Sandbox()
    try:
        restore_copy(sandbox.ledger, content)
    except BaseException:
        sandbox.discard()
        raise
    return sandbox


def _refuse_loops(cursor: duckdb.DuckDBPyConnection) -> None:
    """Refuse batches whose chains form circles, or are too long in all: the views follow each chain to its end."""
    earlier = dict(cursor.execute("SELECT batch_id, refers_to FROM batch WHERE refers_to IS NOT NULL").fetchall())
    steps: dict[str, int] = {}
    for start in earlier:
        chain: dict[str, None] = {}
        batch = start
        while batch in earlier and batch not in steps:
            if batch in chain:
                raise GlitchAuditError("The file's batches refer to each other in a circle: it was changed.")
            chain[batch] = None
            batch = earlier[batch]
        known = steps.get(batch, 0)
        steps |= {name: known + place for place, name in enumerate(reversed(chain), 1)}
    if sum(steps.values()) > _MAX_STEPS:
        raise GlitchAuditError("The file's batches bring each other back more often than any team does.")


def check_readable(ledger: Ledger) -> None:
    """Read a ledger that is being restored once as the pages do; raises GlitchAuditError if its rows make no sense."""
    try:
        batches(ledger)
        export_table(proposals(ledger, ProposalFilters(status="all")))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise GlitchAuditError("The file's rows cannot be read as proposals; nothing was restored.") from error


def _insert(cursor: duckdb.DuckDBPyConnection, table: str, columns: dict[str, str], rows: pyarrow.Table) -> int:
    import pyarrow

    names = [name for name in rows.column_names if name in columns]
    if len(names) < len(rows.column_names):
        raise GlitchAuditError(f"The file's part '{table}' has columns that no ledger has: it is not a copy.")
    if "author" in names:
        # Worked out anew: copies of older versions lack them, and one that was changed may lie about them.
        rows = rows.drop_columns([name for name in names if name in KEYS])
        authors = [str(author) for author in rows["author"].to_pylist()]
        proved = rows["author_verified"].to_pylist() if "author_verified" in names else [False] * len(authors)
        name_keys = [person_key(author) for author in authors]
        keys = [
            account_key("", "", author) if known else key
            for author, known, key in zip(authors, proved, name_keys, strict=True)
        ]
        for name, values in zip(KEYS, (keys, name_keys), strict=True):
            rows = rows.append_column(name, [pyarrow.array(values, pyarrow.string())])
        names = rows.column_names
    for name in names:
        if columns[name] == "BIGINT" and rows.num_rows:
            _advance(cursor, table, name, rows)
    cursor.register("restored_row", rows)
    values = ["false" if name == "author_verified" else f'"{name}"' for name in names]
    fields = ", ".join(f'"{name}"' for name in names)
    cursor.execute(f'INSERT INTO "{table}" ({fields}) SELECT {", ".join(values)} FROM restored_row')
    cursor.unregister("restored_row")
    return rows.num_rows


def _advance(cursor: duckdb.DuckDBPyConnection, table: str, column: str, rows: pyarrow.Table) -> None:
    """Bring the sequence that numbers a table's rows past the restored ones, so that later rows come after them."""
    import pyarrow.compute

    default = cursor.execute(
        "SELECT column_default FROM duckdb_columns() "
        "WHERE database_name = current_database() AND table_name = ? AND column_name = ?",
        [table, column],
    ).fetchall()[0][0]
    if "nextval" not in (default or ""):
        return
    last = pyarrow.compute.max(rows[column]).as_py()
    if not isinstance(last, int) or not 0 <= last <= _MAX_SEQUENCE:
        raise GlitchAuditError(f"The file's part '{table}' numbers its rows in a way no ledger does: it was changed.")
    present = cursor.execute(f"SELECT {default}").fetchall()[0][0]
    if last > present:
        cursor.execute(f"SELECT max({default}) FROM range({last - present})").fetchall()


def ledger_tables(cursor: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[str, str]]]:
    """Return name and type of every column of the ledger's own tables, by table."""
    tables: dict[str, list[tuple[str, str]]] = {}
    found = cursor.execute(
        "SELECT table_name, column_name, data_type FROM duckdb_columns() "
        "WHERE database_name = current_database() AND table_name IN (SELECT table_name FROM duckdb_tables()) "
        "AND table_name <> 'schema_version' ORDER BY table_name, column_index"
    ).fetchall()
    for table, name, kind in found:
        tables.setdefault(table, []).append((name, kind))
    return tables


@in_own_process(Limits(memory=1_000_000_000, seconds=30))
def _parts(content: bytes) -> dict[str, pyarrow.Table]:
    if len(content) > MAX_BYTES:
        raise GlitchAuditError(
            f"The file has {len(content) / 1e6:,.0f} MB; a sandbox's download has {MAX_BYTES // 1_000_000} at most."
        )
    try:
        archive = open_zip(io.BytesIO(content), LIMITS, name=FILE_NAME, size=len(content))
    except GlitchAuditError as error:
        raise _no_copy() from error
    try:
        with archive:
            if unpacks_too_far(archive, LIMITS, size=len(content)):
                raise GlitchAuditError("The file would grow far too large when it is unpacked; it is not restored.")
            if why_not_as_a_whole(archive, LIMITS, size=len(content)):
                raise _no_copy()
            about = _about(archive)
            names = [name for name in archive.namelist() if name != _ABOUT]
            if about["schema_version"] > VERSION:
                raise GlitchAuditError(
                    f"The file was made by a newer Glitch Audit (schema version {about['schema_version']}, this one "
                    f"knows {VERSION}); restore it with that one."
                )
            if not all(name.endswith(".parquet") for name in names):
                raise _no_copy()
            return {name.removesuffix(".parquet"): _rows(archive.read(name)) for name in names}
    except (GlitchAuditError, MemoryError):
        raise
    except Exception as error:  # zipfile meets arbitrary bytes and raises nearly anything, zlib's own errors too
        raise _no_copy() from error


def _about(archive: zipfile.ZipFile) -> dict[str, Any]:
    try:
        about = json.loads(archive.read(_ABOUT))
    except (KeyError, ValueError, RecursionError) as error:
        raise _no_copy() from error
    if not isinstance(about, dict) or about.get("form") != _FORM or not isinstance(about.get("schema_version"), int):
        raise _no_copy()
    return about


def _rows(content: bytes) -> pyarrow.Table:
    import pyarrow
    import pyarrow.parquet

    try:
        file = pyarrow.parquet.ParquetFile(io.BytesIO(content))
        facts = file.metadata
        unpacked = sum(facts.row_group(number).total_byte_size for number in range(facts.num_row_groups))
        if facts.num_rows > MAX_ROWS or unpacked > LIMITS.unpacked_bytes:
            raise GlitchAuditError("The file would grow far too large when it is unpacked; it is not restored.")
        return file.read()
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise _no_copy() from error


def _no_copy() -> GlitchAuditError:
    return GlitchAuditError("This file is no sandbox that was downloaded here, or it is damaged; nothing was restored.")
