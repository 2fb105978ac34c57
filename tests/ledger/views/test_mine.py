"""What one person said, what became of it, and the figures about that person."""

import pandas as pd
import pytest

from core.dataset.selection import Selection
from core.errors import GlitchAuditError
from core.ledger import Person, SuspectCase, judge, propose, withdraw
from core.ledger.views.decision_rule import DecisionRule
from core.ledger.views.mine import MINE_COLUMNS, mine, people_seen
from core.ledger.views.mine_figures import Figures
from core.ledger.views.reviews import review_queue

ADA, BEN, MO = Person("Ada"), Person("Ben"), Person("Mo", "moderator")
THREE = DecisionRule(agreeing=3)


def outcomes(ledger, person, *, of="", rule=None):
    return mine(ledger, person, of=of, rule=rule).acts[["what", "outcome"]].values.tolist()


def outcome(ledger, person, **named):
    return outcomes(ledger, person, **named)[0][1]


def test_nothing_said_is_nothing_shown(ledger):
    found = mine(ledger, ADA)
    assert found.acts.empty and tuple(found.acts.columns) == MINE_COLUMNS
    assert found.figures.became_sentence() == ""
    assert found.figures.agreement_sentence() == "Nobody else has spoken about your proposals yet."
    assert mine(ledger, Person("")).acts.empty


def test_everything_that_was_said_latest_first(desk, ledger):
    desk.tell("a", "Ada proposes Helix", "Ada keeps")
    desk.tell("b", "Ben proposes Whistle", "Ada rejects Ben", "Ada skips")
    assert outcomes(ledger, ADA) == [
        ["left it to somebody else", "names no label"],
        ["rejected Whistle and kept Blip", "in conflict"],
        ["kept Blip", "in review"],
        ["proposed Helix instead of Blip", "another answer counts"],
    ]
    acts = mine(ledger, ADA).acts
    assert acts["kind"].tolist() == ["judgement", "review", "judgement", "proposal"]
    assert acts["label"].tolist() == ["", "Blip", "Blip", "Helix"]


@pytest.mark.parametrize(
    ("sentences", "rule", "became"),
    [
        ((), None, "in review"),
        (("Ben accepts Ada",), None, "decided as said"),
        (("Ben accepts Ada",), THREE, "others agree"),
        (("Ben doubts Ada",), THREE, "in review"),
        (("Ben rejects Ada",), None, "in conflict"),
        (("Mo decides Tomte",), None, "decided otherwise"),
        (("Mo decides Helix",), None, "decided as said"),
        (("Ada withdraws",), None, "taken back"),
        (("Ada withdraws", "Ada restores"), None, "in review"),
        (("Mo decides Helix", "Mo reopens"), None, "no longer counts"),
        (("Ada proposes Helix", "Ada withdraws"), None, "taken back"),
    ],
)
def test_what_became_of_a_proposal(desk, ledger, sentences, rule, became):
    desk.tell("a", "Ada proposes Helix", *sentences)
    assert outcome(ledger, ADA, rule=rule) == became


def test_who_else_took_it_back_is_told_and_what_is_gone_cannot_be_undone(desk, ledger):
    desk.tell("a", "Ada proposes Helix")
    batch = mine(ledger, ADA).acts["act_id"].iloc[0]
    withdraw(ledger, batch, author=MO)
    act = mine(ledger, ADA).acts.iloc[0]
    assert (act["by"], act["undo"], act["why_not"]) == ("Mo", False, "It is taken back already.")


def test_a_review_lapses_with_its_proposal(desk, ledger):
    desk.tell("a", "Ben proposes Helix", "Ada accepts Ben", "Ben withdraws")
    act = mine(ledger, ADA).acts.iloc[0]
    assert (act["outcome"], act["undo"]) == ("the proposal was taken back", False)


def test_an_accepted_suggestion_is_one_act_that_proposes(ledger):
    judge(ledger, SuspectCase("a", "Blip", "Tomte"), "accept", author=ADA, app_version="0", label_proposed="Helix")
    found = mine(ledger, ADA)
    act = found.acts.iloc[0]
    assert len(found.acts) == 1
    assert (act["kind"], act["label_before"], act["label"], act["proposes"]) == ("judgement", "Blip", "Helix", True)
    assert (found.figures.judged, found.figures.proposed) == (1, 1)


