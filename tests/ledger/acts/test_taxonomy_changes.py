"""Changes of the taxonomy are argued apart from labels, and relabel nothing."""

import pytest

from core.errors import GlitchAuditError
from core.ledger import (
    DecisionRule,
    Ledger,
    Person,
    current_labels,
    decide_taxonomy_change,
    decided_labels,
    propose_taxonomy_change,
    review_taxonomy_change,
    sample_states,
    taxonomy_changes,
    taxonomy_reviews,
    withdraw_taxonomy_change,
    withdraw_taxonomy_review,
)

MO = Person("Mo", "moderator")


@pytest.fixture
def change(ledger):
    """Ada proposes to split Blip, with whatever else the test asks for."""

    def act(kind="split", **options):
        options = {
            "labels": ["Blip"],
            "becomes": ["Blip", "Short Blip"],
            "reason": "two kinds",
            "author": "Ada",
            "app_version": "0.1",
            "sample_ids": ["id1", "id0", "id1"],
            "dataset_fingerprint": "data",
        } | options
        return propose_taxonomy_change(ledger, kind, **options)

    return act


@pytest.fixture
def say(ledger):
    def act(change_id, name, verdict, **options):
        return review_taxonomy_change(ledger, change_id, verdict, author=name, app_version="0.1", **options)

    return act


def state(ledger, rule=None):
    return taxonomy_changes(ledger, rule)[["state", "people_for", "people_against", "decided_by"]].iloc[0].tolist()


def test_a_change_keeps_its_classes_examples_and_reason(ledger, change):
    written = change()
    assert (written.labels, written.becomes, written.sample_ids) == (("Blip",), ("Blip", "Short Blip"), ("id1", "id0"))
    row = taxonomy_changes(ledger).iloc[0]
    assert row[["kind", "labels", "becomes", "sample_ids", "reason", "author", "role"]].tolist() == [
        *("split", ("Blip",), ("Blip", "Short Blip"), ("id1", "id0"), "two kinds", "Ada", "reviewer"),
    ]
    assert state(ledger) == ["in review", 1, 0, ""]


def test_accepting_relabels_nothing(ledger, change, say, labels):
    say(change().change_id, "Ben", "accept")
    assert state(ledger) == ["accepted", 2, 0, "rule"]
    assert state(ledger, DecisionRule(3)) == ["in review", 2, 0, ""]
    assert current_labels(ledger, labels).equals(labels)
    assert decided_labels(ledger, labels).equals(labels)
    assert sample_states(ledger).empty


def test_each_person_has_one_verdict_the_latest(ledger, change, say):
    change_id = change().change_id
    say(change_id, "Ben", "accept")
    last = say(change_id, "BEN", "reject")
    assert state(ledger) == ["conflict", 1, 1, ""]
    withdraw_taxonomy_review(ledger, last.review_id, author="Ben")
    assert state(ledger) == ["accepted", 2, 0, "rule"]
    say(change_id, "Ben", "unsure")
    assert state(ledger) == ["in review", 1, 0, ""]
    assert taxonomy_reviews(ledger, change_id)["status"].tolist() == ["current", "withdrawn", "replaced"]


@pytest.mark.parametrize(("verdict", "word"), [("accept", "accepted"), ("reject", "rejected")])
def test_a_moderator_settles_it_with_a_reason_until_that_is_withdrawn(ledger, change, say, verdict, word):
    change_id = change().change_id
    say(change_id, "Ben", "reject")
    act = {"author": MO, "app_version": "0.1"}
    with pytest.raises(GlitchAuditError, match="reason is empty"):
        decide_taxonomy_change(ledger, change_id, verdict, reason="", **act)
    decision = decide_taxonomy_change(ledger, change_id, verdict, reason="seen", **act)
    assert state(ledger) == [word, 1, 1, "moderator"]
    assert taxonomy_changes(ledger)["decision_reason"].tolist() == ["seen"]
    with pytest.raises(GlitchAuditError, match="Mo has decided this change"):
        decide_taxonomy_change(ledger, change_id, "accept", reason="again", **act)
    with pytest.raises(GlitchAuditError, match="only Mo or a moderator"):
        withdraw_taxonomy_review(ledger, decision.review_id, author="Ben")
    withdraw_taxonomy_review(ledger, decision.review_id, author=MO)
    assert state(ledger) == ["conflict", 1, 1, ""]


