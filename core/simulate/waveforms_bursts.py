"""Glitches that are short and broad: blips and their relatives, bursts, light modulation, overloads."""

from __future__ import annotations

import numpy as np

from core.simulate.series import (
    DURATION,
    SAMPLE_RATE,
    SAMPLES,
    add_noise_burst,
    add_packet,
    add_pulse,
    log_uniform,
)

Series = np.ndarray
Random = np.random.Generator

_LENGTH = SAMPLE_RATE
FREQUENCIES = np.maximum(np.fft.rfftfreq(_LENGTH, 1 / SAMPLE_RATE), 1.0)
"""Hz of the values of a spectrum given to :func:`add_spectrum`."""
_HIGHEST = 3500.0
_TO_CENTRE = np.where(np.arange(len(FREQUENCIES)) % 2, -1.0, 1.0)


def add_spectrum(series: Series, spectrum: np.ndarray, *, time: float, snr: float) -> None:
    """Add the wave of one second that has a given complex spectrum at ``FREQUENCIES``, its zero of time at ``time``."""
    wave = np.fft.irfft(np.where(FREQUENCIES > _HIGHEST, 0, spectrum) * _TO_CENTRE, _LENGTH)
    norm = float(np.sqrt(np.dot(wave, wave)))
    first = round((time + DURATION / 2) * SAMPLE_RATE) - _LENGTH // 2
    start, stop = max(first, 0), min(first + _LENGTH, SAMPLES)
    if norm > 0 and start < stop:
        series[start:stop] += wave[start - first : stop - first] * (snr / norm)


def add_leaning_pulse(
    series: Series,
    *,
    time: float,
    low: float,
    high: float,
    snr: float,
    slope: float = -0.7,
    phase: float = 0.0,
    order: int = 4,
    lean: float = 0.0,
) -> None:
    """Add an :func:`add_pulse` whose low frequencies come ``lean`` cycles after its high: phase ``2 pi lean log f``."""
    shape = FREQUENCIES**slope / (1 + (low / FREQUENCIES) ** (2 * order)) / (1 + (FREQUENCIES / high) ** (2 * order))
    turn = phase - 2 * np.pi * lean * np.log(FREQUENCIES / np.sqrt(low * high))
    add_spectrum(series, shape * np.exp(1j * turn), time=time, snr=snr)


def _moderate(rng: Random, *, usual: tuple[float, float], tail: tuple[float, float], share: float) -> float:
    """A loudness as triggers have it: mostly ``usual``, a ``share`` of them from the long ``tail``."""
    return log_uniform(rng, *(tail if rng.random() < share else usual))


def blip(series: Series, rng: Random) -> None:
    """One broadband teardrop of tens of ms, roughly 30 to 500 Hz; its cause is unknown.

    Most are moderate, just above the trigger's threshold of 7.5; narrow ones begin higher and reach 1 kHz.
    """
    snr = _moderate(rng, usual=(7.5, 32), tail=(25, 80), share=0.22)
    low = log_uniform(rng, 26, 110)
    add_leaning_pulse(
        series,
        time=0.0,
        low=low,
        high=max(log_uniform(rng, 160, 1100), 3 * low),
        snr=snr,
        slope=rng.uniform(-1.3, -0.35),
        phase=rng.uniform(0, 2 * np.pi),
        order=int(rng.integers(1, 6)),
        lean=rng.normal(0, 0.12),
    )
    if rng.random() < 0.3:
        # A faint skirt: the same event seen at low frequency, wider.
        hertz = log_uniform(rng, 22, 50)
        moment, loud = rng.normal(0, 0.012), rng.uniform(2.5, 5) + 0.05 * snr
        add_packet(series, time=moment, frequency=hertz, width=rng.uniform(0.5, 1.3) / hertz, snr=loud)
    if rng.random() < 0.08:
        moment = rng.choice([-1, 1]) * rng.uniform(0.4, 2)
        add_pulse(series, time=moment, low=low, high=log_uniform(rng, 160, 800), snr=rng.uniform(0.2, 0.5) * snr)


