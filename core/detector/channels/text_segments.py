"""Stretches of time as text: a begin and an end a line, as CSV, plain columns, or in the form of segwizard."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.dataset.readers.bounds import MAX_LIST_BYTES, refuse_too_big
from core.detector.channels.gps import gps_times
from core.errors import GlitchAuditError

_SEGWIZARD = 4


def text_spans(path: Path) -> np.ndarray:
    """Return float64 (n, 2) GPS seconds, as the lines say; none where the file has no line.

    Two columns are begin and end; three are begin, end, duration; four are number, begin, end, duration. A header may
    name them start and end. Raises GlitchAuditError where a line is neither, or ends before it begins.
    """
    refuse_too_big(path, MAX_LIST_BYTES)
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, ValueError) as error:
        raise GlitchAuditError(f"{path}: the list cannot be read as text ({error}).") from None
    rows = [
        line.replace(",", " ").replace(";", " ").split() for line in lines if line.strip() and line.strip()[0] != "#"
    ]
    first = 1 if rows and len(rows[0]) >= _SEGWIZARD else 0
    if rows and not _is_number(rows[0][min(first, len(rows[0]) - 1)]) and rows[0][0][:1].isalpha():
        names = [cell.lower() for cell in rows.pop(0)]
        begins = [names.index(name) for name in ("start", "start_time", "begin", "gps_start") if name in names]
        first = begins[0] if begins else first
    if not rows:
        return np.zeros((0, 2))
    if any(len(row) < first + 2 for row in rows):
        raise GlitchAuditError(f"{path}: a line has no begin and end; each needs two columns of GPS seconds.")
    begin, end = (gps_times([row[first + part] for row in rows], where=str(path)) for part in (0, 1))
    if (end < begin).any():
        row = int(np.argmax(end < begin)) + 1
        raise GlitchAuditError(f"{path}: stretch {row} ends before it begins; the columns are begin and end.")
    return np.column_stack([begin, end])


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
