"""Stretches of time: joined, cut with each other, counted by bins."""

import numpy as np
import pytest

from core.detector.model import Segments, segments


def spans(value: Segments) -> list[list[float]]:
    return value.spans.tolist()


def test_they_are_sorted_and_joined_where_they_touch_or_overlap():
    assert spans(segments([(8, 9), (0, 2), (2, 3), (5, 7), (6, 6.5), (4, 4)])) == [[0, 3], [5, 7], [8, 9]]
    assert segments([(8, 9), (0, 2), (2, 3)]).seconds == 4


def test_what_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="end after it begins"):
        segments([(2, 1)])
    with pytest.raises(ValueError, match="end after it begins"):
        segments([(0, np.nan)])


def test_a_stretch_holds_its_begin_and_not_its_end():
    inside = segments([(1, 2), (3, 4)]).contains(np.array([0.9, 1, 1.9, 2, 3.5, 4]))
    assert inside.tolist() == [False, True, True, False, True, False]
    assert not segments([]).contains(np.array([1.0])).any()


def test_cut_with_others():
    one, other = segments([(0, 10), (20, 30)]), segments([(5, 25), (28, 29)])
    assert spans(one.within(other)) == [[5, 10], [20, 25], [28, 29]]
    assert spans(one.without(other)) == [[0, 5], [25, 28], [29, 30]]
    assert spans(one.without(segments([]))) == spans(one)
    assert spans(segments([]).within(one)) == []


def test_seconds_of_each_bin_against_a_count_of_milliseconds():
    random = np.random.default_rng(3)
    begins = random.integers(0, 9000, 12)
    value = segments([(b / 1000, (b + random.integers(1, 1500)) / 1000) for b in begins])
    milliseconds = value.contains((np.arange(10_000) + 0.5) / 1000)
    expected = milliseconds[1000:9000].reshape(8, 1000).sum(1) / 1000
    assert np.allclose(value.per_bin(1.0, 1.0, 8), expected, atol=1e-9)
    assert segments([]).per_bin(0, 1, 3).tolist() == [0, 0, 0]