def tomte(series: Series, rng: Random) -> None:
    """A triangular blip that stays below about 200 Hz, named after the hat of the gnome."""
    low = log_uniform(rng, 15, 36)
    snr = _moderate(rng, usual=(8.0, 32), tail=(30, 95), share=0.2)
    add_leaning_pulse(
        series,
        time=0.0,
        low=low,
        high=min(low * log_uniform(rng, 1.7, 5.2), 130),
        snr=snr,
        slope=rng.uniform(-1.4, -0.5),
        phase=rng.uniform(0, 2 * np.pi),
        order=int(rng.integers(2, 6)),
        lean=rng.normal(0, 0.1),
    )
    if rng.random() < 0.3:
        # Faint arms at the sides, as whitening leaves them.
        hertz = low * rng.uniform(1.5, 3)
        width = log_uniform(rng, 0.03, 0.12)
        add_noise_burst(
            series, rng, time=0.0, width=width, low=0.7 * hertz, high=1.5 * hertz, snr=4 + 0.12 * snr, order=6
        )


def koi_fish(series: Series, rng: Random) -> None:
    """A loud blip with fins: wide body at low frequency, thin tall tail above, long fins to both sides near 40 Hz.

    Fins are alike on both sides: the whitening filter rings as long before a loud pulse as after it. Faint pieces
    between 60 and 500 Hz surround the tail.
    """
    loud = log_uniform(rng, 0.4, 6)
    phase = rng.uniform(0, 2 * np.pi)
    bottom = log_uniform(rng, 10, 32)
    slope = rng.uniform(-1.0, -0.4)
    add_leaning_pulse(
        series,
        time=0.0,
        low=bottom,
        high=bottom * rng.uniform(2.5, 6),
        snr=45 * loud * log_uniform(rng, 0.2, 1.1),
        slope=slope,
        phase=phase,
        order=int(rng.integers(3, 8)),
        lean=rng.normal(0, 0.04),
    )
    tall = log_uniform(rng, 350, 1800)
    add_pulse(series, time=0.0, low=rng.uniform(35, 60), high=tall, snr=50 * loud, slope=rng.uniform(-1.1, -0.7))
    middle = log_uniform(rng, 26, 66)
    octaves = rng.uniform(1.12, 1.45)
    length = log_uniform(rng, 0.07, 0.24)
    strong = log_uniform(rng, 10, 50) * loud**0.6
    fins = np.zeros_like(series)
    for width, share, broader in ((0.4 * length, 1.0, 1.25), (length, rng.uniform(0.4, 0.9), 1.0)):
        add_noise_burst(
            fins,
            rng,
            time=0.0,
            width=width,
            low=middle / octaves / broader,
            high=middle * octaves * broader,
            snr=strong * share,
            order=8,
        )
    scatter = rng.uniform(8, 20) * loud**0.4
    top = log_uniform(rng, 130, 550)
    add_noise_burst(fins, rng, time=0.0, width=log_uniform(rng, 0.04, 0.13), low=55, high=top, snr=scatter, slope=-0.4)
    alike = rng.uniform(0.4, 1.0)
    # Sample SAMPLES // 2 is the instant itself, so the mirror image is shifted by one.
    mirrored = np.roll(fins[::-1], 1)
    before = slice(0, SAMPLES // 2)
    fins[before] = np.sqrt(1 - alike) * fins[before] + np.sqrt(alike) * mirrored[before]
    series += fins


def low_frequency_burst(series: Series, rng: Random) -> None:
    """Energy below about 50 Hz: one hump, a few in a row over seconds, or a band through the whole picture with a bump.

    Stray light and the suspensions' control make it; from barely visible to saturated.
    """
    top = log_uniform(rng, 12, 44)
    kind = rng.choice(["humps", "mound", "band"], p=[0.45, 0.3, 0.25])
    loud = log_uniform(rng, 9, 130)
    if kind == "humps":
        width = log_uniform(rng, 0.03, 0.16)
        row = rng.integers(0, 6)
        gap = rng.uniform(0.2, 0.6)
        moments = rng.uniform(-2, 2, row) if rng.random() < 0.5 else gap * (np.arange(row) - row // 2 + 0.5)
        for moment in (0.0, *moments):
            size = 1.0 if moment == 0 else rng.uniform(0.3, 0.9)
            add_noise_burst(
                series,
                rng,
                time=moment,
                width=width * rng.uniform(0.6, 1.5),
                low=8,
                high=top * np.exp(rng.normal(0, 0.12)),
                snr=size * loud,
                slope=rng.uniform(-1, 0),
                order=6,
            )
        return
    width = log_uniform(rng, 0.15, 0.6)
    rise = width * log_uniform(rng, 0.4, 1.6)
    loud *= 2.2
    add_noise_burst(series, rng, time=0.0, width=width, rise=rise, low=8, high=top, snr=loud, slope=-0.4, order=6)
    if rng.random() < 0.6:
        add_pulse(series, time=0.0, low=10, high=top * 1.3, snr=loud * rng.uniform(0.1, 0.5), order=5)
    if kind == "band":
        floor = top * rng.uniform(0.4, 0.8)
        moment, sizes = rng.uniform(-0.5, 0.5), loud * rng.uniform(0.3, 1.0)
        add_noise_burst(
            series, rng, time=moment, width=log_uniform(rng, 0.8, 2.5), low=8, high=floor, snr=sizes, order=7
        )


def light_modulation(series: Series, rng: Random) -> None:
    """Spikes that reach the top of the picture, over and before a trail of low blobs that sinks within a second.

    The radio-frequency sidebands' amplitude is disturbed. The faint ones are one thin spike and two or three blobs.
    """
    loud = log_uniform(rng, 0.4, 8)
    spikes = 1 if rng.random() < 0.35 else int(rng.integers(2, 9))
    near = rng.choice([0.012, 0.03, 0.12, 0.4])
    floor = rng.uniform(22, 70)
    for moment in (0.0, *rng.normal(0, near, spikes - 1)):
        size = 1.0 if moment == 0 else rng.uniform(0.3, 1)
        add_pulse(
            series,
            time=moment,
            low=floor * rng.uniform(0.8, 1.3),
            high=log_uniform(rng, 900, 3000),
            snr=size * 24 * loud,
            slope=rng.uniform(-0.9, -0.45),
            phase=rng.uniform(0, 2 * np.pi),
        )
    length = log_uniform(rng, 0.12, 0.7)
    begins = rng.uniform(-0.08, 0.08)
    blobs = int(rng.integers(1, 4)) if loud < 0.8 else int(rng.integers(4, 16))
    strength = rng.uniform(7, 17) * loud ** rng.uniform(0.6, 1.0)
    highest = log_uniform(rng, 24, 70)
    for _ in range(blobs):
        along = rng.uniform(0, 1)
        hertz = max(highest * np.exp(-along * rng.uniform(0.5, 1.3)), 14)
        add_noise_burst(
            series,
            rng,
            time=begins + along * length,
            width=rng.uniform(0.5, 1.2) / hertz,
            low=max(0.55 * hertz, 8),
            high=1.1 * hertz,
            snr=strength * rng.uniform(0.5, 1.2),
        )
    if rng.random() < 0.5:
        scatter, top = rng.uniform(6, 12) * loud**0.4, log_uniform(rng, 80, 400)
        add_noise_burst(
            series, rng, time=0.5 * begins, width=rng.uniform(0.03, 0.12), low=45, high=top, snr=scatter, slope=-0.3
        )


def extremely_loud(series: Series, rng: Random) -> None:
    """Saturates most of the picture: a lock loss, a band that stands on a flat bottom, a dome, or a monstrous blip."""
    kinds = (_lock_loss, _standing_band, _dome, _monstrous_blip)
    kinds[rng.choice(len(kinds), p=[0.22, 0.22, 0.24, 0.32])](series, rng)


def _lock_loss(series: Series, rng: Random) -> None:
    """The interferometer falls out of its working point: every frequency at once, and it stays."""
    begins = rng.uniform(0.0, 0.25) if rng.random() < 0.8 else rng.uniform(-0.6, 0.0)
    width = log_uniform(rng, 0.35, 1.8)
    bottom = log_uniform(rng, 8, 22)
    add_noise_burst(
        series,
        rng,
        time=begins,
        width=width,
        rise=log_uniform(rng, 0.001, 0.03),
        low=bottom,
        high=log_uniform(rng, 700, 3000),
        snr=log_uniform(rng, 6e2, 6e4),
        slope=rng.uniform(-1.1, 0),
        order=int(rng.integers(3, 10)),
    )


def _standing_band(series: Series, rng: Random) -> None:
    """A second or more of noise below 100 to 400 Hz that ends sharply below; lines stand out and lie dark between."""
    bottom = log_uniform(rng, 9, 26)
    top = log_uniform(rng, 60, 400)
    middle = rng.uniform(-0.1, 0.35)
    length = log_uniform(rng, 0.2, 0.6)
    loud = log_uniform(rng, 250, 3e3)
    floors = int(rng.integers(3, 6))
    for floor in range(floors):
        share = floor / (floors - 1)
        add_noise_burst(
            series,
            rng,
            time=middle * rng.uniform(0.6, 1.2),
            width=length * (1 - 0.6 * share) * rng.uniform(0.8, 1.3),
            rise=length * (1 - 0.6 * share) * rng.uniform(0.8, 1.3),
            low=bottom,
            high=bottom * (top / bottom) ** (0.35 + 0.65 * share),
            snr=loud * (1 - 0.6 * share),
            slope=rng.uniform(-0.8, -0.1),
            order=int(rng.integers(8, 18)),
        )
    # Long pure waves make the choice of Q high, as in the real ones with horizontal texture.
    for _ in range(rng.integers(0, 5)):
        hertz, tone = log_uniform(rng, 1.1 * bottom, 0.8 * top), loud * rng.uniform(0.5, 3)
        add_packet(series, time=middle, frequency=hertz, width=length * rng.uniform(0.5, 1.2), snr=tone)


def _dome(series: Series, rng: Random) -> None:
    """Noise that swells and dies within a second, its top frequency with it."""
    width = log_uniform(rng, 0.08, 0.55)
    top = log_uniform(rng, 80, 900)
    loud = log_uniform(rng, 300, 8e3)
    add_noise_burst(
        series,
        rng,
        time=rng.normal(0, 0.05),
        width=width,
        rise=width * log_uniform(rng, 0.3, 1.5),
        low=log_uniform(rng, 8, 20),
        high=top,
        snr=loud,
        slope=rng.uniform(-1, -0.3),
        order=int(rng.integers(2, 7)),
    )
    add_pulse(series, time=0.0, low=12, high=2 * top, snr=loud * rng.uniform(0.1, 0.8), slope=-0.7, order=2)


def _monstrous_blip(series: Series, rng: Random) -> None:
    """A blip a hundred times too loud: a mountain whose foot fills the short views, with or without ringing."""
    loud = log_uniform(rng, 350, 2e4)
    bottom = log_uniform(rng, 8, 22)
    order = int(rng.integers(2, 5))
    top = log_uniform(rng, 150, 1800)
    slope, phase = rng.uniform(-1.1, -0.4), rng.uniform(0, 2 * np.pi)
    add_pulse(series, time=0.0, low=bottom, high=top, snr=loud, slope=slope, phase=phase, order=order)
    for _ in range(rng.integers(0, 3)):
        add_noise_burst(
            series,
            rng,
            time=0.0,
            width=log_uniform(rng, 0.04, 0.4),
            rise=log_uniform(rng, 0.02, 0.3),
            low=bottom,
            high=log_uniform(rng, 50, 900),
            snr=loud * log_uniform(rng, 0.04, 0.5),
            slope=-0.7,
            order=int(rng.integers(2, 6)),
        )
