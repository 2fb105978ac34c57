"""The first person at a desk of one machine is moderator of the data set; anywhere else nobody becomes it by typing."""

import pytest
import streamlit as st

from core.dataset.selection import Selection
from core.ledger import open_ledger, propose
from core.ledger.people import Person, Roles, read_roles
from core.workspace import demo_workspace
from pages.parts.desk import identity
from pages.parts.desk.moderators import moderators, who_settles
from pages.parts.desk.who import IN_FILE, IN_SECRETS, NOWHERE, AtDesk
from tests.parts.desk.test_who_is_at_the_desk import AUTH, badges, roles_file

FIRST = "You are the first here"


def proposed_by(prepared, *names):
    ledger = open_ledger(prepared.workspace.ledger_path)
    for name in names:
        selection = Selection(("Blip/sample000",), "click")
        propose(ledger, selection, {"Blip/sample000": "Blip"}, "Tomte", author=name, app_version="0.1")
    ledger.close()


def roles_of(prepared):
    path = prepared.workspace.root / "roles.toml"
    return read_roles(path).by_name if path.exists() else None


def told(app):
    return any(FIRST in item.value for item in app.sidebar.success)


def come(app, name):
    app.sidebar.text_input(key="reviewer").set_value(name).run()
    assert not app.exception
    return app


def test_the_first_name_typed_becomes_moderator_and_is_told_and_the_second_does_not(prepared, desk):
    app = come(desk(), "Ada")
    assert told(app) and "moderator" in badges(app)
    assert roles_of(prepared) == {"Ada": "moderator"}
    proposed_by(prepared, "Ada")
    second = come(desk(), "Ben")
    assert not told(second) and "reviewer" in badges(second)
    assert roles_of(prepared) == {"Ada": "moderator"}


def test_who_only_looks_leaves_no_roles(prepared, desk):
    desk()
    assert roles_of(prepared) is None


def test_a_name_that_was_mistyped_is_corrected_until_something_was_written_under_it(prepared, desk):
    app = come(come(desk(), "Adda"), "Ada")
    assert told(app) and roles_of(prepared) == {"Ada": "moderator"}
    proposed_by(prepared, "Ada")
    assert "reviewer" in badges(come(app, "Ben"))
    assert roles_of(prepared) == {"Ada": "moderator"}


def test_where_others_have_worked_nobody_becomes_moderator_by_typing_a_name(prepared, desk):
    proposed_by(prepared, "Ada")
    assert "reviewer" in badges(come(desk(), "Ben"))
    assert roles_of(prepared) is None
    assert told(come(desk(), "ada")) and roles_of(prepared) == {"ada": "moderator"}


def test_a_name_that_shows_nothing_becomes_nobody(prepared, desk):
    come(desk(), "\u3164")
    come(desk(), "A\u034fda")
    assert roles_of(prepared) is None


@pytest.mark.parametrize("text", ['default = "reviewer"\n', "", "broken = "])
def test_a_file_of_roles_stays_as_it_is(prepared, desk, text):
    roles_file(prepared.workspace, text)
    assert not told(come(desk(), "Ada"))
    assert (prepared.workspace.root / "roles.toml").read_text() == text


def test_where_the_secrets_give_roles_or_people_sign_in_nobody_becomes_moderator_by_coming(prepared, desk):
    user = {"is_logged_in": True, "email": "ada@example.org", "email_verified": True}
    assert not told(desk(user=user, secrets={"auth": AUTH}))
    assert not told(come(desk(secrets={"roles": {"default": "reviewer"}}), "Ada"))
    assert roles_of(prepared) is None


def test_where_others_than_this_machine_come_nobody_becomes_moderator_by_typing(prepared, desk, monkeypatch):
    monkeypatch.setattr("pages.parts.desk.who.this_machine_only", lambda: False)
    assert not told(come(desk(), "Ada"))
    assert roles_of(prepared) is None


def test_a_folder_that_cannot_be_written_is_said_and_nothing_breaks(prepared, desk, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("core.ledger.acts.naming_people.whole_file", full)
    app = come(desk(), "Ada")
    assert "No space left" in app.sidebar.warning[0].value and "reviewer" in badges(app)


@pytest.mark.parametrize(
    ("address", "headers", "alone"),
    [
        ("localhost", {}, True),
        ("localhost", {"Host": "localhost:8501", "Origin": "http://localhost:8501"}, True),
        ("127.0.0.1", {"Host": "127.0.0.1:8501"}, True),
        ("::1", {"Host": "[::1]:8501"}, True),
        ("0.0.0.0", {"Host": "localhost:8501"}, False),
        (None, {"Host": "localhost:8501"}, False),
        ("localhost", {"Host": "audit.example.org"}, False),
        ("localhost", {"Host": "localhost:8501", "X-Forwarded-For": "192.0.2.7"}, False),
        ("localhost", {"Host": "localhost:8501", "Origin": "https://audit.example.org"}, False),
        ("localhost", {"Host": "localhost.example.org:8501"}, False),
        ("localhost", {"Host": "localhost:8501", "Origin": "null"}, False),
    ],
)
def test_a_proxy_and_another_address_are_noticed(monkeypatch, address, headers, alone):
    class Context:
        pass

    context = Context()
    context.headers = headers
    monkeypatch.setattr(st, "get_option", lambda name: address)
    monkeypatch.setattr(st, "context", context)
    assert identity.this_machine_only() is alone


def at(roles, *, kept=IN_FILE, person="Ben", this_machine=True, providers=()):
    who = Person(person, "reviewer") if person else Person("")
    return AtDesk(demo_workspace(), who, roles, "", None, providers, False, 1, kept, this_machine)


@pytest.mark.parametrize(
    ("here", "message"),
    [
        (at(Roles(), kept=NOWHERE), "become moderator under “People”"),
        (at(Roles(by_name={"Ada": "moderator"})), "**Ada** can settle it: a moderator of this data set."),
        (at(Roles(by_name={"Ada": "moderator"})), "make you one too, under “People”"),
        (at(Roles(by_name={"A": "moderator", "B": "moderator"})), "**A** and **B** can settle it: moderators"),
        (at(Roles(by_name={"Ada": "viewer"})), "Nobody is moderator here"),
        (at(Roles(by_name={"Ada": "moderator"}, unverified="reviewer")), "Nobody is moderator here"),
        (at(Roles(), kept=IN_SECRETS), "of the server's secrets, and are changed there"),
        (at(Roles(), kept=NOWHERE, this_machine=False), "as others than this machine come here"),
        (at(Roles(), kept=NOWHERE, providers=(None,)), "Whoever runs the server changes them there"),
        (at(Roles(by_name={"a@x.org": "moderator"}), person="", providers=(None,)), "A moderator can settle it."),
    ],
)
def test_who_is_stuck_is_told_who_can_settle_it_or_what_to_do(here, message):
    assert message in who_settles(here)


def test_the_number_of_an_account_is_not_told():
    assert moderators(at(Roles(by_name={"https://x.example 7": "moderator"}), providers=(None,))) == (
        "somebody who signs in",
    )
