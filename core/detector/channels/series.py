"""Stretches of channels in files: what they are, not yet their values."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.detector.channels.gps import refuse_implausible
from core.errors import GlitchAuditError

MOST_CHANNELS = 20_000
"""Channels that one file may hold."""

_LONGEST = 20 * 366 * 86_400.0
_MOST_SAMPLES = 1 << 36


@dataclass(frozen=True)
class Piece:
    """One stretch of one channel in one file, without its values.

    Attributes:
        path: the file.
        key: where in the file it lies, as the file's reader understands it.
        name: of the channel.
        unit: as it was read, "" where none is named.
        start: GPS seconds of the first sample.
        step: s between samples.
        samples: how many there are.
        bits: names of the bits where the samples are states, lowest first; else empty.
    """

    path: Path
    key: str
    name: str
    unit: str
    start: float
    step: float
    samples: int
    bits: tuple[str, ...] = ()

    @property
    def end(self) -> float:
        """GPS seconds at which the last sample ends."""
        return self.start + self.step * self.samples

    @property
    def rate(self) -> float:
        """Samples a second, Hz."""
        return 1.0 / self.step


def checked(piece: Piece) -> Piece:
    """Return the piece; raises GlitchAuditError where its times cannot be those of a detector."""
    where = f"{piece.path}: {piece.name[:80]}"
    if not (np.isfinite(piece.step) and piece.step > 0):
        raise GlitchAuditError(f"{where}: its samples are {piece.step} s apart, which cannot be; write the file anew.")
    if not 0 < piece.samples <= _MOST_SAMPLES or piece.step * piece.samples > _LONGEST:
        raise GlitchAuditError(
            f"{where}: it has {piece.samples:,} samples, {piece.step:g} s apart; a channel has one at "
            "least, and 20 years of them at most."
        )
    refuse_implausible(piece.start, piece.end, where=where)
    return piece
