"""Ask the ledger: a query's answer as a table, and conditions for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import pandas as pd

from core.ledger.storage.store import Ledger


def read_frame(
    ledger: Ledger, query: str, values: Sequence[object] | Mapping[str, object], columns: Sequence[str]
) -> pd.DataFrame:
    """Return what a query answers, times in UTC; without rows where the ledger is missing or cannot be read.

    The same question is asked of the file once between two writes, so a query must say the same at any time of day.
    """
    if not ledger.readable():
        return _with_types(pd.DataFrame({name: pd.Series(dtype="str") for name in columns}))
    given = sorted(values.items()) if isinstance(values, Mapping) else values

    def ask() -> pd.DataFrame:
        with ledger.cursor() as cursor:
            return _with_types(cursor.execute(query, values).df())

    return ledger.answer((query, repr(given)), ask)


def _with_types(frame: pd.DataFrame) -> pd.DataFrame:
    for name in ("created_at", "withdrawn_at"):
        if name in frame:
            frame[name] = pd.to_datetime(frame[name], utc=True)
    if "cluster" in frame:
        frame["cluster"] = frame["cluster"].astype("Int64")
    return frame


def count_of(ledger: Ledger, query: str, values: Sequence[object] = ()) -> int:
    """Return the number that a query of one ``count`` answers; 0 where the ledger is missing or cannot be read."""
    found = read_frame(ledger, query, values, ("count",))
    return 0 if found.empty else int(found["count"].iloc[0])


def part_of(first: int, most: int | None) -> str:
    """Return the SQL that keeps ``most`` rows (None: all) after the ``first`` so many."""
    return f"{'' if most is None else f'LIMIT {int(most)}'} {f'OFFSET {int(first)}' if first else ''}".strip()


def where_all(conditions: Sequence[str]) -> str:
    """Return the SQL that keeps the rows that meet all conditions; without any it keeps all."""
    return f"WHERE {' AND '.join(conditions)}" if conditions else ""


def without_samples(column: str, hidden: Collection[str]) -> tuple[list[str], list[object]]:
    """Return the SQL condition and its value that leave the rows of some samples out; none where none is hidden."""
    return ([f"{column} NOT IN (SELECT unnest(?::VARCHAR[]))"], [sorted(hidden)]) if hidden else ([], [])


def conditions_for(**wanted: Sequence[str]) -> tuple[list[str], list[object]]:
    """Return SQL conditions and values that keep rows with a wanted value in each column; none wanted keeps all."""
    asked = {column: list(values) for column, values in wanted.items() if values}
    return [f"list_contains(?, {column})" for column in asked], list(asked.values())
