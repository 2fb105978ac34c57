"""Which samples are odd: fewer than half of their nearest neighbours carry their label."""

import numpy as np

from core.audit.oddness import near_agreement

LABELS = np.array(["A", "A", "B", "B"], dtype=object)
NEAR = np.array([[1, 2], [2, 3], [3, 0], [0, 1]])


def test_less_than_half_of_the_neighbours_makes_one_odd():
    near = near_agreement(np.array([0, 1, 2, 3]), NEAR, labels=LABELS)
    assert near.agree.tolist() == [1, 0, 1, 0]
    assert near.near.tolist() == [2, 2, 2, 2]
    assert near.odd.tolist() == [False, True, False, True]


def test_other_pictures_of_the_same_glitch_are_no_neighbours():
    near = near_agreement(np.array([0, 2]), NEAR, labels=LABELS, glitches=np.array(["g", "g", "h", "i"]))
    assert near.agree.tolist() == [0, 1]
    assert near.near.tolist() == [1, 2]
    assert near.odd.tolist() == [True, False]


def test_nobody_is_odd_without_neighbours():
    alone = near_agreement(np.array([0]), np.zeros((1, 0), int), labels=LABELS[:1])
    assert alone.share.tolist() == [1.0] and not alone.odd.any()


def test_numbers_for_names_say_the_same():
    rows = np.array([0, 2, 3])
    by_name = near_agreement(rows, NEAR, labels=LABELS, glitches=np.array(["g", "g", "h", "i"]))
    by_number = near_agreement(rows, NEAR, labels=np.array([7, 7, 3, 3]), glitches=np.array([0, 0, 1, 2]))
    assert by_number.agree.tolist() == by_name.agree.tolist() == [0, 1, 0]
    assert by_number.near.tolist() == by_name.near.tolist() == [1, 2, 2]
