"""Band-limited motion beside gwpy's, and what stands near a gap."""

import numpy as np
import pytest

from core.detector.channels.blrms import band_squares, bands_within


def test_white_noise_has_the_share_of_its_band_and_goes_with_gwpys_rms():
    timeseries = pytest.importorskip("gwpy.timeseries")
    noise = np.random.default_rng(0).normal(size=64 * 600)
    theirs = timeseries.TimeSeries(noise, sample_rate=64).bandpass(1, 3).rms(60).value
    squares = band_squares(noise, rate=64, band=(1, 3)).reshape(10, -1)
    ours = np.sqrt(np.nanmean(squares, axis=1))
    # Of white noise of 1 at 64 Hz, 2 of 32 Hz lie in the band.
    assert np.sqrt(np.mean(ours**2)) == pytest.approx(np.sqrt(2 / 32), rel=0.15)
    # Two filters of different steepness let through different widths, and follow each other.
    assert np.corrcoef(ours, theirs)[0, 1] > 0.9


def test_samples_nearer_to_a_gap_than_one_period_are_left_out():
    moved = np.sin(2 * np.pi * 2 * np.arange(0, 60, 1 / 32))
    moved[960] = np.nan
    there = np.isfinite(band_squares(moved, rate=32, band=(1, 3)))
    expected = np.ones(1920, dtype=bool)
    expected[:32] = expected[-32:] = expected[928:993] = False
    np.testing.assert_array_equal(there, expected)
    assert not np.isfinite(band_squares(moved[:40], rate=32, band=(1, 3))).any()


def test_a_channel_shows_no_band_above_what_its_rate_allows():
    assert bands_within(16) == ((0.03, 0.1), (0.1, 0.3), (0.3, 1.0), (1.0, 3.0))
    assert bands_within(256)[-1] == (10.0, 30.0)
