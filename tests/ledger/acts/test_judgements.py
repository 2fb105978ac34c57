"""Judgements of suspects: one row a decision, a proposal with an accepted one, and undo of both at once."""

import threading

import duckdb
import pytest

from core.errors import GlitchAuditError
from core.ledger import (
    JudgementFilters,
    Person,
    ProposalFilters,
    SuspectCase,
    batches,
    judge,
    judgements,
    latest_judgements,
    open_ledger,
    proposals,
    restore,
    withdraw,
    withdraw_judgement,
)

CASE = SuspectCase(
    sample_id="id0",
    label="Blip",
    suggested_label="Tomte",
    score=2.5,
    chance_wrong=0.93,
    suspects_fingerprint="suspects",
    dataset_fingerprint="data",
    layout_fingerprint="layout",
)


@pytest.fixture
def decide(ledger):
    """Judges the same suspect, with whatever else the test asks for."""

    def act(verdict="accept", case=CASE, **options):
        return judge(ledger, case, verdict, **{"author": "Ada", "app_version": "0.1", "reason": "rises"} | options)

    return act


@pytest.fixture
def row_counts(ledger):
    def act():
        with ledger.cursor() as cursor:
            return cursor.execute(
                "SELECT (SELECT count(*) FROM judgement), (SELECT count(*) FROM batch), "
                "(SELECT count(*) FROM correction)"
            ).fetchone()

    return act


def test_an_accepted_suggestion_is_a_judgement_and_a_proposal(decide, ledger):
    judgement = decide()
    row = judgements(ledger).iloc[0]
    assert (row["sample_id"], row["label"], row["verdict"], row["suggested_label"]) == (
        "id0",
        "Blip",
        "accept",
        "Tomte",
    )
    assert (row["score"], row["chance_wrong"], row["reason"], row["author"]) == (2.5, 0.93, "rises", "Ada")
    assert (row["suspects_fingerprint"], row["dataset_fingerprint"], row["app_version"]) == ("suspects", "data", "0.1")
    assert row["batch_id"] == judgement.batch_id and row["label_proposed"] == "Tomte"
    proposal = proposals(ledger).iloc[0]
    assert (proposal["batch_id"], proposal["sample_id"]) == (judgement.batch_id, "id0")
    assert (proposal["label_before"], proposal["label_proposed"], proposal["reason"]) == ("Blip", "Tomte", "rises")
    assert (proposal["dataset_fingerprint"], proposal["layout_fingerprint"]) == ("data", "layout")


@pytest.mark.parametrize("verdict", ["keep", "skip", "unsure"])
def test_the_other_verdicts_propose_nothing(decide, ledger, verdict):
    assert decide(verdict).batch_id is None
    assert judgements(ledger)["verdict"].tolist() == [verdict]
    assert judgements(ledger)["label_proposed"].isna().all()
    assert proposals(ledger).empty


def test_another_label_than_the_suggested_one_can_be_accepted(decide, ledger):
    decide(label_proposed="Helix")
    row = judgements(ledger).iloc[0]
    assert (row["suggested_label"], row["label_proposed"]) == ("Tomte", "Helix")
    assert proposals(ledger)["label_proposed"].tolist() == ["Helix"]


def test_the_same_id_writes_once_whatever_is_pressed_second(decide, ledger, row_counts):
    first = decide(judgement_id="card")
    counts = row_counts()
    again = decide("keep", judgement_id="card")
    assert (again.repeated, again.verdict, again.batch_id) == (True, "accept", first.batch_id)
    assert row_counts() == counts == (1, 1, 1)


