"""GPS seconds, in which detectors count, and UTC, in which people do; they differ by the leap seconds."""

from __future__ import annotations

import datetime as dt
import math

EPOCH = dt.datetime(1980, 1, 6, tzinfo=dt.UTC)
UNIX_EPOCH_GPS = -315_964_800
"""GPS seconds, without leap seconds, of the beginning of Unix time."""

_LEAP_DAYS = (
    *("1981-07-01", "1982-07-01", "1983-07-01", "1985-07-01", "1988-01-01", "1990-01-01", "1991-01-01", "1992-07-01"),
    *("1993-07-01", "1994-07-01", "1996-01-01", "1997-07-01", "1999-01-01", "2006-01-01", "2009-01-01", "2012-07-01"),
    *("2015-07-01", "2017-01-01"),
)
"""Days before which a second was put in, since GPS time began (IERS Bulletin C; none since)."""
LEAPS = tuple(dt.datetime.fromisoformat(day).replace(tzinfo=dt.UTC) for day in _LEAP_DAYS)
"""The same as moments of UTC."""
_LEAP_GPS = tuple((moment - EPOCH).total_seconds() + number for number, moment in enumerate(LEAPS, start=1))


def leap_seconds(gps: float) -> int:
    """Return by how many seconds GPS is ahead of UTC at this GPS time."""
    return sum(gps >= moment for moment in _LEAP_GPS)


def gps_to_utc(gps: float) -> dt.datetime:
    """Return the UTC time of GPS seconds, to the microsecond; an inserted second itself counts as the one after it.

    Raises ValueError or OverflowError for what is no time.
    """
    if not math.isfinite(gps):
        raise ValueError("a time is a finite number")
    return EPOCH + dt.timedelta(seconds=gps - leap_seconds(gps))


def utc_to_gps(moment: dt.datetime) -> float:
    """Return the GPS seconds of a UTC time; one without a zone is taken for UTC."""
    moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=dt.UTC)
    return (moment - EPOCH).total_seconds() + sum(moment >= leap for leap in LEAPS)


def read_utc(text: str) -> dt.datetime | None:
    """Return the UTC time that a text such as ``2015-09-14 09:50:45`` or ``2015-09-14T09:50:45Z`` names, else None."""
    try:
        moment = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=dt.UTC)


def utc_words(gps: float) -> str:
    """Return the UTC time of GPS seconds in words, to the second: ``2015-09-14 09:50:45 UTC``."""
    return f"{gps_to_utc(gps):%Y-%m-%d %H:%M:%S} UTC"
