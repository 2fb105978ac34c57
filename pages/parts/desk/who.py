"""Who is at the desk, on which data set, and what that person may do there."""

from __future__ import annotations

import streamlit as st

from core.errors import GlitchAuditError
from core.ledger.people import MODERATOR, REVIEWER, VIEWER, Person, Roles, may, read_roles, require, require_own
from core.workspace import Workspace, demo_workspace, known_workspaces
from pages.parts.desk.identity import broken_secrets, public_demo, secret, sign_in_providers, signed_in, typed_name

WORKSPACE = "workspace"
"""The session's key of the data set's name: the value of the sidebar's menu itself, so that there is no second one."""

ROLES_FILE = "roles.toml"
"""Who has which role, in the workspace's folder; the section ``[roles]`` of the secrets comes before it."""

OWN_IN_THE_DEMO = ("export",)
"""What a visitor of the public demo may do outside of the ledger, as it is done in a folder of his own."""


def current_workspace() -> Workspace:
    """The workspace chosen in this session; the demo's at first, and always in the public demo."""
    if public_demo():
        return demo_workspace()
    name = st.session_state.get(WORKSPACE)
    for workspace in known_workspaces():
        if workspace.name == name:
            return workspace
    return demo_workspace()


def roles() -> Roles:
    """Who has which role at this desk.

    In the public demo everybody is a moderator, of a sandbox of their own. Where the roles cannot be read, everybody is
    a viewer, and the sidebar says why.
    """
    if public_demo():
        return Roles(default=MODERATOR)
    try:
        return configured_roles()
    except GlitchAuditError:
        return Roles(default=VIEWER)


def configured_roles() -> Roles:
    """The roles as the secrets or the workspace give them.

    Raises:
        GlitchAuditError: they cannot be read.
    """
    if broken_secrets():
        raise GlitchAuditError("The file `.streamlit/secrets.toml` is there but cannot be read: mend it.")
    section = secret("roles")
    if section is None:
        return read_roles(current_workspace().root / ROLES_FILE)
    try:
        people = {str(name): role for name, role in section.get("people", {}).items()}
        return Roles(section.get("default", REVIEWER), people, section.get("unverified", MODERATOR))
    except (AttributeError, GlitchAuditError) as error:
        raise GlitchAuditError(f"The section [roles] of the secrets cannot be used: {error}") from error


def person() -> Person:
    """Who is at the desk, with the role that goes with the name; without a name where nobody said so yet.

    Where sign-in is configured, a role given by name needs a name that was proved: others have the default role.
    """
    known = roles()
    if not sign_in_providers():
        return known.person(typed_name())
    account = signed_in()
    if account is None:
        return known.anybody()
    if not account.verified:
        return known.anybody(account.name)
    several = len(sign_in_providers()) > 1
    return known.person(account.name, verified=True, issuer=account.issuer, subject=account.subject, several=several)


def reviewer() -> str:
    """The name of the person at the desk, or an empty text."""
    return person().name


def allowed(act: str) -> bool:
    """Whether to show what does ``act`` (one of ``core.ledger.people.ACTS``): a role that may not is not offered it."""
    return may(person(), act)


def why_not(act: str) -> str:
    """What to do before ``act`` is possible, in a sentence; empty where it is possible now."""
    here = person()
    try:
        require(here, act)
    except GlitchAuditError as error:
        return str(error) if here.name else f"The role {here.role}, which everybody has here at first, only looks on."
    return "" if here.name else nobody_yet()


def hindrance(act: str) -> str:
    """Why somebody at this desk may not do something on the server, in a sentence; empty where he may.

    Who works alone on a computer of his own needs no name for it; where people sign in, nobody does it unnamed. In the
    public demo the server is everybody's, and nobody changes it.
    """
    here = person()
    if public_demo() and act not in OWN_IN_THE_DEMO:
        return "In the public demo nothing of the server's can be changed."
    try:
        require(here, act)
    except GlitchAuditError as error:
        return str(error) if here.name else f"The role {here.role}, which everybody has here at first, only looks on."
    return f"{nobody_yet()}." if sign_in_providers() and not here.name else ""


def nobody_yet() -> str:
    """What to do to be somebody at the desk."""
    return "Sign in first, in the sidebar" if sign_in_providers() else "Type your name in the sidebar first"


def may_take_back(author: str, author_key: str) -> bool:
    """Whether the person at the desk may withdraw, or bring back, what the author of this name and key wrote."""
    here = person()
    try:
        require_own(here, author, author_key)
    except GlitchAuditError:
        return False
    return bool(here.name)
