"""Boxes of simulated glitches lie about what is usual for their family, the same for the same seed."""

import numpy as np
import pytest

from core.detector.simulated import SimulationParams, simulate_detector
from core.impact.simulated_boxes import MISTAKEN, TYPICAL, with_simulated_boxes


@pytest.fixture(scope="module")
def glitches():
    return simulate_detector(SimulationParams(days=12, glitches=400.0, others=0), seed=4).glitches


def test_the_medians_are_the_usual_values(glitches):
    found = with_simulated_boxes(glitches, seed=0)
    for family, (duration, middle, width, snr) in TYPICAL.items():
        own = found.only(found.families == family)
        assert np.median(own.durations) == pytest.approx(duration, rel=0.1)
        assert np.median(own.snr) == pytest.approx(snr, rel=0.1)
        assert np.median(own.highest) == pytest.approx(middle + width / 2, rel=0.1)
        assert (own.lowest >= 0).all() and (own.highest > own.lowest).all()


def test_a_fifth_of_one_family_was_brought_under_another_name(glitches):
    found = with_simulated_boxes(glitches, seed=0)
    own = found.families == MISTAKEN[0]
    assert 0.14 < (found.brought[own] == MISTAKEN[1]).mean() < 0.26
    assert (found.brought[~own] == found.families[~own]).all()
    assert set(found.families[found.disputed]) <= set(MISTAKEN)


def test_the_same_seed_draws_the_same(glitches):
    first, again, other = (with_simulated_boxes(glitches, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.durations, again.durations)
    assert not np.array_equal(first.durations, other.durations)
