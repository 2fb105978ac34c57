"""Glitches that stay at a frequency: mains and compressor lines, rows of dots, slow low-frequency lines."""

from __future__ import annotations

import numpy as np

from core.simulate.series import add_noise_burst, add_packet, add_track, log_uniform
from core.simulate.waveforms_tracks import smooth_noise

Series = np.ndarray
Random = np.random.Generator


def power_line(series: Series, rng: Random) -> None:
    """A thin line at 60 Hz for 0.1 to 1 s, sometimes with its harmonics at 120 and 180 Hz or split into two strands.

    Equipment that switches on or off loads the mains, so the amplitude comes and goes unevenly.
    """
    width = log_uniform(rng, 0.042, 0.3)
    snr = log_uniform(rng, 6.5, 28)
    hertz = 60 + rng.normal(0, 0.5)
    way = rng.random()
    if way < 0.5:
        _flat(series, rng, hertz=hertz, width=width, snr=snr)
    else:
        _uneven(series, rng, hertz=hertz, width=width, snr=snr, time=rng.normal(0, 0.2) * width)
    if rng.random() < 0.4:
        beside = rng.choice([-1, 1]) * width * rng.uniform(0.6, 2.2)
        hertz_now = 60 * rng.uniform(0.92, 1.08)
        _flat(
            series,
            rng,
            hertz=hertz_now,
            width=width * rng.uniform(0.4, 1),
            snr=rng.uniform(0.3, 0.7) * snr,
            time=beside,
        )
    for harmonic in (2, 3, 4, 5):
        if rng.random() < (0.35 if harmonic < 4 else 0.08):
            _flat(series, rng, hertz=60 * harmonic, width=width * rng.uniform(0.5, 1), snr=snr * rng.uniform(0.2, 0.7))
    for _ in range(rng.poisson(0.35)):
        moment = rng.uniform(-2.2, 2.2)
        _flat(
            series, rng, hertz=hertz, width=width * rng.uniform(0.5, 1.2), snr=snr * rng.uniform(0.3, 0.8), time=moment
        )


def air_compressor(series: Series, rng: Random) -> None:
    """One fat horizontal line at 50 Hz, a tenth of a second to a second long: a compressor that starts."""
    width = log_uniform(rng, 0.032, 0.22)
    snr = log_uniform(rng, 7, 34)
    hertz = 50 + rng.normal(0, 1.0)
    if rng.random() < 0.5:
        _flat(series, rng, hertz=hertz, width=width, snr=snr)
    else:
        _uneven(series, rng, hertz=hertz, width=width, snr=snr, time=rng.normal(0, 0.15) * width)
    if rng.random() < 0.7:
        near, moment = rng.choice([-1, 1]) * rng.uniform(1, 4), rng.normal(0, 0.8) * width
        _flat(
            series,
            rng,
            hertz=hertz + near,
            width=width * rng.uniform(0.4, 1),
            snr=snr * rng.uniform(0.1, 0.5),
            time=moment,
        )
    for _ in range(rng.poisson(0.25)):
        moment = rng.uniform(-2.2, 2.2)
        _flat(
            series, rng, hertz=hertz, width=width * rng.uniform(0.5, 1.2), snr=snr * rng.uniform(0.3, 0.8), time=moment
        )
    if rng.random() < 0.12:
        _flat(series, rng, hertz=2 * hertz, width=width * rng.uniform(0.4, 0.8), snr=snr * rng.uniform(0.2, 0.5))


def _flat(series: Series, rng: Random, *, hertz: float, width: float, snr: float, time: float = 0.0) -> None:
    add_packet(series, time=time, frequency=hertz, width=width, snr=snr, phase=rng.uniform(0, 2 * np.pi))


