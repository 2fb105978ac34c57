"""The closed form of leaving a group out, against a fit without that group."""

import numpy as np
import pytest
from scipy.special import log_softmax

from core.audit.suspects.neighbour_vote import choose_voters
from core.audit.suspects.probabilities import evened, make_smoother, to_probabilities, typical_distance
from core.space.neighbours import NeighbourParams, find_neighbours


def unit_rows(count, dimensions=6, seed=0):
    matrix = np.random.default_rng(seed).normal(size=(count, dimensions)).astype(np.float32)
    return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


@pytest.mark.parametrize("sizes", [[1] * 40, [4] * 10, [1, 2, 3, 4, 30]])
def test_left_out_equals_kernel_ridge_without_the_group(sizes):
    from sklearn.kernel_ridge import KernelRidge

    groups = np.repeat(np.arange(len(sizes)), sizes)
    matrix = unit_rows(len(groups))
    targets = np.eye(3)[np.random.default_rng(1).integers(3, size=len(groups))]
    smoother = make_smoother(matrix, groups, width=1.0, ridge=0.7, landmarks=1000, seed=0)
    found = smoother.left_out(targets)
    kernel = np.exp((matrix.astype(float) @ matrix.T - 1) / typical_distance(matrix, groups)) + 1
    for group in np.unique(groups):
        own = groups == group
        model = KernelRidge(alpha=0.7, kernel="precomputed").fit(kernel[np.ix_(~own, ~own)], targets[~own])
        np.testing.assert_allclose(found[own], model.predict(kernel[np.ix_(own, ~own)]), atol=2e-3)


def test_a_group_larger_than_the_basis_leaves_as_exactly():
    groups = np.repeat([0, 1], [60, 30])
    matrix = unit_rows(90, dimensions=3)
    targets = np.random.default_rng(2).normal(size=(90, 2))
    smoother = make_smoother(matrix, groups, width=1.0, ridge=0.5, landmarks=8, seed=0)
    assert len(smoother.shrink) <= 8
    basis, shrink = smoother.basis.astype(float), smoother.shrink.astype(float)
    whole = basis @ np.diag(shrink) @ basis.T
    own = groups == 0
    exact = np.linalg.solve(np.eye(60) - whole[np.ix_(own, own)], whole[np.ix_(own, ~own)] @ targets[~own])
    np.testing.assert_allclose(smoother.left_out(targets)[own], exact, atol=1e-3)


def test_own_label_has_no_influence_on_own_prediction():
    groups = np.repeat(np.arange(12), 3)
    smoother = make_smoother(unit_rows(36), groups, width=1.0, ridge=1.0, landmarks=1000, seed=0)
    targets = np.random.default_rng(3).normal(size=(36, 2))
    changed = targets.copy()
    changed[groups == 5] += 10
    before, after = smoother.left_out(targets), smoother.left_out(changed)
    np.testing.assert_allclose(before[groups == 5], after[groups == 5], atol=1e-4)
    assert np.abs(before[groups != 5] - after[groups != 5]).max() > 0.01


def test_few_landmarks_come_close_to_all():
    matrix = unit_rows(300, dimensions=4)
    targets = (matrix[:, :1] > 0).astype(float)
    groups = np.arange(300)
    exact = make_smoother(matrix, groups, width=1.0, ridge=1.0, landmarks=300, seed=0).left_out(targets)
    few = make_smoother(matrix, groups, width=1.0, ridge=1.0, landmarks=60, seed=0).left_out(targets)
    assert np.abs(exact - few).mean() < 0.02


def test_the_sharpness_has_the_greatest_likelihood():
    random = np.random.default_rng(4)
    codes = random.integers(3, size=400)
    predictions = np.eye(3)[codes] * 0.4 + 0.15 * random.normal(size=(400, 3))
    logarithms, sharpness = to_probabilities(predictions, codes)
    np.testing.assert_allclose(np.exp(logarithms).sum(axis=1), 1, atol=1e-6)
    rows = np.arange(400)
    best = logarithms[rows, codes].mean()
    for factor in (0.8, 1.25):
        assert log_softmax(factor * sharpness * predictions, axis=1)[rows, codes].mean() < best


