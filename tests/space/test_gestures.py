"""From a hand's movement to samples: lasso, click, cluster, points; always within the filters."""

import numpy as np
import pandas as pd
import pytest

from core.dataset.selection import Part
from core.space.gestures import Gesture, bind, drawn_gesture, extended, gesture_mask, outline

PLACES = np.array([[0, 0], [1, 0], [0, 1], [1, 1], [1, 1]], np.float32)
CLUSTERS = np.array([0, 0, 1, 1, -1])
ALL = np.ones(5, bool)
IDS = pd.Index(list("abcde"))
ROW_OF = {name: row for row, name in enumerate(IDS)}


def chosen(gesture, allowed=ALL):
    return np.flatnonzero(gesture_mask(gesture, PLACES, clusters=CLUSTERS, allowed=allowed)).tolist()


def test_nothing_drawn_selects_nothing():
    assert chosen(None) == []


@pytest.mark.parametrize("how", ["lasso", "box"])
def test_an_outline_selects_what_lies_inside(how):
    assert chosen(Gesture(how, polygon=((0.5, -1), (2, -1), (2, 2), (0.5, 2)))) == [1, 3, 4]


def test_a_click_takes_the_nearest_within_reach():
    assert chosen(Gesture("click", place=(0.9, 0.1), radius=0.3)) == [1]
    assert chosen(Gesture("click", place=(0.5, 0.5), radius=0.3)) == []


def test_a_click_comes_as_a_tiny_outline_around_its_place():
    click = drawn_gesture("click", [(0.8, 0.0), (1.0, 0.2), (1.2, 0.0), (1.0, -0.2)])
    assert click.place == pytest.approx((1.0, 0.0)) and click.radius == pytest.approx(0.2)
    assert chosen(click) == [1]


def test_a_cluster_selects_its_samples():
    assert chosen(Gesture("cluster", cluster=1)) == [2, 3]


def test_points_select_every_sample_at_their_place():
    assert chosen(Gesture("lasso", points=((1.0, 1.0), (0.0, 1.0)))) == [2, 3, 4]


def test_the_filters_always_bound_it():
    allowed = np.array([True, True, True, False, True])
    assert chosen(Gesture("lasso", points=((1.0, 1.0),)), allowed) == [4]
    assert chosen(Gesture("cluster", cluster=1), allowed) == [2]


def test_the_record_of_points_is_their_hull():
    corners = outline(Gesture("lasso", points=((0, 0), (2, 0), (2, 2), (0, 2), (1, 1))))
    assert set(corners) == {(0, 0), (2, 0), (2, 2), (0, 2)}
    assert outline(Gesture("click", points=((3, 4),))) == ((3.0, 4.0),)
    assert outline(Gesture("lasso", points=((0, 0), (1, 1)))) == ((0.0, 0.0), (1.0, 1.0))
    assert outline(Gesture("cluster", cluster=2)) == ()


def test_a_bound_gesture_keeps_its_samples_on_another_layout():
    drawn = Gesture("lasso", polygon=((0.5, -1), (2, -1), (2, 2), (0.5, 2)))
    mask = gesture_mask(drawn, PLACES, clusters=CLUSTERS, allowed=ALL)
    bound = bind(drawn, mask, ids=IDS, layout="first", clustering="first")
    assert bound.sample_ids == ("b", "d", "e")
    moved = gesture_mask(bound, PLACES[::-1], clusters=CLUSTERS, allowed=ALL, row_of=ROW_OF)
    assert np.flatnonzero(moved).tolist() == [1, 3, 4]


def test_a_bound_gesture_around_nothing_stays_empty():
    drawn = Gesture("lasso", polygon=((5, 5), (6, 5), (6, 6)))
    nothing = bind(drawn, ~ALL, ids=IDS, layout="first", clustering="first")
    assert not gesture_mask(nothing, PLACES + np.float32(5), clusters=CLUSTERS, allowed=ALL, row_of=ROW_OF).any()


LEFT = ((-1, -1), (0.5, -1), (0.5, 2), (-1, 2))
BOTTOM = ((-1, -1), (2, -1), (2, 0.5), (-1, 0.5))


def test_a_shape_that_is_added_joins_what_was_chosen():
    both = extended(Gesture("lasso", polygon=LEFT), "add", "box", BOTTOM)
    assert chosen(both) == [0, 1, 2]


def test_a_shape_that_is_subtracted_leaves_what_is_outside_it():
    rest = extended(Gesture("lasso", polygon=LEFT), "subtract", "box", BOTTOM)
    assert chosen(rest) == [2]


def test_parts_count_in_their_order():
    bottom_back = extended(extended(Gesture("lasso", polygon=LEFT), "subtract", "lasso", BOTTOM), "add", "box", BOTTOM)
    assert chosen(bottom_back) == [0, 1, 2]
    bottom_off = extended(extended(Gesture("lasso", polygon=LEFT), "add", "lasso", BOTTOM), "subtract", "box", BOTTOM)
    assert chosen(bottom_off) == [2]


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (Gesture("cluster", cluster=1), [0, 1, 2, 3]),
        (Gesture("lasso", points=((1.0, 1.0),)), [0, 1, 3, 4]),
        (Gesture("click", place=(0.0, 1.0), radius=0.1), [0, 1, 2]),
    ],
)
def test_a_shape_is_added_to_whatever_was_chosen_before(first, expected):
    assert chosen(extended(first, "add", "box", BOTTOM)) == expected


def test_a_click_is_added_and_taken_away_too():
    around = [(0.9, 0.0), (1.0, 0.1), (1.1, 0.0), (1.0, -0.1)]
    assert chosen(extended(Gesture("lasso", polygon=LEFT), "add", "click", around)) == [0, 1, 2]
    assert chosen(extended(Gesture("lasso", polygon=BOTTOM), "subtract", "click", around)) == [0]


def test_the_filters_bound_what_is_added():
    both = extended(Gesture("lasso", polygon=LEFT), "add", "box", BOTTOM)
    assert chosen(both, np.array([True, False, True, True, True])) == [0, 2]


def test_without_a_selection_adding_begins_one_and_subtracting_none():
    assert extended(None, "add", "lasso", LEFT) == drawn_gesture("lasso", LEFT)
    assert extended(None, "subtract", "lasso", LEFT) is None


def test_a_shape_that_replaces_begins_anew():
    many = extended(Gesture("cluster", cluster=1), "add", "box", BOTTOM)
    assert extended(many, "replace", "box", LEFT) == Gesture("box", polygon=LEFT)


def test_parts_that_the_named_samples_know_of_change_nothing_more():
    opened = Gesture("lasso", polygon=LEFT, sample_ids=("a",), parts=(Part("add", "box", BOTTOM),), settled=1)

    def named(gesture):
        return list(IDS[gesture_mask(gesture, PLACES, clusters=CLUSTERS, allowed=ALL, row_of=ROW_OF)])

    assert named(opened) == ["a"]
    assert named(extended(opened, "add", "lasso", LEFT)) == ["a", "c"]


def test_a_name_that_no_sample_has_selects_nothing():
    opened = Gesture("query", sample_ids=("a", "gone", "e"))
    found = gesture_mask(opened, PLACES, clusters=CLUSTERS, allowed=ALL, row_of=ROW_OF)
    assert np.flatnonzero(found).tolist() == [0, 4]
    with pytest.raises(ValueError, match="rows"):
        gesture_mask(opened, PLACES, clusters=CLUSTERS, allowed=ALL)
