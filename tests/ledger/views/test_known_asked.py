"""Known samples mixed into somebody's work: which, where, the same when asked again, and what comes of the answer."""

import pytest

from core.errors import GlitchAuditError
from core.ledger import Person, review_queue, reviews, sample_states
from core.ledger.acts.asking_known import KnownCase, answer_known, set_known_rate, withdraw_known_answer
from core.ledger.views.decision_rule import DecisionRule
from core.ledger.views.history import journal, sample_history
from core.ledger.views.known_asked import (
    REVIEW,
    Mixed,
    ids_to_review,
    known_rate,
    review_work,
    reviews_answered_at,
    suspects_mixed,
)
from core.ledger.views.mine import mine
from core.ledger.views.waiting import waiting

MO, BEN, DAN = Person("Mo", "moderator"), Person("Ben"), Person("Dan")


@pytest.fixture
def busy(desk):
    """Ten samples that Ada and Cy decided together, and forty that Ada alone spoke about."""
    for number in range(10):
        desk.tell(f"known{number}", "Ada proposes Tomte", "Cy accepts Ada")
    for number in range(40):
        desk.tell(f"new{number:02}", "Ada proposes Tomte")
    return desk


def rate(ledger, one_in=5, rate_id="seed"):
    return set_known_rate(ledger, one_in, author=MO, app_version="0.1", rate_id=rate_id)


def answer(ledger, row, person=BEN, verdict="reject", label="Blip", answer_id=None):
    case = KnownCase(row["sample_id"], REVIEW, int(row["position"]), "Blip", "Tomte", row["known"])
    return answer_known(
        ledger, case, verdict, author=person, label=label, blind_label=label, app_version="0.1", answer_id=answer_id
    )


def known_of(work):
    return list(work.loc[work["known"] != "", "sample_id"])


def test_nothing_is_mixed_in_until_a_moderator_says_so(busy):
    assert known_rate(busy.ledger).one_in == 0
    assert known_of(review_work(busy.ledger, BEN)) == []
    with pytest.raises(GlitchAuditError, match="that takes a moderator"):
        set_known_rate(busy.ledger, 5, author=BEN, app_version="0.1")
    with pytest.raises(GlitchAuditError, match="One in 7 cannot be chosen"):
        set_known_rate(busy.ledger, 7, author=MO, app_version="0.1")


