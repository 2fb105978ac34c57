"""Channels as text: CSV or plain text with a time and a value a line."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from core.dataset.readers.bounds import MAX_TABLE_BYTES, refuse_too_big, refuse_too_wide
from core.detector.channels.gps import gps_times, leap_seconds
from core.detector.channels.names import unit_text
from core.detector.channels.series import MOST_CHANNELS, Piece, checked
from core.errors import GlitchAuditError

_TIMES = ("time", "gps", "gps_time", "gpstime", "t", "event_time", "gps_seconds")
_UNEVEN = 1e-3


def text_pieces(path: Path) -> tuple[Piece, ...]:
    """Return the channels of a table: the first column is GPS seconds, each other one is a channel.

    A header names the channels, with the unit in brackets behind (``L1:PEM-WIND [m/s]``); without one there are two
    columns, and the file's name is the channel's (``L1-PEM_WIND.csv`` or ``L1:PEM_WIND.csv``). Where times are left
    out, a channel has a piece before and one after. Raises GlitchAuditError where it is no such table.
    """
    times, names, _ = _table(path)
    step = _step(times, path)
    edges = np.flatnonzero(np.abs(np.diff(times) - step) > _UNEVEN * step) + 1
    bounds = [0, *edges.tolist(), len(times)]
    pieces = []
    for column, (name, unit) in enumerate(names):
        for first, last in pairwise(bounds):
            pieces.append(
                checked(Piece(path, f"{column}:{first}", name, unit, float(times[first]), step, int(last - first)))
            )
            if len(pieces) > MOST_CHANNELS:
                raise GlitchAuditError(f"{path}: the times have over {MOST_CHANNELS:,} gaps, so it is not read.")
    return tuple(pieces)


def text_samples(piece: Piece, first: int, last: int) -> np.ndarray:
    """Return the samples ``first`` to ``last`` (not included) of a piece, as float64."""
    column, begin = (int(part) for part in piece.key.split(":"))
    _, _, values = _table(piece.path)
    return values[begin + first : begin + min(last, piece.samples), column]


# The columns of a table are asked for one by one, in a process that ends with the file.
@lru_cache(maxsize=1)
def _table(path: Path) -> tuple[np.ndarray, list[tuple[str, str]], np.ndarray]:
    refuse_too_big(path, MAX_TABLE_BYTES)
    refuse_too_wide(path)
    try:
        separator = "," if "," in _first_line(path) else r"\s+"
        headed = not _is_number(_first_line(path).replace(",", " ").split()[0])
        table = pd.read_csv(path, sep=separator, header=0 if headed else None, comment="#", skip_blank_lines=True)
    except (ValueError, IndexError, OSError, pd.errors.ParserError) as error:
        raise GlitchAuditError(f"{path}: the file cannot be read as a table of times and values ({error}).") from None
    if table.shape[1] < 2 or not len(table):
        raise GlitchAuditError(f"{path}: a table of a channel has a column of GPS seconds and one of values.")
    if headed and str(table.columns[0]).strip().lower() not in _TIMES:
        raise GlitchAuditError(
            f"{path}: the first column is called “{str(table.columns[0])[:40]}”; it has to be time, in GPS seconds."
        )
    times = gps_times(table.iloc[:, 0], where=str(path))
    names = [_named(str(column)) for column in table.columns[1:]] if headed else [(_from_file(path), "")]
    try:
        values = table.iloc[:, 1 : 1 + len(names)].to_numpy(dtype=np.float64)
    except (ValueError, TypeError):
        raise GlitchAuditError(f"{path}: a value is no number; leave it empty where nothing was recorded.") from None
    return times, names, values


def _step(times: np.ndarray, path: Path) -> float:
    """The distance of samples; GlitchAuditError where times run back, repeat, or keep no step."""
    if len(times) == 1:
        raise GlitchAuditError(f"{path}: one line says nothing of how often the channel was read; bring at least two.")
    steps = np.diff(times)
    if (steps <= 0).any():
        at = float(times[int(np.argmax(steps <= 0))])
        if any(abs(at - leap) <= 2 for leap in leap_seconds()):
            raise GlitchAuditError(
                f"{path}: the times repeat at GPS {at:.0f}, where UTC had a leap second; they were made from UTC "
                "without counting it, so make them anew with leap seconds."
            )
        raise GlitchAuditError(f"{path}: the times run back or repeat at GPS {at:.3f}; sort them, and keep each once.")
    step = float(np.median(steps))
    if len(steps) > 10 and (np.abs(steps - step) > _UNEVEN * step).mean() > 0.1:
        raise GlitchAuditError(f"{path}: the times keep no step (mostly {step:g} s); bring a regular time series.")
    return step


def _first_line(path: Path) -> str:
    with path.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                return line[:100_000]
    return ""


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return text[:4].isdigit()
    return True


def _named(column: str) -> tuple[str, str]:
    name, bracket, rest = column.strip().partition("[")
    return name.strip(), unit_text(rest.partition("]")[0]) if bracket else ""


def _from_file(path: Path) -> str:
    name = path.stem
    return name if ":" in name else name.replace("-", ":", 1)
