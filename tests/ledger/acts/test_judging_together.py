"""Several suspects judged together: all of them or none, each for itself afterwards, and one undo."""

import threading

import pytest

import core.ledger.acts.judging as judging
from core.errors import GlitchAuditError
from core.ledger import (
    CaseToJudge,
    ProposalFilters,
    SuspectCase,
    judge,
    judge_together,
    judgements,
    proposals,
    withdraw_judgement,
    withdraw_judgements,
)

ADA = {"author": "Ada", "app_version": "0.1"}
SAMPLES = ("a", "b", "c")


def cases(samples=SAMPLES, page="page", label="Blip"):
    return [
        CaseToJudge(SuspectCase(name, label, "Tomte"), f"looked at {name}", judgement_id=f"{page} {name}")
        for name in samples
    ]


@pytest.fixture
def row_counts(ledger):
    def act():
        with ledger.cursor() as cursor:
            return cursor.execute(
                "SELECT (SELECT count(*) FROM judgement), (SELECT count(*) FROM batch), "
                "(SELECT count(*) FROM correction)"
            ).fetchone()

    return act


def standing(ledger):
    return sorted(zip(judgements(ledger)["sample_id"], judgements(ledger)["verdict"], strict=True))


def test_each_sample_has_its_own_judgement_and_proposal(ledger):
    written = judge_together(ledger, cases(), "accept", **ADA)
    assert [one.sample_id for one in written] == list(SAMPLES)
    assert standing(ledger) == [(name, "accept") for name in SAMPLES]
    found = proposals(ledger).set_index("sample_id")
    assert found["label_proposed"].to_dict() == dict.fromkeys(SAMPLES, "Tomte")
    assert found["reason"].to_dict() == {name: f"looked at {name}" for name in SAMPLES}
    assert found["batch_id"].to_dict() == {one.sample_id: one.batch_id for one in written}


def test_keeping_the_label_proposes_nothing(ledger):
    judge_together(ledger, cases(), "keep", **ADA)
    assert standing(ledger) == [(name, "keep") for name in SAMPLES]
    assert proposals(ledger).empty


def test_one_that_cannot_be_written_leaves_all_of_them_unwritten(ledger, row_counts):
    judge(ledger, SuspectCase("a", "Blip", "Tomte"), "keep", **ADA)
    before = row_counts()
    # The last one carries the suggested label already.
    last = CaseToJudge(SuspectCase("z", "Tomte", "Tomte"), judgement_id="page z")
    with pytest.raises(GlitchAuditError, match="carry the label 'Tomte' already"):
        judge_together(ledger, [*cases(), last], "accept", **ADA)
    assert row_counts() == before and standing(ledger) == [("a", "keep")]


def test_a_failure_in_the_middle_of_writing_leaves_nothing(ledger, row_counts, monkeypatch):
    judge(ledger, SuspectCase("a", "Blip", "Tomte"), "keep", **ADA)
    before, insert = row_counts(), judging.insert_row

    def fails_at_the_last(cursor, table, row):
        if row["sample_id"] == "c":
            raise OSError("the disk is full")
        insert(cursor, table, row)

    monkeypatch.setattr(judging, "insert_row", fails_at_the_last)
    with pytest.raises(OSError, match="disk is full"):
        judge_together(ledger, cases(), "accept", **ADA)
    assert row_counts() == before
    # What its author had said of the first one still stands.
    assert standing(ledger) == [("a", "keep")]


def test_a_second_press_writes_nothing_whatever_it_says(ledger, row_counts):
    first = judge_together(ledger, cases(), "accept", **ADA)
    before = row_counts()
    again = judge_together(ledger, cases(), "keep", **ADA)
    assert [one.judgement_id for one in again] == [one.judgement_id for one in first]
    assert all(one.repeated and one.verdict == "accept" for one in again)
    # Of another choice on the same page, nothing is added either.
    more = judge_together(ledger, cases(("a", "d")), "accept", **ADA)
    assert [one.sample_id for one in more] == ["a"] and row_counts() == before


def test_threads_with_one_page_write_it_once(ledger):
    start = threading.Barrier(4)

    def act():
        start.wait()
        judge_together(ledger, cases(), "accept", **ADA)

    threads = [threading.Thread(target=act) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert standing(ledger) == [(name, "accept") for name in SAMPLES]
    assert len(proposals(ledger)) == 3


def test_one_undo_takes_all_of_it_back_and_a_second_one_adds_nothing(ledger, row_counts):
    written = [one.judgement_id for one in judge_together(ledger, cases(), "accept", **ADA)]
    undone = withdraw_judgements(ledger, written, author="Ada")
    assert [one.withdraws for one in undone] == written
    assert judgements(ledger).empty and proposals(ledger).empty
    assert len(proposals(ledger, ProposalFilters(status="all"))) == 3
    before = row_counts()
    assert all(one.repeated for one in withdraw_judgements(ledger, written, author="Ada"))
    assert row_counts() == before


def test_an_undo_that_fails_leaves_all_of_it_standing(ledger, row_counts, monkeypatch):
    written = [one.judgement_id for one in judge_together(ledger, cases(), "accept", **ADA)]
    before = row_counts()
    with pytest.raises(GlitchAuditError, match="no judgement ghost"):
        withdraw_judgements(ledger, [*written, "ghost"], author="Ada")
    with pytest.raises(GlitchAuditError, match="Ada"):
        withdraw_judgements(ledger, written, author="Ben")
    insert = judging.insert_row

    def fails_at_the_last(cursor, table, row):
        if row["sample_id"] == "c":
            raise OSError("the disk is full")
        insert(cursor, table, row)

    monkeypatch.setattr(judging, "insert_row", fails_at_the_last)
    with pytest.raises(OSError, match="disk is full"):
        withdraw_judgements(ledger, written, author="Ada")
    assert row_counts() == before and len(proposals(ledger)) == 3


def test_one_of_them_is_judged_anew_or_taken_back_without_the_others(ledger):
    written = judge_together(ledger, cases(), "accept", **ADA)
    anew = judge(ledger, SuspectCase("a", "Blip", "Tomte"), "keep", **ADA)
    assert anew.replaced
    withdraw_judgement(ledger, written[1].judgement_id, author="Ada")
    assert standing(ledger) == [("a", "keep"), ("c", "accept")]
    assert proposals(ledger)["sample_id"].tolist() == ["c"]
    # The undo of the page then takes back what is left of it, and what was judged anew stays.
    withdraw_judgements(ledger, [one.judgement_id for one in written], author="Ada")
    assert standing(ledger) == [("a", "keep")] and proposals(ledger).empty


def test_what_its_author_had_said_of_one_of_them_is_replaced_and_told(ledger):
    judge(ledger, SuspectCase("b", "Blip", "Tomte"), "accept", **ADA)
    judge(ledger, SuspectCase("c", "Blip", "Tomte"), "keep", author="Ben", app_version="0.1")
    written = judge_together(ledger, cases(), "keep", **ADA)
    assert [one.replaced for one in written] == [False, True, False]
    assert standing(ledger) == [("a", "keep"), ("b", "keep"), ("c", "keep"), ("c", "keep")]
    assert proposals(ledger).empty


@pytest.mark.parametrize("none_or_twice", [(), ("a", "a")])
def test_a_sample_is_judged_once_and_at_least_one_is(ledger, row_counts, none_or_twice):
    judge(ledger, SuspectCase("a", "Blip", "Tomte"), "keep", **ADA)
    before = row_counts()
    with pytest.raises(ValueError, match="judged once"):
        judge_together(ledger, cases(none_or_twice), "keep", **ADA)
    assert row_counts() == before
