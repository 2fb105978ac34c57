"""A table of triggers as its file has it: CSV and Parquet by pandas, Omicron's HDF5 and LIGO_LW by gwpy's EventTable.

A stranger's file is parsed behind the gate.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from core.detector.packages import need_gwpy, need_ligo_lw
from core.errors import GlitchAuditError
from core.gate import Limits, in_own_process
from core.typed_paths import typed_path

CSV_SUFFIXES = (".csv", ".txt")
PARQUET_SUFFIXES = (".parquet", ".pq")
HDF5_SUFFIXES = (".h5", ".hdf5", ".hdf")
LIGO_LW_SUFFIXES = (".xml", ".xml.gz", ".ligolw")
MOST_TRIGGERS = 5_000_000
_LIMITS = Limits(memory=4_000_000_000, seconds=300, output=1_500_000_000)
_LIGO_LW_TABLES = ("sngl_burst", "sngl_inspiral", "coinc_event")


def read_table(path: Path | str) -> pd.DataFrame:
    """Return the columns of a trigger table as they are, one row a trigger.

    Raises GlitchAuditError where there is no such file, it cannot be read, has no rows, or gwpy is needed and missing.
    """
    path = typed_path(path)
    if not path.is_file():
        raise GlitchAuditError(f"{path}: there is no such file of triggers; check the path")
    name = path.name.lower()
    if name.endswith(CSV_SUFFIXES):
        table = _csv(path)
    elif name.endswith(PARQUET_SUFFIXES):
        table = _parquet(path)
    elif name.endswith(HDF5_SUFFIXES):
        need_gwpy(f"The triggers in {path.name}")
        table = _hdf5(path)
    elif name.endswith(LIGO_LW_SUFFIXES):
        need_ligo_lw(f"The triggers in {path.name}")
        table = _ligo_lw(path)
    else:
        raise GlitchAuditError(f"{path}: triggers come as CSV, Parquet, Omicron's HDF5, or LIGO_LW (.xml, .xml.gz)")
    if table.empty:
        raise GlitchAuditError(f"{path}: the table has no triggers, only its columns; there is nothing to draw")
    if len(table) > MOST_TRIGGERS:
        raise GlitchAuditError(f"{path}: it has {len(table):,} triggers, more than {MOST_TRIGGERS:,}; split it")
    return table


@in_own_process(_LIMITS)
def _csv(path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(path, comment="#", skipinitialspace=True, nrows=MOST_TRIGGERS + 1)
    except pd.errors.EmptyDataError:
        raise GlitchAuditError(f"{path}: the file is empty, so it has no triggers") from None
    except (ValueError, OSError, UnicodeDecodeError) as error:
        raise GlitchAuditError(f"{path}: the file cannot be read as CSV ({_short(error)})") from None


@in_own_process(_LIMITS)
def _parquet(path: Path) -> pd.DataFrame:
    import pyarrow
    import pyarrow.parquet

    try:
        return pyarrow.parquet.read_table(path).to_pandas(ignore_metadata=True)
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise GlitchAuditError(f"{path}: the file cannot be read as Parquet ({_short(error)})") from None


@in_own_process(_LIMITS)
def _hdf5(path: Path) -> pd.DataFrame:
    import h5py

    try:
        with h5py.File(path, "r") as content:
            # Omicron calls it so; others have their one table under another name.
            tables = [name for name, one in content.items() if _is_table(one)]
        if not tables:
            raise GlitchAuditError(f"{path}: the HDF5 file holds no table of triggers")
        from gwpy.table import EventTable

        chosen = "triggers" if "triggers" in tables else tables[0]
        return _as_frame(EventTable.read(str(path), format="hdf5", path=chosen))
    except GlitchAuditError:
        raise
    except Exception as error:  # libraries in C meet arbitrary bytes and raise nearly anything
        raise GlitchAuditError(f"{path}: the file cannot be read as a table in HDF5 ({_short(error)})") from None


def _is_table(entry: object) -> bool:
    import h5py

    if not isinstance(entry, h5py.Dataset) or entry.external or entry.is_virtual:
        return False
    return entry.dtype.names is not None and entry.ndim == 1


@in_own_process(_LIMITS)
def _ligo_lw(path: Path) -> pd.DataFrame:
    from gwpy.table import EventTable

    reasons = []
    for name in _LIGO_LW_TABLES:
        try:
            return _as_frame(EventTable.read(str(path), format="ligolw", tablename=name, use_numpy_dtypes=True))
        except Exception as error:  # as above; a table that is not there is one of them
            reasons.append(f"{name}: {_short(error)}")
    raise GlitchAuditError(f"{path}: the file cannot be read as LIGO_LW ({'; '.join(reasons)})")


def _as_frame(table: object) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas()  # type: ignore[attr-defined]
    for name in frame.columns:
        if frame[name].dtype == object:
            frame[name] = [one.decode("utf-8", "replace") if isinstance(one, bytes) else one for one in frame[name]]
    return frame


def _short(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:120] if lines else type(error).__name__
