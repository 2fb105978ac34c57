"""Removing the open data set to the trash, and bringing back those that lie there."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.errors import GlitchAuditError
from core.jobs.keeping import removed_workspaces
from core.workspace import DEMO_SOURCE, demo_workspace
from core.workspace_titles import workspace_title
from pages.parts.desk.acts import bring_back, on_click, remove_data_set
from pages.parts.desk.data_set_choice import choose_workspace
from pages.parts.desk.who import AtDesk
from pages.parts.widgets import icons
from pages.parts.widgets.keys import widget_key
from pages.parts.widgets.text import code_span, escaped

_SHOWN = 20


def removing_panel(here: AtDesk) -> None:
    """Draw the removing for who may prepare data sets here; nothing in the public demo."""
    if _may(here) and here.workspace.source != DEMO_SOURCE:
        _removing(here)


def removed_panel(here: AtDesk) -> None:
    """Draw what lies in the trash, for who may prepare data sets here."""
    if _may(here) and (removed := removed_workspaces()):
        _removed(removed)


def _may(here: AtDesk) -> bool:
    return not (here.hindrance("open") or here.hindrance("prepare"))


def _removing(here: AtDesk) -> None:
    with st.popover("Remove this data set", icon=icons.REMOVE), st.form("remove_form", border=False):
        st.markdown(
            f"The map, the corrections and the settings of {code_span(workspace_title(here.workspace))} go to a trash, "
            "from which you can bring them back on this page. The pictures are not touched."
        )
        typed = st.text_input("Type its name to remove it", key="remove_name", max_chars=200)
        pressed = st.form_submit_button("Remove", icon=icons.REMOVE)
    if not pressed:
        return
    try:
        remove_data_set(here.workspace, typed)
    except GlitchAuditError as error:
        st.error(escaped(error), icon=icons.WENT_WRONG)
        return
    choose_workspace(demo_workspace())
    st.rerun()


def _removed(removed: tuple[Path, ...]) -> None:
    with st.expander(f"Removed data sets ({len(removed):,})", icon=icons.REMOVE):
        st.caption("They are kept until somebody deletes their folders.")
        for folder in removed[:_SHOWN]:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(code_span(folder), width="stretch")
                key = widget_key("bring_back", folder.name)
                st.button("Bring back", key=key, on_click=on_click, args=(bring_back, folder))
        if len(removed) > _SHOWN:
            st.caption(f"and {len(removed) - _SHOWN:,} older ones")
