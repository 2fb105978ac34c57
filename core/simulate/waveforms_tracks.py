"""Glitches whose frequency moves: chirps, arches, whistles, wandering lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from core.simulate.series import SAMPLE_RATE, add_packet, add_track, log_uniform

Series = np.ndarray
Random = np.random.Generator
Curve = Callable[[np.ndarray], np.ndarray]

_CEILING = 2150.0
"""Hz above which tracks fade: real strain is sampled at 4096 Hz and the pictures end at 2048 Hz."""

_KNOTS_REACH = 4.5
"""Seconds on either side of the glitch's instant where a curve of :func:`smooth_noise` is defined."""


def smooth_noise(rng: Random, pace: float) -> Curve:
    """A random curve of time without corners, of about unit size, with ``pace`` turning points a second."""
    knots = rng.standard_normal(int(np.ceil(2 * _KNOTS_REACH * pace)) + 3)

    def value(t: np.ndarray) -> np.ndarray:
        place = np.clip((np.asarray(t) + _KNOTS_REACH) * pace, 0, len(knots) - 1.001)
        before = place.astype(int)
        part = place - before
        part = part * part * (3 - 2 * part)
        return knots[before] * (1 - part) + knots[before + 1] * part

    return value


def chirp(series: Series, rng: Random) -> None:
    """An inspiral: frequency rises as (time to merger)**(-3/8), the leading order of general relativity.

    Chirp masses of about 7 to 45 solar masses; how early the track comes out of the noise depends on the detector.
    """
    top = log_uniform(rng, 130, 420)
    at_100_hertz = log_uniform(rng, 0.0065, 0.1)
    start_hertz = rng.uniform(20, 45)
    ends = rng.uniform(0.0, 0.04)
    last = at_100_hertz * (top / 100) ** (-8 / 3)
    begins = ends + last - min(at_100_hertz * (start_hertz / 100) ** (-8 / 3), 2.0)
    wall, growth = log_uniform(rng, 26, 52), rng.uniform(0.3, 2.0)
    flicker, depth = smooth_noise(rng, log_uniform(rng, 8, 40)), rng.uniform(0, 0.3)
    snr = log_uniform(rng, 8, 30)

    def frequency(t: np.ndarray) -> np.ndarray:
        left = np.maximum(ends + last - t, last)
        return 100 * (left / at_100_hertz) ** (-3 / 8)

    def envelope(t: np.ndarray) -> np.ndarray:
        hertz = frequency(t)
        shape = (hertz / 100) ** growth / (1 + (wall / hertz) ** 6) * np.clip((ends - t) / 0.002, 0, 1)
        return shape * np.exp(depth * flicker(t))

    add_track(series, start=begins, stop=ends, frequency=frequency, envelope=envelope, snr=snr)
    if rng.random() < 0.6:
        # The remnant's ringing: short and at the top of the track.
        add_packet(series, time=ends, frequency=top, width=rng.uniform(0.6, 2) / top, snr=rng.uniform(0.05, 0.25) * snr)


def paired_doves(series: Series, rng: Random) -> None:
    """Low-frequency chirps of about 0.1 s, in turn up and down, repeating about once a second.

    The beam splitter's 0.4 Hz motion drives them; loud ones fill in to a bird with a wing to either side.
    """
    period = log_uniform(rng, 0.6, 1.9)
    low, high = log_uniform(rng, 15, 30), log_uniform(rng, 45, 100)
    length = log_uniform(rng, 0.05, 0.2)
    snr = log_uniform(rng, 6, 58)
    upward = rng.choice([-1, 1])
    winged, uneven = rng.random() < 0.65, rng.uniform(0.2, 1.0)
    steep = rng.uniform(0.6, 3.5)
    for k in range(-6, 7):
        if abs(k * period) > 3.4:
            continue
        moment = k * period * (1 + (rng.normal(0, 0.06) if k else 0))
        size = 1.0 if k == 0 else rng.uniform(1 - uneven, 1.0)
        stretch = length * rng.uniform(0.8, 1.25)
        _slide(series, middle=moment, length=stretch, low=low, high=high, snr=snr * size, direction=upward, steep=steep)
        if winged:
            _slide(
                series,
                middle=moment + rng.uniform(-0.45, 0.45) * length,
                length=length * rng.uniform(0.6, 1.15),
                low=low * rng.uniform(0.85, 1.4),
                high=high * rng.uniform(0.7, 1.1),
                snr=rng.uniform(0.3, 0.9) * snr * size,
                direction=rng.choice([-1, 1], p=[0.7, 0.3]) * upward,
                steep=steep,
            )
        if rng.random() < 0.5:
            # The foot at the bottom: the track turns level before it climbs.
            at = moment - upward * rng.uniform(0.1, 0.6) * length
            add_packet(series, time=at, frequency=low * rng.uniform(0.9, 1.2), width=length / 2, snr=0.6 * snr * size)
        upward = -upward


