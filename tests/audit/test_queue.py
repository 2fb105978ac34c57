"""The queue of suspects: filters, orders, and the neighbours that speak for and against."""

import numpy as np
import pandas as pd
import pytest

from core.audit.queue import (
    BY_CLUSTER,
    BY_PAIR,
    MOST_SUSPECT,
    QueueFilters,
    chance_in_words,
    decided_samples,
    default_reason,
    find_witnesses,
    in_this_order,
    label_counts,
    neighbour_in_queue,
    place_in_queue,
    step_in_queue,
    suspect_entries,
    suspect_queue,
    twin_entries,
    without_decided,
)

#         label    suggested  score  chance flagged cluster detector
ROWS = [
    ("a", "Blip", "Tomte", 5.0, 0.95, True, 1, "H1"),
    ("b", "Blip", "Chirp", 4.0, 0.80, True, -1, "L1"),
    ("c", "Helix", "Chirp", 3.0, 0.60, True, -1, "H1"),
    ("d", "Blip", "Chirp", 2.0, 0.55, True, 2, "L1"),
    ("e", "Blip", "Chirp", 1.0, 0.10, False, 2, "L1"),
    ("f", "Helix", "Blip", float("nan"), float("nan"), True, 2, None),
]
NAMES = ("sample_id", "label", "suggested", "score", "chance_wrong", "flagged", "cluster", "detector")


@pytest.fixture
def entries():
    table = pd.DataFrame(ROWS, columns=NAMES).set_index("sample_id")
    suspects = table.drop(columns=["cluster", "detector"])
    own = pd.Series(table.index, index=table.index)
    return suspect_entries(suspects, clusters=table["cluster"].to_numpy(), glitches=own, detectors=table["detector"])


def ids(queue):
    return "".join(queue.index)


def test_every_sample_has_an_entry_where_a_sample_is_a_glitch(entries):
    assert ids(entries) == "abcdef"
    assert entries["cluster"].tolist() == [1, -1, -1, 2, 2, 2]
    assert entries["detector"].tolist() == ["H1", "L1", "H1", "L1", "L1", ""]


def test_flagged_samples_most_suspect_first_unknown_scores_last(entries):
    assert ids(suspect_queue(entries, QueueFilters())) == "abcdf"
    assert ids(suspect_queue(entries, QueueFilters(flagged_only=False))) == "abcdef"


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (QueueFilters(labels=("Helix",)), "cf"),
        (QueueFilters(suggested=("Chirp", "Tomte")), "abcd"),
        (QueueFilters(clusters=(-1,)), "bc"),
        (QueueFilters(detectors=("L1",)), "bd"),
        (QueueFilters(minimum_chance=0.6), "abc"),
        (QueueFilters(labels=("Helix",), detectors=("L1",)), ""),
        (QueueFilters(labels=("Tomte",)), ""),
    ],
)
def test_filters(entries, filters, expected):
    for order in (MOST_SUSPECT, BY_PAIR, BY_CLUSTER):
        assert sorted(ids(suspect_queue(entries, filters, order=order))) == sorted(expected)


def test_decided_ones_are_hidden_or_marked(entries):
    decided = frozenset("ac")
    assert ids(suspect_queue(entries, QueueFilters(), decided=decided)) == "bdf"
    shown = suspect_queue(entries, QueueFilters(hide_decided=False), decided=decided)
    assert shown["decided"].tolist() == [True, False, True, False, False]


def test_who_is_unsure_or_skips_leaves_the_sample_to_others():
    judged = pd.DataFrame(
        {"author_key": ["ada", "ada", "ben", "ben", "ben"], "verdict": ["accept", "skip", "keep", "unsure", "skip"]},
        index=list("abcde"),
    )
    assert decided_samples(judged, author_keys=("ada",)) == frozenset("abc")
    assert decided_samples(judged, author_keys=("ben",)) == frozenset("acde")
    assert decided_samples(judged, author_keys=("",)) == frozenset("ac")
    assert decided_samples(judged[:0].astype(str), author_keys=("ada",)) == frozenset()


def test_by_pair_the_pair_with_the_most_suspects_comes_first(entries):
    assert ids(suspect_queue(entries, QueueFilters(), order=BY_PAIR)) == "bdacf"


def test_by_cluster_the_fullest_comes_first_and_noise_last(entries):
    assert ids(suspect_queue(entries, QueueFilters(), order=BY_CLUSTER)) == "dfabc"


