"""None_of_the_Above: a wide mixture of shapes that belong to no class of Gravity Spy's training set."""

from __future__ import annotations

import numpy as np

from core.simulate.series import add_noise_burst, add_packet, add_pulse, add_track, log_uniform
from core.simulate.waveforms_tracks import smooth_noise

Series = np.ndarray
Random = np.random.Generator


def none_of_the_above(series: Series, rng: Random) -> None:
    """One of ten odd kinds; the class is what volunteers could not name, so nothing holds it together but that."""
    kinds = (_comb, _train, _odd_lines, _high_burst, _scatter, _forked, _lumps, _stacks, _odd_track, _patch)
    weights = np.array([1.2, 1.2, 0.9, 0.9, 1.2, 1.1, 1.4, 1.3, 1.2, 0.9])
    kinds[rng.choice(len(kinds), p=weights / weights.sum())](series, rng)
    if rng.random() < 0.2:
        # Something else far from the centre, as in many of the real ones.
        low = log_uniform(rng, 15, 300)
        moment = rng.choice([-1, 1]) * rng.uniform(0.4, 2.0)
        width, snr = log_uniform(rng, 0.02, 0.2), log_uniform(rng, 8, 80)
        add_noise_burst(series, rng, time=moment, width=width, low=low, high=low * log_uniform(rng, 1.5, 10), snr=snr)


def _phase(rng: Random) -> float:
    return rng.uniform(0, 2 * np.pi)


def _comb(series: Series, rng: Random) -> None:
    """Spikes in quick succession at high frequency, unevenly loud, the comb sometimes ending within the picture."""
    period, low = log_uniform(rng, 0.015, 0.1), log_uniform(rng, 100, 600)
    jitter, uneven = rng.uniform(0, 0.3), rng.uniform(0.2, 1.0)
    start, stop = -rng.uniform(0.1, 2.4), rng.uniform(0.1, 2.4)
    snr, slope, high = log_uniform(rng, 9, 34), rng.uniform(-0.8, -0.1), log_uniform(rng, 900, 3000)
    for moment in np.arange(start, stop, period):
        snr_now = snr * rng.uniform(1 - uneven, 1)
        moment_now = moment + jitter * period * rng.normal()
        add_pulse(series, time=moment_now, low=low, high=high, snr=snr_now, slope=slope, phase=_phase(rng))


def _train(series: Series, rng: Random) -> None:
    """Blobs in a row at low frequency, often with a line at their foot."""
    period, middle = log_uniform(rng, 0.12, 0.8), log_uniform(rng, 14, 70)
    snr, uneven = log_uniform(rng, 12, 110), rng.uniform(0.2, 0.9)
    broad, share = rng.uniform(1.3, 2.6), rng.uniform(0.1, 0.3)
    count = int(rng.integers(2, 8))
    for moment in np.arange(-count, count + 1) * period + rng.normal(0, 0.2) * period:
        if abs(moment) < 3:
            add_noise_burst(
                series,
                rng,
                time=moment + rng.normal(0, 0.06) * period,
                width=period * share,
                low=middle / broad**0.5,
                high=middle * broad**0.5,
                snr=snr * rng.uniform(1 - uneven, 1),
            )
    if rng.random() < 0.5:
        hertz = log_uniform(rng, 11, middle)
        add_packet(series, time=0, frequency=hertz, width=log_uniform(rng, 0.3, 1.6), snr=snr * rng.uniform(0.3, 1))


def _odd_lines(series: Series, rng: Random) -> None:
    """Lines where no class has one, short or long, with drifting amplitude."""
    places = [33.0, 37.0, 70.0, 84.0, 95.0, 150.0, 210.0, 300.0, 350.0, 700.0, 900.0]
    snr = log_uniform(rng, 9, 36)
    for hertz in rng.choice(places, size=rng.integers(1, 5), replace=False) * np.exp(rng.normal(0, 0.06)):
        width, moment = log_uniform(rng, 0.02, 0.6), rng.normal(0, 0.08)
        loud = smooth_noise(rng, 1.5 / width)
        add_track(
            series,
            start=moment - 3 * width,
            stop=moment + 3 * width,
            frequency=lambda t, hertz=hertz: np.full_like(t, hertz),
            envelope=lambda t, m=moment, w=width, loud=loud: np.exp(-0.5 * ((t - m) / w) ** 2 + 0.5 * loud(t)),
            snr=snr * rng.uniform(0.5, 1),
            phase=_phase(rng),
        )


def _high_burst(series: Series, rng: Random) -> None:
    """Noise or a single spike that lies high in the picture."""
    low, snr = log_uniform(rng, 300, 1300), log_uniform(rng, 12, 90)
    high = low * log_uniform(rng, 1.2, 3)
    if rng.random() < 0.35:
        add_pulse(series, time=0, low=low, high=high, snr=0.6 * snr, slope=-0.5, phase=_phase(rng))
        return
    width = log_uniform(rng, 0.005, 0.5)
    rise = width * np.exp(rng.normal(0, 0.6))
    add_noise_burst(series, rng, time=0, width=width, rise=rise, low=low, high=high, snr=snr)


def _scatter(series: Series, rng: Random) -> None:
    """A loose crowd of packets of all frequencies."""
    spread, snr = log_uniform(rng, 0.05, 0.6), log_uniform(rng, 7, 24)
    for number in range(rng.integers(3, 12)):
        hertz, moment = log_uniform(rng, 15, 1600), rng.normal(0, spread) if number else 0.0
        width = log_uniform(rng, 0.8, 14) / hertz
        sweep = rng.normal(0, 1) * hertz**2 / 30 if rng.random() < 0.3 else 0.0
        snr_now = snr * rng.uniform(0.4, 1)
        add_packet(series, time=moment, frequency=hertz, width=width, snr=snr_now, phase=_phase(rng), sweep=sweep)


