"""What a new ranking changed, in a sentence, with the reason."""

import pandas as pd

from core.audit.rank_change import change_sentence, rank_change

BEFORE = pd.DataFrame(
    [
        ("a", "Blip", "Tomte", True, 9.0),
        ("b", "Blip", "Tomte", True, 8.0),
        ("c", "Blip", "Tomte", False, 1.0),
        ("d", "Helix", "Chirp", True, 7.0),
        ("e", "Helix", "Chirp", True, 6.0),
        ("f", "Whistle", "Chirp", True, 5.0),
    ],
    columns=["sample_id", "label", "suggested", "flagged", "order"],
).set_index("sample_id")


def decided(*rows):
    return BEFORE.loc[[name for name, _ in rows], ["label", "suggested"]].assign(wrong=[wrong for _, wrong in rows])


def test_those_that_came_and_left_are_counted_and_explained():
    after = BEFORE.assign(flagged=[True, True, True, True, False, True])
    change = rank_change(BEFORE, after, decided(("a", True), ("d", False)))
    assert (change.known, change.wrong, change.came, change.left, change.head) == (2, 1, 1, 1, 1)
    assert change_sentence(change) == (
        "Ranked anew with 2 known labels (1 called otherwise, 1 kept): 1 came in, 1 left, 1 of the next 20 are "
        "others, because 1 of those that came are called Blip and look like Tomte, which was wrong 1 time and 1 of "
        "those that left are called Helix and look like Chirp, which was kept 1 time."
    )


def test_where_no_decision_is_of_the_same_kind_the_neighbours_are_the_reason():
    after = BEFORE.assign(flagged=[True, True, False, True, True, False])
    change = rank_change(BEFORE, after, decided(("a", True)))
    assert change_sentence(change).endswith("0 came in, 1 left, because the labels of their neighbours are known now.")


def test_those_that_were_decided_neither_come_nor_leave():
    after = BEFORE.assign(flagged=[False, True, False, True, True, True])
    assert change_sentence(rank_change(BEFORE, after, decided(("a", True)))) == (
        "Ranked anew with 1 known label (1 called otherwise, 0 kept): nothing changed."
    )


def test_another_order_of_the_same_suspects_is_told_as_one():
    swapped = BEFORE.assign(order=[8.0, 9.0, 1.0, 7.0, 6.0, 5.0])
    assert change_sentence(rank_change(BEFORE, swapped, decided(("f", False)))) == (
        "Ranked anew with 1 known label (0 called otherwise, 1 kept): the same suspects; 2 of the next 20 stand at "
        "another place."
    )
