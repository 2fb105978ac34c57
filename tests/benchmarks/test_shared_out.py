"""Minutes are shared out so that small needs are met and the others get the same."""

import pytest

from benchmarks.training_time import shared_out


def test_who_needs_less_than_the_level_gets_it_and_the_others_share_the_rest():
    # 30 minutes for needs of 4, 20 and 40: the level is 13.
    assert shared_out({"b": 20, "a": 4, "c": 40}, 30) == pytest.approx({"b": 13, "a": 4, "c": 13})


def test_all_needs_are_met_where_there_is_enough_and_nothing_is_given_without_any():
    assert shared_out({"a": 4, "b": 5}, 30) == {"a": 4, "b": 5}
    assert shared_out({"a": 4, "b": 5}, 0) == {"a": 0, "b": 0}
    assert shared_out({}, 10) == {}
