"""What the open data set is called, and another name for it."""

from __future__ import annotations

import streamlit as st

from core.errors import GlitchAuditError
from core.workspace import DEMO_SOURCE, Workspace
from core.workspace_titles import MAX_TITLE, workspace_title
from pages.parts.desk.acts import rename
from pages.parts.widgets.text import code_span, escaped


def name_panel(workspace: Workspace, *, may: bool) -> None:
    """Draw the heading with the data set's name, and for who ``may`` the field for another one."""
    title = workspace_title(workspace)
    if not may or workspace.source == DEMO_SOURCE:
        st.subheader(f"This data set: {escaped(title)}")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(f"This data set: {escaped(title)}", width="content")
        with st.popover("Rename", icon=":material/edit:"), st.form("name_form", border=False):
            typed = st.text_input(
                "Name on screen",
                value=title,
                max_chars=MAX_TITLE,
                help="Empty for the folder's own name. Addresses and the command line go on knowing the data set by "
                f"{code_span(workspace.name)}.",
            )
            pressed = st.form_submit_button("Rename", type="primary")
    if not pressed:
        return
    try:
        rename(workspace, typed)
    except GlitchAuditError as error:
        st.error(escaped(error))
    else:
        st.rerun()
