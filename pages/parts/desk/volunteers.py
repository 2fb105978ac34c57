"""What volunteers said of a glitch, as evidence beside what the embedding says."""

from __future__ import annotations

import streamlit as st

from core.errors import GlitchAuditError
from core.pipeline.votes import saved_votes, volunteers_in_words, vote_counts, votes_stamp
from core.workspace import Workspace
from pages.parts.widgets.text import escaped


def volunteers_said(workspace: Workspace, glitch: str, label: str) -> str:
    """Return what the volunteers say of this glitch and its ``label``, safe to draw; empty where nothing is known."""
    return escaped(volunteers_in_words(votes_by_glitch(workspace).get(glitch, {}), label))


def votes_by_glitch(workspace: Workspace) -> dict[str, dict[str, int]]:
    """Return how many volunteers called each glitch what; empty where nothing is known."""
    stamp = votes_stamp(workspace)
    return _counts(str(workspace.root), stamp, workspace) if stamp else {}


@st.cache_resource(max_entries=2, show_spinner=False)
def _counts(root: str, stamp: str, _workspace: Workspace) -> dict[str, dict[str, int]]:
    try:
        return vote_counts(saved_votes(_workspace))
    except GlitchAuditError:
        # The page Corrections, where they were brought in, says that they are damaged.
        return {}
