"""The state of a sample, worked out by hand for what people said about it; its label is Blip at first."""

import pandas as pd
import pytest

from core.errors import GlitchAuditError
from core.ledger import DecisionRule, Ledger, decided_labels, sample_states, votes

# What was said; then state, decided label, label that leads, people for it, people against it, decided by.
AGREED = ["Ada proposes Whistle", "Ben accepts Ada"]
REOPENED = [*AGREED, "Mo reopens"]
CASES = {
    "one person": (["Ada proposes Whistle"], "in review", "", "Whistle", 1, 0, ""),
    "accepted": (AGREED, "decided", "Whistle", "Whistle", 2, 0, "rule"),
    "rejected: a vote for the label before": (
        *(["Ada proposes Whistle", "Ben rejects Ada"], "conflict", "", "Blip", 1, 1, ""),
    ),
    "a third label is a vote for it": (
        *(["Ada proposes Whistle", "Ben wants Helix not Ada"], "conflict", "", "Helix", 1, 1, ""),
    ),
    "unsure counts for nobody": (["Ada proposes Whistle", "Ben doubts Ada"], "in review", "", "Whistle", 1, 0, ""),
    "two against one is a conflict still": ([*AGREED, "Cleo rejects Ada"], "conflict", "", "Whistle", 2, 1, ""),
    "two proposals of one label": (
        *(["Ada proposes Whistle", "Ben proposes Whistle"], "decided", "Whistle", "Whistle", 2, 0, "rule"),
    ),
    "two proposals of two labels": (
        *(["Ada proposes Whistle", "Ben proposes Helix"], "conflict", "", "Helix", 1, 1, ""),
    ),
    "a third label that somebody else proposes too": (
        ["Ada proposes Whistle", "Ben wants Helix not Ada", "Cleo proposes Helix"],
        *("conflict", "", "Helix", 2, 1, ""),
    ),
    "a withdrawn proposal takes its reviews with it": (
        ["Ada proposes Whistle", "Ben wants Helix not Ada", "Cleo proposes Helix", "Ada withdraws"],
        *("in review", "", "Helix", 1, 0, ""),
    ),
    "nothing left": ([*AGREED, "Ada withdraws"], "open", "", "", 0, 0, ""),
    "a restored proposal brings its reviews back": (
        [*AGREED, "Ada withdraws", "Ada restores"],
        *("decided", "Whistle", "Whistle", 2, 0, "rule"),
    ),
    "a withdrawn review": ([*AGREED, "Ben withdraws"], "in review", "", "Whistle", 1, 0, ""),
    "a changed mind": ([*AGREED, "Ben rejects Ada"], "conflict", "", "Blip", 1, 1, ""),
    "a changed mind taken back": (
        [*AGREED, "Ben rejects Ada", "Ben withdraws"],
        *("decided", "Whistle", "Whistle", 2, 0, "rule"),
    ),
    "a doubt after an acceptance": ([*AGREED, "Ben doubts Ada"], "in review", "", "Whistle", 1, 0, ""),
    "kept as a suspect": (["Ben keeps"], "in review", "", "Blip", 1, 0, ""),
    "kept by two": (["Ben keeps", "Cleo keeps"], "decided", "Blip", "Blip", 2, 0, "rule"),
    "kept against a proposal": (["Ada proposes Whistle", "Ben keeps"], "conflict", "", "Blip", 1, 1, ""),
    "skipped": (["Ben skips"], "open", "", "", 0, 0, ""),
    "kept, then skipped": (["Ben keeps", "Ben skips"], "open", "", "", 0, 0, ""),
    "kept, then proposed by the same person": (
        *(["Ben keeps", "Ben proposes Whistle"], "in review", "", "Whistle", 1, 0, ""),
    ),
    "proposed, then kept by the same person": (
        *(["Ben proposes Whistle", "Ben keeps"], "in review", "", "Blip", 1, 0, ""),
    ),
    "a second proposal of the same person replaces the first": (
        *(["Ada proposes Whistle", "Ada proposes Helix"], "in review", "", "Helix", 1, 0, ""),
    ),
    "and uncovers it when it is withdrawn": (
        ["Ada proposes Whistle", "Ada proposes Helix", "Ada withdraws"],
        *("in review", "", "Whistle", 1, 0, ""),
    ),
    "accepting what its author has moved on from": (
        ["Ada proposes Whistle", "Ada proposes Helix", "Ben accepts Ada/Whistle"],
        *("conflict", "", "Helix", 1, 1, ""),
    ),
    "rejecting another's does not give up one's own": (
        ["Ada proposes Whistle", "Ben proposes Helix", "Cleo accepts Ben", "Ben rejects Ada"],
        *("conflict", "", "Helix", 2, 1, ""),
    ),
    "accepting one and rejecting another of the same label": (
        ["Ada proposes Whistle", "Cleo proposes Whistle", "Ben accepts Ada", "Ben rejects Cleo"],
        *("conflict", "", "Whistle", 2, 1, ""),
    ),
    "rejecting one and then accepting another of the same label": (
        ["Ada proposes Whistle", "Cleo proposes Whistle", "Ben rejects Ada", "Ben accepts Cleo"],
        *("decided", "Whistle", "Whistle", 3, 0, "rule"),
    ),
    "letter case makes no second person": (
        *(["Ada proposes Whistle", "ADA proposes Whistle"], "in review", "", "Whistle", 1, 0, ""),
    ),
    "a moderator's review is a vote as anybody's": (
        *(["Ada proposes Whistle", "Mo accepts Ada"], "decided", "Whistle", "Whistle", 2, 0, "rule"),
    ),
    "a moderator decides a conflict": (
        ["Ada proposes Whistle", "Ben rejects Ada", "Mo decides Whistle"],
        *("decided", "Whistle", "Whistle", 1, 1, "moderator"),
    ),
    "a moderator decides against everybody": (
        [*AGREED, "Mo decides Helix"],
        *("decided", "Helix", "Helix", 0, 2, "moderator"),
    ),
    "a moderator decides what nobody spoke of": (["Mo decides Helix"], "decided", "Helix", "Helix", 0, 0, "moderator"),
    "votes after a moderator's decision change nothing": (
        ["Mo decides Helix", "Ada proposes Whistle", "Ben accepts Ada"],
        *("decided", "Helix", "Helix", 0, 2, "moderator"),
    ),
    "a moderator's decision withdrawn": (
        ["Ada proposes Whistle", "Ben rejects Ada", "Mo decides Helix", "Mo withdraws"],
        *("conflict", "", "Blip", 1, 1, ""),
    ),
    "reopened": (REOPENED, "reopened", "", "", 0, 0, ""),
    "reopened after a moderator's decision": (["Mo decides Helix", "Mo reopens"], "reopened", "", "", 0, 0, ""),
    "reopened, one new vote": ([*REOPENED, "Cleo accepts Ada"], "in review", "", "Whistle", 1, 0, ""),
    "reopened, two new votes": (
        [*REOPENED, "Cleo accepts Ada", "Dora accepts Ada"],
        *("decided", "Whistle", "Whistle", 2, 0, "rule"),
    ),
    "reopened, the same reviewer again": ([*REOPENED, "Ben accepts Ada"], "in review", "", "Whistle", 1, 0, ""),
    "reopened, both again": (
        [*REOPENED, "Ada proposes Whistle", "Ben accepts Ada"],
        *("decided", "Whistle", "Whistle", 2, 0, "rule"),
    ),
    "reopened, and only old things withdrawn": ([*REOPENED, "Ada withdraws"], "reopened", "", "", 0, 0, ""),
    "a reopening withdrawn": ([*REOPENED, "Mo withdraws"], "decided", "Whistle", "Whistle", 2, 0, "rule"),
    "reopened and decided anew": (
        ["Mo decides Helix", "Mo reopens", "Mona decides Tomte"],
        *("decided", "Tomte", "Tomte", 0, 0, "moderator"),
    ),
    "reopened twice": (
        [*REOPENED, "Cleo accepts Ada", "Dora accepts Ada", "Mo reopens", "Cleo rejects Ada"],
        *("in review", "", "Blip", 1, 0, ""),
    ),
}
COLUMNS = ["state", "label", "for_label", "people_for", "people_against", "decided_by"]


