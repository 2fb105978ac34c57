"""Strain as one finds it: a file, or a folder of files, joined by detector, with its gaps known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from core.detector.model import Segments, segments
from core.detector.strain import gwf_files, hdf5_files
from core.detector.strain.model import Strain, StrainFile
from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.typed_paths import typed_path

HDF5_SUFFIXES = (".hdf5", ".h5", ".hdf")
SUFFIXES = (*HDF5_SUFFIXES, ".gwf")
_MOST_FILES = 20_000
_LONGEST_READ = 8_192.0
# Two names of one boundary may differ by rounding.
_SAME_MOMENT = 1e-6


@dataclass(frozen=True)
class StrainSource:
    """Files of strain, by detector and time; none overlaps another of its detector.

    Attributes:
        place: the file or folder that was opened.
        files: all of them, sorted.
    """

    place: Path
    files: tuple[StrainFile, ...]

    @property
    def detectors(self) -> tuple[str, ...]:
        """Whose strain there is."""
        return tuple(sorted({file.detector for file in self.files}))

    @property
    def fingerprint(self) -> str:
        """Changes with any file: its name, size, time of change, and what it says of itself."""
        marks = [(one.path.name, one.location, one.detector, one.start, one.samples, *_mark(one)) for one in self.files]
        return fingerprint("strain", [list(mark) for mark in marks])

    def of(self, detector: str) -> tuple[StrainFile, ...]:
        """The files of one detector; GlitchAuditError that says whose strain there is, where there is none of it."""
        found = tuple(file for file in self.files if file.detector == detector)
        if not found:
            raise GlitchAuditError(
                f"{self.place} holds no strain of {detector}, but of {' and '.join(self.detectors)}: open the folder "
                f"with the strain of {detector}"
            )
        return found

    def covered(self, detector: str) -> Segments:
        """When there are files of this detector; inside of them values may still be NaN."""
        return segments([(file.start, file.end) for file in self.files if file.detector == detector])

    def read(self, detector: str, start: float, end: float) -> Strain:
        """Read the strain of a detector from ``start`` to ``end``, GPS seconds; NaN where there is none.

        Raises GlitchAuditError where there is none of this detector, a file cannot be read, the stretch is over
        8,192 s, or the rate changes within it.
        """
        if not (np.isfinite([start, end]).all() and 0 < end - start <= _LONGEST_READ):
            raise GlitchAuditError(
                f"Strain from {start:g} to {end:g} s cannot be read: give up to 8,192 s, GPS seconds"
            )
        own = self.of(detector)
        files = [file for file in own if file.start < end and file.end > start]
        rates = sorted({file.rate for file in files}) or [own[0].rate]
        if len(rates) > 1:
            raise GlitchAuditError(
                f"{self.place}: the strain of {detector} around GPS {start:.0f} changes from {rates[0]:g} to "
                f"{rates[-1]:g} samples a second: keep the files of one rate"
            )
        rate = rates[0]
        values = np.full(round((end - start) * rate), np.nan)
        for file in files:
            first, last = max(start, file.start), min(end, file.end)
            piece = _read(file, first, last)
            place = max(round((first - start) * rate), 0)
            piece = piece[: len(values) - place]
            values[place : place + len(piece)] = piece
        return Strain(detector, start, rate, values)


def open_strain(place: Path | str, *, channel: str = "", detector: str = "") -> StrainSource:
    """Open a file of strain (HDF5 or GWF), or a folder with such files in it; only what they say of themselves is read.

    ``channel`` is the series to read where files hold several; ``detector`` whose strain it is where they do not say.
    Raises GlitchAuditError where there is none, a file cannot be read, or two of one detector overlap.
    """
    place = typed_path(place)
    if not place.exists():
        raise GlitchAuditError(f"{place}: there is no such file or folder of strain; check the path")
    paths = [place]
    if place.is_dir():
        paths = sorted(one for one in place.iterdir() if one.suffix.lower() in SUFFIXES and one.is_file())
        if not paths:
            raise GlitchAuditError(f"{place} holds no strain file ({', '.join(SUFFIXES)}); open the folder that does")
        if len(paths) > _MOST_FILES:
            raise GlitchAuditError(f"{place} holds over {_MOST_FILES:,} strain files; open a folder with fewer of them")
    elif place.suffix.lower() not in SUFFIXES:
        raise GlitchAuditError(f"{place}: a file of strain ends in {', '.join(SUFFIXES)}, and this one does not")
    found = [_header(path, channel=channel, detector=detector) for path in paths]
    return StrainSource(place, _in_order(place, found))


def _header(path: Path, *, channel: str, detector: str) -> StrainFile:
    form = hdf5_files if path.suffix.lower() in HDF5_SUFFIXES else gwf_files
    return form.read_header(path, channel=channel, detector=detector)


def _in_order(place: Path, files: Iterable[StrainFile]) -> tuple[StrainFile, ...]:
    ordered = sorted(files, key=lambda file: (file.detector, file.start, str(file.path)))
    for before, after in pairwise(ordered):
        if before.detector == after.detector and after.start < before.end - _SAME_MOMENT:
            raise GlitchAuditError(
                f"{place}: {before.path.name} and {after.path.name} both hold {after.detector} from GPS "
                f"{after.start:.0f} to {min(before.end, after.end):.0f}: keep one of them"
            )
    return tuple(ordered)


def _read(file: StrainFile, start: float, end: float) -> np.ndarray:
    if file.path.suffix.lower() in HDF5_SUFFIXES:
        first = max(round((start - file.start) * file.rate), 0)
        last = min(round((end - file.start) * file.rate), file.samples)
        return hdf5_files.read_samples(file.path, location=file.location, first=first, last=last)
    return gwf_files.read_samples(file.path, location=file.location, start=start, end=end)


def _mark(file: StrainFile) -> tuple[int, int]:
    try:
        status = file.path.stat()
    except OSError:
        return 0, 0
    return status.st_size, status.st_mtime_ns
