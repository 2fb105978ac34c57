"""The other looks of classes, for training: heard, of the class's frequencies, and the same from the same seed."""

from __future__ import annotations

import numpy as np
import pytest

from core.simulate.series import SAMPLES, measure
from core.simulate.waveforms import PEAK_RANGES
from core.simulate.waveforms_wide import WIDE, draw_wide


@pytest.mark.parametrize("label", sorted(WIDE))
def test_a_look_lies_where_its_class_does(label: str) -> None:
    low, high = PEAK_RANGES[label]
    for seed in range(12):
        series = draw_wide(label, np.random.default_rng(seed))
        assert series.shape == (SAMPLES,) and np.isfinite(series).all()
        measured = measure(series)
        assert measured["snr"] > 7 and low <= measured["peak_frequency"] <= high


def test_the_same_seed_draws_the_same() -> None:
    first, again, other = (draw_wide("Helix", np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert np.array_equal(first, again) and not np.array_equal(first, other)