def _forked(series: Series, rng: Random) -> None:
    """A spike that splits into legs below (or arms above): tracks that meet at one instant."""
    knee, foot = log_uniform(rng, 35, 160), log_uniform(rng, 14, 32)
    length, snr = log_uniform(rng, 0.02, 0.2), log_uniform(rng, 8, 45)
    if rng.random() < 0.85:
        high = knee * log_uniform(rng, 1.5, 8)
        add_pulse(series, time=0, low=knee, high=high, snr=snr * rng.uniform(0.4, 1), phase=_phase(rng))
    upward = rng.random() < 0.25
    for side in (-1, 1):
        stretch, end = length * rng.uniform(0.5, 1.6), knee * knee / foot if upward else foot
        begins, ends = (-stretch, 0.0) if side < 0 else (0.0, stretch)
        power = log_uniform(rng, 0.4, 1.5)
        add_track(
            series,
            start=begins,
            stop=ends,
            frequency=lambda t, s=stretch, end=end, power=power: knee * (end / knee) ** (np.abs(t / s) ** power),
            envelope=lambda t, s=stretch: np.cos(0.5 * np.pi * np.clip(np.abs(t / s), 0, 1)) ** 0.5,
            snr=snr * rng.uniform(0.3, 1.1),
            phase=_phase(rng),
        )


def _lumps(series: Series, rng: Random) -> None:
    """A few blobs that run into one another, a large one with smaller ones beside it."""
    middle, snr = log_uniform(rng, 28, 350), log_uniform(rng, 14, 110)
    width = log_uniform(rng, 2, 10) / (2 * np.pi * middle) * 2
    for number in range(rng.integers(2, 7)):
        size = 1.0 if number == 0 else rng.uniform(0.1, 0.6)
        moment = 0.0 if number == 0 else rng.normal(0, 3.0) * width
        hertz = middle * np.exp(rng.normal(0, 0.25) * (number > 0))
        broad, width_now = rng.uniform(1.1, 2.2), width * rng.uniform(0.5, 1.5)
        low, high = hertz / broad, hertz * broad
        add_noise_burst(series, rng, time=moment, width=width_now, low=low, high=high, snr=snr * size)


def _stacks(series: Series, rng: Random) -> None:
    """Columns of harmonics that come back unevenly over bright low rows."""
    base, harmonics = log_uniform(rng, 35, 180), int(rng.integers(3, 10))
    snr, fade = log_uniform(rng, 9, 50), rng.uniform(0.55, 0.95)
    width = log_uniform(rng, 0.008, 0.06)
    for moment in [0.0, *rng.uniform(-2, 2, rng.integers(1, 8))]:
        size = 1.0 if moment == 0 else rng.uniform(0.2, 1)
        for number in range(1, harmonics + 1):
            hertz = number * base * rng.normal(1, 0.03)
            snr_now = snr * size * fade**number * rng.uniform(0.3, 1.2)
            width_now = width * rng.uniform(0.5, 1.3) * number**-0.3
            add_packet(series, time=moment, frequency=hertz, width=width_now, snr=snr_now, phase=_phase(rng))
    for _ in range(rng.integers(0, 4)):
        hertz, stretch = log_uniform(rng, 11, 32), log_uniform(rng, 0.15, 1.5)
        moment, snr_now = rng.normal(0, 0.3), snr * rng.uniform(0.3, 1.2)
        add_packet(series, time=moment, frequency=hertz, width=stretch, snr=snr_now, phase=_phase(rng))


def _odd_track(series: Series, rng: Random) -> None:
    """A track of 30 to 400 Hz that falls, zigzags or wanders, where whistles and wandering lines do not go."""
    middle, length = log_uniform(rng, 40, 330), log_uniform(rng, 0.05, 0.9)
    falls, depth = rng.uniform(-0.2, 1.2), log_uniform(rng, 0.05, 0.6)
    waves, loud = smooth_noise(rng, log_uniform(rng, 1, 6) / length), smooth_noise(rng, log_uniform(rng, 2, 8) / length)
    bounces = rng.random() < 0.3
    rate = log_uniform(rng, 1.5, 8) / length

    def frequency(t: np.ndarray) -> np.ndarray:
        shape = np.abs((rate * t) % 2 - 1) * 2 * depth if bounces else depth * waves(t) - falls * t / length
        return middle * np.exp(shape)

    snr, phase = log_uniform(rng, 10, 60) * (1 + length), _phase(rng)
    for number in range(1, 1 + rng.integers(1, 4)):
        add_track(
            series,
            start=-length,
            stop=length,
            frequency=lambda t, number=number: number * frequency(t),
            envelope=lambda t: np.cos(0.5 * np.pi * t / length) * np.exp(0.5 * loud(t)),
            snr=snr * rng.uniform(0.4, 1) / number,
            phase=number * phase,
        )


def _patch(series: Series, rng: Random) -> None:
    """Noise in some band for some time, with an uneven envelope and no outline of its own."""
    low = log_uniform(rng, 12, 700)
    length, snr = log_uniform(rng, 0.1, 1.5), log_uniform(rng, 18, 110)
    pieces = int(rng.integers(1, 7))
    for _ in range(pieces):
        moment, width = rng.normal(0, 0.5) * length, length * log_uniform(rng, 0.1, 0.6)
        low_now = low * np.exp(rng.normal(0, 0.2))
        high = low_now * log_uniform(rng, 1.4, 8)
        snr_now = snr * rng.uniform(0.3, 1) / pieces**0.5
        add_noise_burst(series, rng, time=moment, width=width, low=low_now, high=high, snr=snr_now)
