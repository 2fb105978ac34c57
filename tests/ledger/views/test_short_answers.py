"""What a queue asks after every decision is answered by short queries, and says what the long ones say."""

import pandas as pd
import pytest

from core.ledger import DecisionRule, ProposalFilters, judgements, proposals, sample_states
from core.ledger.views.judgements import VERDICT_COLUMNS, standing_verdicts
from core.ledger.views.proposals import who_proposed
from core.ledger.views.reviews import ReviewFilters, revealed, reviewed_at, reviews
from core.ledger.views.states import decided_ids
from tests.ledger.views.test_sample_states import CASES

SAMPLES = {f"sample{place}": said for place, (said, *_) in enumerate(CASES.values())}


@pytest.fixture
def told(desk):
    """A ledger in which everything that may be said of a sample was said of one."""
    for sample_id, said in SAMPLES.items():
        desk.tell(sample_id, *said)
    return desk


def test_the_decided_ones_are_those_whose_state_is_decided(told):
    for agreeing in (1, 2, 3):
        rule = DecisionRule(agreeing)
        states = sample_states(told.ledger, rule)["state"]
        assert decided_ids(told.ledger, rule) == frozenset(states.index[states == "decided"])
    assert decided_ids(told.ledger) and not decided_ids(told.ledger) >= set(SAMPLES)


def test_who_proposed_what_is_that_of_the_standing_proposals(told):
    counts = set()
    for sample_id in SAMPLES:
        found = proposals(told.ledger, ProposalFilters(sample_ids=(sample_id,)))
        expected = list(zip(found["label_proposed"], found["author"], strict=True))
        assert who_proposed(told.ledger, sample_id) == expected
        counts.add(len(expected))
    assert counts >= {0, 1, 2}


def test_a_person_s_reviews_are_counted_by_their_times(told):
    for name in ("Ben", "Cleo", "Mo", "nobody"):
        times = reviews(told.ledger, ReviewFilters(authors=(name,)))["created_at"]
        assert sorted(reviewed_at(told.ledger, name)) == sorted(times)
    assert len(reviewed_at(told.ledger, " ben ")) > 2


def test_the_verdicts_are_those_of_the_standing_judgements(told):
    columns = list(VERDICT_COLUMNS)
    pd.testing.assert_frame_equal(standing_verdicts(told.ledger), judgements(told.ledger)[columns])
    assert len(standing_verdicts(told.ledger)) > 1


def test_a_proposal_is_shown_as_it_was_written_and_whether_it_stands(told):
    stand = proposals(told.ledger, ProposalFilters(status="all"))
    for row in stand.itertuples():
        found = revealed(told.ledger, row.correction_id)
        assert (found.sample_id, found.label_proposed, found.author) == (row.sample_id, row.label_proposed, row.author)
        assert pd.Timestamp(found.created_at) == row.created_at
        assert found.confidence is None or found.confidence == row.confidence
    told.tell("sample0", "Ada withdraws")
    first = stand[stand["sample_id"] == "sample0"]["correction_id"].iloc[0]
    assert not revealed(told.ledger, first).standing
