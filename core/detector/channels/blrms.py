"""Band-limited motion: how strongly a fast channel moves in each band of frequency."""

from __future__ import annotations

import numpy as np

from core.detector.channels.names import BANDS

_ORDER = 4
# A band that ends above this share of the highest frequency would be cut by it.
_ROOM = 0.9


def bands_within(rate: float, bands: tuple[tuple[float, float], ...] = BANDS) -> tuple[tuple[float, float], ...]:
    """Return those of ``bands`` (Hz) that a channel of ``rate`` samples a second can show."""
    return tuple(band for band in bands if band[1] <= _ROOM * rate / 2)


def settling(band: tuple[float, float]) -> float:
    """Return how long the filter of a band feels the edge of a stretch, s: one period of its lowest frequency."""
    return 1.0 / band[0]


def band_squares(values: np.ndarray, *, rate: float, band: tuple[float, float]) -> np.ndarray:
    """Return the square of a stretch's motion inside ``band`` (Hz), float64 of the same length, NaN at its edges.

    A Butterworth band-pass run forth and back, so that nothing is delayed; the root of the mean of the squares is the
    band-limited RMS. Samples nearer to an end, or to a NaN, than one period of the lowest frequency are NaN.
    """
    from scipy.signal import butter, sosfiltfilt

    sections = butter(_ORDER, band, btype="bandpass", fs=rate, output="sos")
    pad = int(np.ceil(settling(band) * rate))
    squares = np.full(len(values), np.nan)
    for first, last in _recorded(values):
        # scipy's own padding has to be shorter than the stretch.
        if last - first <= 2 * pad + 2:
            continue
        stretch = values[first:last] - values[first:last].mean()
        moved = sosfiltfilt(sections, stretch, padlen=min(3 * pad, last - first - 1))
        squares[first + pad : last - pad] = moved[pad : len(moved) - pad] ** 2
    return squares


def _recorded(values: np.ndarray) -> list[tuple[int, int]]:
    """First and last (not included) of each stretch without NaN."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], np.isfinite(values), [False]]).astype(np.int8)))
    return [(int(first), int(last)) for first, last in zip(edges[::2], edges[1::2], strict=True)]
