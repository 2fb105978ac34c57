"""What befalls a training glitch beyond its class: other loudness, a trigger off the mark, company, real noise.

The packed demo is drawn plainly, but a network must not rely on what only the simulator guarantees.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.simulate.background import DETECTORS, draw_background
from core.simulate.real_noise import RealNoise, draw_real_background
from core.simulate.series import SAMPLE_RATE, SAMPLES, log_uniform
from core.simulate.waveforms import CLASSES, draw_glitch
from core.simulate.waveforms_wide import WIDE, draw_wide

QUIET_CLASSES = frozenset({"No_Glitch"})
_LOUDNESS_DEFINES = frozenset({"Extremely_Loud"})


@dataclass(frozen=True)
class Variation:
    """How far training glitches stray.

    Signals are scaled by a log-uniform factor between 1 / ``louder`` and ``louder``; ``wide`` is the chance of one of
    the other looks of a class that has some (``core.simulate.waveforms_wide``); ``off_centre`` is the trigger's error
    (standard deviation, s); ``company`` the chance of a second glitch at least ``company_distance`` s away, ``real`` of
    real noise, where there is any, ``residue`` of simulated lines and bursts on top of real noise.
    """

    louder: float = 1.5
    wide: float = 0.4
    off_centre: float = 0.008
    company: float = 0.1
    company_distance: float = 0.45
    real: float = 0.5
    residue: float = 0.4


def draw_varied(
    label: str, rng: np.random.Generator, *, noise: RealNoise | None = None, variation: Variation | None = None
) -> np.ndarray:
    """Return a glitch in its noise, whitened, float32 (SAMPLES,); raises GlitchAuditError for an unknown label."""
    variation = variation or Variation()
    if label in WIDE and rng.random() < variation.wide:
        signal = draw_wide(label, rng)
    else:
        signal = draw_glitch(label, rng).series
    if label not in _LOUDNESS_DEFINES:
        signal = signal * log_uniform(rng, 1 / variation.louder, variation.louder)
    signal = _moved(signal, rng.normal(0, variation.off_centre))
    if label not in QUIET_CLASSES and rng.random() < variation.company:
        signal = signal + _companion(rng, variation)
    return (signal + _background(rng, noise, variation)).astype(np.float32)


def _companion(rng: np.random.Generator, variation: Variation) -> np.ndarray:
    other = draw_glitch(str(rng.choice(CLASSES)), rng)
    # A louder companion would be the trigger itself.
    quieter = min(1.0, 15.0 / max(other.parameters["snr"], 1e-9)) * rng.uniform(0.4, 1.0)
    distance = rng.uniform(variation.company_distance, 2.0) * rng.choice([-1, 1])
    return _moved(other.series, distance) * quieter


def _background(rng: np.random.Generator, noise: RealNoise | None, variation: Variation) -> np.ndarray:
    simulated = draw_background(str(rng.choice(DETECTORS)), rng)
    if noise is None or rng.random() >= variation.real:
        return simulated
    real = draw_real_background(noise, rng)
    if rng.random() < variation.residue:
        share = rng.uniform(0.2, 0.8)
        return np.sqrt(share) * real + np.sqrt(1 - share) * simulated
    return real


def _moved(series: np.ndarray, seconds: float) -> np.ndarray:
    """The series later by ``seconds``; what leaves is lost, silence comes in."""
    steps = int(np.clip(round(seconds * SAMPLE_RATE), -SAMPLES, SAMPLES))
    moved = np.zeros_like(series)
    if steps >= 0:
        moved[steps:] = series[: SAMPLES - steps]
    else:
        moved[:steps] = series[-steps:]
    return moved
