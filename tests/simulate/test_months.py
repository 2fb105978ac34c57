"""Half a year of simulated glitches: the training set's shares, times in their epochs, and what drifts does drift."""

import numpy as np
import pytest

from core.errors import GlitchAuditError
from core.simulate.months import DAY, FIRST_GPS, Drift, epoch_chances, epoch_noise, months, one_of_months
from core.simulate.series import SAMPLE_RATE, SAMPLES
from core.simulate.waveforms import CLASSES


def test_the_same_seed_gives_the_same_glitches_at_times_within_the_half_year():
    first, again = list(months(6, seed=3)), list(months(6, seed=3))
    assert [one.sample_id for one in first] == [one.sample_id for one in again]
    assert all(np.array_equal(one.series, other.series) for one, other in zip(first, again, strict=True))
    times = np.array([one.metadata["event_time"] for one in first])
    assert (times >= FIRST_GPS).all() and (times < FIRST_GPS + 180 * DAY).all() and len(set(times)) == 6
    assert all(one.series.shape == (SAMPLES,) and one.metadata["ifo"] in ("H1", "L1") for one in first)


def test_rates_wander_and_without_drift_they_do_not():
    chances = epoch_chances(seed=1, drift=Drift())
    assert chances.shape == (len(CLASSES), 6) and np.allclose(chances.sum(axis=1), 1)
    assert (chances.max(axis=1) / chances.min(axis=1)).mean() > 2
    assert np.allclose(epoch_chances(seed=1, drift=Drift(rates=0.0)), 1 / 6)


def test_a_glitch_falls_into_the_epoch_of_its_class():
    chances = np.zeros((len(CLASSES), 6))
    chances[:, 4] = 1
    sample = one_of_months("Blip", seed=1, index=0, drift=Drift(), chances=chances)
    assert 120 * DAY <= sample.metadata["event_time"] - FIRST_GPS < 150 * DAY


def band(wave, low, high):
    f = np.fft.rfftfreq(SAMPLES, 1 / SAMPLE_RATE)
    power = np.abs(np.fft.rfft(wave)) ** 2
    return power[(f >= low) & (f < high)].sum() / SAMPLES**2 * 2


def test_low_noise_grows_to_the_end_and_is_as_loud_as_stated():
    quiet = Drift(lines=0)
    levels = [
        band(epoch_noise(epoch, "H1", np.random.default_rng(5), seed=1, drift=quiet), 0, 70) for epoch in (0, 3, 5)
    ]
    assert levels[0] == 0
    # Linear in the epoch: variances (3/5 * 0.35)^2 and 0.35^2.
    assert levels[1:] == pytest.approx([0.0441, 0.1225], rel=0.02)


def test_each_epoch_has_lines_of_its_own_at_each_detector():
    quiet = Drift(low_noise=0.0, lines=1)

    def loudest(epoch, detector):
        total = sum(
            np.abs(np.fft.rfft(epoch_noise(epoch, detector, np.random.default_rng(n), seed=2, drift=quiet)))
            for n in range(8)
        )
        return np.fft.rfftfreq(SAMPLES, 1 / SAMPLE_RATE)[total.argmax()]

    found = [loudest(epoch, detector) for epoch in (0, 1) for detector in ("H1", "L1")]
    assert min(abs(a - b) for n, a in enumerate(found) for b in found[:n]) > 5
    assert loudest(0, "H1") == pytest.approx(found[0], abs=3)


def test_scattered_light_has_a_new_look_late():
    def arches(epoch):
        """How regularly the power around 30 Hz comes back four times a second, over a dozen glitches."""
        chances = np.zeros((len(CLASSES), 6))
        chances[:, epoch] = 1
        still = Drift(lines=0, low_noise=0.0, looks=(0.0, 0.0))
        found = []
        for index in range(12):
            series = one_of_months("Scattered_Light", seed=4, index=index, drift=still, chances=chances).series
            spectrum = np.fft.rfft(series)
            f = np.fft.rfftfreq(SAMPLES, 1 / SAMPLE_RATE)
            slow = np.fft.irfft(np.where((f > 20) & (f < 42), spectrum, 0), SAMPLES) ** 2
            envelope = np.abs(np.fft.rfft(slow))
            found.append(envelope[(f > 3.2) & (f < 4.6)].max() / envelope[0])
        return np.array(found)

    assert (arches(5) > 0.4).sum() >= 3 and (arches(5) > 0.4).sum() > (arches(0) > 0.4).sum() + 2


def test_fewer_than_one_is_refused():
    with pytest.raises(GlitchAuditError, match="at least one sample"):
        next(months(0, seed=1))
