"""Scores as probabilities: scipy's, also where the scores are large, and in the scores' own precision."""

import numpy as np
import pytest
import scipy.special

from core.statistics.softmax import log_softmax


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_the_log_softmax_is_scipys(kind):
    scores = (np.random.default_rng(0).normal(size=(20, 5)) * 1000).astype(kind)
    found = log_softmax(scores)
    assert found.dtype == kind
    np.testing.assert_allclose(found, scipy.special.log_softmax(scores, axis=1), rtol=1e-6)
    np.testing.assert_allclose(np.exp(found).sum(axis=1), 1, rtol=1e-6)
