"""The orders in which a selection can be looked at."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics.pairwise import cosine_distances
from sklearn.preprocessing import normalize

from core.audit.ordering import ORDERS, distance_to_centre, order_rows, possible_orders
from core.errors import GlitchAuditError

SAMPLES = pd.DataFrame(
    {
        "label": ["Tomte", "Blip", "Tomte", "Blip", "Whistle"],
        "snr": [9.0, 30.0, np.nan, 12.0, 9.0],
        "peak_frequency": [100.0, 50.0, 200.0, 50.0, 75.0],
        "intensity": [5, 4, 3, 2, 1],
    },
    index=list("abcde"),
)
ALL = np.arange(5)


def test_the_distance_to_the_centre_is_scikit_learns():
    matrix = normalize(np.random.default_rng(0).normal(size=(40, 16))).astype(np.float32)
    rows = np.array([3, 8, 20, 39])
    expected = cosine_distances(matrix[rows], matrix[rows].mean(axis=0, keepdims=True))[:, 0]
    np.testing.assert_allclose(distance_to_centre(matrix, rows), expected, atol=1e-6)


def test_a_centre_without_direction_is_equally_far_from_all():
    opposite = np.array([[1, 0], [-1, 0]], np.float32)
    assert distance_to_centre(opposite, np.array([0, 1])).tolist() == [1, 1]
    assert distance_to_centre(np.zeros((2, 3), np.float32), np.array([0, 1])).tolist() == [1, 1]
    assert distance_to_centre(opposite, np.array([0])).tolist() == [0]
    assert distance_to_centre(opposite, np.array([], int)).shape == (0,)


@pytest.mark.parametrize(
    ("by", "descending", "expected"),
    [
        ("intensity", False, [4, 3, 2, 1, 0]),
        ("intensity", True, [0, 1, 2, 3, 4]),
        ("snr", False, [0, 4, 3, 1, 2]),
        ("snr", True, [1, 3, 0, 4, 2]),
        ("peak frequency", False, [1, 3, 4, 0, 2]),
        ("peak frequency", True, [2, 0, 4, 1, 3]),
        ("label", False, [1, 3, 0, 2, 4]),
        ("label", True, [4, 0, 2, 1, 3]),
    ],
)
def test_orders_by_column_keep_the_data_sets_order_among_equals(by, descending, expected):
    assert order_rows(ALL[::-1], by, samples=SAMPLES, descending=descending).tolist() == expected


def test_the_nearest_to_the_centre_comes_first():
    angles = np.array([0.0, 0.1, 0.2, 1.0, 3.0])
    matrix = np.column_stack([np.cos(angles), np.sin(angles)]).astype(np.float32)
    # The mean of 0, 0.1 and 0.2 points along 0.1.
    order = order_rows(np.array([0, 1, 2]), "distance to centre", samples=SAMPLES, matrix=matrix)
    assert order[0] == 1
    farthest = order_rows(ALL, "distance to centre", samples=SAMPLES, matrix=matrix, descending=True)
    assert farthest[0] == 4


def test_intensities_measured_elsewhere_take_the_place_of_the_column():
    order = order_rows(ALL, "intensity", samples=SAMPLES, intensity=np.array([1, 2, 3, 4, 5.0]))
    assert order.tolist() == [0, 1, 2, 3, 4]


def test_a_random_order_is_a_shuffle_that_its_seed_repeats():
    rows = np.arange(50)
    samples = pd.DataFrame(index=rows)
    first = order_rows(rows, "random", samples=samples, seed=1)
    assert sorted(first) == rows.tolist()
    assert first.tolist() != rows.tolist()
    assert np.array_equal(order_rows(rows[::-1], "random", samples=samples, seed=1), first)
    assert not np.array_equal(order_rows(rows, "random", samples=samples, seed=2), first)


@pytest.mark.parametrize("rows", [[], [3]])
@pytest.mark.parametrize("by", ORDERS)
def test_no_sample_and_one_sample_in_every_order(by, rows):
    matrix = np.eye(5, dtype=np.float32)
    neighbours = np.array([[1], [0], [0], [0], [0]])
    order = order_rows(np.array(rows, int), by, samples=SAMPLES, matrix=matrix, neighbours=neighbours)
    assert order.tolist() == rows
    assert order.dtype == int


def test_only_orders_with_values_are_offered():
    assert possible_orders(SAMPLES, embedded=True) == ORDERS
    bare = SAMPLES[["label"]]
    assert possible_orders(bare, embedded=False) == ("label", "random")
    assert possible_orders(bare, embedded=True, intensity=True) == (
        "odd ones first",
        "distance to centre",
        "intensity",
        "label",
        "random",
    )


def test_an_order_without_values_is_refused():
    with pytest.raises(GlitchAuditError, match="no column 'snr'"):
        order_rows(ALL, "snr", samples=SAMPLES[["label"]])
    with pytest.raises(GlitchAuditError, match="embedded"):
        order_rows(ALL, "distance to centre", samples=SAMPLES)
    with pytest.raises(ValueError, match="beauty"):
        order_rows(ALL, "beauty", samples=SAMPLES)


def test_the_rarest_label_comes_first_and_of_one_label_those_whose_neighbours_disagree():
    samples = pd.DataFrame({"label": list("AAABBC")}, index=list("uvwxyz"))
    #         of u: A, B    of v: A, A    of w: B, B    of x: B, A    of y: C, A    of z: A, A
    near = np.array([[1, 3], [0, 2], [3, 4], [4, 0], [5, 0], [0, 1]])
    order = order_rows(np.arange(6), "odd ones first", samples=samples, neighbours=near)
    assert [samples.index[row] for row in order] == ["z", "y", "x", "w", "u", "v"]
    back = order_rows(np.arange(6), "odd ones first", samples=samples, neighbours=near, descending=True)
    assert back.tolist() == order[::-1].tolist()
    # Of a part of them the counts are those of the part: A is the rarest now.
    part = order_rows(np.array([0, 3, 4]), "odd ones first", samples=samples, neighbours=near)
    assert part.tolist() == [0, 4, 3]


def test_the_odd_ones_need_neighbours():
    with pytest.raises(GlitchAuditError, match="embedded"):
        order_rows(ALL, "odd ones first", samples=SAMPLES)