def test_deciding_about_some_never_moves_the_others(entries):
    for order in (MOST_SUSPECT, BY_PAIR, BY_CLUSTER):
        before = ids(suspect_queue(entries, QueueFilters(), order=order))
        after = ids(suspect_queue(entries, QueueFilters(), order=order, decided=frozenset("bd")))
        assert after == before.replace("b", "").replace("d", "")


def test_an_unknown_order_is_refused(entries):
    with pytest.raises(ValueError, match="most suspect first"):
        suspect_queue(entries, QueueFilters(), order="by mood")


def test_nothing_flagged_gives_an_empty_queue_in_every_order(entries):
    none = entries.assign(flagged=False)
    for order in (MOST_SUSPECT, BY_PAIR, BY_CLUSTER):
        assert suspect_queue(none, QueueFilters(), order=order).empty


def test_other_finds_come_in_their_own_order_each_glitch_once(entries):
    assert ids(in_this_order(entries, ["d", "a", "d", "nowhere", "f"])) == "daf"
    assert in_this_order(entries, []).empty
    # What is no suspect has nothing suggested, though another label is the most probable one.
    assert in_this_order(entries, "ea")["suggested"].tolist() == ["", "Tomte"]
    queue = without_decided(in_this_order(entries, "dab"), frozenset("a"), hide=False)
    assert ids(queue) == "dab" and queue["decided"].tolist() == [False, True, False]
    assert ids(without_decided(queue, frozenset("a"), hide=True)) == "db"


def pairs(*rows):
    return pd.DataFrame(rows, columns=["first", "second", "conflict"])


def test_of_twins_that_differ_both_are_asked_about_with_the_others_label(entries):
    own = pd.Series(entries.index, index=entries.index)
    found = twin_entries(entries.assign(suggested_probability=0.4), pairs(("c", "b", True), ("e", "d", False)), own)
    assert found[["own", "twin", "suggested"]].values.tolist() == [
        ["b", "c", "Helix"],
        ["c", "b", "Blip"],
        ["d", "e", "Chirp"],
    ]
    assert twin_entries(entries.assign(flagged=False, suggested_probability=0.4), pairs(("e", "d", False)), own)[
        "suggested"
    ].tolist() == [""]
    # Of a label that the suspects had not suggested it is not known how well it fits.
    assert found["suggested_probability"].isna().tolist() == [True, True, False]


def test_a_glitch_with_several_twins_is_asked_about_once_and_unknown_ones_not(entries):
    own = pd.Series([*entries.index, "x"], index=[*entries.index, "x"])
    table = entries.assign(suggested_probability=0.4)
    assert ids(twin_entries(table, pairs(("a", "b", False), ("a", "d", False), ("a", "x", False)), own)) == "a"
    assert twin_entries(table, pairs(), own).empty


def test_twins_among_pictures_are_asked_about_as_glitches(entries):
    own = pd.Series(["a", "a", "c"], index=["a/0.5", "a/1.0", "c/0.5"])
    found = twin_entries(entries.assign(suggested_probability=0.4), pairs(("a/0.5", "c/0.5", True)), own)
    assert found[["own", "twin", "suggested"]].values.tolist() == [
        ["a/0.5", "c/0.5", "Helix"],
        ["c/0.5", "a/0.5", "Blip"],
    ]
    assert ids(found) == "ac"


def test_views_of_one_glitch_are_one_entry_its_most_suspect_view():
    index = pd.Index(["g1/0.5", "g1/1.0", "g2/0.5", "g2/1.0"])
    table = pd.DataFrame({"label": "Blip", "score": [1.0, 3.0, float("nan"), float("nan")], "flagged": True}, index)
    table["suggested"] = ["Tomte", "Tomte", None, None]
    glitches = pd.Series(["g1", "g1", "g2", "g2"], index=index)
    found = suspect_entries(table, clusters=np.zeros(4), glitches=glitches)
    assert found.index.tolist() == ["g1/1.0", "g2/0.5"]
    assert found["glitch"].tolist() == ["g1", "g2"]
    assert found["detector"].tolist() == ["", ""]
    assert found["suggested"].tolist() == ["Tomte", ""]
    assert suspect_entries(table[:0], clusters=np.zeros(0), glitches=glitches[:0]).empty


