"""Three shapes that got their own names only after training set v1d1; the demo hides them under one label."""

from __future__ import annotations

import numpy as np

from core.simulate.series import SAMPLES, Glitch, add_packet, add_pulse, add_track, log_uniform, measure


def fast_scattering(rng: np.random.Generator) -> Glitch:
    """Short arches near 30 Hz, four a second, through the whole picture."""
    rate, top = rng.uniform(3.4, 4.4), rng.uniform(26, 40)
    snr = log_uniform(rng, 14, 40)
    series = np.zeros(SAMPLES)
    for middle in np.arange(-10, 11) / rate:
        if abs(middle) < 2.4:
            add_track(
                series,
                start=middle - 0.5 / rate,
                stop=middle + 0.5 / rate,
                frequency=lambda t, m=middle: 12 + (top - 12) * np.cos(np.pi * rate * (t - m)) ** 2,
                envelope=lambda t, m=middle: np.cos(np.pi * rate * (t - m)) ** 2,
                snr=snr * (1 if middle == 0 else rng.uniform(0.5, 1)),
                phase=rng.uniform(0, 2 * np.pi),
            )
    return _finished(series)


def high_frequency_burst(rng: np.random.Generator) -> Glitch:
    """One thin, very short spike that lies above about 600 Hz."""
    series = np.zeros(SAMPLES)
    add_pulse(
        series,
        time=0.0,
        low=log_uniform(rng, 600, 900),
        high=log_uniform(rng, 1600, 3000),
        snr=log_uniform(rng, 40, 150),
        slope=-0.5,
        phase=rng.uniform(0, 2 * np.pi),
    )
    return _finished(series)


def line_70_hertz(rng: np.random.Generator) -> Glitch:
    """A short thick line at 70 Hz, 0.1 to 0.3 s."""
    series = np.zeros(SAMPLES)
    hertz, width = 70 + rng.normal(0, 0.6), log_uniform(rng, 0.03, 0.08)
    add_packet(series, time=0.0, frequency=hertz, width=width, snr=log_uniform(rng, 12, 45))
    return _finished(series)


def _finished(series: np.ndarray) -> Glitch:
    return Glitch(series.astype(np.float32), measure(series))
