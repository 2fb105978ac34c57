"""Who is at the desk, on which data set and ledger, and what that person may do there: one value for a whole run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import pandas as pd
import streamlit as st

from core.errors import GlitchAuditError
from core.ledger import Ledger, open_ledger
from core.ledger.acts.naming_people import ROLES_FILE
from core.ledger.people import MODERATOR, REVIEWER, VIEWER, Person, Roles, may, read_roles, require, require_own
from core.ledger.storage.sandbox import Sandbox
from core.ledger.views.comments import waiting_for
from core.pipeline.snapshot import refuse_changed_source
from core.workspace import Workspace, demo_workspace, known_workspaces
from pages.parts.desk.identity import (
    Account,
    broken_secrets,
    public_demo,
    secret,
    sign_in_providers,
    signed_in,
    this_machine_only,
    typed_name,
)
from pages.parts.desk.page_end import end_page
from pages.parts.desk.state import WORKSPACE, change_desk, the_desk, widget_value
from pages.parts.widgets.text import escaped

IN_SECRETS, IN_FILE, NOWHERE = "secrets", "file", "nowhere"
"""Where it is written who has which role: the section ``[roles]`` of the secrets comes before the workspace's file."""

ABOUT_ROLES = ("become moderator", "name people")

OF_THE_MACHINE = ("back up",)
"""What anybody may do who may take exports, at a machine where nobody signs in: the files lie there anyway."""

OWN_IN_THE_DEMO = ("export", "release")
"""What a visitor of the public demo may do outside of the ledger: in a folder of his own, or only handed out."""


@dataclass(frozen=True)
class AtDesk:
    """Who is at the desk, with which data set, and what that person may do.

    ``app.py`` makes it once a run, and hands it to the page; the page hands it to its parts. What is drawn goes by it.
    What is written goes by :func:`at_desk`, asked at that moment: a button may be pressed long after a page was drawn.

    Attributes:
        workspace: the data set that is open; the demo's at first, and always in the public demo.
        person: with the role that goes with the name; without a name where nobody said so yet.
        roles: who has which role here.
        roles_trouble: why the roles cannot be read, so that everybody is a viewer; empty where they can.
        account: who signed in; None where nobody did.
        providers: the sign-in providers; empty where a name is typed instead.
        public_demo: whether this server is open to anybody.
        data_sets: how many there are to choose from.
        roles_kept: where the roles are written, one of :data:`IN_SECRETS`, :data:`IN_FILE`, :data:`NOWHERE`.
        this_machine: whether only people at this machine come here.
    """

    workspace: Workspace
    person: Person
    roles: Roles
    roles_trouble: str
    account: Account | None
    providers: tuple[str | None, ...]
    public_demo: bool
    data_sets: int
    roles_kept: str = IN_FILE
    this_machine: bool = False

    @property
    def ledger(self) -> Ledger:
        """The ledger of this session: the workspace's, or in the public demo the visitor's own sandbox.

        Where there is no place for a sandbox, that is said, and the page ends.
        """
        if self.public_demo:
            return _sandbox().ledger
        ledger = open_ledger(self.workspace.ledger_path)
        ledger.guard = partial(refuse_changed_source, self.workspace)
        return ledger

    @cached_property
    def comments_waiting(self) -> pd.DataFrame:
        """The comments that wait for the person, asked for once a run: the sidebar and Start both tell of them."""
        return waiting_for(self.ledger, self.person)

    @property
    def nobody_yet(self) -> str:
        """What to do to be somebody at the desk."""
        return "Sign in first, in the sidebar" if self.providers else "Type your name in the sidebar first"

    @property
    def roles_fixed(self) -> str:
        """Why nobody's role can be changed in the app, in a sentence; empty where it can.

        It can where people at one machine type their names. Where others come as well, whoever types a moderator's name
        could take the moderators' rights away for good.
        """
        if self.public_demo:
            return "In the public demo everybody is moderator of a sandbox of their own."
        if self.roles_trouble:
            return f"The roles cannot be read. {self.roles_trouble}"
        if self.roles_kept == IN_SECRETS:
            return "The roles come from the section [roles] of the server's secrets, and are changed there."
        where = f"The roles come from the configuration: the file {ROLES_FILE} in the data set's folder on the server."
        if self.providers:
            return f"{where} Whoever runs the server changes them there."
        if not self.this_machine:
            return (
                f"{where} They are changed there alone, as others than this machine come here and names are only typed."
            )
        return ""

    @property
    def no_moderator_yet(self) -> bool:
        """Whether somebody can become the first moderator of this data set now."""
        return self.roles_kept == NOWHERE and not self.roles_fixed

    def allowed(self, act: str) -> bool:
        """Whether to show what does ``act`` (of ``core.ledger.people.ACTS``): who may not is not offered it."""
        return may(self.person, act)

    def why_not(self, act: str) -> str:
        """What to do before ``act`` is possible, in a sentence; empty where it is possible now."""
        return self._refusal(act) or ("" if self.person.name else self.nobody_yet)

    def missing(self, act: str) -> str:
        """What :meth:`why_not` says, with a full stop."""
        message = self.why_not(act)
        return message and f"{message.rstrip('.')}."

    def hindrance(self, act: str) -> str:
        """Why somebody at this desk may not do something on the server, in a sentence; empty where he may.

        Who works alone on a computer of his own needs no name for it; where people sign in, nobody does it unnamed. In
        the public demo the server is everybody's, and nobody changes it.
        """
        if self.public_demo and act not in OWN_IN_THE_DEMO:
            return "In the public demo nothing of the server's can be changed."
        if act in OF_THE_MACHINE and self.this_machine and not self.providers:
            act = "export"
        unnamed = (self.providers or act in ABOUT_ROLES) and not self.person.name
        fixed = self.roles_fixed if act in ABOUT_ROLES else ""
        message = self._refusal(act) or (self.nobody_yet if unnamed else fixed)
        return message and f"{message.rstrip('.')}."

    def may_take_back(self, author: str, author_key: str) -> bool:
        """Whether the person may withdraw, or bring back, what the author of this name and key wrote."""
        try:
            require_own(self.person, author, author_key)
        except GlitchAuditError:
            return False
        return bool(self.person.name)

    def _refusal(self, act: str) -> str:
        try:
            require(self.person, act)
        except GlitchAuditError as error:
            if self.person.name:
                return str(error)
            if self.person.role != VIEWER:
                return self.nobody_yet
            return f"The role {self.person.role}, which everybody has here at first, only looks on."
        return ""


