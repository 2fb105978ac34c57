"""Report and figures: write them, see how far that is, take them along."""

from __future__ import annotations

import streamlit as st

from core.prepare.audit import audit_key
from core.prepare.inspect import can_draw_figures
from core.prepare.job import job_status, start_job
from core.prepare.reporting import MAP_FILE, REPORT_FILE, latest_report, new_report_folder
from core.prepare.stages import Prepared


def report_panel(prepared: Prepared) -> None:
    """Draw the section; the work itself runs in the workspace's job, which the page shows below."""
    st.subheader("Report and figures")
    st.caption(
        "One HTML report that opens offline (figures, tables, parameters, the limits of each claim), every figure as a "
        "picture, every table as CSV, and a map in one file that needs no server: for a colleague or a static page."
    )
    workspace = prepared.workspace
    if audit_key(prepared) is None:
        st.info("The report needs the audit: make it on the page Clusters first.")
        return
    if not can_draw_figures():
        st.info("Figures are not drawn on the public demo: install Glitch Audit on your own computer to write reports.")
        return
    busy = job_status(workspace).running
    if st.button("Write the report", icon=":material/summarize:", disabled=busy, key="report_write"):
        folder = new_report_folder(workspace)
        start_job(workspace, ["report", "--workspace", str(workspace.root), "--out", str(folder), "--quiet"])
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
                icon=":material/download:",
                key=f"report_{name}",
            )
        st.caption(f"The newest one lies in `{folder}`.")
