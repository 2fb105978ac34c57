"""Recognise what a user points at, and read it."""

from __future__ import annotations

from pathlib import Path

from core.dataset.model import Dataset
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
    "a folder of class folders, train/validation/test folders of class folders, a Gravity Spy metadata CSV beside its "
    "pictures, the HDF5 training set, a Parquet file with pictures inside, a CSV or Parquet of ids with labels and "
    "2-D coordinates or vectors, or the ZIP of a release beside its pictures"
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
    if suffix == ".csv":
        root = path.resolve().parent
        if is_table(path):
            return read_table(path, scan=lambda: scan_pictures(root), root=root)
        return read_metadata_csv((path,), scan=scan_pictures(root), root=root)
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
    in_folders = any("/" in file.location for file in scan.files)
    if not metadata and tables and not in_folders:
        # Loose pictures and a table: the table must be meant, so say what it lacks.
        metadata = (tables[0],)
    if metadata:
        return read_metadata_csv(metadata, scan=scan, root=root)
    return read_class_folders(root, scan=scan)


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
