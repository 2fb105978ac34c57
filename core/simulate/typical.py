"""Typical members of a class: parameters from the middle of their ranges, for a demo that a newcomer can read."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.simulate.series import Glitch
from core.simulate.waveforms import draw_glitch


class MiddleOfTheRange(np.random.Generator):
    """A generator whose uniform numbers lie in the middle ``share`` of what is asked for; all else is as usual.

    Classes draw by ``uniform`` and :func:`core.simulate.series.log_uniform`, so this narrows every parameter alike.
    """

    def __init__(self, rng: np.random.Generator, share: float) -> None:
        super().__init__(rng.bit_generator)
        self._share = share

    def uniform(self, low: Any = 0.0, high: Any = 1.0, size: Any = None) -> Any:
        """As numpy's, narrowed."""
        middle = (np.asarray(low) + np.asarray(high)) / 2
        return middle + self._share * (super().uniform(low, high, size) - middle)


def draw_typical(label: str, rng: np.random.Generator, *, share: float) -> Glitch:
    """Draw a glitch from the middle ``share`` of each parameter; raises GlitchAuditError for an unknown label."""
    return draw_glitch(label, MiddleOfTheRange(rng, share))
