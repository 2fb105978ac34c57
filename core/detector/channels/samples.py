"""Which reader a file of channels goes to, by the end of its name; each behind the gate."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.detector.channels.frames import frame_pieces, frame_samples
from core.detector.channels.hdf5 import hdf5_pieces, hdf5_samples
from core.detector.channels.series import Piece
from core.detector.channels.text_series import text_pieces, text_samples
from core.errors import GlitchAuditError
from core.gate import Limits, in_own_process

SERIES_SUFFIXES = (".h5", ".hdf5", ".hdf", ".gwf", ".csv", ".txt", ".dat")
UNDERSTOOD = "HDF5 as gwpy writes a TimeSeries or TimeSeriesDict, frame files (GWF), CSV or text of times and values"

_LIMITS = Limits(memory=2_000_000_000, seconds=300, output=300_000_000)


@in_own_process(_LIMITS)
def pieces_in(path: Path, *others: Path) -> tuple[Piece, ...]:
    """Return the channels of a file, and of others that are read along with it, without their values, behind the gate.

    Raises GlitchAuditError where a file is not there, not understood or damaged.
    """
    return tuple(piece for one in (path, *others) for piece in _pieces(one))


def samples_of(piece: Piece, first: int, last: int) -> np.ndarray:
    """Return the samples ``first`` to ``last`` (not included) of a piece: float64, or uint64 where it has bits.

    It belongs behind the gate: call it from a function that stands there.
    """
    suffix = piece.path.suffix.lower()
    if suffix == ".gwf":
        return frame_samples(piece, first, last)
    return text_samples(piece, first, last) if suffix in (".csv", ".txt", ".dat") else hdf5_samples(piece, first, last)


def _pieces(path: Path) -> tuple[Piece, ...]:
    if not path.is_file():
        raise GlitchAuditError(f"{path}: there is no such file.")
    suffix = path.suffix.lower()
    if suffix in (".h5", ".hdf5", ".hdf"):
        return hdf5_pieces(path)
    if suffix == ".gwf":
        return frame_pieces(path)
    if suffix in (".csv", ".txt", ".dat"):
        return text_pieces(path)
    raise GlitchAuditError(
        f"{path}: this kind of file holds no channel that is understood; understood are {UNDERSTOOD}."
    )
