"""Long work under way: how far, how fast, how long still, and a way to stop it."""

from __future__ import annotations

import streamlit as st

from core.errors import GlitchAuditError
from core.jobs.job import JobStatus, job_status
from core.packages import PREPARING_NEEDS, missing_packages
from core.pipeline.settings import settings_stamp
from core.progress import workers_text
from core.workspace import Workspace
from pages.parts.desk.acts import on_click, start_audit, stop_work
from pages.parts.desk.page_files import PAGES
from pages.parts.widgets import icons
from pages.parts.widgets.text import escaped, sentence

_MAP_PAGE = PAGES / "map.py"
_ELSEWHERE = ("couple", "impact")
"""Subjects of work whose own page says how it ended."""


def job_panel(workspace: Workspace, *, ready: bool, may: bool, pictured: bool = True, refused: str = "") -> None:
    """Show the state of the work.

    Args:
        workspace: whose results are made.
        ready: whether the present settings have their results already.
        may: whether the person may start and stop work.
        pictured: whether the data set has pictures.
        refused: why the work that was just asked for has not begun.
    """
    status = _status(workspace)
    if status.running:
        _watch(workspace, may, settings_stamp(workspace))
    kept = " Nothing was changed: the map is the one from before." if ready else ""
    if refused:
        st.error(sentence(escaped(refused)) + kept)
    elif status.state in ("failed", "lost"):
        st.error(sentence(escaped(status.message)) + (kept if status.settings is not None else ""))
    elif ready and not status.running:
        st.success("The map of this data set with these settings is ready.", icon=icons.DONE)
    if ready:
        st.page_link(_MAP_PAGE, label="Go to the map", icon=icons.OPEN_MAP)
    if status.state == "cancelled" and not refused:
        st.info(escaped(status.message))
    elif not (ready or refused or status.running) and may:
        what = (
            "the pictures are embedded, laid out and clustered" if pictured else "its rows are laid out and clustered"
        )
        st.info(f"Press “Prepare the map”: {what}, and the results kept.")


def audit_panel(workspace: Workspace, *, may: bool, reading_id: str = "") -> None:
    """Offer to audit a prepared data set to who ``may`` start work, and show how far that is.

    ``reading_id`` is that of the reading of the labels that is shown.
    """
    status = _status(workspace)
    if status.running:
        st.info("Work on this data set is under way; this page shows the audit as soon as it is there.")
        _watch(workspace, may, settings_stamp(workspace))
        return
    missing = missing_packages(PREPARING_NEEDS)
    if missing:
        st.info(
            f"This data set has not been audited, and {escaped(', '.join(missing))} are not installed here: "
            "run Glitch Audit on your own computer to audit it."
        )
        return
    if status.state in ("failed", "lost", "cancelled"):
        st.warning(escaped(status.message))
    st.info(
        "This data set has a map, but no audit yet. The audit looks for suspects, judges clusters and labels, and asks "
        "how stable it all is: about a minute for 1,000 samples, ten for 30,000."
    )
    if may and st.button("Audit this data set", type="primary", icon=":material/troubleshoot:", key="job_audit"):
        try:
            start_audit(workspace, reading_id)
        except GlitchAuditError as error:
            st.error(escaped(error))
            return
        st.rerun()


def watch_work(workspace: Workspace, *, may: bool) -> None:
    """Show how far the work is, second by second, with a button to stop it for who ``may``."""
    _watch(workspace, may, settings_stamp(workspace))


def _status(workspace: Workspace) -> JobStatus:
    """The last work on the map, its audit or report; none where the last one was another page's and has ended."""
    status = job_status(workspace)
    return status if status.running or status.subject not in _ELSEWHERE else JobStatus()


@st.fragment(run_every=1.0)
def _watch(workspace: Workspace, may: bool, stamp: str) -> None:
    status = job_status(workspace)
    if not status.running or settings_stamp(workspace) != stamp:
        st.rerun(scope="app")
    st.progress(status.fraction, text=escaped(progress_text(status)))
    if not may:
        return
    st.button("Stop", on_click=on_click, args=(stop_work, workspace), icon=icons.STOP, key="job_stop")
    st.caption("You can leave this page, or close it: the work goes on, and a stopped one resumes where it was.")


def progress_text(status: JobStatus) -> str:
    """Stage, counts, workers of a cluster, rate and time left in one line."""
    text = status.stage
    if status.total > 1:
        text += f": {status.done:,} of {status.total:,}"
    if status.workers is not None:
        text += f", {workers_text(status.workers)}"
    if status.rate and status.seconds_left is not None:
        text += f", {status.rate:,.0f} a second, {duration_text(status.seconds_left)} left"
    return text


def duration_text(seconds: float) -> str:
    """Seconds in words: "40 s", "3 min", "2 h 5 min"."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