def test_steps_stay_inside_the_queue(entries):
    queue = suspect_queue(entries, QueueFilters())
    assert place_in_queue(queue, "c") == 2
    assert place_in_queue(queue, "gone") == place_in_queue(queue, None) == 0
    assert neighbour_in_queue(queue, "c", 1) == "d" and neighbour_in_queue(queue, "c", -1) == "b"
    assert neighbour_in_queue(queue, "a", -1) == "a" and neighbour_in_queue(queue, "f", 1) == "f"


@pytest.fixture
def circle():
    """Seven samples on a circle, at these angles from the first; the first is the suspect."""
    degrees = np.radians([0, 10, 20, 30, 40, 50, 60])
    return {
        "matrix": np.stack([np.cos(degrees), np.sin(degrees)], axis=1).astype(np.float32),
        "labels": np.array(["Blip", "Tomte", "Blip", "Tomte", "Helix", "Tomte", "Blip"]),
        "glitches": np.arange(7),
    }


def test_witnesses_are_the_nearest_of_either_label(circle):
    found = find_witnesses(0, **circle, suggested="Tomte", count=2)
    assert found.against.tolist() == [1, 3]
    assert found.supporting.tolist() == [2, 6]
    np.testing.assert_allclose(found.against_distances, 1 - np.cos(np.radians([10, 30])), atol=1e-6)
    np.testing.assert_allclose(found.supporting_distances, 1 - np.cos(np.radians([20, 60])), atol=1e-6)


def test_views_of_the_suspect_are_no_witnesses_and_each_glitch_is_heard_once(circle):
    circle["glitches"] = np.array([0, 1, 0, 1, 2, 3, 4])
    found = find_witnesses(0, **circle, suggested="Tomte")
    assert found.against.tolist() == [1, 5]
    assert found.supporting.tolist() == [6]


@pytest.mark.parametrize("views_missing", [False, True])
def test_a_label_that_nobody_else_has_has_no_witnesses(circle, views_missing):
    if views_missing:
        circle = {**circle, "weights": np.ones((len(circle["matrix"]), 2), np.float32)}
    alone = find_witnesses(4, **circle, suggested="Chirp")
    assert len(alone.against) == len(alone.supporting) == 0
    same = find_witnesses(0, **circle, suggested="Blip")
    assert len(same.against) == 0 and same.supporting.tolist() == [2, 6]


def test_neighbours_are_counted_by_label_without_the_suspects_own_views(circle):
    counts = label_counts(np.array([1, 2, 3, 4]), labels=circle["labels"])
    assert counts.to_dict() == {"Tomte": 2, "Blip": 1, "Helix": 1}
    glitches = np.array([0, 1, 0, 2, 3, 4, 5])
    own = label_counts(np.array([1, 2, 3, 4]), labels=circle["labels"], glitches=glitches, row=0)
    assert own.to_dict() == {"Tomte": 2, "Helix": 1}


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (1.0, "almost certainly wrong"),
        (0.9, "almost certainly wrong"),
        (0.89, "probably wrong"),
        (0.5, "more likely wrong than right"),
        (0.3, "perhaps wrong"),
        (0.0, "probably right"),
        (float("nan"), "cannot tell"),
    ],
)
def test_chances_in_words(chance, words):
    assert chance_in_words(chance) == words


def test_the_default_reason_names_the_chance_where_it_is_known():
    assert default_reason("accept", 0.93) == "Suspect queue: the embedding contradicts the label (chance 93 %)"
    assert default_reason("accept", float("nan")) == "Suspect queue: the embedding contradicts the label"
    assert default_reason("keep", 0.93).startswith("Suspect queue: looked at")


def test_the_next_one_after_a_suspect_that_another_tab_took_out_is_the_one_that_followed_it():
    shown = tuple("abcdef")
    left = pd.DataFrame(index=list("abef"))
    assert step_in_queue(left, "c", 1, shown=shown) == "e"
    assert step_in_queue(left, "c", -1, shown=shown) == "b"
    assert step_in_queue(left, "b", 1, shown=shown) == "e"


def test_at_the_end_it_is_the_nearest_one_before_and_a_queue_never_shown_begins_at_its_first():
    left = pd.DataFrame(index=list("ab"))
    assert step_in_queue(left, "f", 1, shown=tuple("abcdef")) == "b"
    assert step_in_queue(pd.DataFrame(index=["x"]), "f", 1, shown=tuple("abcdef")) == "x"
