"""Choosing where a data set's strain lies: as the acts of ``acts.py``, refused to who may not."""

from __future__ import annotations

import streamlit as st

from core.allowed_paths import path_within
from core.detector.strain.kept_place import forget_place, keep_place
from core.workspace import Workspace
from pages.parts.desk.acts import allowed_act
from pages.parts.desk.identity import data_roots


@allowed_act("open")
def choose_strain(workspace: Workspace, typed: str) -> None:
    """Keep the file or folder of strain that was typed as this data set's; raises GlitchAuditError where it is none."""
    with st.spinner("Looking at the strain files"):
        keep_place(workspace, path_within(typed, data_roots()))


@allowed_act("open")
def forget_strain(workspace: Workspace) -> None:
    """Forget where this data set's strain lies."""
    forget_place(workspace)
