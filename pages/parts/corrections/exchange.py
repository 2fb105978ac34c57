"""Exchange with other tools: take corrections out, bring them in, read volunteers' votes."""

from __future__ import annotations

import streamlit as st

from core.errors import GlitchAuditError
from core.pipeline.snapshot import read_snapshot
from pages.parts.corrections.bring_in import bring_in
from pages.parts.corrections.take_out import take_out
from pages.parts.corrections.volunteers import volunteers_votes
from pages.parts.desk.who import AtDesk
from pages.parts.widgets.text import escaped


def exchange_panel(here: AtDesk) -> None:
    """Draw the section."""
    st.subheader("Exchange")
    try:
        dataset = read_snapshot(here.workspace)
    except GlitchAuditError as error:
        st.warning(escaped(error))
        return
    if dataset is None:
        st.caption("Open the data set on the page “Data and settings” first: exchange needs its samples.")
        return
    out, into, votes = st.tabs(["Take out", "Bring in", "Volunteers' votes"])
    with out:
        take_out(here, dataset)
    with into:
        bring_in(here, dataset)
    with votes:
        volunteers_votes(here, dataset)
