"""What a strain file says of itself, and a stretch of strain that was read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.errors import GlitchAuditError

DETECTORS = ("H1", "L1", "V1", "K1", "G1")
LOWEST_RATE, HIGHEST_RATE = 256.0, 131072.0
"""Samples a second that strain can have, Hz."""
LAST_GPS = 4e9
"""GPS seconds beyond which a time is no time of a detector (the year 2106)."""

_FRAME_NAME = re.compile(r"(?P<site>[A-Z]+)-(?P<tag>[^-]+)-(?P<start>\d+)-(?P<seconds>\d+)\.[A-Za-z0-9]+")


@dataclass(frozen=True)
class StrainFile:
    """One file of strain: a series without gaps in time, though its values may be NaN.

    Attributes:
        path: the file.
        location: the data set in an HDF5 file, or the channel in a GWF file.
        detector: one of `DETECTORS`.
        start: GPS seconds of the first sample.
        rate: samples a second, Hz.
        samples: how many.
    """

    path: Path
    location: str
    detector: str
    start: float
    rate: float
    samples: int

    @property
    def end(self) -> float:
        """GPS seconds at which the last sample ends."""
        return self.start + self.samples / self.rate


@dataclass(frozen=True, eq=False)
class Strain:
    """A stretch of strain from ``start`` (GPS seconds) at ``rate`` Hz: float64 ``values``, NaN where there are none."""

    detector: str
    start: float
    rate: float
    values: np.ndarray

    @property
    def end(self) -> float:
        """GPS seconds at which the last sample ends."""
        return self.start + len(self.values) / self.rate

    @property
    def seconds(self) -> float:
        """How long it is, s."""
        return len(self.values) / self.rate


def detector_of(*names: str) -> str:
    """Return the detector that the first telling one of these names begins with; "" where none does.

    Names are of channels (``H1:GDS-CALIB_STRAIN``), of detectors (``H1``), or of files (``H-H1_GWOSC_4KHZ_R1-...``).
    """
    for name in names:
        if name[:2] in DETECTORS and (len(name) == 2 or not name[2].isalnum()):
            return name[:2]
        found = _FRAME_NAME.fullmatch(name)
        if found:
            tag = next((known for known in DETECTORS if known in found["tag"].split("_")), "")
            site = [known for known in DETECTORS if known[0] == found["site"]]
            if tag or site:
                return tag or site[0]
    return ""


def checked_file(file: StrainFile) -> StrainFile:
    """Return the file's description, or raise GlitchAuditError where its numbers are those of no strain."""
    if not (LOWEST_RATE <= file.rate <= HIGHEST_RATE):
        raise GlitchAuditError(
            f"{file.path}: the series {file.location} has {file.rate:g} samples a second, so it is no strain, "
            f"which has {LOWEST_RATE:g} to {HIGHEST_RATE:,.0f}"
        )
    if not (0 < file.start < LAST_GPS):
        raise GlitchAuditError(f"{file.path}: the series begins at {file.start:g}, which is no GPS time")
    if file.samples < 1:
        raise GlitchAuditError(f"{file.path}: the series {file.location} has no samples")
    return file
