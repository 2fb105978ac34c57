"""The scores that the one in use is compared with, against their formulas."""

import numpy as np
import pytest
from scipy.special import logsumexp

from benchmarks.unlike import energy_score, nearest_score, probability_score
from core.classify.naming.unknown import fit_space


def test_energy_and_probability_against_their_formulas():
    scores = np.random.default_rng(0).normal(size=(20, 4)) * 30
    assert energy_score(scores, 2.0) == pytest.approx(-2.0 * logsumexp(scores / 2.0, axis=1))
    assert probability_score(np.array([[0.7, 0.3], [0.5, 0.5]])) == pytest.approx([0.3, 0.5])


def test_the_nearest_known_features_by_hand():
    rng = np.random.default_rng(0)
    known, asked = rng.normal(size=(30, 2, 4)), rng.normal(size=(3, 2, 4))
    space = fit_space(known, ["a", "b"] * 15, names=["a", "b"], axes=4)
    present = np.array([[True, False], [False, True], [True, True]])
    cosines = np.einsum("qvd,kvd->vqk", *(x / np.linalg.norm(x, axis=2, keepdims=True) for x in (asked, known)))
    by_view = 1 - np.sort(cosines, axis=2)[:, :, -5:].mean(axis=2)
    expected = [by_view[0, 0], by_view[1, 1], by_view[:, 2].mean()]
    assert nearest_score(asked, present, known, space) == pytest.approx(expected, rel=1e-5)
