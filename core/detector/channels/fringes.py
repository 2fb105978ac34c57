"""Scattered light: the frequency at which moving optics make it seen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.detector.channels.listing import ListedChannel
from core.detector.channels.samples import samples_of
from core.detector.channels.series import Piece
from core.detector.model import Channel
from core.errors import GlitchAuditError
from core.gate import Limits, in_own_process

WAVELENGTH = 1.064
"""Of the laser, um."""

_UM = {"m": 1e6, "mm": 1e3, "um": 1.0, "µm": 1.0, "μm": 1.0, "micron": 1.0, "microns": 1.0, "nm": 1e-3, "pm": 1e-6}
_WINDOW, _DEGREE = 5, 2
_SLOWEST = 4.0


def in_um(values: np.ndarray, unit: str, *, name: str) -> np.ndarray:
    """Return a displacement in um; raises GlitchAuditError where the unit is no length."""
    factor = _UM.get(unit.strip())
    if factor is None:
        raise GlitchAuditError(
            f"{name} is in “{unit or 'no unit'}”, and fringes come from a displacement; bring it in um, nm or m."
        )
    return np.asarray(values, dtype=np.float64) * factor


def fringe_frequency(displacement: np.ndarray, *, rate: float, orders: tuple[int, ...] = (1, 2, 3, 4)) -> np.ndarray:
    """Return the frequency (Hz) at which light scattered off a moving optic beats: float64 (orders, n).

    f = |m (2 / 1.064 um) v|: m passes of the light along the path, v the velocity in um/s of ``displacement`` (um, at
    ``rate`` Hz), by a Savitzky-Golay filter of five points and second degree. Raises GlitchAuditError for fewer than
    five samples.
    """
    from scipy.signal import savgol_filter

    displacement = np.asarray(displacement, dtype=np.float64)
    if displacement.ndim != 1 or len(displacement) < _WINDOW:
        raise GlitchAuditError(f"A velocity takes at least {_WINDOW} samples of motion; there are {displacement.size}.")
    velocity = savgol_filter(displacement, _WINDOW, _DEGREE, deriv=1, delta=1.0 / rate)
    frequencies: np.ndarray = np.abs(np.outer(np.asarray(orders, dtype=np.float64) * 2.0 / WAVELENGTH, velocity))
    return frequencies


def is_displacement(channel: Channel, *, rate: float) -> bool:
    """Return whether fringes can be told from a channel: a length, and read often enough to have a velocity."""
    return channel.unit.strip() in _UM and rate >= _SLOWEST and "RMS" not in channel.name.upper()


@dataclass(frozen=True, eq=False)
class Fringes:
    """Fringe frequencies of one channel around a glitch.

    Attributes:
        channel: which.
        seconds: float64 (n,), s from the glitch.
        frequencies: float64 (4, n), Hz, for one to four passes.
    """

    channel: Channel
    seconds: np.ndarray
    frequencies: np.ndarray


def fringes_around(listed: ListedChannel, time: float, *, within: float = 16.0) -> Fringes | None:
    """Return the fringes of a displacement from ``within`` s before GPS ``time`` to as long after.

    None where no file holds the channel then. Raises GlitchAuditError where its file cannot be read, or its unit is no
    length.
    """
    for piece in listed.pieces:
        first = max(0, int(np.ceil((time - within - piece.start) / piece.step)))
        last = min(piece.samples, int((time + within - piece.start) / piece.step) + 1)
        if last - first < _WINDOW or not piece.key:
            continue
        moved = in_um(_samples(piece.path, piece, first, last), listed.channel.unit, name=listed.channel.name)
        seconds = piece.start + piece.step * np.arange(first, last) - time
        return Fringes(listed.channel, seconds, fringe_frequency(moved, rate=piece.rate))
    return None


@in_own_process(Limits(memory=1_000_000_000, seconds=60))
def _samples(name: Path, piece: Piece, first: int, last: int) -> np.ndarray:  # noqa: ARG001 - the gate says it
    return samples_of(piece, first, last)
