"""Read an export back: what it was made from, and what it says about each sample."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pandas as pd

from core.dataset.cells import read_cell
from core.dataset.readers.bounds import MAX_LIST_BYTES, refuse_too_big
from core.dataset.readers.columns import ID_COLUMNS, LABEL_COLUMNS, first_present
from core.errors import GlitchAuditError
from core.gate import Limits, in_own_process
from core.ledger.exchange.archive import unpack
from core.ledger.exchange.folders import FILES_NAME, LABEL_FOLDERS
from core.ledger.exchange.metadata import METADATA
from core.ledger.exchange.stamp import ABOUT_NAME, Stamp, read_stamp
from core.ledger.exchange.subjects import MANIFEST_NAME, SUBJECT_IDS, SUBJECT_SET
from core.ledger.exchange.summary import SUMMARY, CorrectionSummary, read_summary
from core.ledger.exchange.tables import COLUMNS, CorrectionTable

_MAX_TABLES = 100


@dataclass(frozen=True)
class ReadExport:
    """An export that was read back.

    ``table`` has its rows, all texts, without the apostrophes that keep cells from running in a spreadsheet; it is
    empty for a summary, which alone has ``summary``.
    """

    stamp: Stamp
    table: pd.DataFrame
    summary: CorrectionSummary | None = None

    def corrections(self) -> CorrectionTable:
        """Return the decided labels as importable corrections; GlitchAuditError if the export carries no labels."""
        key = first_present(self.table.columns, ID_COLUMNS)
        label = first_present(self.table.columns, LABEL_COLUMNS)
        if key is None or label is None or "decision_id" not in self.table:
            raise GlitchAuditError(f"An export of the kind '{self.stamp.kind}' carries no corrected labels.")
        decided = self.table[self.table["decision_id"] != ""].drop_duplicates(key)
        rows = pd.DataFrame(
            {
                "line": decided.index + 2,
                "key": decided[key],
                "label_proposed": decided[label],
                "label_before": decided["label_original"],
                "reason": "decided in the ledger " + self.stamp.ledger_fingerprint,
                "dataset_fingerprint": self.stamp.dataset_fingerprint,
            }
        ).reindex(columns=list(COLUMNS), fill_value="")
        return CorrectionTable(self.stamp.kind, rows.reset_index(drop=True), str(key))


@in_own_process(Limits(memory=3_000_000_000, seconds=120))
def read_export(source: Path | bytes, *, name: str = "export") -> ReadExport:
    """Read an export, its folder or the downloaded ZIP (a path or bytes), behind the gate.

    Raises GlitchAuditError, naming ``name`` where bytes are given, if it is no export of this program, or is damaged.
    """
    if isinstance(source, bytes):
        files = unpack(source, name=name)
        return _read(files.get, name)
    source = Path(source)
    if source.is_file():
        refuse_too_big(source, 5 * MAX_LIST_BYTES)
        return read_export(source.read_bytes(), name=source.name)
    if not source.is_dir():
        raise GlitchAuditError(f"{source}: there is no such file or folder")

    def read(below: str) -> bytes | None:
        path = source / below
        if not path.is_file():
            return None
        refuse_too_big(path, 5 * MAX_LIST_BYTES)
        return path.read_bytes()

    return _read(read, str(source))


def _read(read: Callable[[str], bytes | None], where: str) -> ReadExport:
    about = read(ABOUT_NAME)
    if about is None:
        raise GlitchAuditError(f"{where}: this is no export of Glitch Audit, as it has no {ABOUT_NAME}")
    stamp, more = read_stamp(about, where=f"{where}/{ABOUT_NAME}")
    if stamp.kind == SUMMARY:
        return ReadExport(stamp, pd.DataFrame(), read_summary(_present(read, "summary.json", where), where=where))
    if stamp.kind == METADATA:
        names = more.get("files")
        if not isinstance(names, list) or not 0 < len(names) <= _MAX_TABLES or not all(map(_is_plain_name, names)):
            raise GlitchAuditError(f"{where}: {ABOUT_NAME} does not say which files the metadata is in")
        tables = [_table(_present(read, name, where), f"{where}/{name}") for name in names]
        return ReadExport(stamp, pd.concat(tables, ignore_index=True).fillna(""))
    known = {LABEL_FOLDERS: FILES_NAME, SUBJECT_SET: MANIFEST_NAME, SUBJECT_IDS: "subjects.csv"}
    if stamp.kind not in known:
        raise GlitchAuditError(f"{where}: an export of the kind '{stamp.kind[:50]}' is not known here")
    return ReadExport(stamp, _table(_present(read, known[stamp.kind], where), where))


def _is_plain_name(name: object) -> bool:
    return isinstance(name, str) and PurePosixPath(name).name == name and "\\" not in name and name not in (".", "..")


def _present(read: Callable[[str], bytes | None], name: str, where: str) -> bytes:
    data = read(name)
    if data is None:
        raise GlitchAuditError(f"{where}: the export lacks its file {name}")
    return data


def _table(data: bytes, where: str) -> pd.DataFrame:
    if data[:4] == b"PAR1":
        return _parquet(data, where)
    try:
        rows = [row for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")) if row]
    except (UnicodeDecodeError, csv.Error) as error:
        raise GlitchAuditError(f"{where}: the table cannot be read ({error})") from None
    if not rows or len(set(rows[0])) < len(rows[0]):
        raise GlitchAuditError(f"{where}: the table has no header, or names a column twice")
    width = len(rows[0])
    padded = [[read_cell(cell) for cell in (row + [""] * width)[:width]] for row in rows[1:]]
    return pd.DataFrame(padded, columns=rows[0], dtype="object")


def _parquet(data: bytes, where: str) -> pd.DataFrame:
    import pyarrow
    import pyarrow.parquet

    try:
        file = pyarrow.parquet.ParquetFile(pyarrow.BufferReader(data))
        kinds = (pyarrow.types.is_binary, pyarrow.types.is_large_binary, pyarrow.types.is_nested)
        names = [field.name for field in file.schema_arrow if not any(kind(field.type) for kind in kinds)]
        table = file.read(columns=names).to_pandas()
    except (pyarrow.ArrowException, OSError, ValueError, TypeError):
        raise GlitchAuditError(f"{where}: the file cannot be read as Parquet") from None
    return table.astype("object").where(table.notna(), "").astype("str").astype("object")
