"""Intervals of shares and means: scipy's, and what few observations leave open."""

import numpy as np
import pytest
from scipy.stats import binomtest, bootstrap, norm, ttest_1samp

from core.statistics.intervals import drawn_interval, mean_interval, standard_errors, wilson_interval


@pytest.mark.parametrize(("successes", "n"), [(0, 1), (1, 1), (0, 10), (3, 10), (10, 10), (471, 2106)])
@pytest.mark.parametrize("confidence", [0.9, 0.95])
def test_the_wilson_interval_is_scipys(successes, n, confidence):
    expected = binomtest(successes, n).proportion_ci(confidence, method="wilson")
    np.testing.assert_allclose(wilson_interval(successes, n, confidence=confidence), expected, atol=1e-12)


def test_a_bell_curve_reaches_as_far_as_scipys():
    assert standard_errors() == pytest.approx(norm.ppf(0.975))
    assert standard_errors(0.9) == pytest.approx(norm.ppf(0.95))


def test_the_interval_of_a_mean_is_scipys():
    values = np.random.default_rng(0).normal(size=(12, 3))
    expected = ttest_1samp(values, 0).confidence_interval(0.9)
    np.testing.assert_allclose(mean_interval(values, confidence=0.9), [expected.low, expected.high])


def test_draws_give_the_percentile_bootstrap():
    values = np.random.default_rng(0).normal(size=50)
    result = bootstrap((values,), np.mean, method="percentile", n_resamples=500, rng=np.random.default_rng(1))
    expected = result.confidence_interval
    assert drawn_interval(result.bootstrap_distribution) == pytest.approx((expected.low, expected.high))
