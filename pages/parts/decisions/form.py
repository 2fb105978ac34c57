"""What a moderator does with a sample: decide with a reason, or reopen what was decided."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from core.errors import GlitchAuditError
from core.ledger import Ledger, new_batch_id
from core.ledger.acts.deciding import decide, reopen
from core.pipeline.stages import Prepared
from core.version import APP_VERSION
from pages.parts.desk.decision_rule import decision_rule
from pages.parts.desk.results import taxonomy
from pages.parts.desk.session import allowed, person, why_not
from pages.parts.desk.who import at_desk
from pages.parts.widgets.act_button import act_button
from pages.parts.widgets.keys import widget_key
from pages.parts.widgets.label_box import label_box, why_no_label
from pages.parts.widgets.text import inert


def decision_form(ledger: Ledger, prepared: Prepared, sample_id: str, state: pd.Series, said: pd.DataFrame) -> None:
    """Draw the form; a role that may not decide sees who may."""
    if not allowed("decide"):
        st.caption("A moderator can decide this, or reopen what was decided, with a written reason.")
        return
    if trouble := why_not("decide"):
        st.caption(f"{inert(trouble)}: every decision carries its author.")
        return
    decided = state["state"] == "decided"
    # Another event of the sample asks another question, so that nobody decides what he has not seen.
    question = widget_key("decisions_question", sample_id, state["last_event_at"])
    label = "" if decided else _label(prepared, state, said, question)
    reason = st.text_area(
        "Reason",
        key=f"decisions_reason_{question}",
        max_chars=2000,
        placeholder="Why should it be looked at again?" if decided else "What in the pictures decides it?",
    ).strip()
    missing = "" if reason else "Give a reason: it stands beside the decision for good."
    if not decided and not label:
        missing = why_no_label(f"decisions_label_{question}", "Choose the label that holds.")
    act_id = st.session_state.setdefault("decisions_acts", {}).setdefault(question, new_batch_id())
    common = {
        "author": person(),
        "reason": reason,
        "app_version": APP_VERSION,
        "dataset_fingerprint": prepared.dataset.fingerprint,
        "decision_id": act_id,
    }
    if decided:
        _button(
            "Reopen",
            ":material/lock_open:",
            missing,
            lambda: reopen(ledger, sample_id, rule=decision_rule(at_desk()), **common),
        )
    else:
        text = f"Decide: {inert(label)}" if label else "Decide"
        _button(text, ":material/gavel:", missing, lambda: decide(ledger, sample_id, label, **common))


def _label(prepared: Prepared, state: pd.Series, said: pd.DataFrame, question: str) -> str:
    """The label that is to hold: those that somebody stands for come first, then the one now, then all others."""
    stood_for = [name for name in said["label"] if name]
    names = dict.fromkeys([*stood_for, state["label_now"], *taxonomy(prepared.dataset.labels).names])
    return label_box("Label that holds", names, key=f"decisions_label_{question}")


def _button(text: str, icon: str, missing: str, act: Callable[[], object]) -> None:
    if act_button(text, missing=missing, icon=icon, key="decisions_act"):
        try:
            act()
        except GlitchAuditError as error:
            st.error(inert(error))
        else:
            st.rerun()
