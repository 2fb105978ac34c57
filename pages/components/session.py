"""What every page needs from the session: the workspace, its results, the ledger, and who is at the desk."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from core.dataset import Taxonomy, taxonomy_for
from core.errors import GlitchAuditError
from core.ledger import Ledger, open_ledger
from core.ledger.people import MODERATOR, REVIEWER, VIEWER, Person, Roles, may, read_roles, require, require_own
from core.ledger.sandbox import Sandbox
from core.prepare.audit import Audit, audit_key, load_audit
from core.prepare.job import job_status
from core.prepare.snapshot import refuse_changed_source
from core.prepare.stages import Prepared, load_prepared, prepared_key
from core.workspace import Workspace, demo_workspace, known_workspaces, open_workspace
from pages.components.desk import change_desk
from pages.components.earlier_clusters import leave_earlier_clusters
from pages.components.identity import broken_secrets, public_demo, secret, sign_in_providers, signed_in, typed_name
from pages.components.job_panel import audit_panel
from pages.components.page_end import end_page
from pages.components.results_watch import results_watch
from pages.components.text import inert

WORKSPACE = "workspace"
"""The session's key of the data set's name: the value of the sidebar's menu itself, so that there is no second one."""

ROLES_FILE = "roles.toml"
"""Who has which role, in the workspace's folder; the section ``[roles]`` of the secrets comes before it."""

_FORGOTTEN = (
    *("filter_", "map_", "sheet_", "propose_", "clusters_", "suspect_", "drift_", "sample_", "saved_", "review_"),
    *("decisions_", "exchange_", "evaluation_", "training_", "classify_"),
)
"""Beginnings of the session's keys that belong to one data set."""


def current_workspace() -> Workspace:
    """The workspace chosen in this session; the demo's at first, and always in the public demo."""
    if public_demo():
        return demo_workspace()
    name = st.session_state.get(WORKSPACE)
    for workspace in known_workspaces():
        if workspace.name == name:
            return workspace
    return demo_workspace()


def choose_workspace(workspace: Workspace) -> None:
    """Make ``workspace`` the session's from the next run on; what was selected in the other one is forgotten then."""
    try:
        open_workspace(workspace)
    except GlitchAuditError:
        # One that was opened before can be looked at where nothing can be written.
        if workspace not in known_workspaces():
            raise
    change_desk(wanted=workspace.name)


def forget_work() -> None:
    """Forget what was selected, typed and decided in this session: it belonged to another data set or ledger."""
    for key in list(st.session_state):
        if str(key).startswith(_FORGOTTEN):
            del st.session_state[key]


def desk_ledger() -> Ledger:
    """The ledger of this session: the workspace's, or in the public demo the visitor's own sandbox."""
    if not public_demo():
        workspace = current_workspace()
        ledger = open_ledger(workspace.ledger_path)
        ledger.guard = partial(refuse_changed_source, workspace)
        return ledger
    if "sandbox" not in st.session_state:
        try:
            st.session_state["sandbox"] = Sandbox()
        except GlitchAuditError as error:
            st.error(inert(error))
            end_page()
    return st.session_state["sandbox"].ledger


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
    name, verified = signed_in() or ("", False)
    return known.person(name, verified=True) if verified else Person(name, Roles(known.default).role_of(""))


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


def nobody_yet() -> str:
    """What to do to be somebody at the desk."""
    return "Sign in first, in the sidebar" if sign_in_providers() else "Type your name in the sidebar first"


def may_take_back(author: str, author_verified: bool) -> bool:
    """Whether the person at the desk may withdraw, or bring back, what this author wrote."""
    here = person()
    try:
        require_own(here, author, bool(author_verified))
    except GlitchAuditError:
        return False
    return bool(here.name)


def prepared_or_none(workspace: Workspace) -> Prepared | None:
    """The workspace's results, read once a process; None where something has not been made yet.

    Raises:
        GlitchAuditError: the data set or the settings cannot be used.
    """
    key = prepared_key(workspace)
    return _prepared(str(workspace.root), key, workspace) if key else None


def prepared_or_stop(workspace: Workspace) -> Prepared:
    """The workspace's results; where there are none yet, says what to do next and ends the page."""
    try:
        prepared = prepared_or_none(workspace)
    except GlitchAuditError as error:
        st.error(inert(error), icon=":material/error:")
        _go_to_data_page("Look at the data set")
        end_page()
    # Its place is there when it says nothing, too: what comes and goes above a map would make the browser draw it anew.
    with st.container():
        results_watch(workspace, shown=prepared is not None, may_clear=allowed("prepare"))
    if prepared is None:
        if job_status(workspace).running:
            st.info("The map of this data set is being made. It appears here as soon as it is ready.")
            _go_to_data_page("See how far it is")
        else:
            st.info("This data set has no map yet: its pictures have to be embedded and laid out first.")
            _go_to_data_page("Prepare the data set")
        end_page()
    leave_earlier_clusters(prepared)
    return prepared


def audit_or_none(prepared: Prepared) -> Audit | None:
    """The audit of these results, read once a process; None where there is none, or it is damaged."""
    key = audit_key(prepared)
    try:
        return _audit(str(prepared.workspace.root), key, prepared) if key else None
    except GlitchAuditError as error:
        st.warning(inert(error))
        return None


def audit_or_stop(workspace: Workspace, prepared: Prepared) -> Audit:
    """The audit of these results; where there is none yet, offers to make it, shows how far it is, ends the page."""
    audit = audit_or_none(prepared)
    if audit is None:
        audit_panel(workspace, may=allowed("prepare"))
        end_page()
    return audit


@st.cache_resource(max_entries=8, show_spinner=False)
def taxonomy(labels: tuple[str, ...]) -> Taxonomy:
    """The taxonomy of a data set with these labels."""
    return taxonomy_for(labels)


@st.cache_resource(max_entries=2, show_spinner="Reading the results")
def _prepared(root: str, key: str, _workspace: Workspace) -> Prepared | None:
    return load_prepared(_workspace)


@st.cache_resource(max_entries=2, show_spinner="Reading the audit")
def _audit(root: str, key: str, _prepared: Prepared) -> Audit | None:
    return load_audit(_prepared)


def _go_to_data_page(text: str) -> None:
    if st.button(text, type="primary", icon=":material/arrow_forward:"):
        st.switch_page(Path(__file__).parent.parent / "data.py")