@pytest.mark.parametrize("case", CASES)
def test_what_was_said_gives_this_state(desk, case):
    said, *expected = CASES[case]
    # A neighbour about whom everything else was said must make no difference.
    desk.tell("other", "Ben proposes Helix", "Ada accepts Ben")
    desk.tell("id0", *said)
    states = sample_states(desk.ledger)
    assert states.loc["id0", COLUMNS].tolist() == expected
    assert states.loc["other", "state"] == "decided"
    assert (states["decision_id"] != "").tolist() == (states["state"] == "decided").tolist()
    assert states["decided_at"].notna().tolist() == (states["state"] == "decided").tolist()


@pytest.mark.parametrize(("agreeing", "state"), [(1, "decided"), (2, "decided"), (3, "decided"), (4, "in review")])
def test_the_rule_says_how_many_must_agree(desk, agreeing, state):
    desk.tell("id0", "Ada proposes Whistle", "Ben accepts Ada", "Cleo accepts Ada")
    states = sample_states(desk.ledger, DecisionRule(agreeing))
    assert states.loc["id0", "state"] == state
    if state == "decided":
        said = votes(desk.ledger)["created_at"]
        assert states.loc["id0", "decided_at"] == said.iloc[agreeing - 1]


@pytest.mark.parametrize("agreeing", [0, -1, 1.5, True])
def test_a_rule_needs_a_whole_number_of_people(agreeing):
    with pytest.raises(GlitchAuditError, match="at least 1 person"):
        DecisionRule(agreeing)