def _uneven(
    series: Series,
    rng: Random,
    *,
    hertz: float,
    width: float,
    snr: float,
    time: float = 0.0,
    drift: float = 0.006,
    flat: float = 1.0,
) -> None:
    """A line whose amplitude and frequency change irregularly and whose rise and decay differ.

    ``flat`` above 1 makes the envelope box-like; ``drift`` is the relative size of the frequency's changes.
    """
    pace = 1 / width
    loud, wobble = smooth_noise(rng, pace * log_uniform(rng, 0.25, 1.1)), smooth_noise(rng, pace * 0.5)
    depth = rng.uniform(0, 0.9)
    rise, decay = width * np.exp(rng.normal(0, 0.4, 2))
    reach = 3.5

    def envelope(t: np.ndarray) -> np.ndarray:
        x = np.abs((t - time) / np.where(t < time, rise, decay))
        return np.exp(-0.5 * x ** (2 * flat)) * np.exp(depth * loud(t))

    add_track(
        series,
        start=max(time - reach * rise, -4.0),
        stop=min(time + reach * decay, 4.0),
        frequency=lambda t: hertz * (1 + drift * wobble(t)),
        envelope=envelope,
        snr=snr,
        phase=rng.uniform(0, 2 * np.pi),
    )


def lines_1080(series: Series, rng: Random) -> None:
    """A row of short dots near 1080 Hz over the whole picture, sometimes joined by a line; louder near the trigger."""
    middle = 1080 + rng.normal(0, 8)
    density = log_uniform(rng, 6, 70)
    snr = log_uniform(rng, 4.3, 10.5)
    width = log_uniform(rng, 0.0035, 0.02)
    spread, swell = rng.uniform(3, 14), rng.uniform(0, 1.5)
    focus = log_uniform(rng, 0.2, 4)
    for moment in np.append(rng.uniform(-3, 3, rng.poisson(6 * density)), 0.0):
        size = rng.uniform(0.9, 1.6) if moment == 0 else rng.gamma(3.0, 0.28)
        size *= (1 + swell * np.exp(-0.5 * (moment / focus) ** 2)) / (1 + swell)
        hertz, width_now = middle + rng.normal(0, spread), width * np.exp(rng.normal(0, 0.35))
        _flat(series, rng, hertz=hertz, width=width_now, snr=snr * size, time=moment)
    if rng.random() < 0.35:
        _meander(series, rng, middle=middle, depth=rng.uniform(2, 9), snr=log_uniform(rng, 15, 48))


def _meander(series: Series, rng: Random, *, middle: float, depth: float, snr: float) -> None:
    slow, loud = smooth_noise(rng, log_uniform(rng, 0.5, 8)), smooth_noise(rng, log_uniform(rng, 2, 20))
    add_track(
        series,
        start=-3,
        stop=3,
        frequency=lambda t: middle + depth * slow(t),
        envelope=lambda t: np.exp(0.7 * loud(t)),
        snr=snr,
    )


def ripples_1400(series: Series, rng: Random) -> None:
    """One to several short isolated dashes near 1400 Hz, from faint and stretched to short and bright."""
    middle = rng.uniform(1335, 1475)
    width = log_uniform(rng, 0.004, 0.06)
    snr = log_uniform(rng, 7.0, 18)
    if rng.random() < 0.4:
        _uneven(series, rng, hertz=middle, width=width, snr=snr, drift=0.002)
    else:
        _flat(series, rng, hertz=middle, width=width, snr=snr)
    for _ in range(rng.integers(0, 6)):
        moment = rng.choice([rng.normal(0, 0.1), rng.uniform(-2, 2)])
        hertz, width_now = middle + rng.normal(0, 12), width * np.exp(rng.normal(0, 0.4))
        _flat(series, rng, hertz=hertz, width=width_now, snr=snr * rng.uniform(0.3, 0.95), time=moment)


