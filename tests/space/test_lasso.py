"""Lasso, box and click: hand cases, and random polygons against the even-odd rule written out."""

import numpy as np
import pytest

from core.space.lasso import nearest_sample, samples_inside

GRID = np.array([[x, y] for y in range(5) for x in range(5)], dtype=np.float32)


def even_odd(points, polygon):
    """Crossings of a ray to the right, counted one edge at a time; inside where they are odd."""
    inside = np.zeros(len(points), dtype=bool)
    x, y = points.T
    for (x1, y1), (x2, y2) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        if y1 == y2:
            continue
        crosses = ((y1 > y) != (y2 > y)) & (x < (x2 - x1) * (y - y1) / (y2 - y1) + x1)
        inside ^= crosses
    return inside


def chosen(polygon, **options):
    return {tuple(point) for point in GRID[samples_inside(GRID, polygon, **options)].astype(int).tolist()}


def test_a_square_takes_what_is_in_it_and_on_its_line():
    assert chosen([(0.5, 0.5), (2.5, 0.5), (2.5, 2.5), (0.5, 2.5)]) == {(1, 1), (2, 1), (1, 2), (2, 2)}
    assert chosen([(1, 1), (2, 1), (2, 2), (1, 2)]) == {(1, 1), (2, 1), (1, 2), (2, 2)}


def test_direction_start_and_a_repeated_last_corner_make_no_difference():
    square = [(0.5, 0.5), (2.5, 0.5), (2.5, 2.5), (0.5, 2.5)]
    assert chosen(square) == chosen(square[::-1]) == chosen(square[2:] + square[:2]) == chosen([*square, square[0]])


def test_a_notch_is_outside():
    u_shape = [(-0.5, -0.5), (4.5, -0.5), (4.5, 4.5), (3.5, 4.5), (3.5, 0.5), (0.5, 0.5), (0.5, 4.5), (-0.5, 4.5)]
    assert (2, 2) not in chosen(u_shape)
    assert {(0, 3), (4, 3), (2, 0)} <= chosen(u_shape)


def test_a_figure_of_eight_takes_both_halves():
    bow_tie = [(-0.5, -0.5), (4.5, 4.5), (4.5, -0.5), (-0.5, 4.5)]
    assert {(0, 1), (0, 3), (4, 1), (4, 3)} <= chosen(bow_tie)
    assert not {(2, 0), (2, 4)} & chosen(bow_tie)


def test_a_place_gone_round_twice_is_outside_as_it_is_drawn():
    angles = np.pi / 2 + np.arange(5) * 4 * np.pi / 5
    pentagram = np.column_stack([2 + 2 * np.cos(angles), 2 + 2 * np.sin(angles)])
    assert (2, 2) not in chosen(pentagram)
    assert (2, 3) in chosen(pentagram)


def test_random_lassos_follow_the_even_odd_rule():
    random = np.random.default_rng(0)
    for corners in (3, 4, 7, 12, 40):
        for _ in range(20):
            polygon = random.uniform(0, 10, size=(corners, 2))
            points = random.uniform(-1, 11, size=(500, 2))
            assert np.array_equal(samples_inside(points, polygon), even_odd(points, polygon))


@pytest.mark.parametrize(
    "polygon",
    [[], [(1, 1)], [(0, 0), (4, 4)], [(0, 0), (2, 2), (4, 4)], [(1, 1)] * 5, [(0, 0), (4, 0), (0, 0), (4, 0)]],
)
def test_a_line_encloses_nothing(polygon):
    assert not samples_inside(GRID, polygon).any()


def test_filtered_out_samples_are_never_chosen():
    allowed = GRID[:, 0] == 1
    everything = [(-1, -1), (9, -1), (9, 9), (-1, 9)]
    assert np.array_equal(samples_inside(GRID, everything, allowed=allowed), allowed)
    assert not samples_inside(GRID, everything, allowed=np.zeros(25, bool)).any()
    with pytest.raises(ValueError, match="3 samples for a layout of 25"):
        samples_inside(GRID, everything, allowed=np.ones(3, bool))


def test_no_samples_and_samples_without_a_place():
    square = [(-1, -1), (1, -1), (1, 1), (-1, 1)]
    assert samples_inside(np.zeros((0, 2), np.float32), square).shape == (0,)
    assert samples_inside(np.array([[np.nan, 0], [0, 0]]), square).tolist() == [False, True]


@pytest.mark.parametrize("polygon", [[(0, 0), (1, np.nan), (1, 1)], [(0, 0, 0), (1, 0, 0), (1, 1, 0)]])
def test_corners_that_are_no_points_are_refused(polygon):
    with pytest.raises(ValueError, match="pairs of finite numbers"):
        samples_inside(GRID, polygon)


def test_a_click_takes_the_nearest_sample_within_reach():
    assert nearest_sample(GRID, (2.1, 0.9), radius=0.5) == 7
    assert nearest_sample(GRID, (2.5, 2.5), radius=0.5) is None
    assert nearest_sample(GRID, (2, 2), radius=0) == 12
    assert nearest_sample(GRID, (2.5, 2), radius=1) == 12
    without = np.ones(25, bool)
    without[7] = False
    assert nearest_sample(GRID, (2.1, 0.9), radius=2, allowed=without) == 8
    assert nearest_sample(GRID, (2, 2), radius=9, allowed=np.zeros(25, bool)) is None
    assert nearest_sample(np.zeros((0, 2)), (0, 0), radius=9) is None