def test_a_moderator_sees_what_became_of_decisions(desk, ledger):
    desk.tell("a", "Ada proposes Helix", "Mo decides Helix", "Mo reopens")
    assert outcomes(ledger, MO) == [["reopened it", "holds"], ["decided Helix", "a later decision holds"]]


def test_only_moderators_see_somebody_else(desk, ledger):
    desk.tell("a", "Ada proposes Helix")
    for ask in (lambda: mine(ledger, BEN, of=ADA.key), lambda: people_seen(ledger, BEN)):
        with pytest.raises(GlitchAuditError, match="As a reviewer, Ben may not see figures about other people"):
            ask()
    assert mine(ledger, ADA, of=ADA.key).figures.proposed == 1
    assert people_seen(ledger, MO).to_dict() == {"ada": "Ada"}
    assert mine(ledger, MO, of="ada").figures.proposed == 1


def test_an_account_has_its_earlier_keys_and_not_what_a_stranger_typed(ledger):
    proved = Person("ada@x.org", verified=True, issuer="https://x.org", subject="1")
    before = Person("ada@x.org", verified=True)
    for sample_id, author in (("a", proved), ("b", before), ("c", Person("ada@x.org"))):
        propose(ledger, Selection((sample_id,), "click"), {sample_id: "Blip"}, "Helix", author=author, app_version="0")
    assert mine(ledger, proved).acts["sample_id"].tolist() == ["b", "a"]
    assert mine(ledger, Person("ada@x.org")).acts["sample_id"].tolist() == ["c"]


@pytest.mark.parametrize("first", ["Ben skips", "Ben proposes Whistle|Ben withdraws"])
def test_of_what_waits_for_my_review_nothing_of_others_is_told(desk, ledger, first):
    desk.tell("a", *first.split("|"))
    alone = mine(ledger, BEN)
    desk.tell("a", "Ada proposes Helix", "Cy accepts Ada")
    assert review_queue(ledger, BEN, rule=THREE)["sample_id"].tolist() == ["a"]
    later = mine(ledger, BEN, rule=THREE)
    pd.testing.assert_frame_equal(later.acts, alone.acts)
    assert later.figures == alone.figures


def test_figures_count_what_others_said_of_what_stands(desk, ledger):
    desk.tell("a", "Ada proposes Helix", "Ben accepts Ada")
    desk.tell("b", "Ada proposes Helix", "Ben rejects Ada")
    desk.tell("c", "Ada proposes Helix", "Ben doubts Ada")
    desk.tell("d", "Ada proposes Helix", "Ben rejects Ada", "Ada withdraws")
    desk.tell("e", "Ben proposes Helix", "Ada accepts Ben")
    figures = mine(ledger, ADA).figures
    assert (figures.judged, figures.proposed, figures.reviewed) == (0, 3, 1)
    assert (figures.spoken_about, figures.agreed) == (2, 1)
    assert figures.became_sentence() == (
        "Of your 3 proposals that stand: 1 in review, 1 in conflict, 1 decided as said. 1 more was taken back."
    )


@pytest.mark.parametrize(
    ("became", "proposed", "said"),
    [
        (
            {"in review": 11, "taken back": 9},
            11,
            "Of your 11 proposals that stand: 11 in review. 9 more were taken back.",
        ),
        ({"in review": 1}, 1, "Of your 1 proposal: 1 in review."),
        ({"in review": 1, "taken back": 1}, 1, "Of your 1 proposal that stands: 1 in review. 1 more was taken back."),
        ({"taken back": 9}, 0, "Of your proposals 9 were taken back, and none stands."),
        (
            {"in review": 3, "another answer counts": 1},
            3,
            "Of your 4 proposals for 3 samples: 3 in review, 1 another answer counts.",
        ),
        ({}, 0, ""),
    ],
)
def test_what_became_of_proposals_adds_up_to_how_many_stand(became, proposed, said):
    assert Figures(proposed=proposed, became=became).became_sentence() == said


@pytest.mark.parametrize(
    ("agreed", "of", "said"),
    [
        (5, 9, "they agreed with 5 (between 27 % and 81 %): too few to say."),
        (0, 1, "they agreed with 0 (between 0 % and 79 %): too few to say."),
        (60, 80, "they agreed with 60 (between 65 % and 83 %)."),
    ],
)
def test_a_wide_interval_is_too_few_to_say(agreed, of, said):
    assert Figures(proposed=of, spoken_about=of, agreed=agreed).agreement_sentence().endswith(said)
