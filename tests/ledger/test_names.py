"""One key a person, in Python and in the ledger; names that look alike are told apart and pointed out."""

import pytest

from core.dataset.selection import Selection
from core.errors import GlitchAuditError
from core.ledger import (
    Person,
    ProposalFilters,
    ReviewFilters,
    Roles,
    SuspectCase,
    judge,
    judgements,
    proposals,
    propose,
    propose_taxonomy_change,
    review,
    review_queue,
    review_taxonomy_change,
    reviews,
    sample_states,
    taxonomy_changes,
    votes,
    withdraw,
)
from core.ledger.names import look_alike, person_key, same_person_as, taken_for
from core.ledger.storage.schema import OURS
from core.ledger.views.agreement_figures import opinions, own_view
from core.ledger.views.history import statements

ONE = {"app_version": "0.1"}
SAME = [
    ("Ada", "ADA"),
    ("Ada Lovelace", "  Ada   Lovelace "),
    ("İbrahim", "i̇brahim"),
    ("İbrahim", "İBRAHİM"),
    ("ΟΔΥΣΣΕΥΣ", "Οδυσσευς"),
    ("Οδυσσεύς", "ΟΔΥΣΣΕΎΣ"),
    ("Groß", "GROSS"),
    ("José", "Jose\u0301"),
    ("Ada", "Ａｄａ"),
    ("Ada", "A\u200bda"),
    ("Ada B", "Ada\u00a0B"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_every_spelling_of_a_name_has_one_key(one, other):
    assert person_key(one) == person_key(other)
    assert person_key(person_key(one)) == person_key(one)


@pytest.mark.parametrize(("one", "other"), [("Ada", "Ида"), ("ılgaz", "Ilgaz"), ("Ada", "Аda"), ("José", "Jose")])
def test_other_names_are_other_people(one, other):
    assert person_key(one) != person_key(other)


def propose_for(ledger, author, sample="a", label="Tomte"):
    return propose(ledger, Selection((sample,), "click"), {sample: "Blip"}, label, author=author, **ONE)


@pytest.mark.parametrize(("one", "other"), SAME[:8])
def test_nobody_is_offered_a_proposal_of_his_own_or_may_review_it(ledger, one, other):
    propose_for(ledger, one)
    assert review_queue(ledger, one).empty and review_queue(ledger, other).empty
    assert len(review_queue(ledger, "Ben")) == 1
    correction = proposals(ledger)["correction_id"].iloc[0]
    for spelling in (one, other):
        with pytest.raises(GlitchAuditError, match="proposal of his own"):
            review(ledger, correction, "accept", author=spelling, **ONE)


@pytest.mark.parametrize(("one", "other"), SAME[:8])
def test_two_spellings_are_one_vote_one_opinion_and_one_statement(ledger, one, other):
    propose_for(ledger, one)
    propose_for(ledger, other)
    assert len(votes(ledger)) == 1 and votes(ledger)["person"].tolist() == [person_key(one)]
    assert sample_states(ledger).loc["a", "people_for"] == 1
    assert len(opinions(ledger)) == 1 and len(statements(ledger, "a")) == 1
    propose_for(ledger, "Ben")
    assert own_view(opinions(ledger), one).samples == own_view(opinions(ledger), other).samples == 1


@pytest.mark.parametrize(("one", "other"), SAME[:8])
def test_reviews_and_judgements_of_two_spellings_replace_each_other(ledger, one, other):
    propose_for(ledger, "Ben")
    correction = proposals(ledger)["correction_id"].iloc[0]
    review(ledger, correction, "accept", author=one, **ONE)
    review(ledger, correction, "reject", author=other, **ONE)
    assert reviews(ledger)["verdict"].tolist() == ["reject"]
    judge(ledger, SuspectCase("b", "Blip"), "keep", author=one, **ONE)
    judge(ledger, SuspectCase("b", "Blip"), "unsure", author=other, **ONE)
    assert judgements(ledger)["verdict"].tolist() == ["unsure"]


@pytest.mark.parametrize(("one", "other"), SAME[:8])
def test_a_change_of_the_taxonomy_counts_each_person_once(ledger, one, other):
    change = propose_taxonomy_change(
        ledger, "rename", labels=["Blip"], becomes=["Bloop"], reason="why", author="Ben", **ONE
    ).change_id
    for spelling in (one, other):
        review_taxonomy_change(ledger, change, "accept", author=spelling, **ONE)
    assert taxonomy_changes(ledger)["people_for"].tolist() == [2]


def test_filters_and_taking_back_know_every_spelling(ledger):
    batch = propose_for(ledger, "ΟΔΥΣΣΕΥΣ").batch_id
    assert len(proposals(ledger, ProposalFilters(authors=("οδυσσευς",)))) == 1
    correction = proposals(ledger)["correction_id"].iloc[0]
    review(ledger, correction, "accept", author="İbrahim", **ONE)
    assert len(reviews(ledger, ReviewFilters(authors=("İBRAHİM",)))) == 1
    withdraw(ledger, batch, author="Οδυσσευς")
    assert proposals(ledger).empty


def test_roles_know_every_spelling():
    roles = Roles("viewer", {"Οδυσσεύς": "moderator"})
    assert roles.role_of("ΟΔΥΣΣΕΎΣ") == "moderator" and roles.role_of("ΟΔΥΣΣΕΥ") == "viewer"


def test_every_row_keeps_the_key(ledger):
    propose_for(ledger, Person("İbrahim"))
    judge(ledger, SuspectCase("b", "Blip"), "keep", author="İbrahim", **ONE)
    with ledger.cursor() as cursor:
        for table in ("batch", "correction", "judgement"):
            assert cursor.execute(f"SELECT DISTINCT author_key FROM {table}").fetchall() == [(person_key("İbrahim"),)]
        for table in OURS:
            assert cursor.execute(f"SELECT count(*) FROM {table} WHERE author_key = ''").fetchone() == (0,)


@pytest.mark.parametrize(
    ("typed", "there"),
    [
        ("Аda Lovelace", "Ada Lovelace"),  # a Cyrillic capital А
        ("Аdа", "Ada"),
        ("AdaLovelace", "Ada Lovelace"),
        ("Ada-Lovelace", "Ada Lovelace"),
        ("JohnO", "John0"),
        ("lan", "Ian"),
        ("Mam", "Marn"),
        ("ılgaz", "Ilgaz"),  # a Turkish ı without its dot
        ("ΑΝΝΑ", "ANNA"),  # Greek capitals
    ],
)
def test_a_name_that_looks_like_another_persons_is_found(typed, there):
    assert look_alike(typed, ["Cleo", there]) == there
    assert look_alike(there, ["Cleo", typed]) == typed
    assert person_key(typed) != person_key(there)


@pytest.mark.parametrize(
    ("typed", "there"), [("Ben", "Ada"), ("Anna", "Anne"), ("", "Ada"), ("Ada", "ADA"), ("Mo", "Ma")]
)
def test_other_names_and_ones_own_look_like_nobodys(typed, there):
    assert look_alike(typed, [there]) is None


def test_ones_own_other_spelling_is_told():
    assert same_person_as("ADA", ["Ben", "Ada"]) == "Ada"
    assert same_person_as("Ada", ["Ben", "Ada", "ADA"]) is None
    assert same_person_as("Cleo", ["Ben"]) is None and same_person_as(" ", [""]) is None


def test_of_two_names_that_look_alike_the_one_in_other_letters_is_marked():
    assert taken_for(["Ada", "Ben", "\N{CYRILLIC CAPITAL LETTER A}da"]) == {"\N{CYRILLIC CAPITAL LETTER A}da": "Ada"}
    assert taken_for(["B0B", "BOB"]) == {"B0B": "BOB", "BOB": "B0B"}
    assert taken_for(["Ada", "ada", "Ben"]) == {}
