"""Who is one person: accounts by issuer and number, typed names by their key, and never one for the other."""

import io
import zipfile

import duckdb
import pandas as pd
import pytest

from core.dataset.selection import Selection
from core.errors import GlitchAuditError
from core.ledger import (
    Person,
    Roles,
    SuspectCase,
    decide,
    judge,
    judgements,
    open_ledger,
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
    withdraw_review,
)
from core.ledger.acts.saving_selections import save_selection, withdraw_saved_selection
from core.ledger.exchange.copying import ledger_copy, restore_copy
from core.ledger.identity import account_key, is_account, names_apart
from core.ledger.names import person_key
from core.ledger.people import owns
from core.ledger.storage.schema import MIGRATIONS, migrate
from core.ledger.views.agreement_figures import opinions, own_view
from core.ledger.views.history import journal, journal_counts, statements

LIGO, ZOO = "https://login.ligo.example", "https://zoo.example"
ONE = {"app_version": "0.1"}


def account(name, issuer=LIGO, subject="1", role="reviewer"):
    return Person(name, role, True, issuer, subject)


ADA = account("ada@x.org")
CLAIMED = Person("ADA@x.org")
BEN = account("ben@x.org", subject="2")


def propose_for(ledger, author, sample="a", label="Tomte"):
    propose(ledger, Selection((sample,), "click"), {sample: "Blip"}, label, author=author, **ONE)
    return proposals(ledger)["correction_id"].iloc[0]


def state(ledger, sample="a"):
    return sample_states(ledger).loc[sample, "state"]


def test_the_key_of_an_account_is_issuer_and_number_and_can_be_typed_by_nobody():
    assert ADA.key == f"{LIGO}\n1" and account("other@x.org").key == ADA.key
    assert len({ADA.key, account("ada@x.org", ZOO).key, account("ada@x.org", subject="2").key, CLAIMED.key}) == 4
    assert person_key(ADA.key) != ADA.key and "\n" not in person_key(ADA.key)
    assert [is_account(person.key) for person in (ADA, CLAIMED, Person("Ada", verified=True))] == [True, False, False]
    assert account_key(LIGO, "", "Ada") == account_key("", "1", "Ada") == "\nada"


def test_an_address_that_was_only_claimed_replaces_no_review_of_the_person_who_proved_it(ledger):
    correction = propose_for(ledger, BEN)
    review(ledger, correction, "reject", author=ADA, **ONE)
    assert state(ledger) == "conflict"
    review(ledger, correction, "accept", author=CLAIMED, **ONE)
    assert state(ledger) == "conflict"
    assert votes(ledger)[["person", "label"]].values.tolist() == [[BEN.key, "Tomte"], [ADA.key, "Blip"]]
    said = statements(ledger, "a")
    assert said.set_index("author")["label"].to_dict() == {"ben@x.org": "Tomte", "ada@x.org": "Blip", "ADA@x.org": ""}


def test_an_address_that_was_only_claimed_adds_no_vote_to_the_person_who_proved_it(ledger):
    correction = propose_for(ledger, ADA)
    assert review_queue(ledger, CLAIMED).empty
    with pytest.raises(GlitchAuditError, match="proposal of his own"):
        review(ledger, correction, "accept", author=CLAIMED, **ONE)
    propose_for(ledger, CLAIMED)
    judge(ledger, SuspectCase("a", "Tomte"), "keep", author=CLAIMED, **ONE)
    assert state(ledger) == "in review" and len(votes(ledger)) == 1
    review(ledger, correction, "accept", author=BEN, **ONE)
    assert state(ledger) == "decided"


@pytest.mark.parametrize("first", [ADA, CLAIMED])
def test_whoever_of_the_two_comes_first_the_proved_one_speaks_for_the_name(ledger, first):
    second = CLAIMED if first is ADA else ADA
    propose_for(ledger, first, label="Tomte" if first is ADA else "Helix")
    propose_for(ledger, second, label="Tomte" if second is ADA else "Helix")
    assert votes(ledger)[["person", "label"]].values.tolist() == [[ADA.key, "Tomte"]]
    assert opinions(ledger)[["person", "label"]].values.tolist() == [["ada@x.org", "Tomte"]]


def test_judgements_of_a_claimed_address_stand_beside_those_of_the_proved_one(ledger):
    judge(ledger, SuspectCase("b", "Blip"), "keep", author=ADA, **ONE)
    judge(ledger, SuspectCase("b", "Blip"), "unsure", author=CLAIMED, **ONE)
    assert sorted(judgements(ledger)["verdict"]) == ["keep", "unsure"]
    assert votes(ledger)["person"].tolist() == [ADA.key]


