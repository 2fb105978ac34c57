"""Real detector noise as background: public strain files, whitened, so that glitches can be drawn into it.

The Gravitational Wave Open Science Center's files of 32 s at 4096 Hz (HDF5) are read in place and never copied.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.errors import GlitchAuditError
from core.simulate.series import SAMPLE_RATE, SAMPLES

KNOWN_SIGNALS = (1126259462.4,)
"""GPS seconds of signals inside public example files; noise is not taken from around them."""

_SIGNAL_REACH = 0.6
_EDGE_SECONDS = 1.0
_WELCH_SECONDS = 4.0
_LOWEST, _HIGHEST = 8.0, 1700.0
"""Hz: below, public strain is not calibrated; above, the files' anti-aliasing filter begins."""


@dataclass(frozen=True)
class RealNoise:
    """Stretches of whitened real noise at ``SAMPLE_RATE``, float32 of unit variance, longer than ``SAMPLES`` each."""

    stretches: tuple[np.ndarray, ...]
    fingerprint: str


def load_real_noise(folder: Path, *, seed: int = 0) -> RealNoise:
    """Read and whiten every strain file (``*.hdf5`` with ``strain/Strain`` and ``meta/GPSstart``) of a folder.

    ``seed`` is of the white noise in bands the files lack. Raises GlitchAuditError for no file, or for no strain file.
    """
    files = sorted(folder.glob("*.hdf5"))
    if not files:
        raise GlitchAuditError(f"{folder} holds no strain file (*.hdf5): give the folder with the detectors' noise.")
    rng = np.random.default_rng(seed)
    digest = hashlib.sha256()
    stretches: list[np.ndarray] = []
    for file in files:
        digest.update(file.read_bytes())
        strain, rate, start = _read(file)
        stretches += _without_signals(whitened(strain, rate, rng), start)
    return RealNoise(tuple(stretches), digest.hexdigest()[:16])


def whitened(strain: np.ndarray, rate: float, rng: np.random.Generator, *, highest: float = _HIGHEST) -> np.ndarray:
    """Return whitened strain at ``SAMPLE_RATE``, float32 (samples,), of unit variance; a second is cut off each end.

    The spectrum is Welch's with medians, so that a short loud moment does not change it. Where there are no data (below
    8 Hz, above ``highest`` Hz) ``rng`` gives white noise, so that every picture row has a background.
    ``rate`` is in Hz.
    """
    from scipy.signal import welch
    from scipy.signal.windows import tukey

    seconds = len(strain) / rate
    hertz, power = welch(strain, rate, nperseg=int(_WELCH_SECONDS * rate), average="median")
    spectrum = np.fft.rfft(strain * tukey(len(strain), 2 * _EDGE_SECONDS / seconds))
    f = np.fft.rfftfreq(len(strain), 1 / rate)
    # One-sided density: white noise of unit variance has the density 2 / rate.
    spectrum = spectrum * np.sqrt(2 / rate) / np.sqrt(np.interp(f, hertz, power))
    count = round(seconds * SAMPLE_RATE)
    white = np.fft.rfft(rng.standard_normal(count))
    ours = np.fft.rfftfreq(count, 1 / SAMPLE_RATE)
    known = (ours >= _LOWEST) & (ours <= highest)
    # Unit variance at the higher rate: each bin's mean square grows with the number of samples.
    white[known] = spectrum[: len(ours)][known[: len(spectrum)]] * np.sqrt(count / len(strain))
    edge = round(_EDGE_SECONDS * SAMPLE_RATE)
    return np.fft.irfft(white, count)[edge:-edge].astype(np.float32)


def draw_real_background(noise: RealNoise, rng: np.random.Generator) -> np.ndarray:
    """Eight seconds of real noise, float32 of shape (SAMPLES,): a random cut, turned over or reversed by chance."""
    stretch = noise.stretches[rng.integers(len(noise.stretches))]
    first = int(rng.integers(len(stretch) - SAMPLES + 1))
    cut = stretch[first : first + SAMPLES]
    return (cut[::-1] if rng.random() < 0.5 else cut) * np.float32(rng.choice([-1, 1]))


def _read(file: Path) -> tuple[np.ndarray, int, float]:
    import h5py

    try:
        with h5py.File(file, "r") as content:
            strain = content["strain/Strain"]
            spacing = float(strain.attrs["Xspacing"])
            return np.asarray(strain[()], dtype=float), round(1 / spacing), float(content["meta/GPSstart"][()])
    except (OSError, KeyError) as error:
        raise GlitchAuditError(f"{file} is no strain file of the open science center: {error}.") from error


def _without_signals(series: np.ndarray, start: float) -> list[np.ndarray]:
    cuts = [0, len(series)]
    for signal in KNOWN_SIGNALS:
        at = (signal - start - _EDGE_SECONDS) * SAMPLE_RATE
        if 0 < at < len(series):
            reach = _SIGNAL_REACH * SAMPLE_RATE
            cuts += [max(0, round(at - reach)), min(len(series), round(at + reach))]
    cuts.sort()
    pieces = [series[first:last] for first, last in zip(cuts[::2], cuts[1::2], strict=True)]
    return [piece for piece in pieces if len(piece) >= SAMPLES]
