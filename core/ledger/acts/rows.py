"""Append rows to the ledger: all of an act or nothing of it, and each row once, whoever else is writing."""

from __future__ import annotations

import contextlib
import dataclasses
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Any, TypeVar

from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.ledger.acts.checks import now
from core.ledger.people import Person
from core.ledger.storage.store import Ledger

if TYPE_CHECKING:
    import duckdb

Row = dict[str, Any]
Written = TypeVar("Written")


def new_batch_id() -> str:
    """Return an id for the next batch: make it when the form is shown, and a double click writes once."""
    return uuid.uuid4().hex


@contextlib.contextmanager
def transaction(ledger: Ledger, cursor: duckdb.DuckDBPyConnection, tables: Iterable[str]) -> Iterator[None]:
    """Write everything that the block adds to ``tables``, or nothing if it raises; the write lock is held."""
    import duckdb

    cursor.execute("BEGIN")
    try:
        yield
        ledger.before_commit(cursor, tables)
        cursor.execute("COMMIT")
        ledger.after_commit()
    except BaseException:
        # A failed COMMIT has ended the transaction by itself.
        with contextlib.suppress(duckdb.TransactionException):
            cursor.execute("ROLLBACK")
        raise


def signature(person: Person) -> Row:
    """Return the columns that say who writes a row and when: the time now, author, keys, whether verified, role."""
    return {
        "created_at": now().replace(tzinfo=None),
        "author": person.name,
        "author_key": person.key,
        "name_key": person.name_key,
        "author_verified": person.verified,
        "role": person.role,
    }


def withdrawal_of(row: Row, person: Person, *, what: str) -> Row:
    """Return a row that takes back ``row`` (id first); its own id follows from the act, ``what``, and that id."""
    key = next(iter(row))
    return {**row, **signature(person), key: fingerprint(what, row[key]), "withdraws": row[key]}


def as_written(kind: Callable[..., Written], row: Row, repeated: bool) -> Written:
    """Return what an act wrote, as a dataclass that has the columns' names; times are in UTC."""
    fields: Any = kind
    names = [field.name for field in dataclasses.fields(fields) if field.name not in ("created_at", "repeated")]
    time = row["created_at"].replace(tzinfo=UTC)
    return kind(created_at=time, repeated=repeated, **{name: row[name] for name in names})


def _nothing_more(_: duckdb.DuckDBPyConnection) -> Row:
    return {}


def append_row(
    ledger: Ledger,
    table: str,
    row: Row,
    *,
    complete: Callable[[duckdb.DuckDBPyConnection], Mapping[str, object]] = _nothing_more,
    samples: Sequence[str] = (),
) -> tuple[Row, bool]:
    """Write a row unless one of the same id is there; return the stored row, and whether it had been written before.

    ``row`` begins with the table's id. ``complete`` is called while nobody else can write; it returns columns that
    depend on what the ledger holds now, or raises if the row may not be written any more. The ledger's guard may refuse
    acts about ``samples``. Raises GlitchAuditError if another row that excludes this one was written at the same
    moment, or the ledger cannot be written.
    """
    import duckdb

    key = next(iter(row))
    if row.get("withdraws") is None:
        ledger.check_samples(samples)
    with ledger.write_lock, ledger.cursor() as cursor:
        if earlier := stored_rows(cursor, table, f"{key} = ?", [row[key]]):
            return earlier[0], True
        row = row | dict(complete(cursor))
        try:
            with transaction(ledger, cursor, [table]):
                insert_row(cursor, table, row)
        except (duckdb.ConstraintException, duckdb.TransactionException) as error:
            # Streamlit reloads changed modules, and then two copies of this one, each with its lock, may meet here.
            if earlier := stored_rows(cursor, table, f"{key} = ?", [row[key]]):
                return earlier[0], True
            raise GlitchAuditError("Somebody else wrote about this at the same moment; look at it again.") from error
    return row, False


def insert_row(cursor: duckdb.DuckDBPyConnection, table: str, row: Row) -> None:
    """Write one row; the caller holds the ledger's lock and has begun a transaction."""
    cursor.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values()))


def stored_rows(cursor: duckdb.DuckDBPyConnection, source: str, condition: str, values: list[object]) -> list[Row]:
    """Return the rows of a table or view that meet a condition, in order, each a dictionary by column."""
    answer = cursor.execute(f"SELECT * EXCLUDE (event) FROM {source} WHERE {condition} ORDER BY event", values)
    names = [column[0] for column in answer.description]
    return [dict(zip(names, found, strict=True)) for found in answer.fetchall()]
