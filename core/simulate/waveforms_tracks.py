"""Glitches whose frequency moves: chirps, arches, whistles, wandering lines."""

from __future__ import annotations

import numpy as np

from core.simulate.series import add_packet, add_track, log_uniform

Series = np.ndarray
Random = np.random.Generator


def chirp(series: Series, rng: Random) -> None:
    """An inspiral: frequency rises as (time to merger)**(-3/8), the leading order of general relativity."""
    top = log_uniform(rng, 130, 420)
    at_100_hertz = log_uniform(rng, 0.006, 0.09)
    start_hertz = rng.uniform(24, 40)
    ends = rng.uniform(0.0, 0.03)
    last = at_100_hertz * (top / 100) ** (-8 / 3)
    begins = ends + last - min(at_100_hertz * (start_hertz / 100) ** (-8 / 3), 2.0)

    def frequency(t: np.ndarray) -> np.ndarray:
        left = np.maximum(ends + last - t, last)
        return 100 * (left / at_100_hertz) ** (-3 / 8)

    def envelope(t: np.ndarray) -> np.ndarray:
        hertz = frequency(t)
        return (hertz / 100) ** 0.6 / (1 + (38 / hertz) ** 6) * np.clip((ends - t) / 0.002, 0, 1)

    add_track(series, start=begins, stop=ends, frequency=frequency, envelope=envelope, snr=log_uniform(rng, 10, 28))


def paired_doves(series: Series, rng: Random) -> None:
    """Low-frequency chirps of about 0.1 s, in turn up and down, repeating about once a second."""
    period = rng.uniform(0.85, 1.6)
    low, high = log_uniform(rng, 16, 28), log_uniform(rng, 48, 95)
    length = rng.uniform(0.09, 0.2)
    snr = log_uniform(rng, 9, 70)
    upward = rng.choice([-1, 1])
    for k in range(-3, 4):
        moment = k * period * (1 + (rng.normal(0, 0.04) if k else 0))
        size = 1.0 if k == 0 else rng.uniform(0.5, 1.0)
        _slide(series, middle=moment, length=length, low=low, high=high, snr=snr * size, direction=upward)
        if rng.random() < 0.5:
            _slide(
                series,
                middle=moment + 0.3 * length,
                length=length,
                low=low * 1.1,
                high=high * 0.9,
                snr=0.6 * snr * size,
                direction=-upward,
            )
        upward = -upward


def _slide(
    series: Series, *, middle: float, length: float, low: float, high: float, snr: float, direction: float
) -> None:
    add_track(
        series,
        start=middle - length,
        stop=middle + length,
        frequency=lambda t: np.sqrt(low * high) * (high / low) ** np.clip(direction * (t - middle) / length, -0.6, 0.6),
        envelope=lambda t: np.exp(-0.5 * ((t - middle) / (0.35 * length)) ** 2),
        snr=snr,
    )


def scattered_light(series: Series, rng: Random) -> None:
    """Stacked low-frequency arches, seconds long: f = n f_max |cos(pi t / T)|, from a swinging reflector."""
    arch = log_uniform(rng, 1.6, 5.0)
    top = log_uniform(rng, 11, 34)
    arches = int(rng.integers(1, 5))
    snr = log_uniform(rng, 14, 75)
    fade = rng.uniform(0.45, 0.95)
    extra = rng.integers(0, 2) if arch < 3 else 0
    for number in range(1, arches + 1):
        for k in range(-extra, extra + 1):
            middle = k * arch
            add_track(
                series,
                start=middle - arch / 2,
                stop=middle + arch / 2,
                frequency=lambda t, n=number, m=middle: n * top * np.abs(np.cos(np.pi * (t - m) / arch)),
                envelope=lambda t, m=middle: np.cos(np.pi * (t - m) / arch) ** 2,
                snr=snr * fade ** (number - 1) * (1 if k == 0 else rng.uniform(0.3, 0.8)),
                phase=rng.uniform(0, 2 * np.pi),
            )


