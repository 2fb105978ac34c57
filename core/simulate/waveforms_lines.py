"""Glitches that stay at a frequency: mains and compressor lines, rows of dots, slow low-frequency lines."""

from __future__ import annotations

import numpy as np

from core.simulate.series import add_packet, add_track, log_uniform

Series = np.ndarray
Random = np.random.Generator


def power_line(series: Series, rng: Random) -> None:
    """A thin line at 60 Hz for 0.2 to 0.5 s, sometimes with its harmonics at 120 and 180 Hz."""
    width = log_uniform(rng, 0.05, 0.22)
    snr = log_uniform(rng, 10, 24)
    _flat(series, rng, hertz=60 + rng.normal(0, 0.4), width=width, snr=snr)
    if rng.random() < 0.35:
        beside = rng.choice([-1, 1]) * width * rng.uniform(1.2, 2)
        add_packet(series, time=beside, frequency=60 * rng.uniform(0.92, 1.08), width=width * 0.6, snr=0.55 * snr)
    for harmonic in (2, 3):
        if rng.random() < 0.35:
            _flat(series, rng, hertz=60 * harmonic, width=width * rng.uniform(0.6, 1), snr=snr * rng.uniform(0.25, 0.8))


def air_compressor(series: Series, rng: Random) -> None:
    """One fat horizontal line at 50 Hz, a tenth of a second to a second long."""
    width = log_uniform(rng, 0.035, 0.16)
    snr = log_uniform(rng, 10, 40)
    hertz = 50 + rng.normal(0, 0.8)
    _flat(series, rng, hertz=hertz, width=width, snr=snr)
    _flat(series, rng, hertz=hertz + rng.choice([-1, 1]) * rng.uniform(2, 4), width=width * 0.6, snr=snr * 0.4)


def _flat(series: Series, rng: Random, *, hertz: float, width: float, snr: float, time: float = 0.0) -> None:
    add_packet(series, time=time, frequency=hertz, width=width, snr=snr, phase=rng.uniform(0, 2 * np.pi))


def lines_1080(series: Series, rng: Random) -> None:
    """A row of short dots near 1080 Hz over the whole picture, sometimes joined into a line."""
    middle = 1080 + rng.normal(0, 8)
    density = log_uniform(rng, 12, 55)
    snr = rng.uniform(5, 9.5)
    width = log_uniform(rng, 0.003, 0.012)
    for moment in np.append(rng.uniform(-2.6, 2.6, rng.poisson(5.2 * density)), 0.0):
        size = 1.4 if moment == 0 else rng.gamma(3.0, 0.28)
        _flat(series, rng, hertz=middle + rng.normal(0, 9), width=width, snr=snr * size, time=moment)
    if rng.random() < 0.3:
        _meander(series, rng, middle=middle, depth=6.0, snr=rng.uniform(20, 45))


def _meander(series: Series, rng: Random, *, middle: float, depth: float, snr: float) -> None:
    slow, phase = rng.uniform(0.3, 2), rng.uniform(0, 2 * np.pi)
    add_track(
        series,
        start=-3,
        stop=3,
        frequency=lambda t: middle + depth * np.sin(2 * np.pi * slow * t + phase),
        envelope=lambda t: 1 + 0.7 * np.sin(2 * np.pi * 2.3 * slow * t),
        snr=snr,
    )


def ripples_1400(series: Series, rng: Random) -> None:
    """One to four short isolated dashes near 1400 Hz."""
    middle = rng.uniform(1340, 1470)
    width = log_uniform(rng, 0.005, 0.025)
    snr = rng.uniform(7.5, 16)
    _flat(series, rng, hertz=middle, width=width, snr=snr)
    for _ in range(rng.integers(0, 4)):
        moment = rng.choice([rng.normal(0, 0.08), rng.uniform(-2, 2)])
        _flat(series, rng, hertz=middle + rng.normal(0, 12), width=width, snr=snr * rng.uniform(0.4, 0.9), time=moment)


def violin_mode(series: Series, rng: Random) -> None:
    """Short dots at about 500 Hz and its harmonics, coming back now and then."""
    base = rng.choice([rng.uniform(490, 516), rng.uniform(498, 512)])
    split = rng.choice([0.0, 0.0, rng.uniform(14, 60), rng.uniform(40, 90)])
    width = log_uniform(rng, 0.005, 0.02)
    snr = log_uniform(rng, 8, 26)
    harmonics = [1.0, *(rng.uniform(0.2, 0.75) * (rng.random() < 0.75) for _ in range(3))]
    moments = [0.0, *rng.uniform(-2.2, 2.2, rng.integers(0, 7))]
    for moment in moments:
        size = 1.0 if moment == 0 else rng.uniform(0.3, 0.9)
        for number, share in enumerate(harmonics, start=1):
            for offset in (0.0, split) if split else (0.0,):
                if share > 0:
                    hertz = number * (base + offset * rng.uniform(0.8, 1.1))
                    _flat(series, rng, hertz=hertz, width=width, snr=snr * share * size, time=moment)
    if rng.random() < 0.25:
        _flat(series, rng, hertz=log_uniform(rng, 60, 140), width=0.025, snr=rng.uniform(4, 7))


def low_frequency_lines(series: Series, rng: Random) -> None:
    """A steady faint line near 10 to 20 Hz for most of the picture; sometimes two or three."""
    for number in range(1 + int(rng.random() < 0.3) + int(rng.random() < 0.15)):
        hertz = log_uniform(rng, 10.5, 22)
        snr = rng.uniform(8.5, 16) * (1.0 if number == 0 else 0.7)
        _flat(series, rng, hertz=hertz, width=log_uniform(rng, 0.35, 1.1), snr=snr, time=rng.normal(0, 0.15))
