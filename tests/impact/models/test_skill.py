"""The deviance, the rate by the hour alone, and the share of it that is saved."""

import numpy as np
import pytest

from core.detector.coupling.counts import Grid
from core.impact.models.folds import turns_of
from core.impact.models.params import ModelParams
from core.impact.models.skill import deviance, explained, hour_rates
from tests.impact.made import BEGIN


def test_the_deviance_of_counts_by_hand():
    # 2 (3 ln(3/2) - 1) = 0.4328, 2 x 0.5 = 1 for none where 0.5 were expected, 0 where it fits.
    assert deviance(np.array([3.0, 0.0, 2.0]), np.array([2.0, 0.5, 2.0])) == pytest.approx(
        [0.43279, 1.0, 0.0], abs=1e-5
    )
    assert explained(np.array([1.0, 2.0]), np.array([2.0, 2.0])) == pytest.approx(0.25)
    assert explained(np.array([0.0]), np.array([0.0])) == 0.0


def test_scikit_learn_has_the_same_deviance():
    from sklearn.metrics import mean_poisson_deviance

    random = np.random.default_rng(0)
    expected = random.uniform(0.1, 3, 500)
    counts = random.poisson(expected).astype(float)
    assert deviance(counts, expected).mean() == pytest.approx(mean_poisson_deviance(counts, expected))


def test_the_rate_by_hour_is_found_from_the_other_blocks():
    grid = Grid(BEGIN, 40, 144, 600.0)
    hour = 2 * np.pi * (np.arange(grid.bins) % 144 + 0.5) / 144
    truth = np.exp(-6 + 0.8 * np.cos(hour - 1))
    exposure = np.where(np.arange(grid.bins) % 7 == 0, 0.0, 600.0)
    counts = np.random.default_rng(1).poisson(truth * exposure).astype(float)
    found = hour_rates(counts, exposure, turns_of(grid, ModelParams()), grid=grid, harmonics=2)
    assert np.abs(np.log(found / truth)).max() < 0.2
    nothing = hour_rates(np.zeros(grid.bins), exposure, turns_of(grid, ModelParams()), grid=grid, harmonics=2)
    assert (nothing < 1e-6).all()
