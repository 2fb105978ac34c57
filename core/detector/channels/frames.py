"""Channels in frame files (GWF), with the library that gwpy reads frames with.

gwpy itself takes 12 ms a channel and seconds to import; a year of frames of 400 channels needs what lies below. A test
holds it to gwpy's own reading.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from core.detector.channels.names import unit_text
from core.detector.channels.series import MOST_CHANNELS, Piece, checked
from core.detector.packages import need_frames
from core.errors import GlitchAuditError

_CODES = ("I2", "I4", "I8", "U2", "U4", "U8", "S", "D")
_KINDS = ("INT2", "INT4", "INT8", "UINT2", "UINT4", "UINT8", "REAL4", "REAL8")


def frame_pieces(path: Path) -> tuple[Piece, ...]:
    """Return the channels of a frame file, one piece a frame; no value is read.

    Raises GlitchAuditError where it is none, holds no real channel, or the library is missing.
    """
    need_frames("Frame files")
    try:
        found = _pieces(path)
    except (RuntimeError, ValueError, TypeError, OSError) as error:
        raise _unreadable(path, error) from None
    if not found:
        raise GlitchAuditError(f"{path}: the frame file holds no channel of real numbers.")
    return tuple(found)


def frame_samples(piece: Piece, first: int, last: int) -> np.ndarray:
    """Return the samples ``first`` to ``last`` (not included) of a piece, as float64."""
    frame, _, name = piece.key.partition(":")
    try:
        file = _opened(piece.path)
        read = _reader(file, name, int(frame), "")
        if read is None:
            raise GlitchAuditError(f"{piece.path}: {piece.name} holds no real numbers; bring a real time series.")
        values = read(file, name, int(frame)).data.data[first:last]
    except (RuntimeError, ValueError, TypeError, OSError) as error:
        raise _unreadable(piece.path, error) from None
    return np.asarray(values, dtype=np.float64)


def _pieces(path: Path) -> list[Piece]:
    import lalframe

    file, names = _opened(path), _names(path)
    if len(names) > MOST_CHANNELS:
        raise GlitchAuditError(f"{path}: it holds over {MOST_CHANNELS:,} channels, so it is not read.")
    found = []
    for frame in range(lalframe.FrFileQueryNFrame(file)):
        for name in names:
            about = _reader(file, name, frame, "Metadata")
            if about is None:
                continue
            series = about(file, name, frame)
            samples = int(lalframe.FrFileQueryChanVectorLength(file, name, frame))
            start, step, unit = float(series.epoch), float(series.deltaT), unit_text(series.sampleUnits)
            found.append(checked(Piece(path, f"{frame}:{name}", name, unit, start, step, samples)))
    return found


def _opened(path: Path) -> Any:
    import lal
    import lalframe

    # What the library would print of a damaged file is said in our sentence.
    lal.ClobberDebugLevel(0)
    return lalframe.FrFileOpenURL(str(path))


def _names(path: Path) -> list[str]:
    import lalframe

    file = lalframe.FrameUFrFileOpen(str(path), "r")
    contents = lalframe.FrameUFrTOCRead(file)
    return [
        getattr(lalframe, f"FrameUFrTOCQuery{kind}Name")(contents, number)
        for kind in ("Adc", "Proc", "Sim")
        for number in range(getattr(lalframe, f"FrameUFrTOCQuery{kind}N")(contents))
    ]


def _reader(file: Any, name: str, frame: int, ending: str) -> Any:
    """The library's function for the channel's type; None where its values are no real numbers."""
    import lal
    import lalframe

    codes = {getattr(lal, f"{code}_TYPE_CODE"): kind for code, kind in zip(_CODES, _KINDS, strict=True)}
    kind = codes.get(lalframe.FrFileQueryChanType(file, name, frame))
    return None if kind is None else getattr(lalframe, f"FrFileRead{kind}TimeSeries{ending}")


def _unreadable(path: Path, error: Exception) -> GlitchAuditError:
    return GlitchAuditError(f"{path}: the file cannot be read as a frame file ({type(error).__name__}: {error}).")
