"""Roles: who may do what, from which file, and that the ledger itself refuses, not only the page."""

import pytest

from core.dataset.selection import Selection
from core.errors import GlitchAuditError
from core.ledger import (
    ACTS,
    Person,
    Roles,
    SuspectCase,
    decide,
    decide_taxonomy_change,
    judge,
    judgements,
    may,
    proposals,
    propose,
    propose_taxonomy_change,
    read_roles,
    reopen,
    require,
    restore,
    review,
    review_taxonomy_change,
    withdraw,
    withdraw_decision,
    withdraw_judgement,
    withdraw_review,
    withdraw_taxonomy_change,
)

MODERATORS_ALONE = {
    *("decide", "reopen", "restore ledger", "withdraw for others", "name people", "back up", "see others", "release"),
    "mix in known samples",
}


@pytest.mark.parametrize("act", ACTS)
def test_each_role_may_do_what_the_one_before_it_may(act):
    allowed = [may(Person("Ada", role), act) for role in ("viewer", "reviewer", "moderator")]
    assert allowed == [False, act not in MODERATORS_ALONE, True]


def test_a_refusal_says_which_role_it_takes():
    with pytest.raises(GlitchAuditError, match="As a viewer, Ada may not propose labels; that takes a reviewer"):
        require(Person("Ada", "viewer"), "propose")
    with pytest.raises(ValueError, match="unknown act"):
        may(Person("Ada"), "fly")
    with pytest.raises(GlitchAuditError, match="must be one of viewer, reviewer, moderator, not 'boss'"):
        Person("Ada", "boss")


def test_roles_come_from_a_file(tmp_path):
    path = tmp_path / "roles.toml"
    assert read_roles(path).role_of("anybody") == "reviewer"
    path.write_text('default = "viewer"\n[people]\n"Ada Lovelace" = "moderator"\nBen = "reviewer"\n', encoding="utf-8")
    roles = read_roles(path)
    assert [roles.role_of(name) for name in ("ada  lovelace", "Ben", "Cleo")] == ["moderator", "reviewer", "viewer"]
    assert roles.person("Ben") == Person("Ben", "reviewer", False)


def test_a_name_that_was_only_typed_can_be_held_to_less():
    roles = Roles("reviewer", {"Ada": "moderator"}, unverified="viewer")
    assert [roles.role_of("Ada", verified=verified) for verified in (True, False)] == ["moderator", "viewer"]


@pytest.mark.parametrize(
    "text",
    [
        'default = "boss"',
        "default = 3",
        '[people]\nAda = "boss"',
        'people = "Ada"',
        'moderator = ["Ada"]',
        "not toml at all",
        '[people]\nAda = ["moderator"]',
        "unverified = []",
    ],
)
def test_a_roles_file_that_cannot_be_used_says_why(tmp_path, text):
    path = tmp_path / "roles.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(GlitchAuditError, match=r"roles\.toml"):
        read_roles(path)


def test_a_roles_file_that_is_no_text_says_so(tmp_path):
    path = tmp_path / "roles.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(GlitchAuditError, match="cannot be read"):
        read_roles(path)


@pytest.fixture
def attempts(desk):
    """Every writing function, by the least role that it takes, on a desk where each could succeed."""
    desk.tell("id0", "Ada proposes Whistle")
    desk.tell("id1", "Mo decides Helix")
    correction = desk.proposal["id0", "Ada"]
    ledger, one, own = desk.ledger, {"app_version": "0.1"}, {}
    batch = proposals(ledger)["batch_id"].iloc[0]
    judgement = judge(ledger, SuspectCase("id2", "Blip"), "keep", author="Cleo", **one).judgement_id
    verdict = review(ledger, correction, "accept", author="Cleo", **one).review_id
    decision = desk._written["id1", "Mo"][0][1]
    change = propose_taxonomy_change(
        ledger, "rename", labels=["Blip"], becomes=["Bloop"], reason="why", author="Cleo", **one
    ).change_id
    select = Selection(("id3",), "click")
    own["reviewer"] = {
        "propose": lambda who: propose(ledger, select, {"id3": "Blip"}, "Helix", author=who, **one),
        "judge": lambda who: judge(ledger, SuspectCase("id3", "Blip"), "keep", author=who, **one),
        "review": lambda who: review(ledger, correction, "reject", author=who, **one),
        "review a change": lambda who: review_taxonomy_change(ledger, change, "accept", author=who, **one),
        "change the taxonomy": lambda who: propose_taxonomy_change(
            ledger, "rename", labels=["Blip"], becomes=["Blob"], reason="why", author=who, **one
        ),
    }
    own["moderator"] = {
        "decide": lambda who: decide(ledger, "id3", "Helix", author=who, reason="why", **one),
        "reopen": lambda who: reopen(ledger, "id1", author=who, reason="why", **one),
        "withdraw a decision": lambda who: withdraw_decision(ledger, decision, author=who),
        "decide on a change": lambda who: decide_taxonomy_change(
            ledger, change, "accept", author=who, reason="why", **one
        ),
        "withdraw another's review": lambda who: withdraw_review(ledger, verdict, author=who),
        "withdraw another's judgement": lambda who: withdraw_judgement(ledger, judgement, author=who),
        "withdraw another's change": lambda who: withdraw_taxonomy_change(ledger, change, author=who),
        "withdraw another's batch": lambda who: withdraw(ledger, batch, author=who),
    }
    return own


