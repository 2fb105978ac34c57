"""The likeness of glitches that lack views, against values worked by hand."""

import numpy as np
import pytest

from core.embed.combine import combine_views
from core.embed.likeness import FILLED_WEIGHT, likeness, pair_likeness, seen_views, weighted_rows

W = FILLED_WEIGHT


def rows(*views):
    """One row a glitch from its views, each a vector in the plane; None where one is missing."""
    found = np.zeros((len(views), len(views[0]), 2), np.float32)
    for glitch, own in enumerate(views):
        for number, view in enumerate(own):
            if view is not None:
                found[glitch, number] = np.asarray(view) / np.linalg.norm(view)
    flat = found.reshape(len(views), -1)
    return flat / np.linalg.norm(flat, axis=1, keepdims=True)


def test_the_mean_cosine_over_the_views_that_both_have():
    # Cosines by view: 0.6, 0, 1; the second glitch lacks the third view, the third one the first and the second.
    matrix = rows([(1, 0), (1, 0), (1, 1)], [(3, 4), (0, 1), None], [None, None, (1, 1)])
    weights = np.array([[1, 1, 1], [1, 1, 0], [0, 0, 1]], np.float32)
    found = likeness(matrix, matrix, weights=weights, other_weights=weights)
    expected = [[1, (0.6 + 0) / 2, 1], [0.3, 1, 0], [1, 0, 1]]
    assert found == pytest.approx(np.array(expected), abs=1e-6)


def test_a_filled_in_view_counts_by_its_weight():
    # The third view of the second glitch was filled in, with the cosine 0.8 to the first glitch's.
    matrix = rows([(1, 0), (1, 0), (1, 0)], [(3, 4), (0, 1), (4, 3)])
    weights = np.array([[1, 1, 1], [1, 1, W]], np.float32)
    found = likeness(matrix, matrix, weights=weights, other_weights=weights)
    assert found[0, 1] == pytest.approx((0.6 + 0 + W * 0.8) / (2 + W), abs=1e-6)
    assert found[1, 1] == pytest.approx(1, abs=1e-6)


def test_dropping_views_that_agree_changes_nothing_and_zeros_would():
    one = [(1, 2), (3, 1), (1, 1), (2, 5)]
    matrix = rows(one, one, [one[0], None, None, None])
    assert matrix[0] @ matrix[2] == pytest.approx(0.5, abs=1e-6)
    weights = np.array([[1] * 4, [1] * 4, [1, 0, 0, 0]], np.float32)
    assert likeness(matrix, matrix, weights=weights, other_weights=weights) == pytest.approx(np.ones((3, 3)), abs=1e-6)


def test_pairs_are_the_cells_of_the_table():
    matrix = rows([(1, 0), (1, 0), (1, 0)], [(3, 4), (0, 1), (4, 3)], [(1, 1), (2, 1), (1, 3)])
    for weights in (None, np.array([[1, 1, 1], [1, 1, W], [0, 1, 0]], np.float32)):
        whole = likeness(matrix, matrix, weights=weights, other_weights=weights)
        first, second = np.array([0, 2]), np.array([[1, 2], [0, 1]])
        assert pair_likeness(matrix, first, second, weights=weights) == pytest.approx(whole[first[:, None], second])
        assert pair_likeness(matrix, first, first, weights=weights) == pytest.approx(np.ones(2))


def test_without_missing_views_it_is_the_product():
    matrix = np.random.default_rng(0).normal(size=(5, 12)).astype(np.float32)
    np.testing.assert_allclose(likeness(matrix, matrix[:2]), matrix @ matrix[:2].T, rtol=0, atol=1e-5)
    blocks = rows([(1, 0), (0, 1)], [(3, 4), (1, 1)])
    ones = np.ones((2, 2), np.float32)
    assert likeness(blocks, blocks, weights=ones, other_weights=ones) == pytest.approx(blocks @ blocks.T, abs=1e-6)


def test_weights_for_one_side_are_refused():
    matrix = rows([(1, 0)], [(0, 1)])
    with pytest.raises(ValueError, match="both sides"):
        likeness(matrix, matrix, weights=np.ones((2, 1), np.float32))


def test_what_stands_in_a_view_of_weight_zero_does_not_matter():
    matrix = rows([(1, 0), (5, 5)])
    assert weighted_rows(matrix, np.array([[1, 0]], np.float32)) == pytest.approx(np.array([[1, 0, 0, 0]]), abs=1e-6)


def test_seen_views_are_told_from_the_joined_rows():
    features = np.random.default_rng(1).normal(size=(5, 3)).astype(np.float32)
    features[3] = np.nan
    _, matrix = combine_views(
        features,
        sample_ids=["a", "a", "b", "b", "b"],
        views=["0.5", "2.0", "0.5", "1.0", "2.0"],
        order=["0.5", "1.0", "2.0"],
    )
    assert seen_views(matrix, 3).tolist() == [[True, False, True], [True, False, True]]
    assert seen_views(np.ones((2, 6)), 3) is None
    assert seen_views(np.eye(3), 1) is None
    assert seen_views(np.zeros((0, 6)), 3) is None


def test_no_rows_are_like_nothing():
    matrix, weights = np.ones((3, 10), np.float32), np.ones((3, 5), np.float32)
    nothing, of_nothing = matrix[:0], weights[:0]
    assert likeness(nothing, matrix, weights=of_nothing, other_weights=weights).shape == (0, 3)
    assert likeness(matrix, nothing, weights=weights, other_weights=of_nothing).shape == (3, 0)
    assert likeness(nothing, matrix).shape == (0, 3)
