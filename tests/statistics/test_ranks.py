"""Ranks: scikit-learn's area under the curve and scipy's correlation, where they are defined."""

import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score

from core.statistics.ranks import chance_larger, rank_correlation


@pytest.mark.parametrize("decimals", [0, 1, 8])
def test_the_chance_of_being_larger_is_the_area_under_the_curve(decimals):
    random = np.random.default_rng(1)
    second = random.random(60) < 0.3
    values = np.round(random.random(60) + 0.3 * second, decimals)
    assert chance_larger(values, second) == pytest.approx(roc_auc_score(second, values))


def test_one_kind_alone_is_never_larger():
    values = np.array([0.2, 0.4, 0.6])
    assert np.isnan(chance_larger(values, np.ones(3, bool)))
    assert np.isnan(chance_larger(values, np.zeros(3, bool)))


def test_missing_values_are_left_out_of_a_correlation():
    first, second = np.array([3.0, 1, np.nan, 2, 9]), np.array([1.0, 2, 3, 8, 5])
    assert rank_correlation(first, second) == pytest.approx(spearmanr([3, 1, 2, 9], [1, 2, 8, 5]).statistic)
    assert rank_correlation(first, np.ones(5)) == 0
    assert rank_correlation([1, 2], [1, 2]) == 0
