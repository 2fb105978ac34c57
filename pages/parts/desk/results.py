"""The results of a data set, each read once a process: what the stages made, its audit, its taxonomy."""

from __future__ import annotations

import streamlit as st

from core.dataset import Dataset, Taxonomy, taxonomy_for
from core.errors import GlitchAuditError
from core.pipeline.audit import Audit, audit_key, load_audit
from core.pipeline.rank_anew import Places, places_of
from core.pipeline.snapshot import read_snapshot
from core.pipeline.stages import Prepared, load_prepared, prepared_key
from core.workspace import Workspace
from pages.parts.widgets import icons
from pages.parts.widgets.text import escaped


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


def data_of(workspace: Workspace) -> tuple[Prepared | None, Dataset | None]:
    """The workspace's results and its data set, each None where there is none, or it cannot be used (which is said)."""
    try:
        return prepared_or_none(workspace), read_snapshot(workspace)
    except GlitchAuditError as error:
        st.warning(escaped(error), icon=icons.WENT_WRONG)
        return None, None


def audit_or_none(prepared: Prepared) -> Audit | None:
    """The audit of these results, read once a process; None where there is none, or it cannot be read."""
    key = audit_key(prepared)
    try:
        found = _audit(str(prepared.workspace.root), key, prepared) if key else None
        if key and found is None:
            _audit.clear(str(prepared.workspace.root), key, prepared)
        return found
    except GlitchAuditError as error:
        st.warning(escaped(error))
        return None


def is_audited(prepared: Prepared) -> bool:
    """Whether there is an audit of these results."""
    return audit_key(prepared) is not None


def places(prepared: Prepared) -> Places:
    """What ranking these results anew needs that hangs on no label, read once a process."""
    return _places(prepared.fingerprint, prepared)


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


@st.cache_resource(max_entries=1, show_spinner="Reading where the samples lie")
def _places(fingerprint: str, _prepared: Prepared) -> Places:
    return places_of(_prepared)
