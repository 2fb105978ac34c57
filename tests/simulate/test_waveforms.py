"""Simulated glitches: each class is what its name says, wide but bounded, and drawn again from the same seed."""

import numpy as np
import pytest

from core.errors import GlitchAuditError
from core.simulate.series import DURATION, SAMPLE_RATE, SAMPLES, add_packet, add_pulse, add_track, measure
from core.simulate.waveforms import CLASSES, PEAK_RANGES, TRAINING_SET_COUNTS, draw_drift, draw_glitch


def test_there_are_the_22_classes_of_the_training_set():
    assert len(CLASSES) == 22
    assert sum(TRAINING_SET_COUNTS.values()) == 7966


@pytest.mark.parametrize("label", CLASSES)
def test_a_class_is_finite_reproducible_and_peaks_where_it_should(label):
    for seed in range(12):
        glitch = draw_glitch(label, np.random.default_rng(seed))
        again = draw_glitch(label, np.random.default_rng(seed))
        assert glitch.series.shape == (SAMPLES,)
        assert glitch.series.dtype == np.float32
        assert np.isfinite(glitch.series).all()
        assert np.array_equal(glitch.series, again.series)
        if label in PEAK_RANGES:
            low, high = PEAK_RANGES[label]
            assert low <= glitch.parameters["peak_frequency"] <= high


@pytest.mark.parametrize("label", sorted(PEAK_RANGES))
def test_parameters_are_drawn_wide(label):
    loudness = [draw_glitch(label, np.random.default_rng(seed)).parameters["snr"] for seed in range(16)]
    assert max(loudness) > 1.3 * min(loudness) > 0


def test_an_unknown_class_is_named_in_the_error():
    with pytest.raises(GlitchAuditError, match="Blob"):
        draw_glitch("Blob", np.random.default_rng(0))


def test_the_measured_snr_of_a_sine_gaussian_is_the_one_asked_for():
    series = np.zeros(SAMPLES)
    add_packet(series, time=0.0, frequency=200.0, width=0.02, snr=10.0)
    measured = measure(series)
    assert measured["snr"] == pytest.approx(10.0, rel=1e-3)
    # Bands are 1/48 octave wide: half of one, and its neighbour, on either side.
    assert measured["peak_frequency"] == pytest.approx(200.0, rel=0.025)
    # The squared envelope is a Gaussian of width 0.02/sqrt(2); 90 % of it lie within 1.645 of these on either side.
    assert measured["duration"] == pytest.approx(2 * 1.645 * 0.02 / np.sqrt(2), rel=0.02)


def test_a_silent_series_measures_as_zero():
    assert set(measure(np.zeros(SAMPLES)).values()) == {0.0}


@pytest.mark.parametrize("time", [-DURATION / 2, DURATION / 2, 100.0])
def test_what_lies_over_the_edge_is_cut_off(time):
    series = np.zeros(SAMPLES)
    add_packet(series, time=time, frequency=100.0, width=0.1, snr=10.0)
    add_pulse(series, time=time, low=30, high=300, snr=10.0)
    add_track(series, start=time, stop=time + 1, frequency=lambda t: t * 0 + 50, envelope=np.ones_like, snr=10.0)
    assert np.isfinite(series).all()


def test_a_track_is_silent_where_its_frequency_leaves_the_band():
    series = np.zeros(SAMPLES)
    add_track(
        series,
        start=-1,
        stop=1,
        frequency=lambda t: np.where(t < 0, 4000.0, 100.0),
        envelope=np.ones_like,
        snr=5.0,
    )
    assert not series[: SAMPLES // 2].any()
    assert series[SAMPLES // 2 : SAMPLES // 2 + SAMPLE_RATE].any()


def test_the_drifting_family_falls_steadily_from_blips_to_burst():
    central = [
        np.mean([draw_drift(u, np.random.default_rng(seed)).parameters["central_freq"] for seed in range(5)])
        for u in np.linspace(0, 1, 9)
    ]
    assert np.all(np.diff(np.log(central)) < 0.05)
    assert central[0] > 200
    assert central[-1] < 50