def _slide(
    series: Series,
    *,
    middle: float,
    length: float,
    low: float,
    high: float,
    snr: float,
    direction: float,
    steep: float,
) -> None:
    def frequency(t: np.ndarray) -> np.ndarray:
        # A sigmoid: level feet and a steep middle, the more so the larger ``steep``.
        rise = 0.6 * np.tanh(steep * direction * (t - middle) / length) / np.tanh(0.6 * steep)
        return np.sqrt(low * high) * (high / low) ** np.clip(rise, -0.6, 0.6)

    add_track(
        series,
        start=middle - length,
        stop=middle + length,
        frequency=frequency,
        envelope=lambda t: np.exp(-0.5 * ((t - middle) / (0.35 * length)) ** 2),
        snr=snr,
    )


def scattered_light(series: Series, rng: Random) -> None:
    """Stacked low-frequency arches, seconds long: f = n f_max |cos(pi t / T)|, from a swinging reflector.

    The reflector swings with the microseism, so heights and lengths change from one arch to the next, arches lean and
    wobble, and n counts the light's round trips. The trigger need not lie at an arch's top.
    """
    arch = log_uniform(rng, 0.9, 5.0)
    top = log_uniform(rng, 10.5, 42)
    stacked = int(rng.integers(1, 7 if top < 22 else 4))
    snr = log_uniform(rng, 13, 75)
    fade = rng.uniform(0.4, 1.0)
    sparse = rng.random() < 0.3
    shift = rng.normal(0, 0.14) * arch
    beside = int(np.ceil(2.2 / arch)) if rng.random() < 0.6 else 0
    skew = rng.normal(0, 0.3)
    wobble, depth = smooth_noise(rng, log_uniform(rng, 0.5, 3)), log_uniform(rng, 0.005, 0.07)
    bursts, flicker = smooth_noise(rng, log_uniform(rng, 1, 8)), rng.uniform(0, 0.6)
    pointed = log_uniform(rng, 0.5, 3)
    middle = shift - beside * arch
    for k in range(-beside, beside + 1):
        height, length = (1.0, arch) if k == 0 else (rng.uniform(0.45, 1.2), arch * rng.uniform(0.75, 1.15))
        size = 1.0 if k == 0 else rng.uniform(0.1, 0.9)
        middle = shift + k * arch

        def bow(t: np.ndarray, middle: float = middle, length: float = length) -> np.ndarray:
            x = (t - middle) / length
            return np.abs(np.cos(np.pi * np.clip(x + skew * (0.25 - x * x), -0.5, 0.5)))

        for number in range(1, stacked + 1):
            if sparse and number > 1 and rng.random() < 0.4:
                continue
            times = number * top * height
            add_track(
                series,
                start=middle - length / 2,
                stop=middle + length / 2,
                frequency=lambda t, times=times, bow=bow: times * bow(t) * np.exp(depth * wobble(t)),
                envelope=lambda t, bow=bow: bow(t) ** pointed * np.exp(flicker * bursts(t)),
                snr=size * snr * fade ** (number - 1) * rng.uniform(0.6, 1.1),
                phase=rng.uniform(0, 2 * np.pi),
            )


