"""GWF files of strain, the detectors' own frames: gwpy reads them, with lalsuite, behind the gate."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.detector.packages import need_frames
from core.detector.strain.model import StrainFile, checked_file, detector_of
from core.errors import GlitchAuditError
from core.gate import Limits, in_own_process

# lalsuite alone maps half a gigabyte of libraries.
_LIMITS = Limits(memory=4_000_000_000, seconds=240, output=600_000_000)


def read_header(path: Path, *, channel: str = "", detector: str = "") -> StrainFile:
    """Return what a GWF file says of its strain channel; ``channel`` chooses one, else the only one called strain.

    Raises GlitchAuditError where gwpy is missing, the file cannot be read, or holds several strain channels or none.
    """
    need_frames(f"The GWF file {path.name}")
    return _header(path, channel=channel, detector=detector)


def read_samples(path: Path, *, location: str, start: float, end: float) -> np.ndarray:
    """Return a channel's samples from ``start`` to ``end`` (GPS seconds, inside of the file), float64."""
    need_frames(f"The GWF file {path.name}")
    return _samples(path, location=location, start=start, end=end)


@in_own_process(_LIMITS)
def _header(path: Path, *, channel: str, detector: str) -> StrainFile:
    try:
        from gwpy.io.gwf import data_segments, get_channel_names
        from gwpy.timeseries import TimeSeries

        location = _chosen(path, list(get_channel_names(str(path))), channel)
        spans = [(float(one[0]), float(one[1])) for one in data_segments([str(path)], location)]
        first = TimeSeries.read(str(path), location, start=spans[0][0], end=min(spans[0][1], spans[0][0] + 1))
    except GlitchAuditError:
        raise
    except Exception as error:  # libraries in C meet arbitrary bytes and raise nearly anything
        raise GlitchAuditError(f"{path}: the file cannot be read as GWF ({str(error)[:120]})") from None
    if len(spans) > 1:
        raise GlitchAuditError(f"{path}: the channel {location} has a gap inside the file; give a file without one")
    found = detector_of(location, path.name) or detector
    if not found:
        raise GlitchAuditError(f"{path}: its channel {location} does not say which detector it is of; say so, as H1")
    (start, end), rate = spans[0], float(first.sample_rate.value)
    return checked_file(StrainFile(path, location, found, start, rate, round((end - start) * rate)))


@in_own_process(_LIMITS)
def _samples(path: Path, *, location: str, start: float, end: float) -> np.ndarray:
    try:
        from gwpy.timeseries import TimeSeries

        return np.asarray(TimeSeries.read(str(path), location, start=start, end=end).value, dtype=np.float64)
    except Exception as error:  # as above
        raise GlitchAuditError(f"{path}: the strain in it cannot be read ({str(error)[:120]})") from None


def _chosen(path: Path, names: list[str], channel: str) -> str:
    if channel:
        if channel not in names:
            raise GlitchAuditError(f"{path}: it has no channel {channel}, but {', '.join(names[:5]) or 'none at all'}")
        return channel
    called = [name for name in names if "strain" in name.lower() or "hrec" in name.lower()]
    if len(called) == 1 or len(names) == 1:
        return (called or names)[0]
    if not called:
        raise GlitchAuditError(f"{path}: none of its {len(names):,} channels is called strain; name one as channel")
    raise GlitchAuditError(f"{path}: it holds several strain channels ({', '.join(called[:5])}); name one as channel")
