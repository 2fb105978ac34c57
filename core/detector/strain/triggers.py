"""Triggers by what they mean: when, in which detector, how loud, how high, and how they are called."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from core.dataset.model import Problem
from core.dataset.readers.bounds import MAX_LABEL_TEXT, MAX_TEXT, why_no_name
from core.detector.strain.gps import UNIX_EPOCH_GPS, leap_seconds, read_utc, utc_to_gps
from core.detector.strain.model import DETECTORS, LAST_GPS
from core.detector.strain.source import StrainSource
from core.errors import GlitchAuditError

UNLABELLED = "Unlabelled"
"""The label of a trigger that its table gives none."""

_TIMES = ("event_time", "peak_time", "gps_time", "gpstime", "gps", "time", "peak_gps", "time_peak", "tpeak")
_NANOSECONDS = ("peak_time_ns", "event_time_ns")
_DETECTORS = ("ifo", "detector", "site")
_CHANNELS = ("channel", "channel_name")
_IDS = ("sample_id", "gravityspy_id", "id")
_LABELS = ("label", "ml_label", "true_label")
_MEASURED = {
    "snr": ("snr", "signal_to_noise"),
    "peak_frequency": ("peak_frequency", "peakfreq", "frequency", "peak_freq", "fpeak"),
    "central_freq": ("central_freq", "centralfreq", "central_frequency"),
    "bandwidth": ("bandwidth",),
    "duration": ("duration",),
    "amplitude": ("amplitude",),
    "confidence": ("confidence", "ml_confidence"),
}
"""What is taken along, by the name it gets, and what tables call it: Gravity Spy, Omicron, LIGO_LW."""


@dataclass(frozen=True, eq=False)
class Triggers:
    """Triggers in the order of detector and time.

    Attributes:
        table: one row a trigger: ``sample_id``, ``event_time`` (GPS seconds), ``ifo``, ``label``, ``where`` (its row in
            the file, for messages) and those of `MEASURED` that the file has.
        problems: the rows that cannot be used, and why.
    """

    table: pd.DataFrame
    problems: tuple[Problem, ...]


MEASURED = tuple(_MEASURED)


def understand(found: pd.DataFrame, path: Path, *, detector: str = "") -> Triggers:
    """Make triggers of a table's columns; ``detector`` is of those whose table names none.

    Raises GlitchAuditError where no column holds GPS times or all rows are unusable; the sentence says what it lacks.
    """
    columns = {str(name).strip().lower(): name for name in found.columns}
    table = pd.DataFrame({"event_time": _times(found, columns, path)})
    table["where"] = [f"{path.name} row {number:,}" for number in range(1, len(found) + 1)]
    table["ifo"] = _detectors(found, columns, path, detector)
    table["label"] = _texts(found, columns, _LABELS).replace("", UNLABELLED)
    for name, called in _MEASURED.items():
        column = _first(columns, called)
        if column is not None:
            table[name] = pd.to_numeric(found[column], errors="coerce").astype(float)
    ids = _texts(found, columns, _IDS)
    problems: list[Problem] = []
    table["sample_id"] = [
        given or f"{ifo}_{_moment(time)}"
        for given, ifo, time in zip(ids, table["ifo"], table["event_time"], strict=True)
    ]
    faults = _faults(table)
    problems += [Problem(where, why) for where, why in zip(table["where"], faults, strict=True) if why]
    table = table[[not why for why in faults]].sort_values(["ifo", "event_time"], kind="stable")
    if table.empty:
        raise GlitchAuditError(f"{path}: none of its {len(found):,} rows can be used; the first: {problems[0].reason}")
    return Triggers(table.reset_index(drop=True), tuple(problems))


def refuse_elsewhere(triggers: Triggers, source: StrainSource, path: Path) -> None:
    """Raise GlitchAuditError where none of the triggers lies in the strain: another detector, or another time."""
    table = triggers.table
    wanted = sorted(set(table["ifo"]))
    if not set(wanted) & set(source.detectors):
        raise GlitchAuditError(
            f"{path}: its triggers are of {' and '.join(wanted)}, the strain in {source.place} of "
            f"{' and '.join(source.detectors)}: give the strain of the same detector"
        )
    inside = sum(
        int(source.covered(one).contains(table["event_time"].to_numpy()[table["ifo"] == one]).sum())
        for one in source.detectors
    )
    if inside:
        return
    first, last = float(table["event_time"].min()), float(table["event_time"].max())
    begin, end = min(file.start for file in source.files), max(file.end for file in source.files)
    said = f"{path}: its times run from {first:.0f} to {last:.0f}, the strain from GPS {begin:.0f} to {end:.0f}"
    moved = first + UNIX_EPOCH_GPS + leap_seconds(begin)
    if begin - 86400 <= moved <= end + 86400:
        raise GlitchAuditError(f"{said}: the times look like Unix seconds (UTC), and have to be GPS seconds")
    raise GlitchAuditError(f"{said}, so none of them lies in it: give the strain of these times")


def _times(found: pd.DataFrame, columns: dict[str, object], path: Path) -> np.ndarray:
    column = _first(columns, _TIMES)
    if column is None:
        raise GlitchAuditError(
            f"{path}: no column holds the triggers' times; it has {', '.join(map(str, list(found.columns)[:12]))}, and "
            f"understood are {', '.join(_TIMES[:6])} in GPS seconds"
        )
    given = found[column]
    times = pd.to_numeric(given, errors="coerce").to_numpy(dtype=float)
    if not np.isfinite(times).any():
        text = str(next((one for one in given if isinstance(one, str) and one.strip()), given.iloc[0]))
        moment = read_utc(text)
        if moment is not None:
            raise GlitchAuditError(
                f"{path}: the column {column} holds dates such as {text[:40]}, and has to hold GPS seconds: that one "
                f"is {utc_to_gps(moment):.3f} if it is UTC"
            )
        raise GlitchAuditError(f"{path}: the column {column} holds no numbers, but {text[:40]!r}: give GPS seconds")
    nanoseconds = _first(columns, _NANOSECONDS)
    if nanoseconds is not None and str(nanoseconds).lower() == f"{str(column).lower()}_ns":
        times = times + np.nan_to_num(pd.to_numeric(found[nanoseconds], errors="coerce").to_numpy(dtype=float)) * 1e-9
    return times


def _detectors(found: pd.DataFrame, columns: dict[str, object], path: Path, detector: str) -> pd.Series:
    named = _texts(found, columns, _DETECTORS)
    channels = _texts(found, columns, _CHANNELS).str[:2]
    detectors = named.where(named != "", channels.where(channels.isin(DETECTORS), ""))
    own = detector or next((one for one in DETECTORS if path.name.startswith((f"{one}_", f"{one}-"))), "")
    return detectors.replace("", own)


def _faults(table: pd.DataFrame) -> list[str]:
    """Why each row cannot be used; empty where it can."""
    again = table.duplicated("sample_id")
    return [
        _fault(time, ifo, label, sample_id, repeated=twice)
        for time, ifo, label, sample_id, twice in zip(
            table["event_time"], table["ifo"], table["label"], table["sample_id"], again, strict=True
        )
    ]


def _fault(time: float, ifo: str, label: str, sample_id: str, *, repeated: bool) -> str:
    if not np.isfinite(time):
        return "the time is no number"
    if not 0 < time < LAST_GPS:
        return f"{time:g} is no GPS time"
    if ifo not in DETECTORS:
        return f"the detector is {ifo[:20]!r}, none of {', '.join(DETECTORS)}" if ifo else "no detector is named"
    if why := why_no_name(label, MAX_LABEL_TEXT):
        return f"the label {why}"
    if why := why_no_name(sample_id, MAX_TEXT):
        return f"the id {why}"
    return f"{sample_id} is there twice; the first is used" if repeated else ""


def _moment(time: float) -> str:
    """A GPS time to a tenth of a millisecond, as names of samples have it."""
    return f"{time:.4f}".rstrip("0").rstrip(".") if np.isfinite(time) else "none"


def _texts(found: pd.DataFrame, columns: dict[str, object], names: tuple[str, ...]) -> pd.Series:
    column = _first(columns, names)
    if column is None:
        return pd.Series([""] * len(found), dtype=object)
    given = found[column].reset_index(drop=True)
    return pd.Series(["" if pd.isna(one) else str(one).strip() for one in given], dtype=object)


def _first(columns: dict[str, object], names: tuple[str, ...]) -> object | None:
    return next((columns[name] for name in names if name in columns), None)
