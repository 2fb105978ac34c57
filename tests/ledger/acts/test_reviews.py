"""Blind second reviews: what waits for whom, what a review writes, and what the ledger refuses."""

import threading

import pandas as pd
import pytest

from core.errors import GlitchAuditError
from core.ledger import (
    DecisionRule,
    Ledger,
    Person,
    ReviewFilters,
    propose,
    restore,
    revealed,
    review,
    review_queue,
    reviews,
    sample_states,
    withdraw,
    withdraw_review,
)


def waiting(desk, name, **options):
    return review_queue(desk.ledger, name, **options)["sample_id"].tolist()


@pytest.fixture
def accept(desk):
    """Ben accepts Ada's proposal for id0, with whatever else the test asks for."""

    def act(verdict="accept", **options):
        options = {"author": "Ben", "app_version": "0.1"} | options
        return review(desk.ledger, desk.proposal["id0", "Ada"], verdict, **options)

    return act


def test_the_queue_is_blind(desk):
    desk.tell("id0", "Ada proposes Whistle")
    queue = review_queue(desk.ledger, "Ben")
    assert queue.columns.tolist() == ["correction_id", "sample_id", "label_before", "age"]
    assert queue.loc[0, ["sample_id", "label_before"]].tolist() == ["id0", "Blip"]
    assert pd.Timedelta(0) < queue.loc[0, "age"] < pd.Timedelta(minutes=10)


def test_ones_own_decided_and_reviewed_proposals_do_not_wait(desk):
    for sample_id in ("b", "a", "c", "d"):
        desk.tell(sample_id, "Ada proposes Whistle")
    desk.tell("c", "Cleo accepts Ada")
    desk.tell("d", "Ada withdraws")
    assert waiting(desk, "Ada") == waiting(desk, "ADA") == []
    assert waiting(desk, "Ben") == ["b", "a"]
    assert waiting(desk, "Ben", rule=DecisionRule(3)) == ["b", "a", "c"]
    desk.tell("b", "Ben doubts Ada")
    assert waiting(desk, "Ben") == ["a"]
    desk.tell("b", "Ben withdraws")
    assert waiting(desk, "Ben") == ["b", "a"]


def test_a_sample_is_asked_about_once_and_not_of_those_who_have_spoken(desk):
    desk.tell("a", "Ada proposes Whistle", "Ben proposes Helix")
    desk.tell("b", "Ada proposes Whistle", "Cleo keeps")
    assert waiting(desk, "Cleo") == ["a"]
    assert waiting(desk, "Ben") == ["b"]
    assert waiting(desk, "Dora") == ["a", "b"]


def test_a_reopened_sample_waits_for_everybody_but_its_proposer(desk):
    desk.tell("a", "Ada proposes Whistle", "Ben accepts Ada", "Mo reopens")
    assert [waiting(desk, name) for name in ("Ada", "Ben", "Mo")] == [[], ["a"], ["a"]]
    desk.tell("a", "Ben accepts Ada")
    assert waiting(desk, "Ben") == []


def test_the_queue_keeps_to_a_data_set(desk):
    desk.tell("a", "Ada proposes Whistle")
    assert waiting(desk, "Ben", dataset_fingerprint="data") == ["a"]
    assert waiting(desk, "Ben", dataset_fingerprint="other") == []


def test_a_missing_ledger_has_no_queue_and_no_reviews(tmp_path):
    ledger = Ledger(tmp_path / "none.duckdb")
    assert review_queue(ledger, "Ben").columns.tolist() == ["correction_id", "sample_id", "label_before", "age"]
    assert reviews(ledger).empty
    assert not ledger.path.exists()


def test_the_proposal_is_shown_once_the_reviewer_has_chosen(propose_whistle, ledger):
    propose_whistle()
    queue = review_queue(ledger, "Ben")
    shown = revealed(ledger, queue["correction_id"].iloc[0])
    assert (shown.sample_id, shown.label_before, shown.label_proposed) == ("id2", "Blip", "Whistle")
    assert (shown.author, shown.reason, shown.confidence, shown.standing) == ("Ada", "rises", 0.8, True)
    withdraw(ledger, shown.batch_id, author="Ada")
    assert not revealed(ledger, shown.correction_id).standing
    with pytest.raises(GlitchAuditError, match="no proposal ghost"):
        revealed(ledger, "ghost")


def test_a_review_keeps_everything_that_was_said(desk, accept):
    desk.tell("id0", "Ada proposes Whistle")
    person = Person("Ben", "moderator", verified=True)
    written = accept("other label", author=person, label=" Helix ", blind_label="Helix", reason=" loops ")
    assert (written.verdict, written.label, written.blind_label, written.reason) == (
        *("other label", "Helix", "Helix", "loops"),
    )
    row = reviews(desk.ledger).iloc[0]
    assert row[["review_id", "author", "role", "author_verified", "proposer", "status"]].tolist() == [
        *(written.review_id, "Ben", "moderator", True, "Ada", "current"),
    ]
    assert row[["sample_id", "label_before", "label_proposed", "label"]].tolist() == ["id0", "Blip", "Whistle", "Helix"]
    assert row["created_at"] == written.created_at


