"""What the browser sends is a box, or counts for nothing."""

import pytest

from pages.parts.widgets.picture_box import read_sides


def test_a_box_is_read_within_the_picture():
    assert read_sides([-0.2, 0.5, 0, 1.3]) == (0.0, 0.5, 0.0, 1.0)


@pytest.mark.parametrize(
    "value", [None, "0,1,0,1", [0, 1, 0], [0.5, 0.52, 0, 1], [0.6, 0.2, 0, 1], [0, True, 0, 1], [0, float("nan"), 0, 1]]
)
def test_anything_else_is_none(value):
    assert read_sides(value) is None
