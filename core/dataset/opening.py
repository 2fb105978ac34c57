"""Recognise what a user points at, and read it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.dataset.model import Dataset
from core.dataset.names import parse_glitch_name
from core.dataset.readers.beside import TABLE_SUFFIXES
from core.dataset.readers.beside_csv import read_beside_csv
from core.dataset.readers.class_folders import read_class_folders
from core.dataset.readers.hdf5 import read_hdf5
from core.dataset.readers.metadata_csv import is_metadata_csv, read_metadata_csv
from core.dataset.readers.parquet import holds_pictures, read_parquet
from core.dataset.readers.release import read_release_with_pictures
from core.dataset.readers.table import is_table, read_table
from core.dataset.released import is_release
from core.dataset.scan import Scan, scan_pictures
from core.errors import GlitchAuditError
from core.typed_paths import typed_path

PARQUET_SUFFIXES = (".parquet", ".pq")
HDF5_SUFFIXES = (".h5", ".hdf5", ".hdf")

UNDERSTOOD = (
    "a folder of class folders, train/validation/test folders of class folders, a folder of pictures with a CSV of "
    "their labels, a Gravity Spy metadata CSV beside its pictures, the HDF5 training set, a Parquet file with pictures "
    "inside, a CSV or Parquet of ids with labels and 2-D coordinates or vectors, or the ZIP of a release beside its "
    "pictures"
)


def open_dataset(path: Path | str) -> Dataset:
    """Open a data set of any source form that is understood; nothing is written to it and no picture is decoded.

    Raises GlitchAuditError where there is nothing, or no reader fits; the sentence says what is understood.
    """
    path = typed_path(path)
    if not path.exists():
        raise GlitchAuditError(f"{path}: there is no such file or folder")
    if path.is_dir():
        return _open_folder(path)
    suffix = path.suffix.lower()
    if suffix in TABLE_SUFFIXES:
        root = path.resolve().parent
        if suffix == ".csv" and is_table(path):
            return read_table(path, scan=lambda: scan_pictures(root), root=root)
        if suffix == ".csv" and is_metadata_csv(path):
            return read_metadata_csv((path,), scan=scan_pictures(root), root=root)
        return _open_beside(path, root)
    if suffix in PARQUET_SUFFIXES:
        root = path.resolve().parent
        if not holds_pictures(path) and is_table(path):
            return read_table(path, scan=lambda: scan_pictures(root), root=root)
        return read_parquet(path)
    if suffix in HDF5_SUFFIXES:
        return read_hdf5(path)
    if suffix == ".zip" and is_release(path):
        return read_release_with_pictures(path, open_source=open_dataset)
    raise GlitchAuditError(f"{path}: this kind of file is not understood; understood are {UNDERSTOOD}")


def _open_folder(root: Path) -> Dataset:
    scan = scan_pictures(root)
    entries = sorted(entry for entry in root.iterdir() if entry.is_file() and not entry.name.startswith("."))
    tables = [entry for entry in entries if entry.suffix.lower() == ".csv"]
    if not scan.files:
        raise GlitchAuditError(_why_no_pictures(root, scan, entries))
    metadata = tuple(table for table in tables if is_metadata_csv(table))
    if metadata:
        return read_metadata_csv(metadata, scan=scan, root=root)
    loose = tables and not any("/" in file.location for file in scan.files)
    with _lacking(tables[0] if loose else None, scan, root):
        return read_class_folders(root, scan=scan)


def _open_beside(table: Path, root: Path) -> Dataset:
    """The pictures beside a table that names them; GlitchAuditError where it names none of them."""
    scan = scan_pictures(root)
    if not scan.files:
        # What is wrong with the table itself comes first.
        read_beside_csv(table)
        raise GlitchAuditError(
            f"{table}: there are no pictures in the table's folder, and it has neither coordinates nor vectors; "
            f"understood are {UNDERSTOOD}"
        )
    with _lacking(table, scan, root):
        return read_class_folders(root, scan=scan, tables=(table.resolve(),), source=table)


@contextmanager
def _lacking(table: Path | None, scan: Scan, root: Path) -> Iterator[None]:
    """Where a table beside pictures with Gravity Spy names is of no use, say what it lacks to be their metadata."""
    try:
        yield
    except GlitchAuditError:
        if table is not None and any(parse_glitch_name(file.location.rpartition("/")[2]) for file in scan.files):
            read_metadata_csv((table,), scan=scan, root=root)
        raise


def _why_no_pictures(root: Path, scan: Scan, entries: list[Path]) -> str:
    packed = [entry for entry in entries if entry.suffix.lower() in (*PARQUET_SUFFIXES, *HDF5_SUFFIXES, ".csv")]
    if packed:
        return f"{root}: the folder holds no pictures, but {packed[0].name}; open that file itself"
    if scan.problems:
        first = scan.problems[0]
        return (
            f"{root}: the folder holds no usable picture; {len(scan.problems)} were left out, such as {first.where}: "
            f"{first.reason}"
        )
    return f"{root}: the folder holds no pictures; understood are {UNDERSTOOD}"