def whistle(series: Series, rng: Random) -> None:
    """A beat note whose oscillator sweeps: f = |c + k t^2| or |k t|, so a U, a V, or an arch between two cusps."""
    count = 1 + int(rng.poisson(0.3))
    kind = rng.choice(["u", "v", "arch"], p=[0.3, 0.3, 0.4])
    length = log_uniform(rng, 0.025, 0.45)
    bottom, top = log_uniform(rng, 350, 1600), rng.uniform(750, 1950)
    snr = log_uniform(rng, 13, 40)
    for number in range(count):
        middle = 0.0 if number == 0 else rng.choice([-1, 1]) * rng.uniform(2.5 * length, 2.5 * length + 1.2)
        if kind == "arch" and number == 0 and rng.random() < 0.25:
            middle = rng.choice([-1, 1]) * length
        _beat(series, rng, kind=kind, middle=middle, length=length, bottom=bottom, top=top, snr=snr)
        snr *= rng.uniform(0.4, 0.9)


def _beat(
    series: Series,
    rng: Random,
    *,
    kind: str,
    middle: float,
    length: float,
    bottom: float,
    top: float,
    snr: float,
) -> None:
    tilt = rng.uniform(-0.25, 0.25)

    def frequency(t: np.ndarray) -> np.ndarray:
        x = (t - middle) / length
        x = x * (1 + tilt * np.clip(x, -1.5, 1.5))
        if kind == "u":
            return bottom + 1500 * x * x
        return 2300 * np.abs(x) if kind == "v" else top * np.abs(1 - x * x)

    cusp, taper = rng.uniform(180, 380), rng.uniform(0.0, 0.5)
    bright, broad = rng.uniform(-1.0, 1.0), rng.uniform(0.3, 1.0)

    def envelope(t: np.ndarray) -> np.ndarray:
        hertz = np.maximum(frequency(t), 1.0)
        x = (t - middle) / length
        seen = 1 / (1 + (cusp / hertz) ** 6)
        return seen * (1 + np.exp(-0.5 * ((x - bright) / broad) ** 2)) / (1 + taper * x * x)

    reach = length * {"u": 1.3, "v": 1.1, "arch": 1.7}[kind]
    add_track(
        series,
        start=middle - reach,
        stop=middle + reach,
        frequency=frequency,
        envelope=envelope,
        snr=snr * max(1.0, reach / 0.1) ** 0.4,
        phase=rng.uniform(0, 2 * np.pi),
    )
    if kind != "u" and rng.random() < 0.35:
        at = middle + (rng.choice([-1, 1]) * length if kind == "arch" else 0)
        hertz = log_uniform(rng, 110, 260)
        add_packet(series, time=at, frequency=hertz, width=2 / hertz, snr=rng.uniform(4, 9))


def wandering_line(series: Series, rng: Random) -> None:
    """A line that meanders, often near 1 kHz, in pieces over seconds."""
    middle = log_uniform(rng, 380, 1500)
    depth = log_uniform(rng, 0.03, 0.6)
    rates, phases = rng.uniform(0.2, 7, 3), rng.uniform(0, 2 * np.pi, 3)
    sizes = rng.dirichlet([1.0, 1.0, 1.0])
    gap_rate, gap_phase, gap_size = rng.uniform(0.5, 6), rng.uniform(0, 2 * np.pi), rng.uniform(0, 0.9)

    def frequency(t: np.ndarray) -> np.ndarray:
        waves = np.sin(2 * np.pi * np.outer(rates, t) + phases[:, None])
        return middle * np.exp(depth * (sizes @ waves))

    def envelope(t: np.ndarray) -> np.ndarray:
        pulse = np.sin(2 * np.pi * gap_rate * t + gap_phase) + 0.6 * np.sin(2 * np.pi * 2.7 * gap_rate * t)
        seen = 1 / (1 + np.exp(-(pulse + 1.6 - 2.6 * gap_size) / 0.12))
        return (0.15 + seen) * (1 + 0.8 * np.exp(-0.5 * (t / 0.06) ** 2))

    reach = rng.uniform(1.2, 3.2)
    add_track(
        series,
        start=-reach,
        stop=reach,
        frequency=frequency,
        envelope=envelope,
        snr=log_uniform(rng, 35, 120) * (1 + 2 * depth),
        phase=rng.uniform(0, 2 * np.pi),
    )
