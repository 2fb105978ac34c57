"""One table beside pictures: its separator, its cells as text, and which of its columns can be metadata."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from core.dataset.model import GLITCH_COLUMN, VIEW_COLUMN
from core.dataset.readers.bounds import (
    MAX_COLUMNS,
    MAX_LABEL_TEXT,
    MAX_LIST_BYTES,
    refuse_too_big,
    refuse_too_wide,
    why_no_name,
)
from core.dataset.readers.columns import MISSING
from core.dataset.readers.table_columns import TABLE_LABELS
from core.errors import GlitchAuditError

NAME_COLUMNS = (
    *("file", "filename", "file_name", "filepath", "file_path", "path", "image", "image_path", "image_file"),
    *("image_name", "image_id", "img", "img_path", "picture", "name", "id", "sample_id"),
)
"""Headings of columns that may name the pictures, by any letter case, with spaces or hyphens for underscores."""

MOST_METADATA = 100
"""So many columns of a table are taken along."""

_SEPARATORS = ",;\t|"
_OWN = {"sample_id", "label", GLITCH_COLUMN, VIEW_COLUMN}
"""Our own columns: a table's column of that name is called ``csv_...``."""

_AS_TEXT = {"detector", "split", "run"}
"""Columns whose values are names, even where they are digits."""

_SPLITS = {"training": "train", "valid": "validation", "val": "validation", "testing": "test"}
_LEADING_ZERO = re.compile(r"[+-]?0\d")


@dataclass(frozen=True, eq=False)
class BesideTable:
    """A table as it was read: every cell of ``frame`` is text, ``lines`` are their lines in the file by order.

    ``label`` is the column of labels, empty without one.
    """

    frame: pd.DataFrame
    lines: list[int]
    label: str = ""


def read_beside_csv(path: Path) -> BesideTable:
    """Read a CSV or TSV; commas, semicolons, tabs and bars separate, whichever the first line has most of.

    Raises GlitchAuditError where it cannot be read.
    """
    refuse_too_big(path, MAX_LIST_BYTES)
    refuse_too_wide(path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head = file.readline()
        frame = pd.read_csv(
            path,
            sep=_separator(head),
            dtype="str",
            keep_default_na=False,
            encoding="utf-8-sig",
            low_memory=False,
            skip_blank_lines=False,
        )
    except pd.errors.EmptyDataError:
        raise GlitchAuditError(f"{path}: the file is empty") from None
    except UnicodeDecodeError:
        raise GlitchAuditError(f"{path}: the file is not UTF-8 text; save it as “CSV UTF-8”") from None
    except (OSError, ValueError, OverflowError, csv.Error) as error:
        raise GlitchAuditError(f"{path}: the file cannot be read as a table ({error})") from None
    if not isinstance(frame.index, pd.RangeIndex):
        raise GlitchAuditError(f"{path}: the rows have more cells than the first line has names")
    if len(frame.columns) > MAX_COLUMNS:
        raise GlitchAuditError(f"{path}: the table has over {MAX_COLUMNS:,} columns")
    frame = frame.fillna("")
    # A cell may have line breaks in it, and an empty line is no row.
    breaks = sum((frame[column].str.count("\n").to_numpy() for column in frame.columns), np.zeros(len(frame), int))
    lines = np.arange(2, len(frame) + 2) + np.concatenate([[0], np.cumsum(breaks)[:-1]])[: len(frame)]
    filled = (frame != "").any(axis=1).to_numpy(dtype=bool)
    frame = frame[filled].reset_index(drop=True)
    return BesideTable(frame, lines[filled].astype(int).tolist(), _first(frame.columns, TABLE_LABELS))


def name_columns(columns: Iterable[object]) -> list[str]:
    """Return the columns that may name pictures, in the order of :data:`NAME_COLUMNS`."""
    spelled = {_plain(column): str(column) for column in reversed(list(columns))}
    return [spelled[name] for name in NAME_COLUMNS if name in spelled]


def usable_columns(rows: pd.DataFrame, table: BesideTable, key: str) -> tuple[pd.DataFrame, list[str]]:
    """Return the metadata in ``rows`` (text, one row a sample), numbers as numbers, and a sentence for what is left.

    The column ``key`` that names the pictures is not part of it. The column of labels is, as ``csv_label`` where its
    heading is ``label``: readers drop it where it says what the folders say.
    """
    wanted = [column for column in table.frame.columns if column != key and not str(column).startswith("Unnamed: ")]
    said = []
    unfit = [column for column in wanted if why_no_name(str(column), MAX_LABEL_TEXT)]
    if unfit:
        said.append(f"{len(unfit)} columns have headings that cannot be shown, so they are not used")
        wanted = [column for column in wanted if column not in unfit]
    if len(wanted) > MOST_METADATA:
        said.append(f"the table has {len(wanted):,} columns; the first {MOST_METADATA} are taken along")
        wanted = wanted[:MOST_METADATA]
    kept: dict[str, pd.Series] = {}
    for column in wanted:
        name = metadata_name(str(column))
        if name not in kept:
            kept[name] = _values(rows[column], name)
    return pd.DataFrame(kept, index=rows.index), said


def metadata_name(heading: str) -> str:
    """Return what a column of this heading is called among the metadata."""
    name = heading.strip()
    return f"csv_{name}" if name.lower() in _OWN else name


def _values(cells: pd.Series, name: str) -> pd.Series:
    """Numbers where every cell that is not empty is one, else text; None or NaN where there is nothing."""
    cells = cells.str.strip()
    known = ~cells.isin(MISSING)
    if name in _AS_TEXT:
        if name == "split":
            cells = cells.str.lower().replace(_SPLITS)
        return cells.where(cells != "", None)
    present = cells[known]
    if len(present) and not present.str.match(_LEADING_ZERO).any():
        numbers = pd.to_numeric(present, errors="coerce")
        if numbers.notna().all() and numbers.dtype.kind in "iuf":
            if known.all() and numbers.dtype.kind == "i":
                return numbers
            values = numbers.astype(float)
            return values.where(np.isfinite(values)).reindex(cells.index)
    return cells.where(cells != "", None)


def _separator(head: str) -> str:
    """The separator that the first line has most of, outside quotes; a comma where it has none."""
    bare = re.sub(r'"[^"]*"', "", head)
    return max(_SEPARATORS, key=bare.count)


def _first(columns: Iterable[object], wanted: Iterable[str]) -> str:
    spelled = {_plain(column): str(column) for column in reversed(list(columns))}
    return next((spelled[name] for name in wanted if name in spelled), "")


def _plain(column: object) -> str:
    return re.sub(r"[\s-]+", "_", str(column).strip().lower())
