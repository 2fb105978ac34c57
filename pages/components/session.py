"""What every page needs from the session: the workspace, its results, the ledger, and who is at the desk."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from core.dataset import Taxonomy, taxonomy_for
from core.errors import GlitchAuditError
from core.prepare.audit import Audit, audit_key, load_audit
from core.prepare.job import job_status
from core.prepare.stages import Prepared, load_prepared, prepared_key
from core.workspace import PROJECT_ROOT, Workspace, demo_workspace, known_workspaces, open_workspace
from pages.components.job_panel import audit_panel

NAME_LIMIT = 80
_APP = PROJECT_ROOT / "app.py"
_RUNNING = "running_through_app"
_FORGOTTEN = ("filter_", "map_", "sheet_", "propose_", "clusters_", "suspect_", "drift_")
"""Beginnings of the session's keys that belong to one data set."""


@contextmanager
def running_page() -> Iterator[None]:
    """Around the page that ``app.py`` runs: tells it that the navigation and the sidebar are there."""
    st.session_state[_RUNNING] = True
    try:
        yield
    finally:
        st.session_state[_RUNNING] = False


def enter_through_app() -> None:
    """First line of every page: run ``app.py`` where Streamlit started the page by itself.

    The first visitor of a fresh server who opens a page's address directly is served from the folder ``pages``, because
    Streamlit has not met ``app.py``'s navigation yet.
    """
    if not st.session_state.get(_RUNNING):
        runpy.run_path(str(_APP), run_name="__main__")
        st.stop()


def current_workspace() -> Workspace:
    """The workspace chosen in this session; the demo's at first."""
    name = st.session_state.get("workspace")
    for workspace in known_workspaces():
        if workspace.name == name:
            return workspace
    return demo_workspace()


def choose_workspace(workspace: Workspace) -> None:
    """Make ``workspace`` the session's; what was selected in the other one is forgotten."""
    open_workspace(workspace)
    for key in list(st.session_state):
        if str(key).startswith(_FORGOTTEN):
            del st.session_state[key]
    st.session_state["workspace"] = workspace.name


def reviewer() -> str:
    """The name typed in the sidebar, or an empty text."""
    return " ".join(str(st.session_state.get("reviewer", "")).split())[:NAME_LIMIT]


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
        st.error(str(error), icon=":material/error:")
        _go_to_data_page("Look at the data set")
        st.stop()
    if prepared is None:
        if job_status(workspace).running:
            st.info("The pictures of this data set are being embedded. The map appears here when that is done.")
            _go_to_data_page("See how far it is")
        else:
            st.info("This data set has no map yet: its pictures have to be embedded and laid out first.")
            _go_to_data_page("Prepare the data set")
        st.stop()
    return prepared


def audit_or_none(prepared: Prepared) -> Audit | None:
    """The audit of these results, read once a process; None where there is none, or it is damaged."""
    key = audit_key(prepared)
    try:
        return _audit(str(prepared.workspace.root), key, prepared) if key else None
    except GlitchAuditError as error:
        st.warning(str(error))
        return None


def audit_or_stop(workspace: Workspace, prepared: Prepared) -> Audit:
    """The audit of these results; where there is none yet, offers to make it, shows how far it is, ends the page."""
    audit = audit_or_none(prepared)
    if audit is None:
        audit_panel(workspace)
        st.stop()
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
