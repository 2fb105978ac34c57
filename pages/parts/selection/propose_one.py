"""The form for the one sample in its window: a label, a reason, a button."""

from __future__ import annotations

import streamlit as st

from core.errors import GlitchAuditError
from pages.parts.desk.ledger_trouble import ledger_hindrance
from pages.parts.desk.shown import Samples
from pages.parts.desk.state import take_from_panel
from pages.parts.desk.who import AtDesk, at_desk
from pages.parts.selection.propose import CONFIDENCES, FIRST_CONFIDENCE, ProposeState, write_proposal
from pages.parts.widgets import icons
from pages.parts.widgets.act_button import act_button
from pages.parts.widgets.label_box import label_box, why_no_label
from pages.parts.widgets.text import escaped

_LABEL, _REASON = "window_label", "window_reason"


def propose_one(here: AtDesk, samples: Samples, sample_id: str) -> None:
    """Draw the form for this sample. Label and reason stay for the next one, which may need the same."""
    if not here.allowed("propose"):
        return
    ledger = here.ledger
    if ledger_hindrance(ledger, "Proposing"):
        return
    label = label_box("Label for this one", samples.colours.names, key=_LABEL, titled=False, placeholder="Better label")
    reason = st.text_input(
        "Why this one",
        key=_REASON,
        max_chars=2000,
        placeholder="Because … what in the pictures says so?",
        label_visibility="collapsed",
    )
    missing = _missing(here, samples, sample_id, label, reason)
    if not act_button("Propose for this sample", missing=missing, icon=icons.PROPOSE, key="window_propose"):
        return
    try:
        write_proposal(
            samples,
            at_desk().ledger,
            samples.listed([sample_id]),
            label,
            reason.strip(),
            CONFIDENCES[FIRST_CONFIDENCE],
            alone=True,
        )
    except GlitchAuditError as error:
        st.error(escaped(error))
        return
    st.success(escaped(take_from_panel(ProposeState, "message")), icon=icons.DONE)


def _missing(here: AtDesk, samples: Samples, sample_id: str, label: str, reason: str) -> str:
    if trouble := here.why_not("propose"):
        return f"{trouble}: every proposal carries its author."
    if not label:
        return why_no_label(_LABEL, "Choose a label to propose.")
    if samples.brought.loc[sample_id] == label:
        return "It carries this label already."
    return "" if reason.strip() else "Give a reason: another person will have to judge it."
