"""A closer look at one instant of strain: another Q, a longer or shorter time, another range of frequencies.

The tiles are those of `core.simulate.q_tiles` (Chatterji's thesis, MIT 2005, chapter 5), the energies divided by the
noise's mean as in the views. Only what the strain really holds is shown: where its rate is too low, the range ends.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from core.detector.strain.model import Strain
from core.detector.strain.source import StrainSource
from core.detector.strain.views import views_at
from core.detector.strain.whitening import BLOCK, EDGE, MARGIN, SHORTEST, LeftOut, highest_sound, whole_pieces
from core.errors import GlitchAuditError
from core.simulate.q_tiles import TileRow, tile_rows
from core.simulate.real_noise import whitened
from core.simulate.series import SAMPLE_RATE
from core.simulate.views import TOP_ENERGY

ROWS, COLUMNS = 240, 680
SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
LOWEST, HIGHEST = 10.0, 2048.0
SMALLEST_Q, LARGEST_Q = 4.0, 128.0
_MEAN_TO_MEDIAN = math.log(2)
_POINTS, _BINS = 2_000, 1_200
_SPECTRUM_SECONDS = 4.0


@dataclass(frozen=True)
class LookParams:
    """What to look at.

    ``q`` 0 is that of the loudest tile within 0.25 s, as the views have it; ``seconds`` how long, half of it before and
    half after; ``lowest`` and ``highest`` in Hz. Raises GlitchAuditError where one of them cannot be.
    """

    seconds: float = 4.0
    q: float = 0.0
    lowest: float = LOWEST
    highest: float = HIGHEST

    def __post_init__(self) -> None:
        if not SECONDS[0] <= self.seconds <= SECONDS[-1]:
            raise GlitchAuditError(f"{self.seconds:g} s cannot be shown: choose {SECONDS[0]:g} to {SECONDS[-1]:g} s")
        if self.q and not SMALLEST_Q <= self.q <= LARGEST_Q:
            raise GlitchAuditError(f"Q cannot be {self.q:g}: choose {SMALLEST_Q:g} to {LARGEST_Q:g}")
        if not LOWEST <= self.lowest < self.highest <= HIGHEST:
            raise GlitchAuditError(
                f"The frequencies cannot run from {self.lowest:g} to {self.highest:g} Hz: choose a range within "
                f"{LOWEST:g} to {HIGHEST:,.0f} Hz"
            )


@dataclass(frozen=True, eq=False)
class CloserLook:
    """One instant of strain, looked at closely.

    Attributes:
        energies: float32 (240, 680), 0 to 25.5; row 0 the highest frequency, on a logarithmic axis.
        q: the Q that was used.
        seconds: how long; the instant is at the middle.
        lowest, highest: Hz, the ends of the frequency axis.
        times: seconds from the instant, float64 (n,), of ``series``.
        series: whitened strain between these frequencies, in standard deviations of all noise; where it would have more
            points than can be drawn, smallest and largest value of each stretch in turn.
        hertz: float64 (m,), of the two spectra.
        usual: amplitude spectral density of the minute around it (median of stretches of 4 s), 1 / sqrt(Hz).
        here: the same of the shown time alone (mean), 1 / sqrt(Hz).
    """

    energies: np.ndarray
    q: float
    seconds: float
    lowest: float
    highest: float
    times: np.ndarray
    series: np.ndarray
    hertz: np.ndarray
    usual: np.ndarray
    here: np.ndarray


def look_closer(source: StrainSource, detector: str, time: float, params: LookParams) -> CloserLook:
    """Return a closer look at ``time`` (GPS seconds); GlitchAuditError that says why where there is none."""
    piece = _piece(source, detector, time, params.seconds)
    highest = min(params.highest, highest_sound(piece.rate))
    if highest <= params.lowest:
        raise GlitchAuditError(
            f"The strain has {piece.rate:,.0f} samples a second and says nothing above {highest:,.0f} Hz: choose lower "
            "frequencies"
        )
    q = params.q or views_at(source, detector, time).q
    rng = np.random.default_rng([int(piece.start), round(piece.rate)])
    values = whitened(piece.values - piece.values.mean(), piece.rate, rng, highest=highest_sound(piece.rate)).astype(
        np.float64
    )
    spectrum = np.fft.rfft(values, norm="forward")
    middle = time - piece.start - EDGE
    energies = _energies(spectrum, len(values), q, middle=middle, seconds=params.seconds, band=(params.lowest, highest))
    times, series = _series(spectrum, len(values), middle, params.seconds, (params.lowest, highest))
    hertz, usual, here = _spectra(piece, time, params.seconds, (params.lowest, highest))
    return CloserLook(energies, q, params.seconds, params.lowest, highest, times, series, hertz, usual, here)


def _piece(source: StrainSource, detector: str, time: float, seconds: float) -> Strain:
    """The strain around a time between its gaps, a minute of it or what the window needs."""
    source.of(detector)
    spans = source.covered(detector).spans
    place = int(np.searchsorted(spans[:, 0], time, side="right")) - 1
    where = f"GPS {time:.3f} of {detector}"
    if place < 0 or time >= spans[place, 1]:
        raise GlitchAuditError(f"{source.place}: nothing can be shown at {where}: {LeftOut.NO_STRAIN}.")
    half = max(BLOCK, seconds + 2 * MARGIN) / 2
    begin, end = max(spans[place, 0], time - half), min(spans[place, 1], time + half)
    pieces = whole_pieces(source.read(detector, float(begin), float(end)))
    piece = next((one for one in pieces if one.start <= time < one.end), None)
    if piece is None:
        raise GlitchAuditError(f"{source.place}: nothing can be shown at {where}: {LeftOut.GAP}.")
    if piece.seconds < SHORTEST:
        raise GlitchAuditError(f"{source.place}: nothing can be shown at {where}: {LeftOut.SHORT}.")
    if not piece.values.std() > 0:
        raise GlitchAuditError(f"{source.place}: nothing can be shown at {where}: {LeftOut.CONSTANT}.")
    before, after = time - piece.start - EDGE, piece.end - time - EDGE
    if min(before, after) < seconds / 2:
        raise GlitchAuditError(
            f"{source.place}: {seconds:g} s cannot be shown at {where}, as its strain reaches {max(before, 0):.1f} s "
            f"back and {max(after, 0):.1f} s on: choose a shorter time"
        )
    return piece


def _energies(
    spectrum: np.ndarray, samples: int, q: float, *, middle: float, seconds: float, band: tuple[float, float]
) -> np.ndarray:
    """The picture: float32 (ROWS, COLUMNS)."""
    duration = samples / SAMPLE_RATE
    one_sided = spectrum.copy()
    one_sided[1:] *= 2
    rows = tile_rows(q, lowest=band[0], highest=band[1], duration=duration)
    drawn = np.stack([_row(one_sided, samples, row, middle, seconds) for row in rows])
    wanted = np.log(band[1] * (band[0] / band[1]) ** ((np.arange(ROWS) + 0.5) / ROWS))
    known = np.log([row.frequency for row in rows])
    weights = np.stack([np.interp(wanted, known, unit) for unit in np.eye(len(known))], axis=1)
    return np.clip(weights @ drawn, 0, TOP_ENERGY).astype(np.float32)


def _row(spectrum: np.ndarray, samples: int, row: TileRow, middle: float, seconds: float) -> np.ndarray:
    """The energy of one frequency in each column: between coarse tiles, or the loudest of many."""
    usable = (row.bins >= 0) & (row.bins < len(spectrum))
    # So many tiles that a column has one at least.
    length = max(row.tiles, 2 ** math.ceil(math.log2(COLUMNS * samples / SAMPLE_RATE / seconds)))
    placed = np.zeros(length, dtype=complex)
    places = (np.arange(len(row.bins)) - len(row.bins) // 2) % length
    placed[places[usable]] = spectrum[row.bins[usable]] * row.window[usable]
    wave = np.fft.ifft(placed, norm="forward")
    energy = wave.real**2 + wave.imag**2
    energy *= _MEAN_TO_MEDIAN / max(float(np.median(energy)), 1e-300)
    a_second = length * SAMPLE_RATE / samples
    first = (middle - seconds / 2) * a_second
    edges = np.floor(first + np.arange(COLUMNS + 1) * (seconds * a_second / COLUMNS)).astype(int)
    edges = np.clip(edges, 0, length - 1)
    loudest: np.ndarray = np.maximum.reduceat(energy, edges[:-1])
    return loudest


def _series(
    spectrum: np.ndarray, samples: int, middle: float, seconds: float, band: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray]:
    hertz = np.fft.rfftfreq(samples, 1 / SAMPLE_RATE)
    inside = np.where((hertz >= band[0]) & (hertz <= band[1]), spectrum, 0)
    wave = np.fft.irfft(inside, samples, norm="forward")
    first, last = round((middle - seconds / 2) * SAMPLE_RATE), round((middle + seconds / 2) * SAMPLE_RATE)
    shown = wave[max(first, 0) : last]
    times = (np.arange(len(shown)) + max(first, 0)) / SAMPLE_RATE - middle
    step = math.ceil(2 * len(shown) / _POINTS)
    if step <= 2:
        return times, shown
    whole = len(shown) // step * step
    stretches = shown[:whole].reshape(-1, step)
    ends = np.stack([stretches.min(axis=1), stretches.max(axis=1)], axis=1).ravel()
    return np.repeat(times[:whole:step] + step / 2 / SAMPLE_RATE, 2), ends


def _spectra(
    piece: Strain, time: float, seconds: float, band: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    from scipy.signal import welch

    length = round(_SPECTRUM_SECONDS * piece.rate)
    hertz, usual = welch(piece.values, piece.rate, nperseg=length, average="median")
    first = round((time - seconds / 2 - piece.start) * piece.rate)
    shown = piece.values[max(first, 0) : first + round(seconds * piece.rate)]
    # Short times get zeros behind them, so that both spectra have the same frequencies.
    _, here = welch(shown, piece.rate, nperseg=min(length, len(shown)), nfft=length)
    edges = np.geomspace(band[0], band[1], _BINS + 1)
    place = np.searchsorted(edges, hertz, side="right") - 1
    inside = (place >= 0) & (place < _BINS)
    count = np.bincount(place[inside], minlength=_BINS)
    there = count > 0
    middles = np.sqrt(edges[:-1] * edges[1:])[there]
    levels = [
        np.sqrt(np.bincount(place[inside], weights=power[inside], minlength=_BINS)[there] / count[there])
        for power in (usual, here)
    ]
    return middles, levels[0], levels[1]
