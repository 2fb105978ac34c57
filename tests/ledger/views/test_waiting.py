"""How much waits for a person, counted by hand for what people said, and as the pages themselves list it."""

import pytest

from core.ledger import DecisionRule, Person
from core.ledger.views.reviews import review_queue
from core.ledger.views.states import CONFLICT, sample_states
from core.ledger.views.waiting import Waiting, ledger_extent, waiting

RULE = DecisionRule()
SAID = {
    "s0": ["Ada proposes Whistle"],
    "s1": ["Ada proposes Whistle", "Ben accepts Ada"],
    "s2": ["Ada proposes Whistle", "Ben rejects Ada"],
    "s3": ["Ada proposes Whistle", "Cleo keeps"],
    "s4": ["Ada proposes Whistle", "Ben rejects Ada", "Mo decides Whistle"],
    "s5": ["Ben skips"],
}


@pytest.fixture
def told(desk):
    for sample_id, sentences in SAID.items():
        desk.tell(sample_id, *sentences)
    return desk


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # s0, s2 and s3 have nobody's decision; s2 and s3 are in conflict.
        ("Ada", Waiting(review=0, conflicts=2, mine=2)),
        ("Ben", Waiting(review=2, conflicts=2, mine=1)),
        ("Cleo", Waiting(review=2, conflicts=2, mine=1)),
        ("Dora", Waiting(review=3, conflicts=2, mine=0)),
    ],
)
def test_the_figures_are_those_worked_out_by_hand_and_those_of_the_pages(told, name, expected):
    person = Person(name)
    found = waiting(told.ledger, person, RULE)
    assert found == expected
    assert found.review == len(review_queue(told.ledger, person, rule=RULE))
    assert found.conflicts == (sample_states(told.ledger, RULE)["state"] == CONFLICT).sum()


def test_the_rule_counts(told):
    assert waiting(told.ledger, Person("Dora"), DecisionRule(agreeing=3)) == Waiting(review=4, conflicts=2, mine=0)


def test_nothing_waits_for_nobody_or_in_an_empty_ledger(told, new_desk):
    assert waiting(told.ledger, Person(""), RULE) == Waiting()
    assert waiting(new_desk().ledger, Person("Dora"), RULE) == Waiting()


def test_every_act_takes_the_ledger_further(told):
    before = ledger_extent(told.ledger)
    assert ledger_extent(told.ledger) == before
    told.tell("s0", "Ben accepts Ada")
    assert ledger_extent(told.ledger) != before
