"""What else a data set has in the minutes around a sample."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.dataset.pictures_as_samples import glitch_of

TIME_COLUMN, DETECTOR_COLUMN = "event_time", "detector"


def has_times(samples: pd.DataFrame) -> bool:
    """Whether any of the samples has a time (``event_time``, GPS seconds)."""
    return TIME_COLUMN in samples and bool(np.isfinite(_times(samples)).any())


def time_of(samples: pd.DataFrame, sample_id: str) -> float | None:
    """The GPS seconds of a sample; None where they are not known."""
    if TIME_COLUMN not in samples:
        return None
    time = float(pd.to_numeric(pd.Series([samples.at[sample_id, TIME_COLUMN]]), errors="coerce").iloc[0])
    return time if np.isfinite(time) and time > 0 else None


def near_in_time(samples: pd.DataFrame, sample_id: str, *, minutes: float, most: int) -> pd.DataFrame:
    """Return the other glitches within ``minutes`` before or after a sample, whichever detector saw them.

    Args:
        samples: index the ids, with ``label``, ``event_time`` (GPS seconds) and, where known, ``detector``.
        sample_id: which one; it has a time.
        minutes: how far back and on.
        most: how many at most, the nearest in time.

    Returns:
        In the order of time; index the ids, columns ``seconds`` (from the sample, negative before it), ``label`` and
        ``detector`` ("" where it is not known). Of a glitch whose pictures are samples there is one row.
    """
    time = time_of(samples, sample_id)
    if time is None:
        raise ValueError(f"{sample_id} has no time")
    seconds = pd.Series(_times(samples) - time, index=samples.index)
    glitches = glitch_of(samples)
    near = seconds.index[(seconds.abs() <= 60 * minutes).to_numpy() & (glitches != glitches[sample_id]).to_numpy()]
    near = near[~glitches[near].duplicated().to_numpy()]
    nearest = seconds[near].abs().sort_values(kind="stable").index[:most]
    found = pd.DataFrame({"seconds": seconds[nearest], "label": samples.loc[nearest, "label"].astype(str)})
    known = samples.loc[nearest, DETECTOR_COLUMN] if DETECTOR_COLUMN in samples else pd.Series("", index=nearest)
    found["detector"] = known.fillna("").astype(str)
    return found.sort_values("seconds", kind="stable")


def how_many_near(samples: pd.DataFrame, sample_id: str, *, minutes: float) -> int:
    """How many other glitches there are within ``minutes`` of a sample that has a time."""
    return len(near_in_time(samples, sample_id, minutes=minutes, most=len(samples)))


def _times(samples: pd.DataFrame) -> np.ndarray:
    return pd.to_numeric(samples[TIME_COLUMN], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