def count_all(ledger):
    tables = ("batch", "correction", "judgement", "review", "decision", "taxonomy_change", "taxonomy_review")
    with ledger.cursor() as cursor:
        return [cursor.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]


def test_every_writing_function_refuses_a_role_that_is_too_low_and_writes_nothing(desk, attempts):
    before = count_all(desk.ledger)
    viewer, reviewer, moderator = (Person("Dora", role) for role in ("viewer", "reviewer", "moderator"))
    for act in [*attempts["reviewer"].values(), *attempts["moderator"].values()]:
        with pytest.raises(GlitchAuditError, match=r"As a viewer, Dora may not"):
            act(viewer)
    for act in attempts["moderator"].values():
        with pytest.raises(GlitchAuditError, match=r"As a reviewer, Dora may not|only Cleo or a moderator|only Ada or"):
            act(reviewer)
    assert count_all(desk.ledger) == before
    for act in attempts["reviewer"].values():
        act(reviewer)
    for act in attempts["moderator"].values():
        act(moderator)
    assert all(after > count for after, count in zip(count_all(desk.ledger), before, strict=True))


def test_rows_carry_the_role_and_whether_the_name_was_verified(ledger):
    person = Person("Ada", "moderator", verified=True)
    propose(ledger, Selection(("a",), "click"), {"a": "Blip"}, "Helix", author=person, app_version="0.1")
    judge(ledger, SuspectCase("b", "Blip"), "keep", author="Ben", app_version="0.1")
    with ledger.cursor() as cursor:
        assert cursor.execute("SELECT author, role, author_verified FROM batch").fetchall() == [
            ("Ada", "moderator", True)
        ]
    assert judgements(ledger)[["author", "role", "author_verified"]].values.tolist() == [["Ben", "reviewer", False]]


def test_a_typed_name_is_not_taken_for_the_person_who_signed_in_under_it(ledger):
    signed_in = Person("Ada", verified=True)
    batch = propose(ledger, Selection(("a",), "click"), {"a": "Blip"}, "Helix", author=signed_in, app_version="0.1")
    with pytest.raises(GlitchAuditError, match="had signed in"):
        withdraw(ledger, batch.batch_id, author="Ada")
    withdraw(ledger, batch.batch_id, author=Person("ada", verified=True))
    assert proposals(ledger).empty


def test_what_a_moderator_brought_back_stays_its_authors_own(ledger):
    batch = propose(ledger, Selection(("a",), "click"), {"a": "Blip"}, "Helix", author="Ada", app_version="0.1")
    moderator = Person("Mo", "moderator")
    withdraw(ledger, batch.batch_id, author=moderator)
    again = restore(ledger, batch.batch_id, author=moderator)
    with pytest.raises(GlitchAuditError, match="Mo wrote this"):
        withdraw(ledger, again.batch_id, author="Ben")
    withdraw(ledger, again.batch_id, author="Ada")
    assert proposals(ledger).empty


def test_names_that_look_the_same_are_the_same(ledger):
    select = Selection(("a",), "click")
    for name in ("Zoe\u0301  Smith", "Zo\u00e9\u00a0Smith"):
        batch = propose(ledger, select, {"a": "Blip"}, "Helix", author=name, app_version="0.1")
        assert batch.author == "Zo\u00e9 Smith"
    with pytest.raises(GlitchAuditError, match="cannot be seen"):
        propose(ledger, select, {"a": "Blip"}, "Helix", author="Ada\u200b", app_version="0.1")
