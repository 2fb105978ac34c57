"""Practice: labels come evenly, weak ones more often; easy samples first; and the order of the choices says nothing."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chisquare

from core.audit.known_samples import KnownLabel
from core.audit.practice import (
    CHOICES,
    RIGHT_A_STEP,
    Tally,
    choices_for,
    mistaken_for,
    next_label,
    next_question,
    next_row,
)

NAMES = ("Blip", "Chirp", "Helix", "Koi_Fish", "Tomte", "Whistle")
SEED = 11


def asked_labels(count, *, right, seed=SEED):
    """The labels of ``count`` questions to somebody who finds each with the chance ``right[label]``."""
    random = np.random.default_rng(seed)
    tallies, found, last = {}, [], ""
    for number in range(count):
        last = next_label(NAMES, tallies, last=last, seed=(seed, number))
        before = tallies.get(last, Tally())
        tallies[last] = Tally(before.seen + 1, before.right + bool(random.random() < right.get(last, 1.0)))
        found.append(last)
    return found


def test_who_makes_no_error_is_asked_about_every_label_as_often():
    counts = Counter(asked_labels(300, right={}))
    assert set(counts) == set(NAMES)
    assert min(counts.values()) >= 40 and max(counts.values()) <= 60


def test_a_label_that_is_often_missed_comes_more_often_and_the_others_still_come():
    counts = Counter(asked_labels(300, right={"Tomte": 0.3}))
    # It cannot come twice running: half of the questions is all there is.
    assert counts["Tomte"] >= 2 * max(counts[name] for name in NAMES if name != "Tomte")
    assert min(counts.values()) >= 10


def test_no_label_comes_twice_running_unless_it_is_the_only_one():
    found = asked_labels(200, right={"Tomte": 0.0})
    assert all(one != other for one, other in pairwise(found))
    assert next_label(("Blip",), {}, last="Blip", seed=(1, 2)) == "Blip"
    assert next_label((), {}, seed=(1, 2)) is None


def test_the_same_seed_asks_the_same():
    assert asked_labels(30, right={}) == asked_labels(30, right={})
    assert asked_labels(30, right={}) != asked_labels(30, right={}, seed=SEED + 1)


@pytest.mark.parametrize(("right", "third"), [(0, {0, 1, 2}), (RIGHT_A_STEP, {3, 4, 5}), (50, {6, 7, 8})])
def test_easy_samples_come_first_and_harder_ones_as_one_finds_them(right, third):
    rows = np.arange(9)
    assert {next_row(rows, right=right, seen=(), seed=(seed,)) for seed in range(60)} == third


def test_what_was_seen_comes_again_only_where_nothing_else_is_left():
    rows = np.arange(9)
    assert {next_row(rows, right=0, seen={0, 1, 2}, seed=(seed,)) for seed in range(60)} == {3, 4, 5}
    # The hard ones are all seen: the easier ones, the harder of them first.
    assert {next_row(rows, right=50, seen={6, 7, 8}, seed=(seed,)) for seed in range(60)} == {3, 4, 5}
    assert {next_row(rows, right=0, seen=set(rows), seed=(seed,)) for seed in range(200)} == set(range(9))
    assert next_row(np.array([4]), right=0, seen={4}, seed=(1,)) == 4


def test_the_right_label_stands_in_every_place_as_often():
    seeds = range(2000)
    places = [choices_for("Tomte", ("Blip", "Koi_Fish"), labels=NAMES, seed=(seed,)).index("Tomte") for seed in seeds]
    counts = np.bincount(places, minlength=CHOICES)
    assert chisquare(counts).pvalue > 0.01
    # The same test sees a place that comes a quarter more often.
    assert chisquare([500, 375, 375, 375, 375]).pvalue < 0.01


def test_the_choices_are_the_label_its_look_alikes_and_others():
    found = choices_for("Tomte", ("Blip", "Koi_Fish", "Chirp", "Helix"), labels=NAMES, seed=(1,))
    assert len(found) == len(set(found)) == CHOICES and {"Tomte", "Blip", "Koi_Fish", "Chirp"} <= set(found)
    drawn = {name for seed in range(50) for name in choices_for("Tomte", ("Blip",), labels=NAMES, seed=(seed,))}
    assert drawn == set(NAMES)
    assert sorted(choices_for("Tomte", ("Blip",), labels=("Blip", "Tomte"), seed=(1,))) == ["Blip", "Tomte"]
    assert choices_for("Tomte", (), labels=("Tomte",), seed=(1,)) == ("Tomte",)


def test_what_is_mixed_up_most_comes_first_after_what_the_taxonomy_lists():
    suspects = pd.DataFrame(
        {
            "label": ["Tomte", "Tomte", "Blip", "Blip", "Blip", "Blip", "Helix", "Whistle"],
            "suggested": ["Helix", "Blip", "Helix", "Tomte", "Tomte", "", "Tomte", "Blip"],
            "suggested_probability": [0.6, 0.2, 0.4, 0.4, 0.4, np.nan, 0.1, 0.3],
        }
    )
    found = mistaken_for(suspects, {"Tomte": ("Blip", "Chirp"), "Helix": ()})
    # By hand: Tomte and Helix 0.6 / 2 + 0.1 = 0.4, Tomte and Blip 0.2 / 2 + 0.8 / 4 = 0.3; Chirp does not occur.
    assert found["Tomte"] == ("Blip", "Helix")
    # Without a list by what is mixed up: Tomte 0.4, Blip 0.4 / 4 = 0.1.
    assert found["Helix"] == ("Tomte", "Blip")
    # Whistle 0.3, Tomte 0.3, Helix 0.1: of equals the first by name.
    assert found["Blip"] == ("Tomte", "Whistle", "Helix")


def test_a_question_names_its_look_alike_and_asks_about_no_typical_sample():
    known = {"Blip": KnownLabel(np.arange(8), checked=False), "Tomte": KnownLabel(np.arange(8, 14), checked=True)}
    alike = {"Blip": ("Tomte",), "Tomte": ("Gone", "Blip")}
    for seed in range(40):
        asked = next_question(known, alike, labels=("Blip", "Tomte"), tallies={}, seen=(), seed=(seed,))
        assert asked.row in known[asked.label].asked
        assert {asked.label, asked.look_alike} == {"Blip", "Tomte"} == set(asked.choices)
    assert next_question({}, {}, labels=("Blip",), tallies={}, seen=(), seed=(1,)) is None
