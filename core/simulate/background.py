"""Whitened noise of two detectors: white, with the residue that whitening leaves."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from core.errors import GlitchAuditError
from core.simulate.series import SAMPLE_RATE, SAMPLES, TIMES, add_packet, add_pulse, log_uniform

DETECTORS = ("H1", "L1")

_LINES: Mapping[str, tuple[float, ...]] = MappingProxyType(
    {
        "H1": (36.7, 60.0, 120.0, 180.0, 302.2, 331.9, 501.6, 504.0, 508.2, 999.7, 1083.7),
        "L1": (22.7, 34.7, 60.0, 120.0, 180.0, 315.1, 331.3, 511.5, 513.8, 1019.0, 1455.4),
    }
)
"""Hz: mains, calibration lines and violin modes, which differ between the sites."""

_LOW_NOISE: Mapping[str, tuple[float, float]] = MappingProxyType({"H1": (25.0, 70.0), "L1": (11.0, 30.0)})
"""Hz: the band where each site's noise is least steady."""


def draw_background(detector: str, rng: np.random.Generator) -> np.ndarray:
    """Return 8 s of a detector's whitened noise, float32 (SAMPLES,), of unit variance but for the residue.

    Residue, each with a strength drawn wide: lines whose amplitude wanders (steady ones vanish in the median), noise
    below about 70 Hz that comes and goes, faint blips off the centre, slow modulation of the whole. Raises
    GlitchAuditError where the detector is not H1 or L1.
    """
    if detector not in _LINES:
        raise GlitchAuditError(f"There is no simulated detector '{detector}'; choose one of {', '.join(DETECTORS)}.")
    noise = rng.standard_normal(SAMPLES, dtype=np.float32)
    if rng.random() < 0.7:
        noise *= 1 + log_uniform(rng, 0.01, 0.12) * np.sin(
            2 * np.pi * rng.uniform(0.1, 0.6) * TIMES + rng.uniform(0, 6)
        )
    _add_lines(noise, detector, rng)
    if rng.random() < 0.6:
        noise += _low_noise(detector, rng)
    for _ in range(rng.poisson(0.5)):
        _add_faint_blip(noise, rng)
    return noise.astype(np.float32)


def _add_lines(noise: np.ndarray, detector: str, rng: np.random.Generator) -> None:
    for hertz in _LINES[detector]:
        if rng.random() < 0.25:
            for _ in range(rng.integers(1, 6)):
                add_packet(
                    noise,
                    time=rng.uniform(-4, 4),
                    frequency=hertz + rng.normal(0, 0.3),
                    width=log_uniform(rng, 0.1, 0.8),
                    snr=log_uniform(rng, 0.8, 4.0),
                    phase=rng.uniform(0, 2 * np.pi),
                )


def _low_noise(detector: str, rng: np.random.Generator) -> np.ndarray:
    """Band noise times a slow random envelope, computed at a 32nd of the rate: it holds nothing above 70 Hz."""
    low, high = _LOW_NOISE[detector]
    coarse = SAMPLES // 32
    f = np.fft.rfftfreq(coarse, 32 / SAMPLE_RATE)
    band = 1 / (1 + (low / np.maximum(f, 0.1)) ** 8) / (1 + (f / high) ** 8)
    envelope = np.abs(np.fft.irfft(np.fft.rfft(rng.standard_normal(coarse)) * (f < 2.0), coarse))
    envelope /= envelope.std() + 1e-9
    wave = np.fft.irfft(np.fft.rfft(rng.standard_normal(coarse)) * np.sqrt(band), coarse) * envelope
    spectrum = np.zeros(SAMPLES // 2 + 1, dtype=complex)
    spectrum[: coarse // 2] = np.fft.rfft(wave)[: coarse // 2]
    # White noise of unit variance at the coarse rate has 32 times the density of that at the full rate.
    return np.fft.irfft(spectrum, SAMPLES) * np.sqrt(32) * log_uniform(rng, 0.12, 0.42)


def _add_faint_blip(noise: np.ndarray, rng: np.random.Generator) -> None:
    moment = rng.uniform(-3.9, 3.9)
    snr = log_uniform(rng, 2.5, 8.0) if abs(moment) > 0.3 else rng.uniform(2.0, 3.5)
    low = log_uniform(rng, 12, 300)
    add_pulse(noise, time=moment, low=low, high=low * rng.uniform(2, 8), snr=snr, phase=rng.uniform(0, 2 * np.pi))
