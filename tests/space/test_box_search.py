"""A box counts the cells that it covers, and what is in it is found again wherever it lies along time."""

import numpy as np
import pytest

from core.errors import GlitchAuditError
from core.space.box_search import Box, best_windows, box_weights, first_anew, only_inside, pooled
from core.space.likeness_search import Ranked

RANDOM = np.random.default_rng(14)


def test_a_cell_counts_by_how_much_of_it_is_covered():
    # Four cells across a picture four wide: the middle of cell i lies at i, so cell 1 goes from 0.5 to 1.5, and the
    # last one from 2.5 to the edge.
    weights = box_weights(Box(0.25, 0.75, 0.0, 1.0), rows=1, columns=4, height=1, width=4)
    assert np.allclose(weights, [[0, 0.5, 1, 0.5 / 1.5]])


def test_upwards_is_frequency():
    weights = box_weights(Box(0, 1, 0.6, 1.0), rows=4, columns=1, height=4, width=1)
    # The upper 0.4 of four cells: down to 1.6, and cell 1 ends at 1.5.
    assert np.allclose(weights[:, 0], [1, 1, 0.1, 0])


def test_all_of_the_picture_is_all_of_each_cell():
    assert (box_weights(Box(0, 1, 0, 1), rows=5, columns=6, height=140 / 32, width=170 / 32) == 1).all()


def test_the_last_cell_reaches_to_the_edge():
    # Three cells across a picture four wide: the last one goes from 1.5 to 4.
    weights = box_weights(Box(0.75, 1, 0, 1), rows=1, columns=3, height=1, width=4)
    assert np.allclose(weights, [[0, 0, 0.4]])


@pytest.mark.parametrize("sides", [(0.5, 0.5, 0, 1), (0, 1, 0.9, 0.2), (-0.1, 0.5, 0, 1), (0, float("nan"), 0, 1)])
def test_what_is_no_box_is_refused(sides):
    with pytest.raises(GlitchAuditError, match="no part of a picture"):
        Box(*sides)


def test_outside_of_the_box_is_the_median():
    pixels = np.full((10, 10), 3, np.uint8)
    pixels[0, 0], pixels[9, 9] = 200, 100
    inside = only_inside(pixels, Box(0, 0.5, 0.5, 1))
    assert inside[0, 0] == 200 and inside[9, 9] == 3


def test_what_is_in_the_box_is_found_where_it_was_moved_to():
    maps = RANDOM.random((3, 8, 4, 6)).astype(np.float32)
    weights = box_weights(Box(1 / 12, 5 / 12, 0.375, 0.875), rows=4, columns=6, height=4, width=6)
    rows, columns = np.flatnonzero(weights.any(1)), np.flatnonzero(weights.any(0))
    patch = maps[0][:, rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    maps[1, :, rows[0] : rows[-1] + 1, columns[0] + 3 : columns[-1] + 4] = patch
    scores, where = best_windows(maps, pooled(maps[:1], weights)[0], weights)
    assert np.allclose(scores[:2], 1, atol=1e-6) and scores[2] < 0.999
    assert where[:2].tolist() == [[0, 0], [0, 3]]


def test_along_frequency_it_is_looked_for_only_when_asked():
    maps = RANDOM.random((2, 8, 4, 6)).astype(np.float32)
    weights = box_weights(Box(0, 0.25, 0.625, 1), rows=4, columns=6, height=4, width=6)
    maps[1, :, 1:3] = maps[0, :, 0:2]
    asked = pooled(maps[:1], weights)[0]
    assert best_windows(maps, asked, weights)[0][1] < 0.999
    scores, where = best_windows(maps, asked, weights, any_row=True)
    assert np.isclose(scores[1], 1, atol=1e-6) and where[1].tolist() == [1, 0]


def test_only_the_first_are_ranked_anew_and_what_cannot_be_compared_stands_behind_them():
    ranked = Ranked(np.array([4, 2, 7, 1]), np.array([0.9, 0.8, 0.7, 0.6], np.float32))
    anew = first_anew(ranked, np.array([0.1, np.nan, 0.5], np.float32))
    assert anew.rows.tolist() == [7, 4, 2, 1]
    assert np.allclose(anew.scores, [0.5, 0.1, np.nan, 0.6], equal_nan=True)
