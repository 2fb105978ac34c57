"""HDF5 files of strain: those of the Gravitational Wave Open Science Center, and those that gwpy writes.

GWOSC: ``strain/Strain`` with ``Xspacing`` (s), ``meta/GPSstart`` and ``meta/Detector``. gwpy: any one-dimensional data
set with ``x0`` (GPS seconds) and ``dx`` (s). Both are read by h5py, so gwpy need not be installed. A stranger's file is
parsed behind the gate, a piece at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from core.detector.strain.model import StrainFile, checked_file, detector_of
from core.errors import GlitchAuditError
from core.gate import Limits, in_own_process

GWOSC_SERIES = "strain/Strain"
_LIMITS = Limits(memory=1_500_000_000, seconds=120, output=600_000_000)
_DEPTH, _MOST_OBJECTS = 3, 2_000


@in_own_process(_LIMITS)
def read_header(path: Path, *, channel: str = "", detector: str = "") -> StrainFile:
    """Return what the file says of its strain.

    ``channel`` chooses among several series; ``detector`` is whose strain it is where the file does not say.
    Raises GlitchAuditError where it is not HDF5, holds no strain or several series, or names no detector.
    """
    import h5py

    try:
        with h5py.File(path, "r") as content:
            location, series = _series(path, content, channel)
            start, step = _axis(path, content, location, series)
            said = [_text(series.attrs.get(name, "")) for name in ("channel", "name")]
            found = detector_of(*_meta(content, "Detector"), *said, location.rsplit("/", 1)[-1], path.name)
            if not (found or detector):
                raise GlitchAuditError(
                    f"{path}: neither the file nor its name says which detector the strain is of; say so, as H1 or L1"
                )
            return checked_file(StrainFile(path, location, found or detector, start, 1 / step, int(series.shape[0])))
    except GlitchAuditError:
        raise
    except Exception as error:  # the HDF5 library meets arbitrary bytes and raises nearly anything
        raise GlitchAuditError(f"{path}: the file cannot be read as HDF5 ({_short(error)})") from None


@in_own_process(_LIMITS)
def read_samples(path: Path, *, location: str, first: int, last: int) -> np.ndarray:
    """Return the samples ``first`` to ``last`` (excluded) of a series, float64; raises GlitchAuditError."""
    import h5py

    try:
        with h5py.File(path, "r") as content:
            return np.asarray(content[location][first:last], dtype=np.float64)
    except Exception as error:  # as above
        raise GlitchAuditError(f"{path}: the strain in it cannot be read ({_short(error)})") from None


def _series(path: Path, content: Any, channel: str) -> tuple[str, Any]:
    """The series that is strain: the one named, GWOSC's, the only one, or the only one that is called strain."""
    found = dict(_all_series(content))
    if channel:
        chosen = {name: one for name, one in found.items() if channel in (name, name.rsplit("/", 1)[-1])}
        if not chosen:
            raise GlitchAuditError(f"{path}: it has no series {channel}, but {_names(found) or 'none at all'}")
        return next(iter(chosen.items()))
    if GWOSC_SERIES in found:
        return GWOSC_SERIES, found[GWOSC_SERIES]
    called = {name: one for name, one in found.items() if "strain" in name.lower()}
    if len(called) == 1 or len(found) == 1:
        return next(iter((called or found).items()))
    if not found:
        raise GlitchAuditError(
            f"{path}: it holds no strain, which is a series with its start and its step (strain/Strain as GWOSC writes "
            "it, or x0 and dx as gwpy does)"
        )
    raise GlitchAuditError(f"{path}: it holds several series ({_names(called or found)}); name one of them as channel")


def _all_series(content: Any) -> Iterator[tuple[str, Any]]:
    """Path and data set of every series in the file; links to other files are not followed."""
    import h5py

    waiting, seen = [("", content, _DEPTH)], 0
    while waiting:
        below, group, levels = waiting.pop()
        for name in group:
            seen += 1
            if seen > _MOST_OBJECTS:
                return
            if isinstance(group.get(name, getlink=True), h5py.ExternalLink):
                continue
            entry = group.get(name)
            if isinstance(entry, h5py.Group) and levels > 1:
                waiting.append((f"{below}{name}/", entry, levels - 1))
            elif isinstance(entry, h5py.Dataset) and _is_series(entry, below + name):
                yield below + name, entry


def _is_series(entry: Any, path: str) -> bool:
    # What lies in another file, nobody meant to open.
    if entry.ndim != 1 or entry.dtype.kind not in "fiu" or entry.external or entry.is_virtual:
        return False
    return path == GWOSC_SERIES or {"x0", "dx"} <= set(entry.attrs)


def _axis(path: Path, content: Any, location: str, series: Any) -> tuple[float, float]:
    """GPS seconds of the first sample, and seconds from one to the next."""
    named = series.attrs.get("dx", series.attrs.get("Xspacing"))
    starts = [series.attrs.get("x0"), series.attrs.get("Xstart"), *_meta_numbers(content, "GPSstart")]
    unit = _text(series.attrs.get("xunit", "s"))
    try:
        step, start = float(named), float(next(one for one in starts if one is not None))
    except (TypeError, ValueError, StopIteration):
        raise GlitchAuditError(
            f"{path}: {location} does not say at which GPS time it begins, and at which rate"
        ) from None
    if unit != "s" or not step > 0:
        raise GlitchAuditError(f"{path}: {location} is no series in time: its step is {step:g} {unit}")
    return start, step


def _meta(content: Any, name: str) -> list[str]:
    entry = content.get(f"meta/{name}")
    return [] if entry is None else [_text(entry[()])]


def _meta_numbers(content: Any, name: str) -> list[Any]:
    entry = content.get(f"meta/{name}")
    return [] if entry is None else [entry[()]]


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _names(found: dict[str, Any]) -> str:
    names = sorted(found)
    return ", ".join(name[:60] for name in names[:5]) + (" and others" if len(names) > 5 else "")


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:120] if str(error) else type(error).__name__
