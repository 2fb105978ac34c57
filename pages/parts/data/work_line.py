"""What is being prepared, for whom and how long yet: a small line in the sidebar of every page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import streamlit as st

from core.jobs.job import JobStatus, job_status
from core.workspace import Workspace
from pages.parts.data.job import duration_text
from pages.parts.desk.page_files import PAGES
from pages.parts.desk.who import AtDesk
from pages.parts.widgets.text import escaped

_SHOWN = 3
_PAGES_OF = {"couple": "Detector", "impact": "Impact"}
"""The pages that say how their work ended."""


def work_line(here: AtDesk, workspaces: Iterable[Workspace], titles: Mapping[str, str]) -> None:
    """Draw a line for each data set that is worked on; nothing in the public demo, or where no work is under way."""
    busy = () if here.public_demo else tuple(one for one in workspaces if job_status(one).running)
    if busy:
        _lines(busy, {one.name: titles[one.name] for one in busy})
        st.page_link(PAGES / "data.py", label="Data and settings", icon=":material/hourglass:")


@st.fragment(run_every=3.0)
def _lines(busy: tuple[Workspace, ...], titles: Mapping[str, str]) -> None:
    for workspace in busy[:_SHOWN]:
        st.caption(escaped(work_text(titles[workspace.name], job_status(workspace))))
    if len(busy) > _SHOWN:
        st.caption(f"and {len(busy) - _SHOWN:,} more data sets")


def work_text(title: str, status: JobStatus) -> str:
    """Which data set, for whom, the stage and the time left, in one line; that it ended, where it did."""
    if not status.running:
        page = _PAGES_OF.get(status.subject, "Data and settings")
        return f"{title}: {'ready' if status.state == 'done' else f'the work ended; see the page {page}'}"
    parts = [status.stage or "Starting"]
    if status.seconds_left is not None:
        parts.append(f"{duration_text(status.seconds_left)} left")
    return f"Preparing {title}" + (f" for {status.asked_by}" if status.asked_by else "") + f": {', '.join(parts)}"
