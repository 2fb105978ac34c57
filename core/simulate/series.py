"""Building blocks of a simulated glitch: a whitened time series and what is added to it.

Noise is white with unit variance per sample, so a signal h has the matched-filter signal-to-noise ratio sqrt(sum h^2).
The rate is 8192 Hz, not the public files' 4096: a tile at 2048 Hz, the pictures' end, with Q = 5.7 reaches 3.2 kHz.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

SAMPLE_RATE = 8192
"""Samples a second, Hz."""
DURATION = 8.0
"""Length of a series in s; twice the longest view, so that its edges lie outside every picture."""
SAMPLES = int(SAMPLE_RATE * DURATION)
TIMES = np.arange(SAMPLES) / SAMPLE_RATE - DURATION / 2
"""Seconds from the glitch's instant, for each sample of a series."""

_PULSE_SAMPLES = SAMPLE_RATE
_PULSE_FREQUENCIES = np.fft.rfftfreq(_PULSE_SAMPLES, 1 / SAMPLE_RATE)
_CENTRE_PHASE = np.where(np.arange(len(_PULSE_FREQUENCIES)) % 2, -1.0, 1.0)
_TOP_FREQUENCY = 3500.0


@dataclass(frozen=True)
class Glitch:
    """A simulated glitch without its background.

    ``series`` is whitened, float32 (SAMPLES,), time zero at ``SAMPLES // 2``. ``parameters`` are Gravity Spy's:
    ``peak_frequency``, ``central_freq``, ``bandwidth`` (Hz), ``duration`` (s), ``snr``, ``amplitude``.
    """

    series: np.ndarray
    parameters: dict[str, float]


def log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    """A number between ``low`` and ``high``, uniform in its logarithm."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def span(start: float, stop: float) -> slice:
    """The samples between two instants, in s from the glitch's instant, cut at the ends of the series."""
    first = int(np.ceil((start + DURATION / 2) * SAMPLE_RATE))
    last = int(np.floor((stop + DURATION / 2) * SAMPLE_RATE)) + 1
    return slice(min(max(first, 0), SAMPLES), min(max(last, 0), SAMPLES))


def add_packet(
    series: np.ndarray,
    *,
    time: float,
    frequency: float,
    width: float,
    snr: float,
    phase: float = 0.0,
    sweep: float = 0.0,
) -> None:
    """Add a sine-Gaussian: ``width`` is the envelope's standard deviation in s, ``sweep`` a chirp rate in Hz/s."""
    part = span(time - 4.5 * width, time + 4.5 * width)
    t = TIMES[part] - time
    amplitude = snr / np.sqrt(0.5 * np.sqrt(np.pi) * width * SAMPLE_RATE)
    wave = np.cos(2 * np.pi * (frequency * t + 0.5 * sweep * t * t) + phase)
    series[part] += amplitude * np.exp(-0.5 * (t / width) ** 2) * wave


def add_track(
    series: np.ndarray,
    *,
    start: float,
    stop: float,
    frequency: Callable[[np.ndarray], np.ndarray],
    envelope: Callable[[np.ndarray], np.ndarray],
    snr: float,
    phase: float = 0.0,
) -> None:
    """Add a wave of changing frequency from ``start`` to ``stop`` (s), changing ``series`` in place.

    ``frequency`` gives Hz at times in s, silent outside 8 to 3500; ``envelope`` is relative, ``phase`` in radians.
    """
    part = span(start, stop)
    t = TIMES[part]
    if t.size < 2:
        return
    hertz = np.asarray(frequency(t), dtype=float)
    audible = (hertz > 8.0) & (hertz < _TOP_FREQUENCY)
    angle = 2 * np.pi * np.cumsum(np.clip(hertz, 0, _TOP_FREQUENCY)) / SAMPLE_RATE + phase
    wave = np.cos(angle) * envelope(t) * audible
    series[part] += _scaled(wave, snr)


def add_pulse(
    series: np.ndarray,
    *,
    time: float,
    low: float,
    high: float,
    snr: float,
    slope: float = -0.7,
    phase: float = 0.0,
    order: int = 4,
) -> None:
    """Add the shortest pulse with a given band: a teardrop in the picture.

    Its spectrum is f**slope from ``low`` to ``high`` Hz with Butterworth-like edges of the given ``order``; a slope of
    -0.5 gives equal energy in every constant-Q tile.
    """
    f = np.maximum(_PULSE_FREQUENCIES, 1.0)
    shape = f**slope / (1 + (low / f) ** (2 * order)) / (1 + (f / high) ** (2 * order))
    shape[f > _TOP_FREQUENCY] = 0.0
    wave = np.fft.irfft(shape * _CENTRE_PHASE * np.exp(1j * phase), _PULSE_SAMPLES)
    _add_at(series, _scaled(wave, snr), time)


