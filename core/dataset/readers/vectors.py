"""Ready-made embeddings or 2-D coordinates, keyed by sample or by file name, so that existing work needs no torch."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.dataset.model import Problem
from core.dataset.readers.bounds import (
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_LIST_BYTES,
    MAX_TABLE_BYTES,
    refuse_too_big,
    refuse_too_wide,
)
from core.dataset.readers.columns import first_present
from core.errors import GlitchAuditError

_KEY_COLUMNS = ("sample_id", "gravityspy_id", "id", "file_name", "filename", "file", "path", "image", "picture")
_NOT_COORDINATES = (
    "label",
    "ml_label",
    "true_label",
    "cluster",
    "ifo",
    "detector",
    "split",
    "sample_type",
    "index",
    "view",
)
_LIST_COLUMNS = ("embedding", "vector", "embeddings", "features")
_SIDECARS = (".txt", ".csv", ".json")
_LAYOUT_COLUMNS = 2
_MAX_UNPACKED_BYTES = 8_000_000_000


@dataclass(frozen=True)
class ReadyVectors:
    """Vectors as a user brought them.

    ``ids`` has a key a row, as written; empty where the rows are in the data set's order. ``matrix`` is float32 (rows,
    columns); ``kind`` "layout" for two columns (2-D coordinates), else "embedding"; ``matched_by`` says what ties rows
    to samples, ``problems`` which rows were left out and why.
    """

    ids: tuple[str, ...]
    matrix: NDArray[np.float32]
    kind: str
    matched_by: str
    problems: tuple[Problem, ...]


def read_vectors(path: Path, *, ids_path: Path | None = None) -> ReadyVectors:
    """Read an embedding or a layout from ``.npy``, ``.parquet`` or ``.csv``.

    A ``.npy`` matrix takes its keys from ``ids_path`` or from a file beside it: the same name with ``.txt``, ``.csv``
    or ``.json`` (a list), or ``<name>_ids`` and one of these; without one, its rows must be in the order of the data
    set. Tables need a key column (sample_id, gravityspy_id, id, file_name, filename, file, path) and numeric columns or
    one column of lists. Rows with a value that is not finite are left out. Raises GlitchAuditError where the file is
    missing, unreadable, no matrix of numbers, or its keys do not fit its rows.
    """
    if not path.exists():
        raise GlitchAuditError(f"{path}: there is no such file")
    suffix = path.suffix.lower()
    if suffix == ".npy":
        matrix = _load_npy(path)
        ids, matched_by = _ids_beside(path, ids_path, rows=len(matrix))
    elif suffix in (".parquet", ".pq", ".csv"):
        ids, matrix, matched_by = _read_table(path)
    else:
        raise GlitchAuditError(f"{path}: vectors are read from .npy, .parquet or .csv")
    if matrix.shape[0] == 0 or matrix.shape[1] == 0:
        raise GlitchAuditError(f"{path}: the matrix is empty (shape {matrix.shape[0]} x {matrix.shape[1]})")

    problems: list[Problem] = []
    finite = np.logical_and.reduce(np.isfinite(matrix), axis=1)
    if not finite.all() and ids:
        problems = [Problem(ids[row], "the vector holds a value that is not finite") for row in np.flatnonzero(~finite)]
        ids = tuple(np.asarray(ids, dtype=object)[finite])
        matrix = matrix[finite]
    elif not finite.all():
        problems = [
            Problem(f"{path.name} row {row}", "the vector holds a value that is not finite")
            for row in np.flatnonzero(~finite)
        ]
        matrix = np.where(finite[:, None], matrix, np.nan).astype(np.float32)
    kind = "layout" if matrix.shape[1] == _LAYOUT_COLUMNS else "embedding"
    return ReadyVectors(ids, np.ascontiguousarray(matrix, dtype=np.float32), kind, matched_by, tuple(problems))


def _load_npy(path: Path) -> NDArray[np.float32]:
    try:
        # Pickled arrays could run code of a stranger. Mapped, a header that promises more than the file holds is
        # refused before memory is taken for it.
        matrix = np.load(path, allow_pickle=False, mmap_mode="r")
    except Exception:  # numpy meets arbitrary bytes and raises nearly anything
        raise GlitchAuditError(f"{path}: the file is not a plain NumPy array of numbers") from None
    if not isinstance(matrix, np.ndarray) or matrix.ndim != 2 or matrix.dtype.kind not in "fiu":
        raise GlitchAuditError(f"{path}: a matrix of numbers with one row a sample is needed")
    _refuse_too_many(path, *matrix.shape)
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(matrix).astype(np.float32)


def _refuse_too_many(path: Path, rows: int, columns: int) -> None:
    if columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
        raise GlitchAuditError(
            f"{path}: {rows:,} rows of {columns:,} numbers are too many (at most {MAX_COLUMNS:,} columns and "
            f"{MAX_CELLS:,} numbers)"
        )


def _ids_beside(path: Path, ids_path: Path | None, *, rows: int) -> tuple[tuple[str, ...], str]:
    beside = [path.with_name(path.stem + ending + suffix) for ending in ("", "_ids") for suffix in _SIDECARS]
    if ids_path is None:
        ids_path = next((candidate for candidate in beside if candidate.exists()), None)
    if ids_path is None:
        return (), "the order of the data set"
    refuse_too_big(ids_path, MAX_LIST_BYTES)
    try:
        text = ids_path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise GlitchAuditError(f"{ids_path}: the list of ids cannot be read as text") from None
    if ids_path.suffix.lower() == ".json":
        ids = _ids_from_json(text, ids_path)
    elif ids_path.suffix.lower() == ".csv":
        ids = _ids_from_csv(text, rows)
    else:
        ids = [line.strip() for line in text.splitlines() if line.strip()]
    if len(ids) != rows:
        raise GlitchAuditError(f"{ids_path}: it lists {len(ids)} ids, but {path.name} has {rows} rows")
    return tuple(ids), f"the list {ids_path.name}"


def _ids_from_json(text: str, where: Path) -> list[str]:
    try:
        ids = json.loads(text)
    except (ValueError, RecursionError):
        ids = None
    if not isinstance(ids, list) or not all(isinstance(item, (str, int)) for item in ids):
        raise GlitchAuditError(f"{where}: a JSON list of ids is needed")
    return [str(item) for item in ids]


def _ids_from_csv(text: str, rows: int) -> list[str]:
    try:
        lines = [line for line in csv.reader(text.splitlines()) if line]
    except csv.Error:
        return []
    column = 0
    if lines and (key := first_present(lines[0], _KEY_COLUMNS)) is not None:
        column = lines[0].index(key)
        lines = lines[1:]
    elif len(lines) == rows + 1:
        lines = lines[1:]
    return [line[column].strip() for line in lines if len(line) > column]


def _read_table(path: Path) -> tuple[tuple[str, ...], NDArray[np.float32], str]:
    import pyarrow

    refuse_too_big(path, MAX_TABLE_BYTES)
    try:
        if path.suffix.lower() == ".csv":
            refuse_too_wide(path)
            header = pd.read_csv(path, nrows=0, encoding="utf-8-sig").columns
            key = first_present(header, _KEY_COLUMNS)
            table = pd.read_csv(path, dtype={key: "str"} if key else None, encoding="utf-8-sig")
        else:
            _refuse_big_parquet(path)
            table = pd.read_parquet(path)
            if first_present(table.columns, _KEY_COLUMNS) is None and table.index.name in _KEY_COLUMNS:
                table = table.reset_index()
    except (OSError, ValueError, TypeError, KeyError, OverflowError, pyarrow.ArrowException) as error:
        raise GlitchAuditError(f"{path}: the table cannot be read ({error})") from None
    if table.columns.has_duplicates:
        raise GlitchAuditError(f"{path}: the table has a column twice; rename one of them")
    key = first_present(table.columns, _KEY_COLUMNS)
    if key is None:
        raise GlitchAuditError(
            f"{path}: the table lacks a column that names the samples, one of {', '.join(_KEY_COLUMNS[:7])}"
        )
    ids = tuple(table[key].astype("str"))
    list_column = first_present(table.columns, _LIST_COLUMNS)
    if list_column is not None and not pd.api.types.is_numeric_dtype(table[list_column]):
        try:
            matrix = np.stack([np.asarray(row, dtype=np.float32) for row in table[list_column]])
        except (ValueError, TypeError, OverflowError):
            raise GlitchAuditError(f"{path}: the rows of column {list_column} are not lists of equal length") from None
    else:
        numbers = table.drop(columns=[key]).select_dtypes("number")
        numbers = numbers[[name for name in numbers.columns if str(name).lower() not in _NOT_COORDINATES]]
        xy = [first_present(numbers.columns, (axis, f"umap_{axis}")) for axis in ("x", "y")]
        if all(xy):
            numbers = numbers[xy]
        numbers = numbers.select_dtypes(exclude=["timedelta", "complexfloating"])
        with np.errstate(over="ignore", invalid="ignore"):
            matrix = numbers.to_numpy(dtype=np.float32, na_value=np.nan)
    if matrix.ndim != 2 or matrix.shape[1] == 0:
        raise GlitchAuditError(f"{path}: the table has no columns of numbers")
    return ids, matrix, f"column {key}"


def _refuse_big_parquet(path: Path) -> None:
    import pyarrow.parquet

    facts = pyarrow.parquet.ParquetFile(path).metadata
    size = sum(facts.row_group(number).total_byte_size for number in range(facts.num_row_groups))
    if size > _MAX_UNPACKED_BYTES:
        raise GlitchAuditError(f"{path}: the table unpacks to {size / 1e9:,.0f} GB, too much to be read at once")
    _refuse_too_many(path, facts.num_rows, facts.num_columns)
