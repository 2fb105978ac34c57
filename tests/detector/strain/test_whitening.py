"""Blocks of whitened strain: on a grid, of unit variance, and with a reason where there is none."""

import numpy as np
import pytest

from core.detector.model import segments
from core.detector.strain.model import Strain
from core.detector.strain.whitening import BLOCK, MARGIN, LeftOut, block_around, whitened_block, whole_pieces
from core.simulate.series import SAMPLE_RATE, SAMPLES
from tests.detector.strain.strain_files import RATE, START, noise

COVERED = segments([(START, START + 300), (START + 400, START + 412), (START + 500, START + 530)])


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        (-1, LeftOut.NO_STRAIN),
        (350, LeftOut.NO_STRAIN),
        (300, LeftOut.NO_STRAIN),
        (4.9, LeftOut.EDGE),
        (295.1, LeftOut.EDGE),
        (406, LeftOut.SHORT),
        (5, (0, 64)),
        (47.9, (0, 64)),
        (48, (32, 96)),
        (290, (236, 300)),
        (510, (500, 530)),
    ],
)
def test_a_block_lies_on_the_grid_of_its_stretch(time, expected):
    found = block_around(COVERED, START + time)
    if isinstance(expected, tuple):
        expected = tuple(START + one for one in expected)
        assert found[1] - found[0] <= BLOCK
    assert found == expected


def test_every_time_that_has_room_lies_well_inside_of_its_block():
    for time in START + np.arange(MARGIN, 300 - MARGIN, 0.7):
        first, last = block_around(COVERED, float(time))
        assert first + MARGIN <= time <= last - MARGIN


def test_pieces_lie_between_gaps():
    values = np.array([np.nan, 1, 2, np.nan, np.inf, 3, 4, 5])
    pieces = whole_pieces(Strain("H1", 100.0, 2.0, values))
    assert [(one.start, one.values.tolist()) for one in pieces] == [(100.5, [1, 2]), (102.5, [3, 4, 5])]


def test_whitened_noise_is_white_and_of_unit_variance():
    block = whitened_block(Strain("H1", START, RATE, noise(64, seed=4)), START + 32)
    assert block.start == START + 1 and block.end == START + 63 and len(block.values) == 62 * SAMPLE_RATE
    assert abs(float(block.values.std()) - 1) < 0.05
    power = np.abs(np.fft.rfft(block.values)) ** 2 / len(block.values)
    hertz = np.fft.rfftfreq(len(block.values), 1 / SAMPLE_RATE)
    bands = [(12, 30), (30, 100), (100, 500), (500, 1600), (1800, 4000)]
    levels = [power[(hertz >= low) & (hertz < high)].mean() for low, high in bands]
    # The mean of a band's power spreads by 1 / sqrt(values in it): 3 % in the narrowest; medians of 31 spectra add 4 %.
    assert all(0.85 < level < 1.15 for level in levels), levels


@pytest.mark.parametrize("rate", [2048, 4096, 16384])
def test_noise_stands_only_where_the_strain_says_nothing(rate):
    strain = Strain("H1", START, rate, noise(20, rate=rate, seed=5))
    first, again = whitened_block(strain, START + 10), whitened_block(strain, START + 10)
    assert first.highest == pytest.approx(0.83 * rate / 2)
    np.testing.assert_array_equal(first.values, again.values)
    louder = whitened_block(Strain("H1", START, rate, 3 * strain.values), START + 10)
    # Whitening takes the strength out; only rounding is left.
    np.testing.assert_allclose(louder.values, first.values, atol=1e-3)


def test_a_trigger_stands_at_the_middle_of_its_series():
    block = whitened_block(Strain("H1", START, RATE, noise(20, seed=6, blips=(8.25,))), START + 8.25)
    series = block.around(START + 8.25)
    assert len(series) == SAMPLES
    assert abs(int(np.abs(series).argmax()) - SAMPLES // 2) <= 0.004 * SAMPLE_RATE
    assert block.around(START + 4.9) is None and block.around(START + 15.2) is None
    assert block.around(START + 5) is not None and block.around(START + 15) is not None


@pytest.mark.parametrize(
    ("damage", "time", "expected"),
    [
        (slice(10 * RATE, 11 * RATE), 10.5, LeftOut.GAP),
        (slice(40 * RATE, 41 * RATE), 36, LeftOut.EDGE),
        (slice(12 * RATE, 13 * RATE), 6, LeftOut.SHORT),
    ],
)
def test_gaps_are_told(damage, time, expected):
    values = noise(64, seed=7)
    values[damage] = np.nan
    assert whitened_block(Strain("H1", START, RATE, values), START + time) == expected


@pytest.mark.parametrize("level", [0.0, 1e-21])
def test_a_detector_that_was_off_is_told(level):
    assert whitened_block(Strain("H1", START, RATE, np.full(20 * RATE, level)), START + 10) == LeftOut.CONSTANT