def violin_mode(series: Series, rng: Random) -> None:
    """Dots stacked at about 500 Hz and its harmonics (1, 1.5, 2 kHz), coming back now and then.

    Something shakes the suspensions and the wires of all four test masses ring: each harmonic has several modes some
    tens of Hz apart, seen as doublets. The shake itself may show as a faint column, a blob near 120 Hz or low rows.
    """
    base = rng.uniform(488, 516)
    strands = int(rng.choice([1, 2, 3, 4], p=[0.3, 0.35, 0.25, 0.1]))
    width = log_uniform(rng, 0.004, 0.028)
    snr = log_uniform(rng, 7, 34)
    steep = rng.uniform(-0.2, 1.1)
    shares = [number**-steep * rng.uniform(0.5, 1.1) for number in (1, 2, 3, 4)]
    if rng.random() < 0.25:
        # Some events show only a few of the harmonics.
        shares = [share * (number == 0 or rng.random() < 0.5) for number, share in enumerate(shares)]
    modes = []
    for number, share in enumerate(shares, start=1):
        for strand in range(strands):
            offset = 0.0 if strand == 0 else rng.uniform(-4, 95) * number**0.6
            if share > 0 and number * base + offset < 2120:
                modes.append((number * base + offset, share * (1.0 if strand == 0 else rng.uniform(0.25, 1.0))))
    loudest = max(share for _, share in modes)
    near = rng.normal(0, rng.uniform(0.05, 0.3), rng.poisson(1.2))
    moments = [0.0, *near, *rng.uniform(-2.3, 2.3, rng.poisson(log_uniform(rng, 0.5, 9)))]
    for moment in moments:
        size = 1.0 if moment == 0 else rng.uniform(0.15, 0.95)
        for hertz, share in modes:
            size_now = size * share / loudest * rng.uniform(0.7, 1.1)
            width_now = width * np.exp(rng.normal(0, 0.25))
            late = rng.normal(0, 0.3) * width
            _flat(
                series, rng, hertz=hertz * rng.normal(1, 0.002), width=width_now, snr=snr * size_now, time=moment + late
            )
    if rng.random() < 0.3:
        for moment in moments:
            loud = snr * rng.uniform(0.1, 0.45)
            add_noise_burst(series, rng, time=moment, width=width, low=420, high=1900, snr=loud)
    if rng.random() < 0.4:
        hertz, stretch = log_uniform(rng, 60, 190), log_uniform(rng, 0.012, 0.05)
        for moment in moments:
            _flat(series, rng, hertz=hertz, width=stretch, snr=rng.uniform(0.15, 0.5) * min(snr, 16), time=moment)
    if rng.random() < 0.25:
        for _ in range(rng.integers(1, 4)):
            hertz, stretch = log_uniform(rng, 11, 30), log_uniform(rng, 0.08, 0.4)
            late = rng.normal(0, 0.1)
            _flat(series, rng, hertz=hertz, width=stretch, snr=rng.uniform(0.2, 0.7) * min(snr, 24), time=late)


def low_frequency_lines(series: Series, rng: Random) -> None:
    """One to four steady lines near 10 to 30 Hz, faint or bright, that last from half a second to several seconds.

    The short views show them from edge to edge; amplitude and frequency drift.
    """
    snr = log_uniform(rng, 9, 27)
    lines = 1 + int(rng.choice([0, 1, 2, 3], p=[0.55, 0.25, 0.13, 0.07]))
    for number in range(lines):
        hertz = log_uniform(rng, 10, 21) if number == 0 else log_uniform(rng, 10, 34)
        width = log_uniform(rng, 0.3, 1.9)
        size = 1.0 if number == 0 else rng.uniform(0.3, 0.85)
        # Longer lines hold more energy at the same brightness.
        loud = snr * size * (width / 0.6) ** 0.5
        moment = rng.normal(0, 0.25) * width
        drift, flat = log_uniform(rng, 0.001, 0.012), rng.uniform(1, 3)
        _uneven(series, rng, hertz=hertz, width=width, snr=loud, time=moment, drift=drift, flat=flat)
