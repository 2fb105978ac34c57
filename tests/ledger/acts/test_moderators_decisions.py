"""A moderator decides and reopens: with a reason, one at a time, and with everything kept."""

import threading

import pytest

from core.errors import GlitchAuditError
from core.ledger import DecisionRule, Person, decide, decisions, reopen, sample_states, withdraw_decision
from tests.ledger.engines import again

MO = Person("Mo", "moderator")
MONA = Person("Mona", "moderator", verified=True)


def settle(ledger, label="Whistle", **options):
    return decide(ledger, "id0", label, **{"author": MO, "reason": "seen", "app_version": "0.1"} | options)


def test_a_decision_keeps_who_when_and_why(ledger):
    written = settle(ledger, author=MONA, reason=" a clear V ", dataset_fingerprint="data")
    row = decisions(ledger).iloc[0]
    assert row[["decision_id", "author", "author_verified", "role", "sample_id", "kind"]].tolist() == [
        *(written.decision_id, "Mona", True, "moderator", "id0", "decide"),
    ]
    assert row[["label", "reason", "dataset_fingerprint", "status"]].tolist() == [
        *("Whistle", "a clear V", "data", "current"),
    ]
    state = sample_states(ledger).loc["id0"]
    assert (state["decision_id"], state["decided_at"]) == (written.decision_id, written.created_at)


def test_a_second_decision_takes_a_reopening_first_and_the_history_stays(ledger):
    settle(ledger)
    with pytest.raises(GlitchAuditError, match="Mo has decided that id0 is 'Whistle'; reopen it"):
        settle(ledger, "Helix", author=MONA)
    reopen(ledger, "id0", author=MONA, reason="new pictures", app_version="0.1")
    settle(ledger, "Helix", author=MONA)
    found = decisions(ledger, sample_ids=["id0"])
    assert found[["kind", "label", "status"]].values.tolist() == [
        *(["decide", "Helix", "current"], ["reopen", "", "past"], ["decide", "Whistle", "past"]),
    ]


def test_a_double_click_decides_once(ledger):
    first, second = settle(ledger, decision_id="one"), settle(ledger, "Helix", decision_id="one")
    assert (second.repeated, second.label, second.created_at) == (True, "Whistle", first.created_at)
    again = [withdraw_decision(ledger, "one", author=MONA) for _ in range(2)]
    assert [undone.repeated for undone in again] == [False, True]
    assert decisions(ledger)["status"].tolist() == ["withdrawn"]


def test_only_a_decided_sample_can_be_reopened_by_whichever_rule(desk):
    desk.tell("id0", "Ada proposes Whistle")
    with pytest.raises(GlitchAuditError, match="id0 is in review, not decided"):
        reopen(desk.ledger, "id0", author=MO, reason="why", app_version="0.1")
    with pytest.raises(GlitchAuditError, match="ghost is open, not decided"):
        reopen(desk.ledger, "ghost", author=MO, reason="why", app_version="0.1")
    reopen(desk.ledger, "id0", author=MO, reason="why", app_version="0.1", rule=DecisionRule(1))
    assert sample_states(desk.ledger).loc["id0", "state"] == "reopened"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"reason": " "}, "reason is empty"),
        ({"label": ""}, "label is empty"),
        ({"label": "x" * 101}, "101 characters"),
        ({"author": "Mo"}, "As a reviewer, Mo may not decide alone; that takes a moderator"),
    ],
)
def test_what_cannot_be_a_decision_is_refused_and_nothing_written(ledger, options, words):
    with pytest.raises(GlitchAuditError, match=words):
        settle(ledger, **options)
    assert decisions(ledger).empty
    with pytest.raises(GlitchAuditError, match="No sample"):
        decide(ledger, "", "Whistle", author=MO, reason="why", app_version="0.1")
    with pytest.raises(GlitchAuditError, match="no decision ghost"):
        withdraw_decision(ledger, "ghost", author=MO)


@pytest.mark.parametrize("copies", [1, 2])
def test_of_many_moderators_who_decide_at_once_one_does(ledger, copies):
    # Two objects for one file are what a reloaded module makes: each has a write lock of its own.
    ledgers = [ledger, *(again(ledger) for _ in range(copies - 1))]
    with ledger.cursor():
        pass
    start, answers = threading.Barrier(6), []

    def act(number):
        start.wait()
        try:
            answers.append(
                settle(ledgers[number % copies], f"label {number}", author=Person(f"Mo {number}", "moderator"))
            )
        except GlitchAuditError as error:
            answers.append(str(error))

    threads = [threading.Thread(target=act, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    written = [answer for answer in answers if not isinstance(answer, str)]
    refused = [answer for answer in answers if isinstance(answer, str)]
    assert (len(written), len(refused)) == (1, 5)
    assert all("has decided that id0" in answer or "at the same moment" in answer for answer in refused)
    found = decisions(ledger)
    assert found["decision_id"].tolist() == [written[0].decision_id]
    assert sample_states(ledger).loc["id0", "label"] == written[0].label
    for other in ledgers[1:]:
        other.close()
