"""Glitches that are short and broad: blips and their relatives, loud bursts, spike trains."""

from __future__ import annotations

import numpy as np

from core.simulate.series import add_noise_burst, add_packet, add_pulse, log_uniform

Series = np.ndarray
Random = np.random.Generator


def blip(series: Series, rng: Random) -> None:
    """One broadband teardrop of tens of ms, roughly 30 to 500 Hz."""
    _blip_at(series, rng, time=0.0, snr=log_uniform(rng, 11, 60))


def _blip_at(series: Series, rng: Random, *, time: float, snr: float, low: float = 0, high: float = 0) -> None:
    add_pulse(
        series,
        time=time,
        low=low or log_uniform(rng, 32, 95),
        high=high or log_uniform(rng, 170, 800),
        snr=snr,
        slope=rng.uniform(-1.2, -0.5),
        phase=rng.uniform(0, 2 * np.pi),
        order=int(rng.integers(2, 5)),
    )


def tomte(series: Series, rng: Random) -> None:
    """A triangular blip that stays below about 200 Hz."""
    low = log_uniform(rng, 16, 30)
    add_pulse(
        series,
        time=0.0,
        low=low,
        high=low * rng.uniform(2.0, 4.2),
        snr=log_uniform(rng, 14, 65),
        slope=rng.uniform(-1.2, -0.6),
        phase=rng.uniform(0, 2 * np.pi),
        order=int(rng.integers(2, 4)),
    )


def koi_fish(series: Series, rng: Random) -> None:
    """A loud blip with fins: saturated body at low frequency, thin tall tail, scattered energy at the sides."""
    loud = log_uniform(rng, 0.8, 6)
    phase = rng.uniform(0, 2 * np.pi)
    bottom = log_uniform(rng, 11, 30)
    add_pulse(series, time=0.0, low=bottom, high=rng.uniform(50, 110), snr=50 * loud, slope=-0.6, phase=phase)
    add_pulse(series, time=0.0, low=45, high=log_uniform(rng, 500, 1800), snr=60 * loud, slope=-0.9, phase=phase)
    fin = log_uniform(rng, 0.05, 0.16)
    floor = rng.uniform(24, 36)
    add_noise_burst(series, rng, time=0.0, width=fin, low=floor, high=floor * 1.6, snr=12 * loud, order=6)
    scatter = rng.uniform(9, 14) * loud**0.4
    add_noise_burst(series, rng, time=0.0, width=fin * 0.7, low=55, high=rng.uniform(150, 420), snr=scatter, slope=-0.3)


def repeating_blips(series: Series, rng: Random) -> None:
    """Blips of one make, repeating every 0.12 to 0.5 s: the short views show one, the long ones a row."""
    period = rng.uniform(0.14, 0.52)
    count = int(rng.integers(2, 12))
    before = int(rng.integers(0, count))
    low, high = log_uniform(rng, 28, 110), log_uniform(rng, 180, 800)
    snr = log_uniform(rng, 11, 45)
    jitter = rng.choice([0.02, 0.25])
    for k in range(-before, count - before):
        size = 1.0 if k == 0 else rng.uniform(0.45, 1.0)
        moment = 0.0 if k == 0 else k * period * (1 + rng.normal(0, jitter) / max(abs(k), 1))
        _blip_at(series, rng, time=moment, snr=snr * size, low=low, high=high)


def low_frequency_burst(series: Series, rng: Random) -> None:
    """A saturated blob below about 50 Hz, alone or a few in a row over up to seconds."""
    top = log_uniform(rng, 14, 42)
    if rng.random() < 0.5:
        width = log_uniform(rng, 0.05, 0.22)
        others = rng.integers(0, 4)
        moments = np.append(rng.uniform(-1.6, 1.6, others), 0.0)
        for moment in moments:
            size = 1.0 if moment == 0 else rng.uniform(0.3, 0.8)
            add_noise_burst(
                series,
                rng,
                time=moment,
                width=width * rng.uniform(0.6, 1.4),
                low=8,
                high=top,
                snr=size * log_uniform(rng, 25, 120),
                slope=-0.8,
                order=6,
            )
    else:
        width = log_uniform(rng, 0.15, 0.6)
        loud = log_uniform(rng, 60, 500)
        add_noise_burst(
            series, rng, time=0.0, width=width, rise=width * rng.uniform(0.4, 1), low=8, high=top, snr=loud, order=6
        )
        add_pulse(series, time=0.0, low=10, high=top * 1.3, snr=loud * 0.3, phase=rng.uniform(0, 6.28), order=5)