def at_desk(workspaces: Sequence[Workspace] | None = None) -> AtDesk:
    """Look who is at the desk now, and on which data set.

    Args:
        workspaces: all that are known; looked up where they are not given.
    """
    demo, providers = public_demo(), sign_in_providers()
    workspaces = known_workspaces() if workspaces is None else workspaces
    workspace = _chosen(workspaces, demo=demo)
    roles, kept, trouble = _roles(workspace, demo=demo)
    account = signed_in() if providers else None
    return AtDesk(
        workspace=workspace,
        person=_person(roles, account, providers),
        roles=roles,
        roles_trouble=trouble,
        account=account,
        providers=providers,
        public_demo=demo,
        data_sets=len(workspaces),
        roles_kept=kept,
        this_machine=this_machine_only(),
    )


def _sandbox() -> Sandbox:
    if (sandbox := the_desk().sandbox) is None:
        try:
            sandbox = Sandbox()
        except GlitchAuditError as error:
            st.error(escaped(error))
            end_page()
        change_desk(sandbox=sandbox)
    return sandbox


def _chosen(workspaces: Sequence[Workspace], *, demo: bool) -> Workspace:
    name = None if demo else widget_value(WORKSPACE)
    return next((one for one in workspaces if one.name == name), None) or demo_workspace()


def _roles(workspace: Workspace, *, demo: bool) -> tuple[Roles, str, str]:
    """Who has which role, where that is written, and why it cannot be read, so that everybody is a viewer.

    In the public demo everybody is a moderator, of a sandbox of their own.
    """
    if demo:
        return Roles(default=MODERATOR), NOWHERE, ""
    kept = IN_SECRETS if broken_secrets() or secret("roles") is not None else IN_FILE
    try:
        if kept == IN_SECRETS:
            return _roles_of_secrets(), kept, ""
        path = workspace.root / ROLES_FILE
        return read_roles(path), kept if path.exists() or path.is_symlink() else NOWHERE, ""
    except GlitchAuditError as error:
        return Roles(default=VIEWER), kept, str(error)


def _roles_of_secrets() -> Roles:
    if broken_secrets():
        raise GlitchAuditError("The file `.streamlit/secrets.toml` is there but cannot be read: mend it.")
    section = secret("roles")
    try:
        people = {str(name): role for name, role in section.get("people", {}).items()}
        return Roles(section.get("default", REVIEWER), people, section.get("unverified", MODERATOR))
    except (AttributeError, GlitchAuditError) as error:
        raise GlitchAuditError(f"The section [roles] of the secrets cannot be used: {error}") from error


def _person(roles: Roles, account: Account | None, providers: tuple[str | None, ...]) -> Person:
    """The person with a role: one that is given by name needs a name that was proved, where sign-in is configured."""
    if not providers:
        return roles.person(typed_name())
    if account is None:
        return roles.anybody()
    if not account.verified:
        return roles.anybody(account.name)
    return roles.person(
        account.name,
        verified=True,
        issuer=account.issuer,
        subject=account.subject,
        several=len(providers) > 1,
    )