@pytest.mark.parametrize(("one_in", "least"), [(5, 8), (10, 4), (20, 1)])
def test_one_of_each_so_many_is_a_known_one_and_never_the_last(busy, one_in, least):
    rate(busy.ledger, one_in)
    work = review_work(busy.ledger, BEN)
    places = [place for place, known in enumerate(work["known"]) if known]
    assert len(places) >= least
    assert [place // one_in for place in places] == list(range(len(places)))
    assert set(work.loc[work["known"] != "", "known"]) == {"Tomte"}
    assert work["known"].iloc[-1] == ""
    assert list(work.loc[work["known"] == "", "sample_id"]) == list(review_queue(busy.ledger, BEN)["sample_id"])
    assert waiting(busy.ledger, BEN, DecisionRule()).review == len(work)


def test_it_is_the_same_when_asked_again_and_another_for_somebody_else_or_another_rate(busy):
    rate(busy.ledger)
    first = list(review_work(busy.ledger, BEN)["sample_id"])
    busy.ledger.close()
    assert list(review_work(busy.ledger, BEN)["sample_id"]) == first
    assert list(review_work(busy.ledger, DAN)["sample_id"]) != first
    rate(busy.ledger, rate_id="another seed")
    assert list(review_work(busy.ledger, BEN)["sample_id"]) != first


def test_answering_in_turn_brings_exactly_the_queue_that_was_promised(busy):
    rate(busy.ledger)
    promised = list(review_work(busy.ledger, BEN)["sample_id"])
    met = []
    while not (work := review_work(busy.ledger, BEN)).empty:
        row = work.iloc[0]
        met.append(row["sample_id"])
        if row["known"]:
            answer(busy.ledger, row)
        else:
            busy.tell(row["sample_id"], "Ben rejects Ada")
        assert len(reviews_answered_at(busy.ledger, BEN)) == len(met)
    assert met == promised


def test_the_ids_alone_are_those_of_the_work_also_after_an_act_and_for_another_rule(busy):
    for _ in range(2):
        for person in (MO, BEN, DAN, Person("Ada")):
            for rule in (None, DecisionRule(1), DecisionRule(3)):
                expected = frozenset(review_work(busy.ledger, person, rule=rule)["sample_id"])
                assert ids_to_review(busy.ledger, person, rule=rule) == expected
        busy.tell("new00", "Ben rejects Ada")
        rate(busy.ledger)
    assert "new00" not in ids_to_review(busy.ledger, BEN) and "known0" in ids_to_review(busy.ledger, BEN)


def test_an_answer_is_no_vote_and_nothing_of_it_stands_at_the_sample(busy):
    rate(busy.ledger)
    row = review_work(busy.ledger, BEN).query("known != ''").iloc[0]
    before, written = sample_states(busy.ledger), len(reviews(busy.ledger))
    history = sample_history(busy.ledger, row["sample_id"])
    answer(busy.ledger, row)
    assert sample_states(busy.ledger).equals(before) and len(reviews(busy.ledger)) == written
    assert sample_history(busy.ledger, row["sample_id"]).equals(history)
    assert row["sample_id"] not in set(review_work(busy.ledger, BEN)["sample_id"])


def test_taken_back_it_comes_again_at_its_place_and_a_click_sent_twice_writes_once(busy):
    rate(busy.ledger)
    work = review_work(busy.ledger, BEN)
    row = work.query("known != ''").iloc[0]
    written = answer(busy.ledger, row, answer_id="card")
    assert answer(busy.ledger, row, answer_id="card").repeated
    withdraw_known_answer(busy.ledger, written.answer_id, author=BEN)
    assert withdraw_known_answer(busy.ledger, written.answer_id, author=BEN).repeated
    assert list(review_work(busy.ledger, BEN)["sample_id"]) == list(work["sample_id"])
    with pytest.raises(GlitchAuditError, match="Ben wrote this"):
        withdraw_known_answer(busy.ledger, written.answer_id, author=DAN)


def test_nobody_is_asked_about_what_he_decided_or_spoke_about(busy):
    for number in range(5):
        busy.tell(f"settled{number}", "Ada proposes Tomte", "Mo decides Tomte")
    rate(busy.ledger)
    asked = known_of(review_work(busy.ledger, MO))
    assert asked and not any(name.startswith("settled") for name in asked)
    assert any(name.startswith("settled") for name in known_of(review_work(busy.ledger, BEN)))
    # One proposed all ten, the other accepted them.
    assert not any(name.startswith("known") for name in known_of(review_work(busy.ledger, Person("Cy"))))
    assert review_work(busy.ledger, Person("Ada")).empty


def test_a_sample_reopened_is_known_no_more(busy):
    rate(busy.ledger)
    first = known_of(review_work(busy.ledger, BEN))[0]
    busy.tell(first, "Mo reopens")
    work = review_work(busy.ledger, BEN)
    assert first not in known_of(work)


def test_one_finds_ones_answers_among_ones_reviews_and_nobody_else_does(busy):
    rate(busy.ledger)
    row = review_work(busy.ledger, BEN).query("known != ''").iloc[0]
    written = answer(busy.ledger, row)
    day = written.created_at.date()
    assert mine(busy.ledger, BEN).acts["what"].tolist() == ["rejected Tomte and kept Blip, having chosen Blip blind"]
    assert mine(busy.ledger, BEN).acts["undo"].all()
    assert mine(busy.ledger, MO, of=BEN.key).acts.empty
    assert "Ben" in set(journal(busy.ledger, day, asking=BEN)["author"])
    assert "Ben" not in set(journal(busy.ledger, day, asking=MO)["author"])
    withdraw_known_answer(busy.ledger, written.answer_id, author=BEN)
    assert mine(busy.ledger, BEN).acts["outcome"].tolist() == ["taken back"]


def test_spread_puts_each_at_its_number_and_none_behind_the_last():
    mixed = Mixed({"k": "Tomte", "l": "Tomte", "m": "Tomte"}, {"k": 11, "l": 13, "m": 30}, done=10)
    assert mixed.spread(["a", "b", "c"]) == ["a", "k", "b", "l", "c"]
    assert mixed.spread(["a"]) == ["a"]
    assert mixed.spread([]) == []
    assert mixed.spread(["a", "b", "c"], only=frozenset("l")) == ["a", "b", "c"]
    assert Mixed({"k": "Tomte"}, {"k": 4}, done=10).spread(["a", "b"]) == ["k", "a", "b"]


def test_among_suspects_only_decided_ones_that_one_has_not_judged_come(busy):
    rate(busy.ledger)
    judged = [f"known{number}" for number in range(10)]
    mixed = suspects_mixed(busy.ledger, BEN, judged=[*judged, "new00"], waiting=20)
    assert mixed.labels and set(mixed.labels) <= set(judged) and set(mixed.labels.values()) == {"Tomte"}
    assert not suspects_mixed(busy.ledger, Person("Cy"), judged=judged, waiting=20).labels
    assert not suspects_mixed(busy.ledger, BEN, judged=judged, waiting=0).labels
    first = next(iter(mixed.labels))
    busy.tell(first, "Ben skips")
    assert first not in suspects_mixed(busy.ledger, BEN, judged=judged, waiting=20).labels
