"""Tables of triggers of a channel: Omicron's HDF5, LIGO_LW, CSV or Parquet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.dataset.readers.bounds import MAX_TABLE_BYTES, refuse_too_big, refuse_too_wide
from core.dataset.readers.columns import first_present
from core.detector.channels.gps import gps_times
from core.detector.channels.hdf5 import entries, opened, own_dataset
from core.detector.channels.names import DETECTORS, detector_of
from core.detector.model import Channel, Safety, TriggerTable
from core.detector.packages import need_ligo_lw
from core.errors import GlitchAuditError
from core.gate import Limits, in_own_process

TRIGGER_SUFFIXES = (".h5", ".hdf5", ".hdf", ".xml", ".gz", ".csv", ".txt", ".parquet", ".pq")
MOST_TRIGGERS = 50_000_000
_TIMES = ("time", "peak_time", "gps_time", "gps", "event_time", "gpstime", "start_time")
_SNRS = ("snr", "rho", "signal_to_noise", "new_snr")
_FREQUENCIES = ("frequency", "peak_frequency", "peakfreq", "central_freq", "fpeak", "freq")
_CHANNELS = ("channel", "channel_name")
_ENDINGS = re.compile(r"([-_](triggers?|omicron|events?))?([-_]\d{9,10}[-_]\d+)?$", re.IGNORECASE)


@in_own_process(Limits(memory=3_000_000_000, seconds=120, output=2_000_000_000))
def read_triggers(
    path: Path, *, channel: str = "", safety: Mapping[str, Safety] | None = None
) -> tuple[TriggerTable, ...]:
    """Return the triggers of a file, a table for each channel, in order of time.

    The channel is the one named in the file's own column, else ``channel``, else the one that the file is called after
    (``L1_ASC-X_TR_B_NSUM_OUT_DQ_triggers.csv``). Raises GlitchAuditError where the file is no table of triggers, has no
    time or SNR, is empty, or nothing says which channel it is of.
    """
    refuse_too_big(path, MAX_TABLE_BYTES)
    table = _table(path)
    time, snr, frequency, named = (
        first_present(table.columns, names) for names in (_TIMES, _SNRS, _FREQUENCIES, _CHANNELS)
    )
    if time is None or snr is None:
        raise GlitchAuditError(
            f"{path}: a table of triggers has a column of GPS seconds called time and one called snr; it has "
            f"{', '.join(map(str, table.columns))[:200] or 'none'}."
        )
    if not len(table):
        raise GlitchAuditError(f"{path}: the table holds no trigger.")
    if len(table) > MOST_TRIGGERS:
        raise GlitchAuditError(f"{path}: it holds over {MOST_TRIGGERS:,} triggers; bring those above some SNR.")
    times = gps_times(table[time], where=str(path))
    if f"{time}_ns" in table.columns:
        times = times + pd.to_numeric(table[f"{time}_ns"], errors="coerce").fillna(0).to_numpy(dtype=np.float64) * 1e-9
    found = pd.DataFrame(
        {
            "channel": table[named].astype(str).to_numpy() if named is not None else channel or _from_file(path),
            "time": times,
            "snr": _numbers(table[snr], path),
            "frequency": _numbers(table[frequency], path) if frequency is not None else np.nan,
        }
    ).sort_values("time", kind="stable")
    if not np.isfinite(found["snr"]).all():
        raise GlitchAuditError(f"{path}: the SNR of {(~np.isfinite(found['snr'])).sum():,} triggers is missing.")
    return tuple(
        TriggerTable(
            Channel(str(name), detector_of(str(name), where=str(path)), "", (safety or {}).get(str(name), "unknown")),
            *(rows[column].to_numpy(dtype=np.float64) for column in ("time", "snr", "frequency")),
        )
        for name, rows in found.groupby("channel", sort=True)
    )


def _table(path: Path) -> pd.DataFrame:
    suffix = path.suffix.lower()
    try:
        if suffix in (".parquet", ".pq"):
            return pd.read_parquet(path)
        if suffix in (".h5", ".hdf5", ".hdf"):
            return _from_hdf5(path)
        if suffix in (".xml", ".gz"):
            return _from_ligo_lw(path)
        refuse_too_wide(path)
        return pd.read_csv(
            path, sep="," if suffix == ".csv" else r"[,\s]+", engine="c" if suffix == ".csv" else "python"
        )
    except GlitchAuditError:
        raise
    except Exception as error:  # libraries that meet arbitrary bytes
        raise GlitchAuditError(
            f"{path}: the file cannot be read as a table of triggers ({type(error).__name__}: {error})."
        ) from None


def _from_hdf5(path: Path) -> pd.DataFrame:
    """All tables of the file with a time in them; one that lies below a channel's name is of that channel."""
    parts: list[pd.DataFrame] = []
    with opened(path) as file:
        for place, entry in entries(file, path):
            if not own_dataset(entry) or entry.ndim != 1 or not _has_times(entry):
                continue
            if entry.shape[0] > MOST_TRIGGERS:
                raise GlitchAuditError(f"{path}: it holds over {MOST_TRIGGERS:,} triggers; bring those above some SNR.")
            rows = entry[:]
            part = pd.DataFrame({name: rows[name] for name in rows.dtype.names if rows[name].ndim == 1})
            named = [piece for piece in place.split("/") if piece[:2] in DETECTORS and piece[2:3] == ":"]
            if named and first_present(part.columns, _CHANNELS) is None:
                part["channel"] = named[-1]
            parts.append(part)
    if not parts:
        raise GlitchAuditError(f"{path}: no table of triggers in it; Omicron writes one called triggers.")
    table = pd.concat(parts, ignore_index=True)
    for column in table.columns:
        if table[column].dtype == object:
            table[column] = [
                value.decode("utf-8", "replace") if isinstance(value, bytes) else value for value in table[column]
            ]
    return table


def _has_times(entry: Any) -> bool:
    return first_present(entry.dtype.names or (), _TIMES) is not None


def _from_ligo_lw(path: Path) -> pd.DataFrame:
    need_ligo_lw("LIGO_LW trigger files")
    from gwpy.table import EventTable

    table = EventTable.read(str(path), format="ligolw", tablename="sngl_burst")
    return pd.DataFrame({name: np.asarray(table[name]) for name in table.colnames if np.asarray(table[name]).ndim == 1})


def _numbers(column: pd.Series, path: Path) -> np.ndarray:
    try:
        return column.to_numpy(dtype=np.float64)
    except (ValueError, TypeError):
        raise GlitchAuditError(f"{path}: the column {column.name} holds what is no number.") from None


def _from_file(path: Path) -> str:
    stem = _ENDINGS.sub("", path.name.removesuffix(".gz").rsplit(".", 1)[0])
    if stem[:2] in DETECTORS and stem[2:3] in ("-", "_", ":"):
        return f"{stem[:2]}:{stem[3:]}"
    raise GlitchAuditError(
        f"{path}: nothing says which channel these triggers are of; add a column called channel, or call the file "
        "after it, as L1_ASC-X_TR_B_NSUM_OUT_DQ_triggers.csv."
    )