def test_only_other_groups_vote():
    matrix = unit_rows(20)
    groups = np.repeat(np.arange(10), 2)
    voters = choose_voters(find_neighbours(matrix, NeighbourParams(count=30)), groups, count=5)
    assert voters.indices.shape == (20, 5)
    assert (groups[voters.indices] != groups[:, None]).all()
    np.testing.assert_allclose(voters.weights.sum(axis=1), 1, atol=1e-6)
    assert (np.diff(voters.weights, axis=1) <= 0).all()
    codes = np.arange(20) % 2
    shares = voters.shares(codes, 2)
    np.testing.assert_allclose(1 - shares[np.arange(20), codes], voters.disagreement(codes), atol=1e-6)


def test_a_sample_without_strangers_hears_no_vote():
    voters = choose_voters(find_neighbours(unit_rows(4), NeighbourParams()), np.zeros(4, int), count=5)
    assert (voters.disagreement(np.array([0, 1, 0, 1])) == 0).all()


def test_evened_rows_are_fourth_roots_with_the_length_they_had():
    found = evened(np.array([[0.0, 0.36, -0.0016, 0.0]], np.float32))
    # Fourth roots 0.7746 and -0.2, of length 0.8; the row had the length 0.36.
    np.testing.assert_allclose(found, [[0, 0.36 * 0.7746 / 0.8, -0.36 * 0.2 / 0.8, 0]], atol=1e-4)


def test_each_view_is_evened_by_itself_and_a_missing_one_stays_missing():
    matrix = np.array([[0.6, 0.0, 0.0, 0.0], [0.5, 0.1, 0.3, 0.2]], np.float32)
    found = evened(matrix, np.ones((2, 2), np.float32))
    np.testing.assert_allclose(found[0], matrix[0], atol=1e-6)
    np.testing.assert_allclose(
        np.linalg.norm(found.reshape(2, 2, 2), axis=2), np.linalg.norm(matrix.reshape(2, 2, 2), axis=2), rtol=1e-5
    )


@pytest.mark.parametrize("even_share", [0.5, 0.9])
def test_the_kernel_of_both_distances_is_the_product_of_two(even_share):
    groups, matrix = np.arange(40), np.abs(unit_rows(40))
    targets = np.eye(2)[np.arange(40) % 2]
    roots = evened(matrix)
    plain, even = (
        np.exp(share * (rows.astype(float) @ rows.T - 1) / typical_distance(rows, groups))
        for rows, share in ((matrix, 1 - even_share), (roots, even_share))
    )
    hat = np.linalg.solve(plain * even + 1 + 0.7 * np.eye(40), plain * even + 1)
    left = (hat.T @ targets - np.diag(hat)[:, None] * targets) / (1 - np.diag(hat)[:, None])
    found = make_smoother(matrix, groups, width=1.0, even_share=even_share, ridge=0.7, landmarks=1000, seed=0)
    np.testing.assert_allclose(found.left_out(targets), left, atol=2e-3)


def test_signed_rows_go_without_the_evened_distance():
    groups, matrix = np.arange(40), unit_rows(40)
    assert (matrix < 0).any()
    targets = np.eye(2)[np.arange(40) % 2]
    common = {"ridge": 0.7, "landmarks": 1000, "seed": 0}
    # Half of the distance in units of the typical one is all of it in units of twice that.
    half = make_smoother(matrix, groups, width=1.0, even_share=0.5, **common)
    plain = make_smoother(matrix, groups, width=2.0, even_share=0.0, **common)
    np.testing.assert_allclose(half.left_out(targets), plain.left_out(targets), atol=1e-6)


def test_a_row_without_picture_stays_nowhere():
    matrix = unit_rows(20)
    matrix[3] = 0
    assert not evened(matrix)[3].any()
    smoother = make_smoother(matrix, np.arange(20), width=1.0, even_share=0.5, ridge=1.0, landmarks=100, seed=0)
    assert np.isfinite(smoother.left_out(np.eye(2)[np.arange(20) % 2])).all()
