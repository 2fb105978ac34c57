"""How far volunteers contradict a label: the measure, and the queue that it ranks."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import beta

from core.audit.queue import (
    CHANNELS,
    MOST_SUSPECT,
    ORDERS,
    VOLUNTEERS,
    QueueFilters,
    asked_about,
    contradicted_reason,
    offered_orders,
    suspect_queue,
)
from core.audit.volunteers import chance_against, with_volunteers

#        label   suggested score chance flagged
ROWS = [
    ("a", "Blip", "Tomte", 5.0, 0.95, True),
    ("b", "Blip", "Chirp", 4.0, 0.80, True),
    ("c", "Helix", "Chirp", 3.0, 0.60, True),
    ("d", "Blip", "Tomte", 2.0, 0.30, False),
    ("e", "Blip", "Chirp", 1.0, 0.10, False),
    ("f", "Helix", "Blip", float("nan"), float("nan"), False),
    ("g", "Blip", "Chirp", 0.5, 0.05, False),
]
NAMES = ("sample_id", "label", "suggested", "score", "chance_wrong", "flagged")
SAID = {
    "a": {"Blip": 3},
    "b": {"Chirp": 1},
    "d": {"Tomte": 17, "Blip": 1},
    "e": {"Tomte": 2, "Whistle": 2, "Blip": 1},
    "f": {"Bird": 5, "Blip": 1},
    "g": {"Chirp": 2, "Blip": 2},
}


@pytest.fixture
def entries():
    table = pd.DataFrame(ROWS, columns=NAMES).set_index("sample_id")
    return table.assign(glitch=table.index, cluster=0, detector="", suggested_probability=0.4)


@pytest.fixture
def said(entries):
    return with_volunteers(entries, SAID, labels={"Blip", "Tomte", "Chirp", "Helix", "Whistle"})


def ids(queue):
    return "".join(queue.index)


def test_the_chance_is_the_mean_of_the_beta_distribution_that_the_votes_leave():
    votes, against = np.array([1, 3, 18, 18, 0]), np.array([1, 0, 17, 0, 0])
    expected = [beta(k + 1, n - k + 1).mean() for n, k in zip(votes[:4], against[:4], strict=True)]
    assert chance_against(votes, against)[:4] == pytest.approx(expected)
    assert np.isnan(chance_against(votes, against)[4])


def test_one_of_one_comes_after_seventeen_of_eighteen():
    one, many = chance_against(np.array([1, 18]), np.array([1, 17]))
    assert one == pytest.approx(2 / 3) and many == pytest.approx(0.9)


def test_the_order_goes_by_the_volunteers_then_by_the_suspicion(said):
    # b: 2/3, a: 1/5, c: nobody voted.
    assert ids(suspect_queue(said, QueueFilters(), order=VOLUNTEERS)) == "bac"
    twice = with_volunteers(said.assign(flagged=True), {name: {"Whistle": 2} for name in "gfedcba"}, labels={"Whistle"})
    assert ids(suspect_queue(twice, QueueFilters(), order=VOLUNTEERS)) == "abcdegf"


def test_samples_that_most_volunteers_call_otherwise_come_in_where_they_are_let_in(said):
    wide = QueueFilters(with_contradicted=True)
    # d: 18/20, e: 5/7 although no label has most votes, f: 7/8; g is even, so it does not come in.
    assert ids(suspect_queue(said, wide, order=VOLUNTEERS)) == "dfebac"
    assert ids(said[asked_about(said, wide)]) == "abcdef"
    assert ids(said[asked_about(said, QueueFilters())]) == "abc"


def test_such_a_sample_is_suggested_what_most_of_them_say_and_flagged_ones_keep_theirs(said):
    assert said["suggested"].to_dict() == {
        "a": "Tomte",
        "b": "Chirp",
        "c": "Chirp",
        "d": "Tomte",
        "e": "",  # two labels have as many votes
        "f": "",  # no label of this data set
        "g": "Chirp",
    }
    # How well it fits is known where the suspects would have suggested the same.
    assert said["suggested_probability"].isna().to_dict() == {name: name in "ef" for name in "abcdefg"}


def test_the_label_now_is_never_suggested():
    entries = pd.DataFrame(
        {"label": ["Blip"], "suggested": ["Chirp"], "flagged": [False], "glitch": ["s"], "suggested_probability": 0.1},
        index=["s"],
    )
    # Most call it otherwise, but in three ways.
    found = with_volunteers(entries, {"s": {"Blip": 2, "Chirp": 1, "Tomte": 1, "Helix": 1}}, labels={"Blip"})
    assert found["contradicted"].tolist() == [True] and found["suggested"].tolist() == [""]


def test_the_order_is_offered_where_somebody_voted(entries, said):
    assert VOLUNTEERS in offered_orders(said) and {*ORDERS} - {*offered_orders(said)} == {CHANNELS}
    assert VOLUNTEERS not in offered_orders(entries) and MOST_SUSPECT in offered_orders(entries)
    assert VOLUNTEERS not in offered_orders(with_volunteers(entries, {"not here": {"Blip": 1}}, labels={"Blip"}))


def test_the_reason_says_how_many_volunteers_call_it_otherwise():
    assert contradicted_reason("accept", votes=18, against=17) == (
        "Suspect queue: 17 of 18 volunteers call it otherwise"
    )
    assert contradicted_reason("keep", votes=1, against=1) == (
        "Suspect queue: looked at, though 1 of 1 volunteer calls it otherwise"
    )


def test_nothing_to_ask_about_is_no_error(entries):
    found = with_volunteers(entries.iloc[:0], SAID, labels={"Blip"})
    assert len(found) == 0 and ids(suspect_queue(found, QueueFilters(with_contradicted=True), order=VOLUNTEERS)) == ""
