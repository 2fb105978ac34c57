"""Report and figures: write them, see how far that is, take them along."""

from __future__ import annotations

import streamlit as st

from core.errors import GlitchAuditError
from core.jobs.job import job_status
from core.packages import can_draw_figures
from core.pipeline.report import MAP_FILE, REPORT_FILE, latest_report
from pages.parts.data.job import progress_text
from pages.parts.desk.acts import write_report
from pages.parts.desk.state import the_desk
from pages.parts.desk.who import AtDesk
from pages.parts.widgets import icons
from pages.parts.widgets.text import code_span, escaped


def report_panel(here: AtDesk, *, audited: bool) -> None:
    """Draw the section; the work itself runs in the workspace's job, which the page shows below.

    Args:
        here: who is at the desk, with which data set.
        audited: whether its results are audited already.
    """
    st.subheader("Report and figures")
    st.caption(
        "One HTML report that opens offline (figures, tables, parameters, the limits of each claim), every figure as a "
        "picture, every table as CSV, and a map in one file that needs no server: for a colleague or a static page."
    )
    workspace = here.workspace
    if not can_draw_figures():
        st.info("Figures are not drawn on the public demo: install Glitch Audit on your own computer to write reports.")
        return
    status = job_status(workspace)
    if status.running:
        making = "The report is being written" if status.subject == "report" else "Work on this data set is under way"
        if not audited:
            making = "The audit, which the report needs, is being made"
        st.info(f"{making} ({escaped(progress_text(status))}): this page goes on by itself when it is done.")
    elif not audited:
        st.caption("There is no audit of this map yet: it is made first, which takes a minute for 1,000 samples.")
    if the_desk().reading:
        st.caption("It tells of the labels in the reading that is chosen in the sidebar.")
    if hindered := here.hindrance("write report"):
        st.caption(escaped(hindered))
    elif st.button("Write the report", icon=":material/summarize:", disabled=status.running, key="report_write"):
        try:
            write_report(workspace, the_desk().reading)
        except GlitchAuditError as error:
            st.error(escaped(error))
            return
        st.rerun()
    folder = latest_report(workspace)
    if folder is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        for name, title in ((REPORT_FILE, "Report"), (MAP_FILE, "Map without server")):
            st.download_button(
                title,
                data=(folder / name).read_bytes,
                file_name=name,
                mime="text/html",
                on_click="ignore",
                icon=icons.DOWNLOAD,
                key=f"report_{name}",
            )
        st.caption(f"The newest one lies in {code_span(folder)}.")
