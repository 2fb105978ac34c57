"""Looks of some classes that the plain waveforms miss, drawn for training alone: the packed demo does without them.

Where the network erred on real pictures, the plain waveforms were narrower than what detectors show: helices whose
strands are thin columns, overloads that never end, stray light that hardly bends, lines that wander for seconds, blips
to the top of the picture.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from core.simulate.series import (
    SAMPLES,
    add_noise_burst,
    add_packet,
    add_pulse,
    add_track,
    log_uniform,
)
from core.simulate.waveforms_bursts import FREQUENCIES, add_spectrum
from core.simulate.waveforms_tracks import Curve, smooth_noise

Series = np.ndarray
Random = np.random.Generator

_REACH = 2.4


def _times(curve: Curve, factor: float) -> Curve:
    return lambda t: factor * curve(t)


def _phase(rng: Random) -> float:
    return rng.uniform(0, 2 * np.pi)


def _helix_of_columns(series: Series, rng: Random) -> None:
    """Thin columns in crowds of five to twenty, each two strands that part and meet: Q is low, so time is sharp."""
    ratio, loops = rng.uniform(1.6, 2.3), rng.uniform(1.6, 4.5) * np.pi
    crossing, loudest = log_uniform(rng, 100, 170), log_uniform(rng, 90, 260)
    reach, knots = rng.uniform(0.6, 1.3), rng.uniform(0.0, 0.5)
    snr, faintest = log_uniform(rng, 11, 45), rng.uniform(0.2, 0.8)
    others = rng.uniform(-_REACH, _REACH, rng.integers(2, 20))
    for moment in (0.0, *others):
        floor = np.log(FREQUENCIES / crossing) / np.log(ratio)
        phase = loops * (floor - np.sin(2 * np.pi * floor) / (2 * np.pi)) * (1 + rng.normal(0, 0.06))
        bright = (1 - knots) + knots * np.cos(np.pi * floor) ** 4
        envelope = np.exp(-0.5 * (np.log(FREQUENCIES / loudest) / reach) ** 2) / np.sqrt(FREQUENCIES)
        strands = np.exp(1j * phase) + rng.uniform(0.5, 1.2) * np.exp(-1j * phase)
        size = 1.0 if moment == 0 else rng.uniform(faintest, 1.05)
        add_spectrum(series, envelope * bright * strands * np.exp(1j * _phase(rng)), time=moment, snr=snr * size)


def _endless_overload(series: Series, rng: Random) -> None:
    """Every frequency at once from one instant on, or up to it, to the end of the picture: a lost lock."""
    begins = rng.uniform(-0.1, 0.3)
    width, snr = log_uniform(rng, 1.5, 8), log_uniform(rng, 3e3, 3e5)
    add_noise_burst(
        series,
        rng,
        time=begins,
        width=width,
        rise=log_uniform(rng, 0.002, 0.15),
        low=log_uniform(rng, 6, 14),
        high=log_uniform(rng, 1500, 6000),
        snr=snr,
        slope=rng.uniform(-0.8, 0.1),
        order=int(rng.integers(2, 10)),
    )
    if rng.random() < 0.5:
        add_pulse(series, time=begins, low=9, high=60, snr=snr * rng.uniform(0.01, 0.2), slope=-1, order=2)
    if rng.random() < 0.3:
        series[:] = series[::-1].copy()


def _lined_overload(series: Series, rng: Random) -> None:
    """A saturated mound of separate lines that stands on a flat bottom: long waves, so Q is high."""
    bottom, top = log_uniform(rng, 9, 22), log_uniform(rng, 60, 300)
    length, loud = log_uniform(rng, 0.25, 0.8), log_uniform(rng, 60, 900)
    for hertz in np.exp(rng.uniform(np.log(bottom), np.log(top), rng.integers(8, 30))):
        share = np.log(hertz / bottom) / np.log(top / bottom)
        width, moment = length * (1.1 - 0.7 * share) * rng.uniform(0.6, 1.3), rng.normal(0, 0.25) * length
        add_packet(series, time=moment, frequency=hertz, width=width, snr=loud * (1.2 - share), phase=_phase(rng))
    width = length * rng.uniform(0.5, 1.0)
    add_noise_burst(series, rng, time=0, width=width, low=bottom, high=0.7 * top, snr=2 * loud, slope=-0.5, order=9)


def _slow_scattering(series: Series, rng: Random) -> None:
    """Stray light from a slow swing: bright stacked bows so long that short views show level lines."""
    arch, top = log_uniform(rng, 3.0, 9.0), log_uniform(rng, 10.5, 45)
    stacked = int(rng.integers(2, 7 if top < 22 else 4))
    snr, fade = log_uniform(rng, 18, 130), rng.uniform(0.5, 1.0)
    shift, depth = rng.normal(0, 0.18) * arch, log_uniform(rng, 0.005, 0.05)
    wobble, loud = smooth_noise(rng, log_uniform(rng, 0.4, 2)), smooth_noise(rng, log_uniform(rng, 0.5, 4))
    flicker, pointed = rng.uniform(0, 0.6), log_uniform(rng, 0.4, 2.5)

    def bow(t: np.ndarray) -> np.ndarray:
        return np.abs(np.cos(np.pi * np.clip((t - shift) / arch, -0.5, 0.5)))

    for number in range(1, stacked + 1):
        add_track(
            series,
            start=shift - arch / 2,
            stop=shift + arch / 2,
            frequency=_times(lambda t: top * bow(t) * np.exp(depth * wobble(t)), number),
            envelope=lambda t: bow(t) ** pointed * np.exp(flicker * loud(t)),
            snr=snr * fade ** (number - 1) * rng.uniform(0.5, 1.1),
            phase=_phase(rng),
        )


def _far_wandering_line(series: Series, rng: Random) -> None:
    """One to three parallel lines that wander by up to an octave within seconds, faint and broken in places."""
    middle, depth = log_uniform(rng, 260, 1600), log_uniform(rng, 0.05, 0.5)
    waves, fine = smooth_noise(rng, log_uniform(rng, 0.4, 5)), smooth_noise(rng, log_uniform(rng, 5, 40))
    gaps, shut = smooth_noise(rng, log_uniform(rng, 0.5, 8)), rng.uniform(-2.5, 0.3)
    unsteady, snr = log_uniform(rng, 0.002, 0.03), log_uniform(rng, 22, 90)
    reach, offset = log_uniform(rng, 1.0, 3.8), rng.uniform(-0.3, 0.3)

    def frequency(t: np.ndarray) -> np.ndarray:
        return middle * np.exp(np.clip(depth * waves(t), -1.2, 0.6) + unsteady * fine(t))

    for strand in range(rng.choice([1, 2, 3], p=[0.6, 0.25, 0.15])):
        ratio = 1.0 if strand == 0 else rng.uniform(0.75, 1.35)
        add_track(
            series,
            start=offset - reach,
            stop=offset + reach,
            frequency=_times(
                lambda t: middle * np.exp(np.clip(depth * waves(t), -1.2, 0.6) + unsteady * fine(t)), ratio
            ),
            envelope=lambda t: 0.08 + 1 / (1 + np.exp(-(gaps(t) - shut) / 0.2)),
            snr=snr * (1.0 if strand == 0 else rng.uniform(0.3, 0.9)),
            phase=_phase(rng),
        )


def _repeating_spikes(series: Series, rng: Random) -> None:
    """Spikes to the top of the picture, alone, in pairs and in bunches, each with a faint foot below it."""
    low, high = log_uniform(rng, 40, 140), log_uniform(rng, 700, 3000)
    foot, snr = log_uniform(rng, 15, 40), log_uniform(rng, 9, 60)
    slope, faintest = rng.uniform(-0.9, -0.4), rng.uniform(0.25, 0.9)
    moments = [0.0, *rng.uniform(-_REACH, _REACH, rng.integers(2, 14))]
    if rng.random() < 0.6:
        gap = rng.uniform(0.05, 0.2)
        moments += [moment + gap for moment in moments if rng.random() < 0.7]
    footed = rng.random() < 0.6
    for moment in moments:
        size = 1.0 if moment == 0 else rng.uniform(faintest, 1.05)
        add_pulse(series, time=moment, low=low, high=high, snr=snr * size, slope=slope, phase=_phase(rng))
        if footed:
            add_packet(series, time=moment, frequency=foot, width=0.8 / foot, snr=0.25 * snr * size, phase=_phase(rng))


def _faint_ripple(series: Series, rng: Random) -> None:
    """One faint dash near 1400 Hz, as long as the ones in the example figures, with a fainter one in the long views."""
    hertz, width = rng.uniform(1330, 1480), log_uniform(rng, 0.015, 0.09)
    snr = log_uniform(rng, 7.5, 15)
    add_packet(series, time=rng.normal(0, 0.01), frequency=hertz, width=width, snr=snr, phase=_phase(rng))
    for moment in rng.uniform(-2.2, 2.2, rng.integers(0, 4)):
        size = snr * rng.uniform(0.4, 0.8)
        add_packet(series, time=moment, frequency=hertz + rng.normal(0, 8), width=width, snr=size, phase=_phase(rng))


def _steady_row_at_1080(series: Series, rng: Random) -> None:
    """Dots at 1080 Hz that follow closely through all of the picture, of even brightness: a broken line."""
    middle, pace = 1080 + rng.normal(0, 6), log_uniform(rng, 12, 90)
    width, snr = log_uniform(rng, 0.003, 0.012), log_uniform(rng, 5.5, 12)
    swell = smooth_noise(rng, log_uniform(rng, 0.3, 4))
    moments = np.arange(-2.6, 2.6, 1 / pace)
    moments = moments + rng.normal(0, 0.3 / pace, len(moments))
    for moment, loud in zip(moments, np.exp(0.5 * np.clip(swell(moments), -2, 2)), strict=True):
        hertz = middle + rng.normal(0, 5)
        size = snr * loud * rng.gamma(4.0, 0.25)
        add_packet(series, time=moment, frequency=hertz, width=width, snr=size, phase=_phase(rng))


WIDE: Mapping[str, tuple[Callable[[Series, Random], None], ...]] = MappingProxyType(
    {
        "1080Lines": (_steady_row_at_1080,),
        "1400Ripples": (_faint_ripple,),
        "Extremely_Loud": (_endless_overload, _lined_overload),
        "Helix": (_helix_of_columns,),
        "Repeating_Blips": (_repeating_spikes,),
        "Scattered_Light": (_slow_scattering,),
        "Wandering_Line": (_far_wandering_line,),
    }
)
"""By class, what draws its other looks into a silent series."""


def draw_wide(label: str, rng: Random) -> np.ndarray:
    """Return one of the other looks of a class of :data:`WIDE`, whitened, float64 (SAMPLES,), without noise."""
    series = np.zeros(SAMPLES)
    looks = WIDE[label]
    looks[rng.integers(len(looks))](series, rng)
    return series
