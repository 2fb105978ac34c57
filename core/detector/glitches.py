"""The glitches of a data set by time, and whether they fit the channels that were brought."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.detector.channels.gps import UNIX_AHEAD, gps_times, leap_seconds
from core.detector.channels.names import refuse_other_detectors
from core.detector.model import ChannelTable, GlitchTimes
from core.detector.strain.gps import utc_words
from core.errors import GlitchAuditError

TIME_COLUMNS = ("event_time", "gps_time", "peak_time", "time", "gps")


def time_column(samples: pd.DataFrame) -> str | None:
    """Return the column of a data set's samples that holds GPS seconds and has any; None where there is none."""
    for column in TIME_COLUMNS:
        if column in samples.columns and pd.to_numeric(samples[column], errors="coerce").notna().any():
            return column
    return None


def glitch_times(samples: pd.DataFrame, families: pd.Series) -> GlitchTimes:
    """Return the samples that have a time and a detector, each under its family.

    ``samples`` is indexed by sample id; ``families`` likewise, and says label, cluster or selection. Raises
    GlitchAuditError where no sample has both, or the times are no GPS seconds.
    """
    column = time_column(samples)
    if column is None or "detector" not in samples.columns:
        raise GlitchAuditError(
            "The glitches have no times or no detectors: bring a data set with the columns event_time (GPS seconds) "
            "and ifo."
        )
    times = pd.to_numeric(samples[column], errors="coerce")
    known = times.notna() & samples["detector"].notna() & families.reindex(samples.index).notna()
    ids = samples.index[known]
    return GlitchTimes(
        ids.to_numpy(dtype=object),
        gps_times(times[known], where=f"The glitches' column {column}"),
        samples.loc[ids, "detector"].astype(str).to_numpy(dtype=object),
        families.loc[ids].astype(str).to_numpy(dtype=object),
    )


def refuse_apart(table: ChannelTable, glitches: GlitchTimes) -> None:
    """Raise GlitchAuditError where the channels are of other detectors than the glitches, or of another time."""
    refuse_other_detectors(table.channels, glitches.detectors, where="These channels do not fit")
    if not len(glitches.times):
        raise GlitchAuditError("No glitch has a time and a detector, so there is nothing to lay beside the channels.")
    if _within(table, glitches.times).any():
        return
    ahead = UNIX_AHEAD - len(leap_seconds())
    hint = ""
    if _within(table, glitches.times - ahead).any():
        hint = f" The glitches' times would fit as Unix seconds: take {ahead:,} off to have GPS seconds."
    raise GlitchAuditError(
        f"The channels are of {_span(table.start, table.end)} and the glitches of "
        f"{_span(float(glitches.times.min()), float(glitches.times.max()))}: none happened while the channels were "
        f"recorded.{hint}"
    )


def _span(first: float, last: float) -> str:
    return f"GPS {first:.0f} to {last:.0f} ({utc_words(first)} to {utc_words(last)})"


def _within(table: ChannelTable, times: np.ndarray) -> np.ndarray:
    inside: np.ndarray = (times >= table.start) & (times < table.end)
    return inside
