"""Which steps Start offers, to whom, in which order; and how many minutes it says."""

import pytest

from core.pipeline.next_steps import Situation, Step, about_minutes, next_steps

BUSY = {"suspects_left": 64, "waiting": 7, "conflicts": 2, "decided": 20, "mixed": 63}
LOOKS_ON = dict.fromkeys(("may_judge", "may_review", "may_prepare", "may_open"), False)


def kinds(**situation):
    return [step.kind for step in next_steps(Situation(**situation))]


@pytest.mark.parametrize(
    ("situation", "expected"),
    [
        (BUSY, ["judge", "review", "island", "open"]),
        (BUSY | {"may_decide": True}, ["decide", "judge", "review", "island"]),
        (BUSY | LOOKS_ON, ["look", "island", "read"]),
        (BUSY | {"readable": False}, ["mend", "look", "island", "open"]),
        (BUSY | {"prepared": False, "audited": False}, ["prepare", "open"]),
        ({"prepared": False, "audited": False, "working": True}, ["watch", "open"]),
        ({"audited": False, "waiting": 7}, ["audit", "review", "open"]),
        ({}, ["open"]),
        (LOOKS_ON | {"prepared": False, "audited": False}, []),
    ],
)
def test_the_steps_fit_the_person_and_the_data_set(situation, expected):
    assert kinds(**situation) == expected


def test_a_step_says_how_many_and_about_how_long():
    assert next_steps(Situation(suspects_left=64, seconds=None))[0] == Step("judge", 64, 20)
    assert next_steps(Situation(waiting=7, seconds=30.0))[0] == Step("review", 7, 4)


@pytest.mark.parametrize(
    ("count", "seconds", "expected"), [(1, None, 1), (40, 15.0, 10), (44, 15.0, 15), (64, 15.0, 20), (64, 60.0, 65)]
)
def test_minutes_are_rounded_up_as_people_speak(count, seconds, expected):
    assert about_minutes(count, seconds) == expected