def test_what_was_signed_in_for_is_withdrawn_by_that_account_alone(ledger):
    correction = propose_for(ledger, BEN)
    verdict = review(ledger, correction, "accept", author=ADA, **ONE).review_id
    batch = propose(ledger, Selection(("c",), "click"), {"c": "Blip"}, "Helix", author=ADA, **ONE).batch_id
    saved = save_selection(ledger, Selection(("c",), "click"), name="mine", author=ADA, **ONE).selection_id
    for other, why in ((CLAIMED, "had signed in"), (account("ada@x.org", ZOO), "with another account")):
        with pytest.raises(GlitchAuditError, match=why):
            withdraw_review(ledger, verdict, author=other)
        with pytest.raises(GlitchAuditError, match=why):
            withdraw(ledger, batch, author=other)
        with pytest.raises(GlitchAuditError, match=why):
            withdraw_saved_selection(ledger, saved, author=other, **ONE)
    withdraw_review(ledger, verdict, author=account("ada.lovelace@x.org"))
    assert reviews(ledger).empty
    assert owns(ADA, CLAIMED.key) and not owns(CLAIMED, ADA.key)


def test_the_same_number_at_two_providers_is_two_people(ledger):
    here, there = account("1001", LIGO, "1001"), account("1001", ZOO, "1001")
    correction = propose_for(ledger, here)
    assert len(review_queue(ledger, there)) == 1 and review_queue(ledger, here).empty
    review(ledger, correction, "accept", author=there, **ONE)
    assert state(ledger) == "decided"
    said = opinions(ledger)
    assert set(said["person"]) == {"1001 (login.ligo.example)", "1001 (zoo.example)"}
    assert own_view(said, here).samples == own_view(said, there).samples == 1
    day = pd.Timestamp.now("UTC").date()
    assert set(journal_counts(journal(ledger, day), Person("Mo", "moderator")).index) == set(said["person"])


def test_an_account_whose_address_changed_is_one_person(ledger):
    propose_for(ledger, ADA)
    propose_for(ledger, account("ada.lovelace@x.org"))
    assert len(votes(ledger)) == 1 and state(ledger) == "in review"
    assert opinions(ledger)["person"].tolist() == ["ada.lovelace@x.org"]


def test_a_change_of_the_taxonomy_counts_the_proved_one_alone(ledger):
    change = propose_taxonomy_change(
        ledger, "rename", labels=["Blip"], becomes=["Bloop"], reason="why", author=BEN, **ONE
    ).change_id
    for author in (ADA, CLAIMED):
        review_taxonomy_change(ledger, change, "accept", author=author, **ONE)
    assert taxonomy_changes(ledger)["people_for"].tolist() == [2]
    with pytest.raises(GlitchAuditError, match="change that he proposed"):
        review_taxonomy_change(ledger, change, "accept", author=Person("Ben@X.org"), **ONE)


@pytest.fixture
def old_ledger(ledger, monkeypatch):
    """A ledger from before issuers were kept: ada@x.org had signed in to propose Tomte for "a"."""
    ledger.path.parent.mkdir(parents=True)
    with duckdb.connect(str(ledger.path)) as old, monkeypatch.context() as patch:
        patch.setattr("core.ledger.storage.schema.MIGRATIONS", MIGRATIONS[:5])
        patch.setattr("core.ledger.storage.schema.VERSION", 5)
        migrate(old)
        old.execute(
            "INSERT INTO batch (batch_id, kind, created_at, author, author_key, author_verified, samples, skipped, "
            "how, polygon, filters, dataset_fingerprint, layout_fingerprint, app_version) VALUES ('b', 'proposal', "
            "'2026-01-02 03:04:05', 'Ada@x.org', 'ada@x.org', true, 1, 0, 'click', '[]', '{}', 'data', 'layout', '0.1')"
        )
        old.execute(
            "INSERT INTO correction (correction_id, batch_id, kind, created_at, author, author_key, author_verified, "
            "sample_id, label_before, label_proposed, reason) VALUES ('c', 'b', 'proposal', '2026-01-02 03:04:05', "
            "'Ada@x.org', 'ada@x.org', true, 'a', 'Blip', 'Tomte', 'why')"
        )
    return ledger


@pytest.mark.file_only("a file of an older version")
def test_what_was_signed_in_for_before_issuers_were_kept_is_no_typed_names(old_ledger):
    with pytest.raises(GlitchAuditError, match="proposal of his own"):
        review(old_ledger, "c", "accept", author=CLAIMED, **ONE)
    with pytest.raises(GlitchAuditError, match="had signed in"):
        withdraw(old_ledger, "b", author=CLAIMED)
    propose_for(old_ledger, CLAIMED, label="Helix")
    assert votes(old_ledger)["label"].tolist() == ["Tomte"]


@pytest.mark.file_only("a file of an older version")
def test_what_was_signed_in_for_before_issuers_were_kept_is_that_addresss_account(old_ledger):
    assert review_queue(old_ledger, ADA).empty and len(review_queue(old_ledger, BEN)) == 1
    with pytest.raises(GlitchAuditError, match="proposal of his own"):
        review(old_ledger, "c", "accept", author=ADA, **ONE)
    propose_for(old_ledger, ADA)
    assert votes(old_ledger)["person"].tolist() == [ADA.key] and state(old_ledger) == "in review"
    assert opinions(old_ledger)["author_key"].tolist() == [ADA.key]
    withdraw(old_ledger, "b", author=ADA)
    assert len(proposals(old_ledger)) == 1