def test_two_threads_with_one_id_write_once(decide, row_counts):
    threads = [threading.Thread(target=decide, kwargs={"judgement_id": "card"}) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert row_counts() == (1, 1, 1)


def test_undo_takes_back_the_proposal_too_and_appends(decide, ledger, row_counts):
    judgement = decide()
    withdrawal = withdraw_judgement(ledger, judgement.judgement_id, author=Person("Ben", "moderator"))
    assert (withdrawal.withdraws, withdrawal.author, withdrawal.batch_id) == (judgement.judgement_id, "Ben", None)
    assert judgements(ledger).empty and latest_judgements(ledger).empty
    assert proposals(ledger).empty
    kept = proposals(ledger, ProposalFilters(status="withdrawn"))
    assert kept["withdrawn_by"].tolist() == ["Ben"]
    assert row_counts() == (2, 2, 2)
    assert withdraw_judgement(ledger, judgement.judgement_id, author="Ada").repeated
    assert row_counts() == (2, 2, 2)


def test_after_an_undo_the_suspect_can_be_judged_anew(decide, ledger):
    withdraw_judgement(ledger, decide(judgement_id="first").judgement_id, author="Ada")
    assert not decide("keep", judgement_id="second").repeated
    assert latest_judgements(ledger).loc["id0", "verdict"] == "keep"


def test_judging_anew_takes_back_ones_own_former_judgement_and_its_proposal(decide, ledger):
    decide("accept")
    decide("keep")
    assert judgements(ledger)["verdict"].tolist() == ["keep"]
    assert proposals(ledger).empty
    decide("accept", label_proposed="Helix")
    assert proposals(ledger)["label_proposed"].tolist() == ["Helix"]


def test_two_people_judge_the_same_sample_without_touching_each_other(decide, ledger):
    decide("accept", author="Ada")
    decide("keep", author="Ben")
    assert judgements(ledger)["author"].tolist() == ["Ben", "Ada"]
    assert len(proposals(ledger)) == 1
    assert latest_judgements(ledger).loc["id0", "author"] == "Ben"


def test_a_proposal_withdrawn_elsewhere_opens_the_suspect_again_and_a_restored_one_closes_it(decide, ledger):
    judgement = decide()
    withdraw(ledger, judgement.batch_id, author=Person("Ben", "moderator"))
    assert judgements(ledger).empty
    again = restore(ledger, judgement.batch_id, author=Person("Ben", "moderator"))
    assert judgements(ledger)["verdict"].tolist() == ["accept"]
    withdraw_judgement(ledger, judgement.judgement_id, author="Ada")
    assert judgements(ledger).empty and proposals(ledger).empty
    assert set(batches(ledger).set_index("batch_id")["status"]) == {"withdrawn"}
    assert again.batch_id in set(batches(ledger)["batch_id"])


def test_filters(decide, ledger):
    other = SuspectCase(sample_id="id1", label="Tomte", dataset_fingerprint="other data")
    decide("keep", author="Ben")
    decide("unsure", other)
    assert judgements(ledger, JudgementFilters(authors=("Ben",)))["sample_id"].tolist() == ["id0"]
    assert judgements(ledger, JudgementFilters(verdicts=("unsure", "skip")))["sample_id"].tolist() == ["id1"]
    assert judgements(ledger, JudgementFilters(sample_ids=("id1",)))["verdict"].tolist() == ["unsure"]
    assert latest_judgements(ledger, "data").index.tolist() == ["id0"]
    assert latest_judgements(ledger).index.tolist() == ["id1", "id0"]
    assert str(judgements(ledger)["created_at"].dt.tz) == "UTC"


def test_unknown_numbers_are_left_empty(decide, ledger):
    decide("keep", SuspectCase(sample_id="id0", label="Blip", score=float("nan")))
    assert judgements(ledger)[["score", "chance_wrong"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"verdict": "perhaps"}, "accept, keep, skip, unsure, not 'perhaps'"),
        ({"author": " "}, "name is empty"),
        ({"label_proposed": "Blip"}, "carry the label 'Blip' already"),
        ({"label_proposed": ""}, "label is empty"),
        ({"reason": "x" * 2001}, "2000 at most"),
        ({"case": SuspectCase("id0", "Blip", "Tomte", chance_wrong=1.5)}, "between 0 and 1"),
    ],
)
def test_what_cannot_be_written_is_one_sentence_and_writes_nothing(decide, ledger, options, sentence):
    with pytest.raises(GlitchAuditError, match=sentence):
        decide(**options)
    assert not ledger.path.exists() or judgements(ledger).empty
    with pytest.raises(GlitchAuditError, match="no judgement ghost"):
        withdraw_judgement(ledger, "ghost", author="Ada")


def test_a_judgement_that_cannot_be_written_leaves_no_proposal_behind(decide, ledger, monkeypatch):
    decide("keep", SuspectCase(sample_id="id9", label="Blip"))
    monkeypatch.setattr("core.ledger.acts.judging._number", lambda value: "not a number")
    monkeypatch.setattr("core.ledger.acts.judging._chance", lambda value: None)
    with pytest.raises(duckdb.Error):
        decide("accept")
    assert proposals(ledger, ProposalFilters(status="all")).empty
    assert judgements(ledger)["sample_id"].tolist() == ["id9"]


def test_a_missing_ledger_has_no_judgements_and_is_not_made(tmp_path):
    ledger = open_ledger(tmp_path / "nowhere" / "corrections.duckdb")
    assert judgements(ledger).empty and latest_judgements(ledger).empty
    assert not ledger.path.exists()


@pytest.mark.file_only("another program opens the file")
def test_judgements_survive_reopening(decide, ledger):
    decide()
    ledger.close()
    with duckdb.connect(str(ledger.path), read_only=True) as connection:
        assert connection.execute("SELECT sample_id, verdict FROM current_judgement").fetchall() == [("id0", "accept")]


def test_one_person_in_many_windows_has_one_judgement_and_one_proposal(decide, ledger):
    start, failures = threading.Barrier(6), []

    def act(number):
        start.wait()
        try:
            decide(("accept", "keep")[number % 2], judgement_id=f"window {number}")
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=act, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    found = judgements(ledger)
    assert len(found) == 1
    assert len(proposals(ledger)) == (found["verdict"].iloc[0] == "accept")
