"""What the audit says of these labels, beside the form: before somebody relabels fifty samples one by one."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.audit.failure_modes.before_relabelling import TAXONOMY, Advice
from pages.parts.desk.page_files import PAGES
from pages.parts.widgets.text import escaped


def advice_panel(advice: Sequence[Advice]) -> None:
    """Draw each sentence with the way to where it leads; nothing where there is none."""
    for number, item in enumerate(advice):
        with st.container(key=f"form_advice_{number}", gap=None):
            st.markdown(escaped(item.sentence))
            if item.leads_to == TAXONOMY:
                st.page_link(PAGES / "decisions.py", label="To the changes of the taxonomy, on Decisions")
            else:
                st.page_link(PAGES / "clusters.py", label="To the failure modes, on Clusters")