def test_a_withdrawn_change_is_kept_and_cannot_be_reviewed(ledger, change, say):
    change_id = change().change_id
    say(change_id, "Ben", "accept")
    with pytest.raises(GlitchAuditError, match="only Ada or a moderator"):
        withdraw_taxonomy_change(ledger, change_id, author="Ben")
    assert not withdraw_taxonomy_change(ledger, change_id, author="Ada").repeated
    assert withdraw_taxonomy_change(ledger, change_id, author="Ada").repeated
    assert state(ledger)[0] == "withdrawn"
    with pytest.raises(GlitchAuditError, match="withdrawn in the meantime"):
        say(change_id, "Cleo", "accept")


@pytest.mark.parametrize(
    ("kind", "labels", "becomes"),
    [
        ("merge", ["Blip"], ["Blob"]),
        ("merge", ["Blip", "Blip"], ["Blob"]),
        ("merge", ["Blip", "Tomte"], ["Blob", "Tomte"]),
        ("split", ["Blip", "Tomte"], ["Blob"]),
        ("split", ["Blip"], ["Blob"]),
        ("rename", ["Blip"], ["Blip"]),
        ("rename", [], ["Blip"]),
        ("new class", ["Blip"], ["Blob"]),
        ("new class", [], []),
    ],
)
def test_classes_that_do_not_fit_the_kind_are_refused(ledger, change, kind, labels, becomes):
    with pytest.raises(GlitchAuditError, match=f"A {kind} needs"):
        change(kind, labels=labels, becomes=becomes)
    assert taxonomy_changes(ledger).empty


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"kind": "burn"}, "one of merge, split, rename, new class"),
        ({"reason": ""}, "reason is empty"),
        ({"becomes": ["", "Short"]}, "name of a class is empty"),
        ({"sample_ids": []}, "split needs examples"),
        ({"sample_ids": [str(number) for number in range(201)]}, "at most 200"),
        ({"becomes": [str(number) for number in range(51)]}, "at most 50"),
    ],
)
def test_what_cannot_be_a_change_is_refused_and_nothing_written(ledger, change, options, words):
    with pytest.raises(GlitchAuditError, match=words):
        change(**options)
    assert taxonomy_changes(ledger).empty


@pytest.mark.parametrize(
    ("kind", "labels", "becomes"),
    [("merge", ["Blip", "Tomte"], ["Blip"]), ("rename", ["Blip"], ["Bloop"]), ("new class", [], ["Bloop"])],
)
def test_the_other_kinds(ledger, change, kind, labels, becomes):
    change(kind, labels=labels, becomes=becomes)
    assert taxonomy_changes(ledger)["kind"].tolist() == [kind]


def test_a_double_click_writes_once_and_nobody_reviews_his_own(ledger, change, say):
    assert [change(change_id="one").repeated for _ in range(2)] == [False, True]
    with pytest.raises(GlitchAuditError, match="Nobody reviews a change"):
        say("one", "ada", "accept")
    with pytest.raises(GlitchAuditError, match="verdict must be one of"):
        say("one", "Ben", "maybe")
    assert [say("one", "Ben", "accept", review_id="r").repeated for _ in range(2)] == [False, True]
    for act in (
        lambda: say("ghost", "Ben", "accept"),
        lambda: withdraw_taxonomy_change(ledger, "ghost", author=MO),
        lambda: withdraw_taxonomy_review(ledger, "ghost", author=MO),
    ):
        with pytest.raises(GlitchAuditError, match="ghost"):
            act()


def test_a_missing_ledger_has_no_changes(tmp_path):
    ledger = Ledger(tmp_path / "none.duckdb")
    assert taxonomy_changes(ledger).empty
    assert taxonomy_reviews(ledger).empty
