"""What every page needs from the session: the workspace, its results, the ledger, and (from ``who``) who is there."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.dataset import Taxonomy, taxonomy_for
from core.errors import GlitchAuditError
from core.jobs.job import job_status
from core.ledger import Ledger, open_ledger
from core.ledger.storage.sandbox import Sandbox
from core.pipeline.audit import Audit, audit_key, load_audit
from core.pipeline.snapshot import refuse_changed_source
from core.pipeline.stages import Prepared, load_prepared, prepared_key
from core.workspace import Workspace
from pages.parts.data.job import audit_panel
from pages.parts.data.results_watch import results_watch
from pages.parts.desk.earlier_clusters import leave_earlier_clusters
from pages.parts.desk.identity import public_demo
from pages.parts.desk.page_end import end_page
from pages.parts.desk.page_files import PAGES
from pages.parts.desk.state import change_desk
from pages.parts.desk.who import (
    ROLES_FILE,
    WORKSPACE,
    allowed,
    configured_roles,
    current_workspace,
    hindrance,
    may_take_back,
    nobody_yet,
    person,
    reviewer,
    roles,
    why_not,
)
from pages.parts.widgets.text import inert

__all__ = [
    "ROLES_FILE",
    "WORKSPACE",
    "allowed",
    "audit_or_none",
    "audit_or_stop",
    "choose_workspace",
    "configured_roles",
    "current_workspace",
    "desk_ledger",
    "forget_work",
    "hindrance",
    "may_take_back",
    "nobody_yet",
    "person",
    "prepared_or_none",
    "prepared_or_stop",
    "reviewer",
    "roles",
    "taxonomy",
    "why_not",
]

_FORGOTTEN = (
    *("filter_", "map_", "sheet_", "propose_", "clusters_", "suspect_", "drift_", "sample_", "saved_", "review_"),
    *("decisions_", "exchange_", "evaluation_", "training_", "classify_"),
)
"""Beginnings of the session's keys that belong to one data set."""


def choose_workspace(workspace: Workspace) -> None:
    """Make ``workspace`` the session's from the next run on; what was selected in the other one is forgotten then."""
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


def prepared_or_none(workspace: Workspace) -> Prepared | None:
    """The workspace's results, read once a process; None where something has not been made yet.

    Raises:
        GlitchAuditError: the data set or the settings cannot be used.
    """
    key = prepared_key(workspace)
    found = _prepared(str(workspace.root), key, workspace) if key else None
    if key and found is None:
        # Something was damaged, and will be there under the same key once it is made again.
        _prepared.clear(str(workspace.root), key, workspace)
    return found


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
        results_watch(workspace, shown=prepared is not None, may_clear=not hindrance("prepare"))
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
    """The audit of these results, read once a process; None where there is none, or it cannot be read."""
    key = audit_key(prepared)
    try:
        found = _audit(str(prepared.workspace.root), key, prepared) if key else None
        if key and found is None:
            _audit.clear(str(prepared.workspace.root), key, prepared)
        return found
    except GlitchAuditError as error:
        st.warning(inert(error))
        return None


def audit_or_stop(workspace: Workspace, prepared: Prepared) -> Audit:
    """The audit of these results; where there is none yet, offers to make it, shows how far it is, ends the page."""
    audit = audit_or_none(prepared)
    if audit is None:
        audit_panel(workspace, may=not hindrance("prepare"))
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
        st.switch_page(PAGES / "data.py")