def whistle(series: Series, rng: Random) -> None:
    """A radio beat note that sweeps through zero: a U, a V, an arch between two cusps, or one arm of these.

    It is f = |c + k t^2| or |k t| of two oscillators that drift past each other, so sweeps come alone, in pairs or in a
    train over seconds, faint as often as bright, now and then with a second harmonic.
    """
    kind = str(rng.choice(["u", "v", "arch", "arm"], p=[0.24, 0.34, 0.32, 0.1]))
    length = log_uniform(rng, 0.012, 0.55)
    bottom, top = log_uniform(rng, 250, 1600), rng.uniform(600, 2100)
    snr = log_uniform(rng, 10.5, 40)
    middles = [0.0]
    if kind == "arch" and rng.random() < 0.35:
        middles = [rng.choice([-1, 1]) * length * rng.uniform(0.4, 1.1)]
    way = rng.random()
    if way < 0.25:
        gap = 2.3 * length + log_uniform(rng, 0.03, 1.2)
        middles += [middles[0] + k * gap * rng.uniform(0.85, 1.15) for k in range(-6, 7) if k and abs(k * gap) < 2.6]
    elif way < 0.55:
        middles += [rng.choice([-1, 1]) * (2.2 * length + rng.uniform(0.02, 1.4)) for _ in range(rng.integers(1, 4))]
    for number, middle in enumerate(middles):
        near = 1.0 if number == 0 else rng.uniform(0.25, 1.0)
        lean = 1.0 if number == 0 else rng.uniform(0.8, 1.25)
        _beat(
            series, rng, kind=kind, middle=middle, length=length * lean, bottom=bottom, top=top * lean, snr=snr * near
        )


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
    tilt, climb = rng.uniform(-0.35, 0.35), log_uniform(rng, 500, 2500)
    bend = rng.choice([1.0, rng.uniform(0.7, 1.6)])
    wobble, depth = smooth_noise(rng, log_uniform(rng, 0.5, 5) / length), log_uniform(rng, 0.005, 0.12)
    side = rng.choice([-1, 1])

    def frequency(t: np.ndarray) -> np.ndarray:
        x = (t - middle) / length
        x = x * (1 + tilt * np.clip(x, -1.5, 1.5))
        if kind == "arch":
            return np.abs(top * (1 - np.abs(x) ** (2 * bend)) + depth * 400 * wobble(t))
        if kind == "v":
            return np.abs(2300 * np.abs(x) ** bend * np.exp(depth * wobble(t)))
        floor = bottom if kind == "u" else 0.4 * bottom
        return (floor + climb * np.abs(x) ** (2 * bend)) * np.exp(depth * wobble(t))

    cusp, taper = log_uniform(rng, 150, 450), rng.uniform(0.0, 1.0)
    bright, broad = rng.uniform(-1.0, 1.0), rng.uniform(0.3, 1.0)
    spots, flicker = smooth_noise(rng, log_uniform(rng, 2, 12) / length), rng.uniform(0, 0.6)

    def envelope(t: np.ndarray) -> np.ndarray:
        hertz = np.maximum(frequency(t), 1.0)
        x = (t - middle) / length
        seen = np.exp(flicker * spots(t)) / (1 + (cusp / hertz) ** 6) / (1 + (hertz / _CEILING) ** 24)
        if kind == "arm":
            seen = seen / (1 + np.exp(-side * x / 0.08))
        return seen * (1 + np.exp(-0.5 * ((x - bright) / broad) ** 2)) / (1 + taper * x * x)

    reach = length * {"u": 1.3, "v": 1.1, "arch": 1.7, "arm": 1.3}[kind] * rng.uniform(0.8, 1.1)
    loud = snr * float(np.clip(reach / 0.1, 0.6, 6.0)) ** 0.5
    phase = rng.uniform(0, 2 * np.pi)
    track: dict[str, Any] = {"start": middle - reach, "stop": middle + reach, "envelope": envelope}
    add_track(series, frequency=frequency, snr=loud, phase=phase, **track)
    if rng.random() < 0.15:
        overtone = loud * rng.uniform(0.2, 0.7)
        add_track(series, frequency=lambda t: 2 * frequency(t), snr=overtone, phase=2 * phase, **track)
    if kind in ("v", "arch") and rng.random() < 0.18:
        at = middle + (rng.choice([-1, 1]) * length if kind == "arch" else 0)
        hertz = log_uniform(rng, 110, 260)
        add_packet(series, time=at, frequency=hertz, width=2 / hertz, snr=rng.uniform(0.2, 0.5) * min(snr, 20))