def light_modulation(series: Series, rng: Random) -> None:
    """Saturated spikes that reach the top of the picture, over and before a trail of low-frequency noise."""
    loud = log_uniform(rng, 0.5, 9)
    trail = log_uniform(rng, 0.12, 0.5)
    spikes = int(rng.integers(1, 7))
    moments = [0.0, *(rng.normal(0, rng.choice([0.03, 0.12, 0.5])) for _ in range(spikes - 1))]
    for moment in moments:
        size = 1.0 if moment == 0 else rng.uniform(0.3, 1)
        add_pulse(
            series,
            time=moment,
            low=rng.uniform(25, 60),
            high=log_uniform(rng, 900, 2600),
            snr=size * 24 * loud,
            slope=rng.uniform(-0.9, -0.5),
            phase=rng.uniform(0, 2 * np.pi),
        )
    begins = rng.uniform(-0.05, 0.15)
    add_noise_burst(
        series,
        rng,
        time=begins,
        width=trail,
        rise=rng.uniform(0.03, 0.15),
        low=9,
        high=log_uniform(rng, 22, 60),
        snr=rng.uniform(14, 30) * loud**0.8,
        slope=-0.4,
    )
    for _ in range(rng.integers(0, 4)):
        add_noise_burst(
            series,
            rng,
            time=begins + rng.uniform(0, 2.5 * trail),
            width=rng.uniform(0.03, 0.1),
            low=10,
            high=rng.uniform(20, 35),
            snr=rng.uniform(8, 16) * loud**0.6,
        )


def extremely_loud(series: Series, rng: Random) -> None:
    """Saturates most of the picture: a lock loss that stays, a huge blob, or a blip a hundred times too loud."""
    kind = rng.choice(["onset", "blob", "blip"], p=[0.25, 0.35, 0.4])
    if kind == "onset":
        begins = rng.uniform(0.02, 0.25)
        width = rng.uniform(0.6, 1.5)
        add_noise_burst(
            series,
            rng,
            time=begins,
            width=width,
            rise=rng.uniform(0.001, 0.01),
            low=8,
            high=3000,
            snr=log_uniform(rng, 3e3, 6e4),
            slope=rng.uniform(-0.8, 0),
        )
    elif kind == "blob":
        width = log_uniform(rng, 0.15, 0.55)
        top = log_uniform(rng, 90, 600)
        loud = log_uniform(rng, 800, 8e3)
        add_noise_burst(series, rng, time=0.0, width=width, low=9, high=top, snr=loud, slope=-0.6, order=3)
        add_pulse(series, time=0.0, low=12, high=2 * top, snr=loud * rng.uniform(0.1, 0.5), slope=-0.7, order=2)
    else:
        loud = log_uniform(rng, 900, 2e4)
        add_pulse(
            series,
            time=0.0,
            low=9,
            high=log_uniform(rng, 300, 1800),
            snr=loud,
            slope=rng.uniform(-1.0, -0.5),
            phase=rng.uniform(0, 2 * np.pi),
            order=2,
        )
        add_noise_burst(
            series,
            rng,
            time=0.0,
            width=log_uniform(rng, 0.05, 0.3),
            low=10,
            high=log_uniform(rng, 120, 900),
            snr=loud * rng.uniform(0.15, 0.5),
            slope=-0.7,
            order=2,
        )


def helix(series: Series, rng: Random) -> None:
    """Stacked loops: blobs at rising frequencies, in turn one in the middle and two at the sides; often in groups."""
    bottom = log_uniform(rng, 42, 75)
    ratio = rng.uniform(1.28, 1.42)
    floors = int(rng.integers(4, 8))
    spread = rng.uniform(0.011, 0.02)
    cycles = rng.uniform(0.9, 1.4)
    snr = rng.uniform(6.5, 13.0)
    loudest = rng.uniform(110, 190)
    moments = [0.0, *rng.uniform(-2.2, 2.2, rng.integers(0, 16))]
    if rng.random() < 0.6:
        moments.append(rng.choice([-1, 1]) * rng.uniform(0.09, 0.2))
    for moment in moments:
        size = 1.0 if moment == 0 else rng.uniform(0.35, 0.95)
        for floor in range(floors):
            hertz = bottom * ratio**floor
            weight = size * np.exp(-0.5 * (np.log(hertz / loudest) / 0.65) ** 2) * rng.uniform(0.7, 1.2)
            sides = (0.0,) if floor % 2 else (-spread, spread)
            for side in sides:
                add_packet(
                    series,
                    time=moment + side + rng.normal(0, 0.001),
                    frequency=hertz * rng.uniform(0.98, 1.02),
                    width=min(cycles / hertz, 0.02),
                    snr=snr * weight,
                    phase=rng.uniform(0, 2 * np.pi),
                )


def scratchy(series: Series, rng: Random) -> None:
    """Dozens of small spikes at middle frequencies, in waves, over seconds."""
    middle = log_uniform(rng, 110, 420)
    spacing = rng.uniform(0.018, 0.06)
    snr = rng.uniform(4.8, 9.0)
    wave_period, wave_depth = rng.uniform(0.25, 1.5), rng.uniform(0.1, 1.0)
    wander = rng.uniform(0.02, 0.25)
    cycles = rng.uniform(0.7, 1.8)
    phase = rng.uniform(0, 2 * np.pi)
    count = int(2.5 / spacing)
    for number in range(-count, count + 1):
        moment = spacing * (number + (rng.normal(0, 0.3) if number else 0))
        swing = 2 * np.pi * moment / wave_period + phase
        size = 1.35 if number == 0 else rng.uniform(0.5, 1.25) * (1 - wave_depth * 0.5 * (1 + np.cos(swing)))
        hertz = middle * np.exp(wander * np.sin(2 * swing) + rng.normal(0, 0.09))
        add_packet(
            series,
            time=moment,
            frequency=hertz,
            width=cycles / hertz,
            snr=snr * size,
            phase=rng.uniform(0, 2 * np.pi),
        )