def test_asked_for_samples_come_in_their_order_and_unknown_ones_are_open(desk):
    desk.tell("a", "Ada proposes Whistle")
    desk.tell("b", "Ada proposes Helix")
    states = sample_states(desk.ledger, sample_ids=["b", "ghost", "a"])
    assert states.index.tolist() == ["b", "ghost", "a"]
    assert states["state"].tolist() == ["in review", "open", "in review"]
    assert states["people_for"].tolist() == [1, 0, 1]
    assert states.loc["ghost", ["label", "for_label", "people", "decided_by", "decision_id"]].tolist() == [""] * 5
    assert pd.isna(states.loc["ghost", "last_event_at"])


def test_a_missing_ledger_has_no_states_and_is_not_made(tmp_path):
    ledger = Ledger(tmp_path / "none.duckdb")
    assert sample_states(ledger).empty
    assert sample_states(ledger, sample_ids=["a"])["state"].tolist() == ["open"]
    assert votes(ledger).empty
    assert not ledger.path.exists()


def test_the_decided_labels_alone_replace_the_data_sets_own(desk, labels):
    desk.tell("id0", *AGREED)
    desk.tell("id1", "Ada proposes Whistle")
    desk.tell("id4", "Mo decides Helix")
    desk.tell("elsewhere", "Mo decides Helix")
    found = decided_labels(desk.ledger, labels)
    assert found.to_dict() == labels.to_dict() | {"id0": "Whistle", "id4": "Helix"}
    assert labels["id0"] == "Blip"


def test_the_votes_say_who_stands_for_what_and_which_row_says_so(desk):
    desk.tell("id0", "Ada proposes Whistle", "Ben wants Helix not Ada", "Cleo keeps", "Dora doubts Ada")
    found = votes(desk.ledger, sample_ids=["id0"])
    assert found[["author", "label", "kind"]].values.tolist() == [
        *(["Ada", "Whistle", "proposal"], ["Ben", "Helix", "review"], ["Cleo", "Blip", "judgement"]),
    ]
    assert found["said_id"].iloc[0] == desk.proposal["id0", "Ada"]
    assert votes(desk.ledger, sample_ids=[]).empty


def test_a_decision_by_the_rule_keeps_its_id_until_the_votes_change(desk):
    desk.tell("id0", *AGREED)
    first = sample_states(desk.ledger).loc["id0", "decision_id"]
    desk.tell("id1", "Ada proposes Whistle")
    assert sample_states(desk.ledger).loc["id0", "decision_id"] == first
    desk.tell("id0", "Cleo accepts Ada")
    assert sample_states(desk.ledger).loc["id0", "decision_id"] != first


def test_the_last_event_counts_withdrawals(desk):
    desk.tell("id0", "Ada proposes Whistle")
    before = sample_states(desk.ledger).loc["id0", "last_event_at"]
    desk.tell("id0", "Ada withdraws")
    after = sample_states(desk.ledger).loc["id0"]
    assert (after["state"], after["last_event_at"] > before) == ("open", True)
