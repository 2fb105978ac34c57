"""Duration, band and loudness of simulated glitches, and labels that some of them were brought with wrongly."""

from __future__ import annotations

import numpy as np

from core.detector.model import GlitchTimes
from core.impact.glitches import Glitches, with_boxes

TYPICAL = {
    "Scattered_Light": (2.5, 30.0, 30.0, 12.0),
    "Fast_Scattering": (1.5, 35.0, 30.0, 11.0),
    "Blip": (0.2, 180.0, 250.0, 15.0),
    "Tomte": (0.3, 50.0, 70.0, 14.0),
    "Koi_Fish": (1.2, 150.0, 900.0, 120.0),
}
"""By family about what is usual: duration (s), middle of the band (Hz), bandwidth (Hz), signal-to-noise ratio."""

MISTAKEN = ("Fast_Scattering", "Scattered_Light")
"""A fifth of the first family was brought with the label of the second."""

_OTHERS = (0.5, 100.0, 100.0, 12.0)
_SCATTER = (0.4, 0.25, 0.3, 0.4)
_MISTAKEN_SHARE = 0.2
_DISPUTED_SHARE = 0.05


def with_simulated_boxes(glitches: GlitchTimes, *, seed: int) -> Glitches:
    """Return simulated glitches with boxes and signal-to-noise ratios drawn about what is usual for their family.

    Each value is log-normal about :data:`TYPICAL`. A fifth of one family was brought under the name of another, see
    :data:`MISTAKEN`, and a twentieth of these two is disputed, so that there is label doubt to be seen.
    """
    random = np.random.default_rng([seed, 17])
    count = len(glitches.times)
    names = glitches.families.astype(str)
    middles = np.array([TYPICAL.get(name, _OTHERS) for name in names]).reshape(count, 4)
    drawn = middles * np.exp(random.normal(0.0, 1.0, (count, 4)) * np.array(_SCATTER))
    brought = glitches.families.copy()
    brought[(names == MISTAKEN[0]) & (random.random(count) < _MISTAKEN_SHARE)] = MISTAKEN[1]
    disputed = np.isin(names, MISTAKEN) & (random.random(count) < _DISPUTED_SHARE)
    return with_boxes(
        glitches,
        durations=drawn[:, 0],
        middle=drawn[:, 1],
        bandwidth=drawn[:, 2],
        snr=drawn[:, 3],
        brought=brought,
        disputed=disputed,
    )
