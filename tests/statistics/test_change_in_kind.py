"""Whether somebody's latest answers differ in kind: the null, the power, and what is too little to say."""

import numpy as np
import pytest

from core.statistics.change_in_kind import LEVEL, evidence_of_fall, has_fallen, held_answer

USUAL = ["keep", "accept", "keep", "keep", "accept", "cannot tell"] * 10


def test_the_evidence_is_the_ratio_of_chances_worked_by_hand():
    # Before, 9.5 of 10 + 1 in half counts; one wrong answer: seven shares from 0.2 to 0.8 of 0.8636 against 1.5 / 11.
    earlier = 9.5 / 11
    wrong = np.mean([1 - share * earlier for share in np.linspace(0.2, 0.8, 7)]) / (1.5 / 11)
    assert evidence_of_fall(9, 1, [False]) == pytest.approx(wrong)
    assert evidence_of_fall(9, 1, [True]) == 1
    assert evidence_of_fall(9, 1, []) == 1


def test_the_clearest_moment_counts_however_much_comes_right_after_it():
    latest = [False] * 4
    assert evidence_of_fall(40, 2, [*latest, *[True] * 30]) == pytest.approx(evidence_of_fall(40, 2, latest))
    assert has_fallen(40, 2, latest) and not has_fallen(40, 2, [True] * 30)


def test_too_few_earlier_answers_say_nothing():
    assert evidence_of_fall(9, 0, [False] * 50) == 1
    assert held_answer(USUAL[:29], ["keep"] * 50) is None
    assert held_answer(USUAL, []) is None


def test_without_a_change_it_is_said_no_oftener_than_its_level():
    random = np.random.default_rng(5)
    said = 0
    for _ in range(400):
        right = int(random.binomial(60, 0.85))
        said += has_fallen(right, 60 - right, list(random.random(20) < 0.85))
    # With a chance of 1 % more than 11 of 400 would come in one of 500 such tests.
    assert said <= 11


def test_a_fall_to_one_half_is_mostly_found():
    random = np.random.default_rng(6)
    found = sum(has_fallen(74, 6, list(random.random(20) < 0.5)) for _ in range(200))
    assert found > 120


def test_a_key_that_is_held_is_found_and_named():
    found = held_answer(USUAL, [*USUAL[:20], *["keep"] * 30])
    assert (found.answer, found.times, found.longest, found.seconds) == ("keep", 30, 2, None)
    assert 0 < found.chance <= LEVEL


def test_work_in_stretches_is_no_change():
    stretches = (["keep"] * 12 + ["accept"] * 15) * 8
    assert held_answer(stretches, ["accept"] * 14 + ["keep"] * 6) is None
    # Longer than ever before, but as such stretches go not improbable.
    assert held_answer(stretches, ["accept"] * 20) is None


def test_in_stretches_a_held_key_is_known_by_its_pace():
    stretches = (["keep"] * 12 + ["accept"] * 15) * 8
    pace = list(np.random.default_rng(7).lognormal(np.log(8), 0.8, len(stretches)))
    latest = ["accept"] * 5 + ["keep"] * 11
    slow, quick = [8.0] * 16, [8.0] * 5 + [0.6] * 11
    assert held_answer(stretches, latest, earlier_gaps=pace, latest_gaps=slow) is None
    found = held_answer(stretches, latest, earlier_gaps=pace, latest_gaps=quick)
    # The first of the eleven is a repeat of nothing.
    assert (found.answer, found.times) == ("keep", 11) and 0.6 < found.seconds < 8
    assert held_answer(stretches, latest[:-2], earlier_gaps=pace, latest_gaps=quick[:-2]) is None


def test_an_answer_never_given_before_can_be_a_held_key():
    assert held_answer(USUAL, ["skip"] * 40).answer == "skip"
