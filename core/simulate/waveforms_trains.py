"""Glitches made of many short pieces: rows of blips, stacked loops, scratches."""

from __future__ import annotations

import numpy as np

from core.simulate.series import add_packet, log_uniform
from core.simulate.waveforms_bursts import FREQUENCIES, add_leaning_pulse, add_spectrum

Series = np.ndarray
Random = np.random.Generator

_REACH = 2.4
"""Trains extend this many seconds to either side: a little beyond the longest view."""


def repeating_blips(series: Series, rng: Random) -> None:
    """Blips of one make that repeat every 0.05 to 0.6 s: the short views show one to three, the long ones a row.

    Rows are even, paired, bunched or irregular; blips of a row have one origin and so one shape, but vary in loudness.
    """
    low = log_uniform(rng, 22, 130)
    high = low * log_uniform(rng, 3.5, 16)
    slope, order = rng.uniform(-1.2, -0.4), int(rng.integers(2, 6))
    if rng.random() < 0.25:
        # Thin spikes to the top of the picture, with a sharp lower end.
        low, high, slope = rng.uniform(50, 130), log_uniform(rng, 900, 2600), rng.uniform(-0.8, -0.45)
    lean = rng.normal(0, 0.05)
    snr = log_uniform(rng, 8.5, 40)
    faintest = rng.uniform(0.25, 0.8)
    for moment in _apart(_train(rng)):
        add_leaning_pulse(
            series,
            time=moment,
            low=low * np.exp(rng.normal(0, 0.04)),
            high=min(high * np.exp(rng.normal(0, 0.1)), 2600),
            snr=snr * (1.0 if moment == 0 else rng.uniform(faintest, 1.05)),
            slope=slope,
            phase=rng.uniform(0, 2 * np.pi),
            order=order,
            lean=lean,
        )


def _train(rng: Random) -> list[float]:
    kind = rng.choice(["even", "pairs", "irregular"], p=[0.55, 0.2, 0.25])
    if kind == "irregular":
        others = rng.uniform(-_REACH, _REACH, rng.integers(5, 26))
        return [0.0, float(rng.choice([-1, 1]) * rng.uniform(0.05, 0.24)), *others.tolist()]
    period = log_uniform(rng, 0.1, 0.55)
    count = int(rng.integers(2, 22))
    before = int(rng.integers(0, count))
    jitter = period * rng.choice([0.01, 0.06, 0.2])
    row = [k * period + (rng.normal(0, jitter) if k else 0.0) for k in range(-before, count - before)]
    if kind == "pairs":
        gap = rng.choice([-1, 1]) * rng.uniform(0.045, 0.16)
        row += [moment + gap + rng.normal(0, 0.004) for moment in list(row) if moment == 0 or rng.random() < 0.6]
    return row


def _apart(moments: list[float], gap: float = 0.045) -> list[float]:
    """The moments, nearest the centre first, that keep ``gap`` s from each other: nearer blips merge into fringes."""
    kept: list[float] = []
    for moment in sorted(moments, key=abs):
        if all(abs(moment - other) > gap for other in kept):
            kept.append(moment)
    return kept


def helix(series: Series, rng: Random) -> None:
    """Two strands that part and cross again and again from about 30 to 500 Hz: stacked loops, often many in a view.

    Loops are as wide as some cycles of their frequency, so the pattern is the same in every octave. Where the strands
    cross they interfere; the area of a loop in the time-frequency plane is the phase between them, chosen so that
    crossings are bright. Two crossings, near 128 and 256 Hz, are often the brightest.
    """
    octave = rng.random() < 0.5
    ratio = rng.uniform(1.75, 2.15) if octave else rng.uniform(1.38, 1.6)
    loops = (2 if octave and rng.random() < 0.85 else 1) * np.pi
    crossing = log_uniform(rng, 105, 165)
    loudest = log_uniform(rng, 95, 225)
    reach = rng.uniform(0.55, 1.2)
    snr = log_uniform(rng, 13, 30)
    # Loops that follow closely are told apart only at a high Q, which knots at the crossings bring about.
    knots = rng.uniform(0.1, 0.8) if octave else rng.uniform(0.5, 0.92)
    loosely = rng.uniform(0.02, 0.12)
    moments = [0.0, *rng.uniform(-_REACH, _REACH, rng.integers(0, 20))]
    if rng.random() < 0.6:
        moments.append(rng.choice([-1, 1]) * rng.uniform(0.08, 0.22))
    for moment in _apart(moments, 0.06):
        _add_loops(
            series,
            rng,
            time=moment,
            snr=snr * (1.0 if moment == 0 else rng.uniform(0.3, 1.0)),
            ratio=ratio,
            loops=loops * (1 + rng.normal(0, loosely)),
            crossing=crossing * np.exp(rng.normal(0, 0.02)),
            loudest=loudest * np.exp(rng.normal(0, 0.15)),
            reach=reach,
            knots=knots,
        )
    if rng.random() < 0.3:
        moment, hertz = rng.uniform(-0.25, 0.25), log_uniform(rng, 22, 40)
        add_packet(series, time=moment, frequency=hertz, width=1.2 / hertz, snr=rng.uniform(4, 8))