def test_a_restored_copy_keeps_signed_in_and_typed_apart_and_takes_no_account_from_the_file(ledger, tmp_path):
    correction = propose_for(ledger, BEN)
    review(ledger, correction, "reject", author=ADA, **ONE)
    review(ledger, correction, "accept", author=CLAIMED, **ONE)
    other = open_ledger(tmp_path / "other" / "corrections.duckdb")
    restore_copy(other, ledger_copy(ledger))
    assert state(other) == state(ledger) == "conflict"
    assert not proposals(other)["author_verified"].any()
    assert proposals(other)["author_key"].tolist() == ["\nben@x.org"]
    # The account that proves the address is the one who wrote; a typed name is not.
    assert review_queue(other, BEN).empty
    with pytest.raises(GlitchAuditError, match="had signed in"):
        withdraw(other, proposals(other)["batch_id"].iloc[0], author="Ben@x.org")
    other.close()


def test_keys_in_a_copy_are_not_believed(ledger, tmp_path):
    propose_for(ledger, "Mallory")
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(ledger_copy(ledger))) as copy, zipfile.ZipFile(changed, "w") as forged:
        for name in copy.namelist():
            content = copy.read(name)
            if name in ("correction.parquet", "batch.parquet"):
                part = io.BytesIO()
                rows = pd.read_parquet(io.BytesIO(content)).assign(author_key=ADA.key, name_key="ada@x.org")
                rows.to_parquet(part)
                content = part.getvalue()
            forged.writestr(name, content)
    other = open_ledger(tmp_path / "other" / "corrections.duckdb")
    restore_copy(other, changed.getvalue())
    with other.cursor() as cursor:
        assert cursor.execute("SELECT DISTINCT author_key, name_key FROM batch").fetchall() == [("mallory", "mallory")]
    other.close()


def test_roles_are_by_proved_address_by_the_only_providers_number_or_by_issuer_and_number():
    roles = Roles("viewer", {"Ada@x.org": "moderator", "1001": "moderator", f"{ZOO} 7": "moderator"}, "reviewer")
    role = roles.role_of
    signed_in = {"verified": True, "issuer": LIGO}
    assert role("ada@X.org", subject="1", **signed_in) == "moderator"
    assert role("ada@x.org") == "reviewer"  # capped
    assert role("ａda@x.org", subject="1", **signed_in) == "viewer"  # another address, though the names' keys are one
    assert role("1001", subject="1001", **signed_in) == "moderator"
    assert role("1001", subject="1001", several=True, **signed_in) == "viewer"
    assert role("7", subject="7", several=True, **signed_in) == "viewer"
    assert role("7", verified=True, issuer=ZOO, subject="7", several=True) == "moderator"
    assert Roles("viewer", {"abC": "moderator"}).role_of("abc", subject="abc", **signed_in) == "viewer"
    assert roles.person("ada@x.org", subject="1", **signed_in) == Person("ada@x.org", "moderator", True, LIGO, "1")


def test_whoever_has_not_proved_who_he_is_has_no_more_than_the_cap():
    roles = Roles("moderator", {"Ada": "moderator"}, unverified="viewer")
    assert [roles.person("Ada").role, roles.anybody("Ada").role, roles.anybody().role] == ["viewer"] * 3
    assert Roles("reviewer", {"Ada": "moderator"}).anybody("Ada").role == "reviewer"


UNSEEN = "\u034f\ufe0f\u3164\u115f\u1160\uffa0\u2800\u00ad\u180b\u17b4\u2060\U000e0101\U0001d159"


@pytest.mark.parametrize("character", UNSEEN)
def test_characters_that_do_not_show_make_no_other_person_and_are_refused(ledger, character):
    assert person_key(f"A{character}da{character}") == "ada"
    assert person_key(character * 3) == ""
    for name in (f"A{character}da", character, f"{character} {character}"):
        with pytest.raises(GlitchAuditError, match="cannot be seen"):
            propose_for(ledger, name)
        with pytest.raises(GlitchAuditError, match="cannot be seen"):
            decide(ledger, "a", "Helix", author=Person(name, "moderator"), reason="why", **ONE)
    assert not ledger.readable() or proposals(ledger).empty


@pytest.mark.parametrize(("wide", "narrow"), [("Ａｄａ", "Ada"), ("ａｄａ＠ｘ", "ADA@x"), ("１００１", "1001")])
def test_full_width_letters_make_no_other_person(wide, narrow):
    assert person_key(wide) == person_key(narrow)


def test_names_apart_adds_where_somebody_signed_in_only_where_names_are_the_same():
    keys = pd.Series([ADA.key, BEN.key, CLAIMED.key, account("ada@x.org", ZOO).key, "\nada@x.org", ADA.key])
    names = pd.Series(["ada@x.org", "ben@x.org", "ADA@x.org", "ada@x.org", "ada@x.org", "Ada@x.org"])
    assert names_apart(keys, names).tolist() == [
        *("Ada@x.org (login.ligo.example)", "ben@x.org", "ADA@x.org (not verified)", "ada@x.org (zoo.example)"),
        *("ada@x.org (signed in earlier)", "Ada@x.org (login.ligo.example)"),
    ]
