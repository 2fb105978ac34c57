"""What the detector's channels say beside a verdict, where a detector was brought."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from core.detector.coupling.compare import DIFFERENT
from core.errors import GlitchAuditError
from core.jobs.job import job_status
from core.pipeline.by_channels import ChannelLine, line_key
from core.pipeline.detector import BY_LABEL, bringing_of
from pages.parts.desk.acts_of_detector import start_coupling
from pages.parts.desk.state import the_desk
from pages.parts.desk.who import AtDesk
from pages.parts.widgets.text import escaped

Lines = Mapping[str, ChannelLine]
"""The line of each verdict by its name."""


def channel_line(verdict: pd.Series, lines: Lines | None) -> None:
    """Draw what the channels say of one verdict; nothing where they say nothing."""
    line = lines.get(line_key(verdict)) if lines else None
    if line is not None:
        st.markdown(f"**The detector’s channels:** {escaped(line.sentence)} {escaped(line.so)}".strip())


def told_apart(verdict: pd.Series, lines: Lines | None) -> bool:
    """Whether the channels tell apart what the verdict is about."""
    line = lines.get(line_key(verdict)) if lines else None
    return line is not None and line.answer == DIFFERENT


def not_asked_yet(here: AtDesk, lines: Lines | None) -> None:
    """Where a detector was brought and its channels were not asked about these verdicts, offer to ask them."""
    if lines is not None or bringing_of(here.workspace) is None:
        return
    status = job_status(here.workspace)
    if status.running:
        if status.subject == "couple":
            st.caption("The detector’s channels are being asked; open this page again when that is done.")
        return
    if here.hindrance("prepare"):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("A detector was brought, and its channels were not asked about these verdicts yet.")
        if st.button("Ask the channels", icon=":material/compare_arrows:", key="clusters_ask_channels"):
            try:
                start_coupling(here.workspace, BY_LABEL, the_desk().reading)
            except GlitchAuditError as error:
                st.error(escaped(error))
                return
            st.rerun()