def wandering_line(series: Series, rng: Random) -> None:
    """A line between some 300 Hz and 2 kHz that does not keep its frequency, in pieces over seconds.

    Level pieces with hooked ends, rows of narrow humps, slow or fast irregular meanders, and nearly straight lines.
    """
    middle = log_uniform(rng, 360, 1700)
    kind = str(rng.choice(["hooks", "humps", "meander", "straight"], p=[0.34, 0.24, 0.32, 0.1]))
    if kind == "straight" and 1000 < middle < 1160:
        # A level line there would be one of 1080Lines.
        middle *= 1.25
    slow, slow_depth = smooth_noise(rng, log_uniform(rng, 0.4, 2.5)), log_uniform(rng, 0.008, 0.12)
    fast, fast_depth = smooth_noise(rng, log_uniform(rng, 4, 40)), log_uniform(rng, 0.003, 0.03)
    if kind == "hooks":
        shape, open_ = _hooks(rng)
    elif kind == "humps":
        shape, open_ = _humps(rng)
    elif kind == "meander":
        waves, size = smooth_noise(rng, log_uniform(rng, 1.5, 18)), log_uniform(rng, 0.04, 0.35)
        shape, open_ = (lambda t: size * waves(t)), (lambda t: np.ones_like(t))
    else:
        shape, open_ = (lambda t: np.zeros_like(t)), (lambda t: np.ones_like(t))

    def frequency(t: np.ndarray) -> np.ndarray:
        return middle * np.exp(np.clip(shape(t) + slow_depth * slow(t) + fast_depth * fast(t), -1.4, 0.7))

    gaps, shut, edge = smooth_noise(rng, log_uniform(rng, 1, 14)), rng.uniform(-2.5, 0.6), rng.uniform(0.08, 0.4)
    spots, flicker = smooth_noise(rng, log_uniform(rng, 3, 30)), rng.uniform(0, 0.7)
    focus, broad = rng.uniform(0, 2.5), log_uniform(rng, 0.03, 0.8)

    def envelope(t: np.ndarray) -> np.ndarray:
        there = 0.06 + 1 / (1 + np.exp(-(gaps(t) - shut) / edge))
        # The trigger's instant is where the line is loudest.
        bright = np.exp(flicker * spots(t)) / (1 + (frequency(t) / _CEILING) ** 24)
        return open_(t) * there * bright * (1 + focus * np.exp(-0.5 * (t / broad) ** 2))

    reach = log_uniform(rng, 0.25, 3.6) if kind == "humps" else log_uniform(rng, 0.6, 3.8)
    offset = rng.uniform(-0.5, 0.5) * reach
    snr = log_uniform(rng, 13, 45) * (1 + 1.5 * reach) ** 0.6
    phase = rng.uniform(0, 2 * np.pi)
    ends = {"start": -reach + offset, "stop": reach + offset}
    add_track(series, **ends, frequency=frequency, envelope=envelope, snr=snr, phase=phase)
    if rng.random() < 0.2:
        ratio = rng.choice([0.5, 2.0, rng.uniform(0.6, 1.6)])
        add_track(
            series, **ends, frequency=lambda t: ratio * frequency(t), envelope=envelope, snr=snr * rng.uniform(0.2, 0.7)
        )
    _centre(series, rng)


def _centre(series: Series, rng: Random) -> None:
    """Move the series so that its loudest moment lies near its middle, as a trigger's does."""
    step = 128
    energy = np.convolve(np.square(series).reshape(-1, step).sum(1), np.ones(5), mode="same")
    middle = len(energy) // 2
    reach = middle // 2
    nearby = energy[middle - reach : middle + reach]
    shift = (reach - int(np.argmax(nearby))) * step + int(rng.normal(0, 0.015) * SAMPLE_RATE)
    moved = np.zeros_like(series)
    if shift >= 0:
        moved[shift:] = series[: len(series) - shift]
    else:
        moved[:shift] = series[-shift:]
    series[:] = moved


def _hooks(rng: Random) -> tuple[Curve, Curve]:
    """Level pieces that start or end in a steep short hook: the logarithm of frequency, and the gaps between them."""
    edges = np.cumsum(rng.gamma(2.0, log_uniform(rng, 0.03, 0.3), 400)) - _KNOTS_REACH - 1
    pieces = len(edges)
    filled = rng.uniform(0.25, 0.98, pieces)
    level = rng.normal(0, rng.uniform(0, 0.05), pieces)
    sign = rng.choice([-1, 1], p=[0.8, 0.2])
    left, right = (sign * rng.uniform(0, 0.7, pieces) * (rng.random(pieces) < rng.uniform(0.2, 1)) for _ in range(2))
    sharp = log_uniform(rng, 0.004, 0.03)
    lengths = np.append(np.diff(edges), 1.0)

    def where(t: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        piece = np.clip(np.searchsorted(edges, t) - 1, 0, pieces - 1)
        since = t - edges[piece]
        return piece, since, filled[piece] * lengths[piece] - since

    def shape(t: np.ndarray) -> np.ndarray:
        piece, since, until = where(t)
        before, after = np.exp(-np.abs(since) / sharp), np.exp(-np.abs(until) / sharp)
        return level[piece] + left[piece] * before + right[piece] * after

    def open_(t: np.ndarray) -> np.ndarray:
        _, since, until = where(t)
        return np.clip(since / 0.003, 0, 1) * np.clip(until / 0.003, 0, 1)

    return shape, open_


def _humps(rng: Random) -> tuple[Curve, Curve]:
    """Narrow humps in a row, of uneven height and spacing: the logarithm of frequency, and fading at their feet."""
    rate, height = log_uniform(rng, 3, 30), log_uniform(rng, 0.3, 1.3)
    uneven, drift = smooth_noise(rng, rate), smooth_noise(rng, rate / 2)
    unevenness, irregular = rng.uniform(0, 0.35), rng.uniform(0, 0.25)
    feet = rng.uniform(0, 0.8)

    def hump(t: np.ndarray) -> np.ndarray:
        return np.abs(np.sin(np.pi * (rate * t + irregular * drift(t)) + np.pi / 2))

    def shape(t: np.ndarray) -> np.ndarray:
        return height * (hump(t) * (1 + unevenness * uneven(t)) - 0.8)

    return shape, lambda t: 1 - feet + feet * hump(t)
