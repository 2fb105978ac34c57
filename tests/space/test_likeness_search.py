"""The likeness search ranks by the mean likeness to what is wanted, less what is nearer to what is not."""

import numpy as np
import pytest

from core.embed.likeness import Vectors, likeness
from core.errors import GlitchAuditError
from core.space import likeness_search
from core.space.likeness_search import (
    example_of_views,
    examples_of,
    joined,
    likenesses,
    make_index,
    most_typical,
    search,
)

CORNERS = np.eye(4, dtype=np.float32)


def unit(*rows):
    matrix = np.array(rows, np.float32)
    return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


def drawn(rows=40, views=3, width=5, *, seed=0):
    """Rows of unit views, half of them lacking one, which is filled in and counts a quarter, or cannot be."""
    random = np.random.default_rng(seed)
    blocks = random.normal(size=(rows, views, width)).astype(np.float32)
    blocks /= np.linalg.norm(blocks, axis=2, keepdims=True)
    weights = np.ones((rows, views), np.float32)
    weights[::2, 1] = 0.25
    weights[::4, 2] = 0
    blocks[weights == 0] = 0
    matrix = blocks.reshape(rows, -1)
    return Vectors(matrix / np.linalg.norm(matrix, axis=1, keepdims=True), weights)


def test_one_example_gives_the_order_of_the_cosine():
    matrix = unit((1, 0), (1, 0.2), (0, 1), (1, 1))
    index = make_index(Vectors(matrix))
    found = search(index, examples_of(index, [0]))
    assert list(found.rows) == [0, 1, 3, 2]
    assert found.scores == pytest.approx(sorted(matrix @ matrix[0], reverse=True))


def test_likenesses_are_those_of_the_embedding_where_views_are_missing():
    vectors = drawn()
    index = make_index(vectors)
    rows = [1, 4, 8]
    expected = likeness(
        vectors.matrix, vectors.matrix[rows], weights=vectors.weights, other_weights=vectors.weights[rows]
    )
    assert likenesses(index, examples_of(index, rows)) == pytest.approx(expected, abs=1e-6)


def test_an_unwanted_example_costs_only_what_lies_nearer_to_it():
    # a is wanted, b is not; the third lies nearer to b, the fourth nearer to a.
    matrix = unit((1, 0, 0), (0, 1, 0), (0.6, 0.8, 0), (0.8, 0.6, 0))
    index = make_index(Vectors(matrix))
    found = search(index, examples_of(index, [0]), examples_of(index, [1]))
    scores = dict(zip(found.rows.tolist(), found.scores.tolist(), strict=True))
    assert scores[3] == pytest.approx(0.8)
    assert scores[2] == pytest.approx(0.6 - (0.8 - 0.6))


def test_several_wanted_examples_count_by_their_mean():
    index = make_index(Vectors(unit((1, 0), (0, 1), (1, 1))))
    found = search(index, examples_of(index, [0, 1]))
    assert found.rows[0] == 2
    assert found.scores == pytest.approx([np.sqrt(0.5), 0.5, 0.5], abs=1e-6)


def test_one_view_alone_is_its_cosine_and_leaves_out_who_lacks_it():
    vectors = drawn()
    index = make_index(vectors)
    found = search(index, examples_of(index, [1]), view=1)
    blocks = vectors.matrix.reshape(40, 3, 5)[:, 1]
    blocks /= np.linalg.norm(blocks, axis=1, keepdims=True)
    assert set(found.rows) == set(range(1, 40, 2))
    assert found.scores == pytest.approx((blocks @ blocks[1])[found.rows], abs=1e-6)


def test_examples_that_lack_the_view_do_not_count():
    index = make_index(drawn())
    alone, both = search(index, examples_of(index, [1]), view=1), search(index, examples_of(index, [1, 2]), view=1)
    assert alone.scores == pytest.approx(both.scores)
    with pytest.raises(GlitchAuditError, match="compare all views"):
        search(index, examples_of(index, [2, 4]), view=1)


def test_samples_without_a_picture_are_left_out():
    matrix = unit((1, 0), (0, 1), (1, 1))
    matrix[1] = 0
    index = make_index(Vectors(matrix))
    assert list(search(index, examples_of(index, [0])).rows) == [0, 2]
    with pytest.raises(GlitchAuditError, match="has a picture to compare"):
        search(index, examples_of(index, [1]))


def test_only_what_is_allowed_is_ranked():
    index = make_index(Vectors(CORNERS))
    found = search(index, examples_of(index, [0]), allowed=np.array([False, True, True, False]))
    assert list(found.rows) == [1, 2]


def test_a_picture_that_is_no_sample_is_compared_by_the_views_it_has():
    vectors = drawn()
    index = make_index(vectors)
    views = vectors.matrix[1].reshape(3, 5)
    example = example_of_views(index, 7 * views[[0, 2]], [0, 2])
    both = np.ones((1, 3), np.float32)
    both[0, 1] = 0
    only = views.copy()
    only[1] = 0
    expected = likeness(vectors.matrix, only.reshape(1, -1), weights=vectors.weights, other_weights=both)
    assert likenesses(index, example) == pytest.approx(expected, abs=1e-6)
    with pytest.raises(ValueError, match="features"):
        example_of_views(index, views[:, :4], [0, 1, 2])


def test_examples_of_two_sources_count_alike():
    index = make_index(Vectors(CORNERS, None), views=2)
    one, two = examples_of(index, [0]), examples_of(index, [1])
    assert likenesses(index, joined([one, two])) == pytest.approx(likenesses(index, examples_of(index, [0, 1])))


def test_the_most_typical_are_those_most_like_all():
    matrix = unit((1, 0), (1, 0.1), (1, -0.1), (-1, 1), (1, 0.05))
    index = make_index(Vectors(matrix))
    mean_likeness = (matrix @ matrix.T).mean(axis=1)
    assert list(most_typical(index, range(5), count=3)) == sorted(np.argsort(-mean_likeness)[:3])
    assert list(most_typical(index, [4, 2], count=3)) == [4, 2]


def test_rows_that_are_not_so_many_views_are_refused():
    with pytest.raises(ValueError, match="3 views"):
        make_index(Vectors(CORNERS), views=3)


def test_equal_scores_stay_in_the_order_of_their_rows_whatever_their_sign():
    random = np.random.default_rng(0)
    tiny = np.array([0.0, -0.0, 1e-45, -1e-45, 1, -1, 0.5, -0.5], np.float32)
    scores = np.concatenate([random.choice(tiny, 500), random.normal(size=500).astype(np.float32)])
    np.testing.assert_array_equal(likeness_search._highest_first(scores), np.argsort(-scores, kind="stable"))
