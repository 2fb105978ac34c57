"""The list of channels in files and folders: unit, rate, span, gaps, and whether each sees the strain itself."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from core.detector.channels.names import detector_of, without_trend
from core.detector.channels.recognising import SUFFIXES
from core.detector.channels.samples import UNDERSTOOD, pieces_in
from core.detector.channels.series import Piece
from core.detector.model import Channel, Safety, Segments, segments
from core.errors import GlitchAuditError
from core.progress import OnProgress
from core.typed_paths import typed_path

_HAIR = 1e-3
# A process each would take longer than the reading.
_TOGETHER = 100
MOST_FILES = 200_000
"""Files of one folder: a year of frames of 600 s are 52,560."""


@dataclass(frozen=True)
class ListedChannel:
    """A channel as it lies in files.

    Attributes:
        channel: its name, detector, unit and safety.
        pieces: its stretches, in order of time.
    """

    channel: Channel
    pieces: tuple[Piece, ...]

    @property
    def rate(self) -> float:
        """Samples a second, Hz."""
        return self.pieces[0].rate

    @property
    def start(self) -> float:
        """GPS seconds of its first sample."""
        return self.pieces[0].start

    @property
    def end(self) -> float:
        """GPS seconds at which its last sample ends."""
        return self.pieces[-1].end

    @property
    def recorded(self) -> Segments:
        """When files hold it."""
        return segments([(piece.start, piece.end) for piece in self.pieces])

    @property
    def gaps(self) -> Segments:
        """What no file holds between its first and last sample."""
        return segments([(self.start, self.end)]).without(self.recorded)


def channel_files(places: Iterable[Path | str], *, suffixes: Sequence[str] = SUFFIXES) -> tuple[Path, ...]:
    """Return the files that ``places`` (files, or folders with all below them) mean, by name, each once.

    Raises GlitchAuditError where a place is not there, or a folder holds no file of these suffixes.
    """
    found: dict[Path, None] = {}
    for place in map(typed_path, places):
        if not place.exists():
            raise GlitchAuditError(f"{place}: there is no such file or folder.")
        inside = _below(place, suffixes) if place.is_dir() else [place]
        if not inside:
            raise GlitchAuditError(
                f"{place}: the folder holds no file that is understood; understood are {UNDERSTOOD}."
            )
        found.update(dict.fromkeys(path.resolve() for path in inside))
        if len(found) > MOST_FILES:
            raise GlitchAuditError(f"{place}: there are over {MOST_FILES:,} files; bring a part of them.")
    return tuple(found)


def list_channels(
    files: Sequence[Path], *, safety: Mapping[str, Safety] | None = None, on_progress: OnProgress | None = None
) -> tuple[ListedChannel, ...]:
    """Return the channels of ``files``, by name; no value is read.

    ``safety`` is what ``read_safety`` gave. Raises GlitchAuditError where a file cannot be read, two files hold the
    same stretch of a channel, or its unit or rate differs between them.
    """
    by_name: dict[str, list[Piece]] = defaultdict(list)
    for first in range(0, len(files), _TOGETHER):
        if on_progress:
            on_progress(first, len(files))
        for piece in pieces_in(*files[first : first + _TOGETHER]):
            by_name[piece.name].append(piece)
    if on_progress:
        on_progress(len(files), len(files))
    return tuple(_listed(name, pieces, safety or {}) for name, pieces in sorted(by_name.items()))


def _listed(name: str, found: list[Piece], safety: Mapping[str, Safety]) -> ListedChannel:
    pieces = sorted(found, key=lambda piece: piece.start)
    for before, after in pairwise(pieces):
        if before.unit != after.unit:
            raise GlitchAuditError(
                f"{name} is in “{before.unit or 'no unit'}” in {before.path} and in “{after.unit or 'no unit'}” in "
                f"{after.path}; bring it in one unit."
            )
        if abs(before.step - after.step) > _HAIR * before.step:
            raise GlitchAuditError(
                f"{name} has a value every {before.step:g} s in {before.path} and every {after.step:g} s in "
                f"{after.path}; bring one of the two."
            )
        if after.start < before.end - 0.5 * before.step:
            raise GlitchAuditError(
                f"{before.path} and {after.path} both hold {name} from GPS {after.start:.0f} to "
                f"{min(before.end, after.end):.0f}; take one of them away."
            )
    detector = detector_of(name, where=str(pieces[0].path))
    known = safety.get(name, safety.get(without_trend(name), "unknown"))
    return ListedChannel(Channel(name, detector, pieces[0].unit, known), tuple(pieces))


def _below(folder: Path, suffixes: Sequence[str]) -> list[Path]:
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [
            Path(place, name)
            for name in sorted(names)
            if not name.startswith(".") and Path(name).suffix.lower() in suffixes
        ]
        if len(found) > MOST_FILES:
            break
    return found
