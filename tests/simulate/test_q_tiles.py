"""Q tiles: the published spacing and window, and the very rows that gwpy's and ml4gw's transforms have."""

import math

import numpy as np
import pytest

from core.simulate.q_tiles import MISMATCH, q_planes, tile_rows

RANGE = {"lowest": 10.0, "highest": 2048.0, "duration": 8.0}
QS = [4 * 2 ** (i + 0.5) for i in range(4)]

# Of ml4gw 0.8.0's SingleQTransform, for 8 s at 8192 Hz: rows; frequencies of the first two and the last row, Hz; tiles
# of the first and the last row; bins of the first row's first and last window place.
ML4GW = [
    (31, (10.875, 12.875, 1879.5), (256, 32768), (37, 139)),
    (59, (10.375, 11.375, 1957.625), (128, 32768), (60, 108)),
    (117, (10.125, 10.625, 2001.875), (64, 16384), (71, 93)),
    (234, (10.0, 10.25, 2024.75), (32, 8192), (76, 86)),
]


def test_planes_are_a_factor_two_apart():
    # ceil(ln(16)/sqrt(2) / (2 sqrt(0.2/3))) = ceil(1.961/0.516) = 4 planes, a factor 2 apart: 4 * 2**(i + 1/2).
    assert q_planes(4, 64) == pytest.approx(QS)


@pytest.mark.parametrize(("q", "known"), list(zip(QS, ML4GW, strict=True)))
def test_rows_are_those_of_ml4gw(q, known):
    count, (first, second, last), tiles, bins = known
    rows = tile_rows(q, **RANGE)
    assert len(rows) == count
    assert (rows[0].frequency, rows[1].frequency, rows[-1].frequency) == (first, second, last)
    assert (rows[0].tiles, rows[-1].tiles) == tiles
    assert (rows[0].bins[0], rows[0].bins[-1]) == bins


def test_windows_are_those_of_ml4gw():
    """Three amplitudes at the edge of the first row's window and its greatest, scaled as ml4gw does for its tiles."""
    row = tile_rows(QS[0], **RANGE)[0]
    scaled = row.window * row.tiles / (8 * 8192)
    assert scaled[:3] == pytest.approx([2.55148e-10, 3.71827e-06, 1.44606e-05], rel=1e-4)
    assert scaled.max() == pytest.approx(0.0024268057, rel=1e-6)


@pytest.mark.parametrize("q", QS)
def test_windows_have_the_published_width_and_energy(q):
    for row in tile_rows(q, **RANGE)[10::9]:
        half_width = (len(row.window) - 1) / 2 / RANGE["duration"]
        assert half_width == pytest.approx(row.frequency * math.sqrt(11) / q, abs=1 / RANGE["duration"])
        assert (row.window**2).sum() / RANGE["duration"] == pytest.approx(2, rel=1e-3)


@pytest.mark.parametrize("q", QS)
def test_no_signal_between_tiles_loses_more_than_the_mismatch(q):
    """The metric's terms in time and frequency, at the place that is farthest from any tile of the row."""
    rows = tile_rows(q, **RANGE)
    frequencies = np.array([row.frequency for row in rows])
    spacing = RANGE["duration"] / np.array([row.tiles for row in rows])
    in_time = (2 * np.pi * frequencies / q * spacing / 2) ** 2
    assert in_time.max() <= MISMATCH / 3 + 1e-9
    # Rounding to whole bins moves a row by up to one bin.
    middles = np.sqrt(frequencies[1:] * frequencies[:-1])
    in_frequency = (2 + q**2) / 4 * (np.diff(frequencies) / 2 / middles) ** 2
    assert np.median(in_frequency) <= MISMATCH / 3 * 1.05
