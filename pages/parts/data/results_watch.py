"""Keeps a page that shows results in step with the work on them: it changes by itself when new ones are ready."""

from __future__ import annotations

import streamlit as st

from core.jobs.job import job_status
from core.pipeline.settings import settings_stamp
from core.workspace import Workspace
from pages.parts.data.job import progress_text
from pages.parts.desk.acts import hide_failure, on_click
from pages.parts.desk.reading import reading_wanted
from pages.parts.widgets import icons
from pages.parts.widgets.text import escaped, sentence


def results_watch(workspace: Workspace, *, shown: bool, may_clear: bool) -> None:
    """Say what is being made, and draw the page anew when it is there; without work under way nothing runs.

    Args:
        workspace: whose results the page shows.
        shown: whether there are any.
        may_clear: whether the person may hide that the last attempt failed.
    """
    status = job_status(workspace)
    if status.running:
        _watch(workspace, shown, settings_stamp(workspace))
    elif status.state in ("failed", "lost") and status.settings is not None:
        _failed(workspace, status.message, shown=shown, may_clear=may_clear)


@st.fragment(run_every=2.0)
def _watch(workspace: Workspace, shown: bool, stamp: str) -> None:
    status = job_status(workspace)
    if not status.running or settings_stamp(workspace) != stamp:
        st.rerun(scope="app")
    if not shown:
        st.progress(status.fraction, text=escaped(progress_text(status)))
    elif reading_wanted():
        st.caption(
            f":material/hourglass: The labels are being read anew and audited ({escaped(progress_text(status))}). What "
            "is shown stays until that is done; then the page changes by itself."
        )
    elif status.settings is not None:
        st.caption(
            f":material/hourglass: A new map is being made ({escaped(progress_text(status))}). "
            "This one stays until it is ready; then the page changes by itself."
        )


def _failed(workspace: Workspace, reason: str, *, shown: bool, may_clear: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        kept = " The map below is the one from before." if shown else ""
        st.warning(f"The last preparation failed. {sentence(escaped(reason))}{kept}", icon=icons.WENT_WRONG)
        if may_clear:
            st.button(
                "Hide",
                on_click=on_click,
                args=(hide_failure, workspace),
                icon=":material/close:",
                key="results_hide_failure",
            )