def test_a_double_click_writes_once(desk, accept):
    desk.tell("id0", "Ada proposes Whistle")
    first, second = accept(review_id="one"), accept("reject", review_id="one")
    assert (second.repeated, second.verdict, second.created_at) == (True, "accept", first.created_at)
    assert len(reviews(desk.ledger, ReviewFilters(status="all"))) == 1
    taken_back = withdraw_review(desk.ledger, "one", author="Ben")
    again = withdraw_review(desk.ledger, "one", author="Ben")
    assert (taken_back.repeated, taken_back.withdraws, again.repeated) == (False, "one", True)
    assert reviews(desk.ledger).empty


def test_each_review_says_whether_it_counts(desk, accept):
    desk.tell("id0", "Ada proposes Whistle")
    desk.tell("id1", "Ada proposes Whistle", "Cleo accepts Ada", "Ada withdraws")
    accept(review_id="first")
    accept("unsure", review_id="second")
    accept("reject", author="Dora", review_id="third")
    withdraw_review(desk.ledger, "third", author="Dora")
    everything = reviews(desk.ledger, ReviewFilters(status="all"))
    assert everything["status"].tolist() == ["withdrawn", "current", "replaced", "lapsed"]
    assert reviews(desk.ledger)["review_id"].tolist() == ["second"]
    assert reviews(desk.ledger, ReviewFilters(status="all", authors=("Cleo",)))["sample_id"].tolist() == ["id1"]
    found = reviews(desk.ledger, ReviewFilters(status="all", verdicts=("accept",), sample_ids=("id0",)))
    assert found["review_id"].tolist() == ["first"]
    with pytest.raises(GlitchAuditError, match="status must be one of"):
        ReviewFilters(status="gone")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"verdict": "maybe"}, "answer must be one of accept, reject, unsure, other label"),
        ({"author": "Ada"}, "Nobody reviews a proposal of his own"),
        ({"author": "ADA "}, "Nobody reviews a proposal of his own"),
        ({"author": ""}, "name is empty"),
        ({"verdict": "other label"}, "other label is empty"),
        ({"verdict": "other label", "label": "Whistle"}, "accept the proposal instead"),
        ({"verdict": "other label", "label": "Blip"}, "reject the proposal instead"),
        ({"verdict": "other label", "label": "x" * 101}, "101 characters"),
        ({"reason": "x" * 2001}, "2001 characters"),
        ({"blind_label": "a\nb"}, "cannot be shown"),
    ],
)
def test_what_cannot_be_a_review_is_refused_and_nothing_written(desk, accept, options, words):
    desk.tell("id0", "Ada proposes Whistle")
    with pytest.raises(GlitchAuditError, match=words):
        accept(**options)
    assert reviews(desk.ledger, ReviewFilters(status="all")).empty


def test_a_proposal_withdrawn_while_it_was_looked_at_cannot_be_reviewed_until_it_is_back(desk, accept):
    desk.tell("id0", "Ada proposes Whistle")
    looked_at = desk.proposal["id0", "Ada"]
    desk.tell("id0", "Ada withdraws")
    with pytest.raises(GlitchAuditError, match="withdrawn in the meantime"):
        accept()
    desk.tell("id0", "Ada restores")
    review(desk.ledger, looked_at, "accept", author="Ben", app_version="0.1")
    assert sample_states(desk.ledger).loc["id0", "state"] == "decided"


def test_who_brought_a_proposal_back_cannot_review_it(desk):
    desk.tell("id0", "Ada proposes Whistle")
    moderator = Person("Mo", "moderator")
    batch = revealed(desk.ledger, desk.proposal["id0", "Ada"]).batch_id
    withdraw(desk.ledger, batch, author=moderator)
    again = desk.correction(restore(desk.ledger, batch, author=moderator).batch_id)
    for correction in (again, desk.proposal["id0", "Ada"]):
        with pytest.raises(GlitchAuditError, match="of his own"):
            review(desk.ledger, correction, "accept", author=moderator, app_version="0.1")


def test_ghosts_can_neither_be_reviewed_nor_taken_back(ledger, propose_whistle):
    propose_whistle()
    with pytest.raises(GlitchAuditError, match="no proposal ghost"):
        review(ledger, "ghost", "accept", author="Ben", app_version="0.1")
    with pytest.raises(GlitchAuditError, match="no review ghost"):
        withdraw_review(ledger, "ghost", author="Ben")


def test_many_people_at_once_lose_and_double_nothing(desk, labels, selection):
    batch = propose(desk.ledger, selection, labels, "Whistle", author="Ada", app_version="0.1")
    queue = review_queue(desk.ledger, "Ben")["correction_id"].tolist()
    people, failures = [f"person {number}" for number in range(6)], []
    start = threading.Barrier(len(people) * 2)

    def act(name):
        start.wait()
        for correction in queue:
            try:
                # Each person has two windows open, which send the same reviews.
                review(
                    *(desk.ledger, correction, "accept"),
                    author=name,
                    app_version="0.1",
                    review_id=f"{name} {correction}",
                )
            except Exception as error:
                failures.append(error)

    threads = [threading.Thread(target=act, args=(name,)) for name in people * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert len(reviews(desk.ledger, ReviewFilters(status="all"))) == len(people) * len(queue)
    assert sample_states(desk.ledger)["people_for"].tolist() == [1 + len(people)] * batch.samples
