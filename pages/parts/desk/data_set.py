"""The data set that is open, for pages that need its pictures and can do without its map."""

from __future__ import annotations

import streamlit as st

from core.dataset import Dataset
from core.errors import GlitchAuditError
from core.pipeline.snapshot import read_snapshot
from core.workspace import Workspace
from pages.parts.desk.acts import read_again
from pages.parts.desk.page_end import end_page
from pages.parts.widgets.text import escaped


def dataset_or_stop(workspace: Workspace) -> Dataset:
    """The workspace's data set, read now where that was not done yet; ends the page where it cannot be read."""
    try:
        dataset = read_snapshot(workspace)
        if dataset is None and workspace.source.exists():
            dataset = read_again(workspace)
    except GlitchAuditError as error:
        st.error(escaped(error))
        end_page()
    if dataset is None:
        st.error(f"{escaped(workspace.source)} is not there any more: put it back, or open another data set.")
        end_page()
    return dataset