def _add_loops(
    series: Series,
    rng: Random,
    *,
    time: float,
    snr: float,
    ratio: float,
    loops: float,
    crossing: float,
    loudest: float,
    reach: float,
    knots: float,
) -> None:
    """One helix: ``loops`` radians between the strands a loop, crossings a factor ``ratio`` apart."""
    floor = np.log(FREQUENCIES / crossing) / np.log(ratio)
    # The phase grows by ``loops`` from one crossing to the next, fastest between them: that is where the strands part.
    phase = loops * (floor - np.sin(2 * np.pi * floor) / (2 * np.pi))
    brightness = (1 - knots) + knots * np.cos(np.pi * floor) ** 4
    wobble = np.interp(floor, np.arange(-6, 8), np.exp(rng.normal(0, 0.25, 14)))
    envelope = np.exp(-0.5 * (np.log(FREQUENCIES / loudest) / reach) ** 2) / np.sqrt(FREQUENCIES)
    balance = rng.uniform(0.8, 1.2)
    strands = np.exp(1j * phase) + balance * np.exp(-1j * phase)
    turn = np.exp(1j * rng.uniform(0, 2 * np.pi))
    add_spectrum(series, envelope * wobble * brightness * strands * turn, time=time, snr=snr)


def scratchy(series: Series, rng: Random) -> None:
    """Dozens of small spikes at middle frequencies over seconds: an even row, or waves of loudness and frequency.

    Rows go from barely above the noise to bright. Spikes stay apart: any nearer to each other they would be a line.
    """
    middle = float(np.clip(200 * np.exp(rng.normal(0, 0.42)), 85, 520))
    cycles = rng.uniform(0.85, 1.6) if rng.random() < 0.75 else rng.uniform(0.45, 0.85)
    spacing = max(log_uniform(rng, 0.022, 0.075), 3.2 * cycles / middle)
    snr = log_uniform(rng, 4.6, 9.0)
    waves = rng.random() < 0.65
    period = log_uniform(rng, 0.25, 2.0)
    depth = rng.uniform(0.35, 1.0) if waves else rng.uniform(0.0, 0.2)
    arch = rng.choice([-0.5, 1.0]) * rng.uniform(0.0, 0.5) if waves else rng.normal(0, 0.03)
    drift = rng.normal(0, 0.08)
    begins, ends = -_REACH, _REACH
    if rng.random() < 0.2:
        begins, ends = -rng.uniform(0.3, 2.4), rng.uniform(0.3, 2.4)
    phase = rng.normal(0, 0.8)
    unsteady, loose = rng.uniform(0.15, 0.55), rng.uniform(0.05, 0.35)
    spread = rng.uniform(0.03, 0.16)
    for number in range(int(begins / spacing), int(ends / spacing) + 1):
        moment = spacing * (number + (rng.normal(0, loose) if number else 0))
        swell = 0.5 * (1 + np.cos(2 * np.pi * moment / period + phase))
        size = 1.25 if number == 0 else np.exp(np.clip(rng.normal(0, unsteady), -1, 0.7)) * (1 - depth * (1 - swell))
        hertz = middle * np.exp(arch * (swell - 1) + drift * moment + rng.normal(0, spread))
        add_packet(
            series,
            time=moment,
            frequency=hertz,
            width=cycles / hertz * rng.uniform(0.8, 1.2),
            snr=snr * size,
            phase=rng.uniform(0, 2 * np.pi),
            sweep=rng.normal(0, 0.06) * hertz * hertz,
        )
