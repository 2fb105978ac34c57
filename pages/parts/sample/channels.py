"""What a brought detector's channels say of a sample's label against the one that its neighbours carry."""

from __future__ import annotations

import streamlit as st

from core.audit.channels import other_label_near
from pages.parts.desk.channels import channels_said
from pages.parts.desk.shown import SampleShown
from pages.parts.desk.who import AtDesk


def channels_line(here: AtDesk, shown: SampleShown, sample_id: str) -> None:
    """Draw it as one line; nothing where no detector was brought, or the channels do not tell the two apart."""
    samples, row = shown.samples, shown.samples.row_of[sample_id]
    label = str(samples.names[row])
    other = other_label_near(samples.names, shown.neighbours.indices[row], label)
    if other and (said := channels_said(here.workspace, samples, sample_id, label, other)):
        st.caption(said)
