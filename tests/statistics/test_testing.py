"""Many tests at once: scipy's false-discovery control, and Holm's method by hand."""

import numpy as np
from scipy.stats import false_discovery_control

from core.statistics.testing import false_discovery, holm


def test_false_discovery_is_scipys_and_leaves_unknowns_out():
    p_values = np.array([0.01, 0.04, np.nan, 0.03, 0.9])
    found = false_discovery(p_values)
    assert found[[0, 1, 3, 4]].tolist() == false_discovery_control(p_values[[0, 1, 3, 4]]).tolist()
    assert np.isnan(found[2])
    assert false_discovery(np.zeros(0)).tolist() == []


def test_holm_by_hand():
    # 0.01 <= 0.05 / 4, 0.02 > 0.05 / 3: what follows is kept as well, whatever its p-value.
    assert holm([0.02, 0.01, 0.03, 0.9], 0.05).tolist() == [False, True, False, False]
    assert holm([0.012, 0.01, 0.02, 0.9], 0.05).tolist() == [True, True, True, False]
    assert holm([], 0.05).tolist() == []


def test_dependent_tests_are_adjusted_by_benjamini_and_yekutieli():
    p_values = np.array([0.01, 0.04, 0.03, 0.9])
    assert false_discovery(p_values, dependent=True).tolist() == false_discovery_control(p_values, method="by").tolist()
    # By hand: 0.01 x 4 / 1 x (1 + 1/2 + 1/3 + 1/4)
    assert np.isclose(false_discovery(p_values, dependent=True)[0], 0.01 * 4 * 25 / 12)
