"""The report's tables: as HTML that can be sorted, and as CSV."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from core.statistics.percent import percent

ROWS_SHOWN = 100

# A spreadsheet takes a cell that begins with one of these for a formula and runs it (OWASP, "CSV Injection").
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_DASH = "–"


@dataclass(frozen=True)
class Column:
    """One column as the page shows it: ``form`` turns values into words, ``interval`` names the columns of its ends."""

    name: str
    heading: str
    form: Callable[[Any], str] = str
    interval: tuple[str, str] | None = None


@dataclass(frozen=True)
class ReportTable:
    """One table of the report, with the name of its CSV file, without suffix, and all rows as the audit returned them.

    ``columns`` are those that the page shows; one that the frame lacks is left out.
    """

    name: str
    title: str
    frame: pd.DataFrame
    columns: Sequence[Column]


def whole(value: Any) -> str:
    """A whole number with thousands separated."""
    return _DASH if pd.isna(value) else f"{value:,.0f}"


def share(value: Any) -> str:
    """A share as percent; one digit below 10 %."""
    return _DASH if pd.isna(value) else percent(value, digits=1 if 0 < value < 0.1 else 0)


def number(value: Any) -> str:
    """A number with two digits after the point; a very small one with its first digit."""
    if pd.isna(value):
        return _DASH
    return f"{value:.1g}" if 0 < abs(value) < 0.01 else f"{value:.2f}"


def measure(value: Any) -> str:
    """A count as a whole number, anything else with two digits."""
    return whole(value) if pd.notna(value) and float(value).is_integer() and value > 1 else number(value)


def text(value: Any) -> str:
    """Any value in words."""
    return _DASH if pd.isna(value) else str(value)


def yes(value: Any) -> str:
    """ "yes", or nothing."""
    return "" if pd.isna(value) or not value else "yes"


def table_html(table: ReportTable, *, limit: int = ROWS_SHOWN) -> str:
    """The table's first rows as HTML; every text of the data is escaped, every number can be sorted by its value."""
    frame = _with_index(table.frame)
    columns = [column for column in table.columns if column.name in frame]
    heads = "".join(
        f'<th scope="col" aria-sort="none"><button type="button">{escape(column.heading)}</button></th>'
        for column in columns
    )
    rows = "".join(
        f"<tr>{''.join(_cell(row, c) for c in columns)}</tr>" for row in frame.head(limit).to_dict("records")
    )
    rest = f"{min(limit, len(frame)):,} of {len(frame):,} rows; " if len(frame) > limit else ""
    return (
        f'<div class="table" tabindex="0" role="region" aria-label="{escape(table.title)}"><table>'
        f"<caption>{escape(table.title)}</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
        f'<p class="beside">{rest}all rows and columns are in <code>tables/{escape(table.name)}.csv</code></p>'
    )


def write_csv(table: ReportTable, path: Path) -> None:
    """All rows and columns of the table; a text that a spreadsheet would run as a formula gets an apostrophe."""
    frame = _with_index(table.frame)
    for name in frame.columns:
        if not pd.api.types.is_numeric_dtype(frame[name]):
            frame[name] = [_harmless(value) for value in frame[name]]
    frame.to_csv(path, index=False, encoding="utf-8", errors="replace", lineterminator="\n")


def _with_index(frame: pd.DataFrame) -> pd.DataFrame:
    """The index as the first column, unless it is a mere count of the rows."""
    return frame.reset_index(drop=frame.index.name is None)


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value


def _cell(row: dict[str, Any], column: Column) -> str:
    value = row[column.name]
    words = escape(column.form(value))
    if column.interval and all(name in row and pd.notna(row[name]) for name in column.interval):
        low, high = (column.form(row[name]) for name in column.interval)
        words += f' <span class="interval">{escape(low)} to {escape(high)}</span>'
    if isinstance(value, (str, bool)) or pd.isna(value):
        return f"<td>{words}</td>"
    return f'<td class="number" data-value="{float(value)!r}">{words}</td>'
