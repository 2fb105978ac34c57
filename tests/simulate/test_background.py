"""The noise of two detectors: white to first order, different from each other, drawn again from the same seed."""

import numpy as np
import pytest

from core.errors import GlitchAuditError
from core.simulate.background import DETECTORS, draw_background
from core.simulate.series import SAMPLE_RATE, SAMPLES


@pytest.mark.parametrize("detector", DETECTORS)
def test_noise_is_reproducible_and_nearly_of_unit_variance(detector):
    for seed in range(6):
        noise = draw_background(detector, np.random.default_rng(seed))
        assert noise.shape == (SAMPLES,)
        assert noise.dtype == np.float32
        assert 0.95 < noise.std() < 1.15
        assert np.array_equal(noise, draw_background(detector, np.random.default_rng(seed)))


def test_the_high_band_is_white():
    power = np.mean(
        [np.abs(np.fft.rfft(draw_background("H1", np.random.default_rng(seed)))) ** 2 for seed in range(8)], axis=0
    )
    frequencies = np.fft.rfftfreq(SAMPLES, 1 / SAMPLE_RATE)
    bands = [power[(frequencies > low) & (frequencies < low + 400)].mean() for low in (1200, 2000, 3000)]
    assert np.allclose(bands, SAMPLES, rtol=0.05)


def test_the_detectors_differ_at_low_frequency():
    def low_share(detector: str) -> float:
        frequencies = np.fft.rfftfreq(SAMPLES, 1 / SAMPLE_RATE)
        power = sum(
            np.abs(np.fft.rfft(draw_background(detector, np.random.default_rng(seed)))) ** 2 for seed in range(24)
        )
        below = power[(frequencies > 12) & (frequencies < 22)].mean()
        return below / power[(frequencies > 40) & (frequencies < 60)].mean()

    assert low_share("L1") > 1.1 * low_share("H1")


def test_an_unknown_detector_is_named_in_the_error():
    with pytest.raises(GlitchAuditError, match="V1"):
        draw_background("V1", np.random.default_rng(0))
