"""Pages of look-alikes: which samples belong together, in which order, and what they are compared with."""

import numpy as np
import pandas as pd
import pytest

from core.audit.look_alikes import Page, examples_of_label, next_page, page_provenance, still_open
from core.audit.queue import QueueFilters, suspect_queue

#         label    suggested  score  chance
ROWS = [
    ("a", "Blip", "Tomte", 9.0, 0.95),
    ("b", "Blip", "Chirp", 4.0, 0.80),
    ("c", "Helix", "Chirp", 5.0, 0.60),
    ("d", "Blip", "Chirp", 8.0, 0.55),
    ("e", "Blip", "Tomte", 1.0, 0.30),
    ("f", "Helix", "", 7.0, 0.99),
    ("g", "Blip", "Chirp", float("nan"), float("nan")),
    ("h", "Helix", "Helix", 6.0, 0.99),
]


@pytest.fixture
def entries():
    table = pd.DataFrame(ROWS, columns=["sample_id", "label", "suggested", "score", "chance_wrong"])
    return table.assign(flagged=True, glitch=table["sample_id"].str.upper()).set_index("sample_id")


@pytest.fixture
def queue(entries):
    return suspect_queue(entries, QueueFilters())


def test_the_kind_with_the_most_wrong_labels_comes_first_and_in_it_the_most_suspect(queue):
    # Expected to be wrong: Blip as Chirp 0.80 + 0.55, Blip as Tomte 0.95 + 0.30, Helix as Chirp 0.60.
    assert next_page(queue) == Page("Blip", "Chirp", ("d", "b", "g"), 3)


def test_the_kind_of_the_page_before_goes_on_while_any_of_it_waits(queue):
    assert next_page(queue, first=("Helix", "Chirp")) == Page("Helix", "Chirp", ("c",), 1)
    assert next_page(queue, first=("Helix", "Chirp"), set_aside=["c"]).pair == ("Blip", "Chirp")


def test_what_was_set_aside_or_judged_is_on_no_page(entries, queue):
    assert next_page(queue, set_aside=["d"]) == Page("Blip", "Tomte", ("a", "e"), 2)
    judged = suspect_queue(entries, QueueFilters(hide_decided=False), decided=frozenset("ABDEG"))
    assert next_page(judged) == Page("Helix", "Chirp", ("c",), 1)


def test_nothing_is_left_where_no_other_label_is_suggested(queue):
    assert next_page(queue, set_aside=list("abcdeg")) is None
    assert next_page(queue.head(0)) is None


def test_a_page_is_cut_at_its_size_and_says_how_many_wait(queue):
    assert next_page(queue, size=2) == Page("Blip", "Chirp", ("d", "b"), 3)


def test_of_equal_sums_the_kind_with_the_most_suspect_sample_comes_first(queue):
    alike = queue.loc[["b", "c", "a"]].assign(chance_wrong=0.5)
    assert next_page(alike).sample_ids == ("a",)


def test_every_open_suspect_is_on_exactly_one_page():
    rng = np.random.default_rng(0)
    names = np.array(["Blip", "Chirp", "Helix", "Tomte", "Whistle"], dtype=object)
    count = 34_332
    queue = pd.DataFrame(
        {
            "label": rng.choice(names, count),
            "suggested": rng.choice(names, count),
            "score": rng.normal(size=count),
            "chance_wrong": rng.random(count),
            "decided": rng.random(count) < 0.5,
        },
        index=[f"s{number}" for number in range(count)],
    )
    seen: list[str] = []
    page = next_page(queue, size=2000)
    while page is not None:
        rows = queue.loc[list(page.sample_ids)]
        assert (rows["label"] == page.label).all() and (rows["suggested"] == page.suggested).all()
        assert rows["score"].is_monotonic_decreasing
        seen += page.sample_ids
        page = next_page(queue, first=page.pair, set_aside=seen, size=2000)
    assert sorted(seen) == sorted(queue.index[~queue["decided"] & (queue["label"] != queue["suggested"])])


def test_what_was_settled_or_renamed_meanwhile_leaves_the_page_and_nothing_comes_in(entries):
    page = Page("Blip", "Chirp", ("d", "b"), 9)
    assert still_open(page, entries, decided=frozenset()) == page
    assert still_open(page, entries, decided=frozenset("D")) == Page("Blip", "Chirp", ("b",), 8)
    entries.loc["b", "label"] = "Helix"
    assert still_open(page, entries, decided=frozenset("D")) is None
    assert still_open(page, entries.drop(index=["d", "b"]), decided=frozenset()) is None


def test_examples_are_the_most_like_the_page_as_a_whole_and_no_suspects():
    angles = np.deg2rad([0, 20, 10, 12, 30, 9, 11, 90])
    matrix = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    labels = np.array(["Blip", "Blip", "Chirp", "Chirp", "Chirp", "Chirp", "Chirp", "Blip"], dtype=object)
    glitches = np.array(["p", "q", "r", "s", "t", "p", "s", "u"], dtype=object)
    doubtful = np.array([True, True, True, False, False, False, False, False])
    asked = {"matrix": matrix, "labels": labels, "glitches": glitches, "doubtful": doubtful}
    page = np.array([0, 1])
    # Around 10 degrees: row 2 is a suspect, row 5 another view of the page, row 3 another view of what row 6 shows.
    assert examples_of_label("Chirp", page, **asked).tolist() == [6, 4]
    assert examples_of_label("Chirp", page, **asked, count=1).tolist() == [6]
    assert examples_of_label("Blip", page, **asked).tolist() == [7]
    assert examples_of_label("Tomte", page, **asked).tolist() == []


def test_examples_are_compared_by_the_views_that_both_have():
    matrix = np.array([[1, 0, 0, 0], [0.6, 0.8, 1, 0], [0.8, 0.6, 0, 1]], dtype=np.float32)
    weights = np.array([[1, 0], [1, 1], [1, 1]], dtype=np.float32)
    labels = np.array(["Blip", "Chirp", "Chirp"], dtype=object)
    found = examples_of_label(
        "Chirp",
        np.array([0]),
        matrix=matrix,
        labels=labels,
        glitches=np.array(["a", "b", "c"], dtype=object),
        doubtful=np.zeros(3, dtype=bool),
        weights=weights,
    )
    assert found.tolist() == [2, 1]


def test_the_reason_says_how_large_the_page_was_and_who_was_taken_out():
    page = Page("Blip", "Tomte", ("a", "b", "c"), 40)
    assert page_provenance(page, []) == "Judged together: a page of 3 called Blip that look like Tomte, none taken out"
    assert page_provenance(page, ["a", "c"]).endswith("look like Tomte, 2 taken out: a, c")


def test_a_reason_with_long_ids_stays_within_what_the_ledger_takes():
    page = Page("Blip", "Tomte", tuple("abc"), 3)
    text = page_provenance(page, [letter * 400 for letter in "abc"])
    assert len(text) < 1000 and text.endswith(f"3 taken out: {'a' * 400}, {'b' * 400} and 1 more")