def add_noise_burst(
    series: np.ndarray,
    rng: np.random.Generator,
    *,
    time: float,
    width: float,
    low: float,
    high: float,
    snr: float,
    slope: float = 0.0,
    rise: float | None = None,
    order: int = 4,
) -> None:
    """Add a burst of noise between ``low`` and ``high`` Hz with a Gaussian envelope.

    ``width`` is the envelope's standard deviation in s after ``time``, ``rise`` (default the same) before it.
    """
    rise = width if rise is None else rise
    part = span(time - 4 * rise, time + 4 * width)
    t = TIMES[part] - time
    if t.size < 16:
        return
    length = 1 << int(np.ceil(np.log2(t.size + SAMPLE_RATE // 8)))
    f = np.maximum(np.fft.rfftfreq(length, 1 / SAMPLE_RATE), 1.0)
    shape = f**slope / np.sqrt(1 + (low / f) ** (2 * order)) / np.sqrt(1 + (f / high) ** (2 * order))
    noise = np.fft.irfft(np.fft.rfft(rng.standard_normal(length)) * shape, length)[: t.size]
    envelope = np.exp(-0.5 * (t / np.where(t < 0, rise, width)) ** 2)
    series[part] += _scaled(noise * envelope, snr)


def _scaled(wave: np.ndarray, snr: float) -> np.ndarray:
    norm = float(np.sqrt(np.dot(wave, wave)))
    return wave * (snr / norm) if norm > 0 else wave


def _add_at(series: np.ndarray, wave: np.ndarray, time: float) -> None:
    first = round((time + DURATION / 2) * SAMPLE_RATE) - len(wave) // 2
    start, stop = max(first, 0), min(first + len(wave), SAMPLES)
    if start < stop:
        series[start:stop] += wave[start - first : stop - first]


def measure(series: np.ndarray) -> dict[str, float]:
    """Return Gravity Spy's metadata of a signal, from the signal itself; zeros for a silent series.

    ``peak_frequency`` is the maximum of the energy in constant-Q bands (48 an octave, smoothed), ``central_freq`` the
    energy-weighted geometric mean, ``bandwidth`` and ``duration`` hold 90 % of the energy, ``snr`` is sqrt(sum h^2).
    """
    energy = np.square(series, dtype=np.float64)
    total = float(energy.sum())
    if total <= 0:
        return dict.fromkeys(("peak_frequency", "central_freq", "bandwidth", "duration", "snr", "amplitude"), 0.0)
    grown = np.cumsum(energy) / total
    early, late = np.searchsorted(grown, (0.05, 0.95))
    spectrum = np.abs(np.fft.rfft(series))
    power = (spectrum * spectrum)[_BAND_FIRST:_BAND_LAST]
    bands = np.bincount(_BAND_INDEX, weights=power, minlength=_BANDS)
    smooth = np.convolve(bands, _BAND_KERNEL, mode="same")
    share = np.cumsum(bands) / bands.sum()
    low, high = np.searchsorted(share, (0.05, 0.95))
    return {
        "peak_frequency": float(_BAND_CENTRES[int(np.argmax(smooth))]),
        "central_freq": float(np.exp(np.dot(bands, np.log(_BAND_CENTRES)) / bands.sum())),
        "bandwidth": float(_BAND_CENTRES[min(high, _BANDS - 1)] - _BAND_CENTRES[low]) + 1.0,
        "duration": float(max(late - early, 1) / SAMPLE_RATE),
        "snr": float(np.sqrt(total)),
        "amplitude": float(np.max(np.abs(series))) * 1e-23,
    }


_ALL_FREQUENCIES = np.fft.rfftfreq(SAMPLES, 1 / SAMPLE_RATE)
_BAND_FIRST, _BAND_LAST = np.searchsorted(_ALL_FREQUENCIES, (10.0, 2048.0))
_BANDS = 370
_BAND_CENTRES = 10.0 * (2048.0 / 10.0) ** ((np.arange(_BANDS) + 0.5) / _BANDS)
_BAND_INDEX = np.minimum(
    (_BANDS * np.log(_ALL_FREQUENCIES[_BAND_FIRST:_BAND_LAST] / 10.0) / np.log(204.8)).astype(int), _BANDS - 1
)
_BAND_KERNEL = np.array([1, 2, 3, 4, 3, 2, 1]) / 16
