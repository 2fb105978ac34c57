"""The votes that benchmarks hold out: none of them is the label's own, and as many as asked for."""

import numpy as np

from benchmarks.volunteers_held_out import HeldOut, held_out, one_vote


def test_the_vote_that_became_the_label_is_not_asked_again():
    # One person said 0, one said 1: whoever gave the label, the other one is against it.
    votes = np.ones((200, 2), int)
    label = one_vote(votes, seed=3)
    assert 60 < label.sum() < 140
    found = held_out(votes, label, (1,), seed=3)
    assert (found.votes == 1).all() and (found.against == 1).all() and found.contradicted.all()


def test_so_many_are_drawn_without_repeating_a_person():
    votes = np.tile([40, 11], (50, 1))
    found = held_out(votes, np.zeros(50, int), (50,), seed=1)
    assert (found.votes == 50).all() and (found.against == 11).all()


def test_more_votes_of_the_same_share_come_first_and_suspicion_breaks_ties():
    said = HeldOut(votes=np.array([1, 18, 1]), against=np.array([1, 18, 1]))
    assert said.order(np.array([0.1, 0.0, 0.2])).tolist() == [1, 2, 0]
