"""Scattered light: the frequency at which moving optics make it seen."""

from __future__ import annotations

import numpy as np

from core.errors import GlitchAuditError

WAVELENGTH = 1.064
"""Of the laser, um."""

_UM = {"m": 1e6, "mm": 1e3, "um": 1.0, "µm": 1.0, "μm": 1.0, "micron": 1.0, "microns": 1.0, "nm": 1e-3, "pm": 1e-6}
_WINDOW, _DEGREE = 5, 2


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
