"""Which decision a change comes from: the likest relabelled sample, and for the neighbours' vote each voter."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from core.pipeline.moved_by import moved_by, vote_pushes
from core.space.neighbours import Neighbours

ANGLES = np.radians([0, 10, 80, 90, 90])
MATRIX = np.column_stack([np.cos(ANGLES), np.sin(ANGLES)]).astype(np.float32)


def case_of(indices=None):
    indices = np.zeros((len(MATRIX), 1), int) if indices is None else indices
    neighbours = Neighbours(indices=indices, distances=np.zeros(indices.shape, np.float32), fingerprint="n")
    return SimpleNamespace(matrix=MATRIX, weights=None, neighbours=neighbours)


def test_the_likest_relabelled_sample_is_the_cause_and_each_its_own():
    relabelled = np.array([True, False, False, True, True])
    # The last two lie in one place.
    assert moved_by(case_of(), relabelled).tolist() == [0, 0, 3, 3, 4]


def test_where_nothing_was_relabelled_nothing_is_a_cause():
    assert len(moved_by(case_of(), np.zeros(5, bool))) == 0


def test_each_decision_moves_the_votes_that_it_has():
    # Everybody's two neighbours vote with one half each; sample 0 goes from A to B.
    indices = np.array([[1, 2], [0, 2], [0, 1], [0, 4], [3, 1]])
    labels = pd.DataFrame({"before": list("AAABB"), "after": list("BAABB")})
    pushes = vote_pushes(case_of(indices), labels, np.arange(5))
    # Samples 1 and 2, both A, lose half a vote each, 3 wins one; what it is called itself is no vote on others.
    assert pushes == pytest.approx([-0.5, 0, 0, 0, 0])
