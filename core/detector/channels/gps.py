"""GPS seconds: what cannot be any is refused, and a date of UTC is told from them."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd

from core.detector.strain.gps import EPOCH, LEAPS, utc_words
from core.errors import GlitchAuditError

EARLIEST = 500_000_000.0
"""GPS seconds before which no detector of today recorded anything (1995)."""

UNIX_AHEAD = 315_964_800
"""Unix seconds at the beginning of GPS time, 6 January 1980."""

_LEAP_SECOND = re.compile(r":60(?=\D|$)")
_NANOSECONDS = 1e17
_DAY = 86_400.0


def gps_of_utc(text: str) -> float:
    """Return the GPS seconds of a date of UTC such as ``2017-08-17T12:41:04.4``, leap seconds counted.

    The leap second itself, ``23:59:60``, is understood. Raises ValueError where the text is no such date.
    """
    inside = bool(_LEAP_SECOND.search(text))
    moment = datetime.fromisoformat(_LEAP_SECOND.sub(":59", text.strip()).removesuffix("UTC").strip())
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    seconds = (moment - EPOCH) / timedelta(seconds=1)
    return seconds + sum(leap <= moment for leap in LEAPS) + inside


def leap_seconds() -> tuple[float, ...]:
    """Return the GPS seconds at which each leap second began."""
    return tuple((leap - EPOCH) / timedelta(seconds=1) + number for number, leap in enumerate(LEAPS))


def now_in_gps() -> float:
    """Return the GPS seconds of this moment."""
    return gps_of_utc(datetime.fromtimestamp(time.time(), UTC).isoformat())


def gps_times(values: object, *, where: str) -> np.ndarray:
    """Return ``values`` as float64 GPS seconds, of the same length.

    ``where`` names their place, for the sentence. Raises GlitchAuditError for dates, what is no number, missing times,
    nanoseconds, and times before 1995 or in the future.
    """
    column = pd.Series(np.asarray(values).ravel())
    if not pd.api.types.is_numeric_dtype(column):
        column = _numbers(column, where)
    times = column.to_numpy(dtype=np.float64)
    if not np.isfinite(times).all():
        row = int(np.argmin(np.isfinite(times))) + 1
        raise GlitchAuditError(
            f"{where}: {(~np.isfinite(times)).sum():,} times are missing, the first in row {row}; take these rows out."
        )
    if len(times):
        refuse_implausible(float(times.min()), float(times.max()), where=where)
    return times


def refuse_implausible(first: float, last: float, *, where: str) -> None:
    """Raise GlitchAuditError where a stretch of time cannot be GPS seconds of a detector."""
    if not (np.isfinite(first) and np.isfinite(last)):
        raise GlitchAuditError(f"{where}: a time is no number; bring GPS seconds.")
    if last > _NANOSECONDS:
        raise GlitchAuditError(f"{where}: the times look like nanoseconds ({last:.0f}); bring GPS seconds.")
    if first < EARLIEST:
        raise GlitchAuditError(
            f"{where}: the times begin at {_dated(first)}, which is before 1995; bring GPS seconds, not seconds since "
            "the beginning of a file."
        )
    if last > now_in_gps() + _DAY:
        raise GlitchAuditError(
            f"{where}: the times reach {_dated(last)}, which lies in the future; Unix seconds are ahead of GPS seconds "
            f"by {UNIX_AHEAD - len(LEAPS):,}, so take that off if these are Unix seconds."
        )


def _dated(gps: float) -> str:
    """A time with its date, where there is one."""
    try:
        return f"{gps:.0f} (as GPS seconds {utc_words(gps)})"
    except (ValueError, OverflowError):
        return f"{gps:.0f}"


def _numbers(column: pd.Series, where: str) -> pd.Series:
    numbers = pd.to_numeric(column, errors="coerce")
    strange = numbers.isna() & column.notna()
    if not strange.any():
        return numbers
    row = int(strange.to_numpy().argmax())
    text = str(column.iloc[row])[:40]
    try:
        gps = gps_of_utc(text)
    except ValueError:
        raise GlitchAuditError(f"{where}: row {row + 1} has “{text}” for a time; bring GPS seconds.") from None
    raise GlitchAuditError(
        f"{where}: the times are dates, such as {text} in row {row + 1}; bring GPS seconds, which for that date in UTC "
        f"are {gps:.3f} (leap seconds counted)."
    )
