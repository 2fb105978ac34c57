"""Read a table of corrections made elsewhere: CSV or Parquet, with the reference audit's columns or ours."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from core.dataset.cells import read_cell
from core.dataset.readers.bounds import MAX_LIST_BYTES, refuse_too_big
from core.dataset.readers.columns import first_present
from core.errors import GlitchAuditError
from core.gate import Limits, in_own_process

MAX_ROWS = 1_000_000
_MAX_COLUMNS = 1_000

_KEYS = ("sample_id", "gravityspy_id", "file_name", "filename", "file", "path", "image", "picture", "id")
_MEANINGS = {
    "label_proposed": (
        "proposed_label",
        "label_proposed",
        "label proposed",
        "corrected_label",
        "new_label",
        "label now",
    ),
    "label_before": ("true_label", "label_before", "label before", "label"),
    "segment": ("segment", "selection"),
    "reason": ("justification", "reason"),
    "author": ("author", "reviewer"),
    "status": ("status",),
    "correction_id": ("correction_id",),
    "dataset_fingerprint": ("dataset_fingerprint",),
}
COLUMNS = ("line", "key", *_MEANINGS)
_HEADER = "header"
_WANTED = frozenset([*_KEYS, *(column for names in _MEANINGS.values() for column in names)])


@dataclass(frozen=True)
class CorrectionTable:
    """Corrections as a file brings them.

    Attributes:
        rows: one a correction, all texts: ``line`` (int, in the file, the header being 1), ``key`` (a sample's id or a
            file's name), ``label_proposed``, ``label_before``, ``segment``, ``reason``, ``author``, ``status``,
            ``correction_id``, ``dataset_fingerprint``; empty where the file does not say.
        key_column: which column of the file named the samples.
    """

    name: str
    rows: pd.DataFrame
    key_column: str


def read_correction_file(path: Path) -> CorrectionTable:
    """Read a file of corrections, ``.csv``, ``.parquet`` or ``.pq``; raises as :func:`read_corrections`."""
    path = Path(path)
    refuse_too_big(path, MAX_LIST_BYTES)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise GlitchAuditError(f"{path}: the file cannot be opened ({error.strerror})") from None
    return read_corrections(data, name=path.name)


@in_own_process(Limits(memory=2_000_000_000, seconds=60))
def read_corrections(data: bytes, *, name: str) -> CorrectionTable:
    """Read corrections from the bytes of a CSV or Parquet file (at most 100 MB), behind the gate.

    Only a column that names the samples and one of proposed labels are needed. CSV is UTF-8, separated by commas,
    semicolons or tabs; Parquet is recognised by its first bytes. Raises GlitchAuditError, with the file's ``name``, if
    it is too big, no such table, or lacks one of the two columns.
    """
    if len(data) > MAX_LIST_BYTES:
        raise GlitchAuditError(f"{name}: the file is too big ({len(data) / 1e6:,.0f} MB, at most 100 MB are read)")
    table = _from_parquet(data, name) if data[:4] == b"PAR1" else _from_csv(data, name)
    key = first_present(table.columns, _KEYS)
    found = {meaning: first_present(table.columns, names) for meaning, names in _MEANINGS.items()}
    if key is None or found["label_proposed"] is None:
        missing = [
            words
            for words, column in (
                ("that names the samples (sample_id, gravityspy_id or file_name)", key),
                ("proposed_label", found["label_proposed"]),
            )
            if column is None
        ]
        raise GlitchAuditError(
            f"{name}: the table lacks the column {' and the column '.join(missing)}; it has "
            f"{_shown(', '.join(map(str, table.attrs.get(_HEADER, table.columns)[:30])))}"
        )
    empty = pd.Series("", index=table.index, dtype="object")
    columns = {"line": table["line of the file"], "key": table[key]}
    columns |= {meaning: empty if column is None else table[column] for meaning, column in found.items()}
    rows = pd.DataFrame(columns).reset_index(drop=True)
    for column in rows.columns.drop("line"):
        rows[column] = rows[column].str.strip()
    return CorrectionTable(name, rows[list(COLUMNS)], str(key))


def _from_csv(data: bytes, name: str) -> pd.DataFrame:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise GlitchAuditError(f"{name}: the file is no UTF-8 text; save it as CSV in UTF-8") from None
    header = text.partition("\n")[0]
    separator = max(",;\t", key=header.count)
    _refuse_columns(header.count(separator) + 1, name)
    lines: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    numbers = []
    try:
        start = 1
        for row in reader:
            if any(row):
                lines.append(row)
                numbers.append(start)
            start = reader.line_num + 1
            if len(lines) > MAX_ROWS + 1:
                raise GlitchAuditError(f"{name}: the table has more than {MAX_ROWS:,} rows; split it")
    except csv.Error as error:
        raise GlitchAuditError(f"{name}: line {reader.line_num} cannot be read as CSV ({error})") from None
    if not lines:
        raise GlitchAuditError(f"{name}: the table is empty")
    columns = [column.strip() for column in lines[0]]
    _check_columns(columns, name)
    # A row that is too short or too long is kept as far as it goes: what it lacks is said of the row, not of the file.
    cells = {
        column: [read_cell(row[place]) if place < len(row) else "" for row in lines[1:]]
        for place, column in enumerate(columns)
        if _is_wanted(column)
    }
    table = pd.DataFrame(cells, index=range(len(lines) - 1), dtype="object")
    table.attrs[_HEADER] = columns
    return table.assign(**{"line of the file": numbers[1:]})


def _from_parquet(data: bytes, name: str) -> pd.DataFrame:
    import pyarrow
    import pyarrow.parquet

    try:
        file = pyarrow.parquet.ParquetFile(pyarrow.BufferReader(data))
        if file.metadata.num_rows > MAX_ROWS:
            raise GlitchAuditError(f"{name}: the table has more than {MAX_ROWS:,} rows; split it")
        columns = [column for column in file.schema_arrow.names if _is_wanted(column)]
        _check_columns(columns, name)
        size = sum(
            file.metadata.row_group(group).column(place).total_uncompressed_size
            for group in range(file.metadata.num_row_groups)
            for place in range(file.metadata.num_columns)
            if file.metadata.row_group(group).column(place).path_in_schema in columns
        )
        if size > MAX_LIST_BYTES:
            raise GlitchAuditError(f"{name}: the table unpacks to {size / 1e6:,.0f} MB, at most 100 MB are read")
        table = file.read(columns=columns)
        for column in columns:
            kind = table.schema.field(column).type
            if pyarrow.types.is_nested(kind) or pyarrow.types.is_binary(kind):
                raise GlitchAuditError(f"{name}: the column {_shown(column)} holds {kind}, not text")
        texts = {column: [_text(value) for value in table[column].to_pylist()] for column in columns}
        lines = range(2, len(table) + 2)
    except (pyarrow.ArrowException, OSError, ValueError, TypeError, OverflowError):
        raise GlitchAuditError(f"{name}: the file cannot be read as Parquet") from None
    return pd.DataFrame(texts, columns=columns, index=range(len(lines)), dtype="object").assign(
        **{"line of the file": list(lines)}
    )


def _is_wanted(column: str) -> bool:
    """Return whether a column is one of those that are looked for; others are not kept, however many there are."""
    return column.strip().lower() in _WANTED


def _refuse_columns(count: int, name: str) -> None:
    if count > _MAX_COLUMNS:
        raise GlitchAuditError(f"{name}: the table has {count:,} columns; this is no table of corrections")


def _check_columns(columns: list[str], name: str) -> None:
    _refuse_columns(len(columns), name)
    twice = next((column for column in columns if column and columns.count(column) > 1), None)
    if twice is not None:
        raise GlitchAuditError(f"{name}: the column {_shown(twice)} is there twice; rename one of them")


def _text(value: object) -> str:
    return "" if value is None or value != value else str(value)


def _shown(text: str) -> str:
    """Return a stranger's text, short enough and plain enough for a sentence."""
    return "".join(character if character.isprintable() else "?" for character in text[:200])
