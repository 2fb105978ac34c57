"""What a moderator does with a sample: decide with a reason, or reopen what was decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.errors import GlitchAuditError
from core.ledger import new_batch_id
from core.ledger.acts.deciding import decide, reopen
from core.version import APP_VERSION
from pages.parts.desk.decision_rule import decision_rule
from pages.parts.desk.moderators import who_settles
from pages.parts.desk.shown import Samples
from pages.parts.desk.state import change_panel, panel
from pages.parts.desk.who import AtDesk, at_desk
from pages.parts.widgets import icons
from pages.parts.widgets.act_button import act_button
from pages.parts.widgets.keys import widget_key
from pages.parts.widgets.label_box import label_box, why_no_label
from pages.parts.widgets.text import escaped


@dataclass(frozen=True)
class FormState:
    """The question that the form asks now, and the id that its answer is written under: one however often it is."""

    question: str = ""
    act_id: str = ""


def decision_form(here: AtDesk, samples: Samples, sample_id: str, state: pd.Series, message: pd.DataFrame) -> None:
    """Draw the form; a role that may not decide sees who may."""
    if not here.allowed("decide"):
        st.caption("A moderator can decide this, or reopen what was decided, with a written reason.")
        st.caption(who_settles(here))
        return
    if trouble := here.why_not("decide"):
        st.caption(f"{escaped(trouble)}: every decision carries its author.")
        return
    decided = state["state"] == "decided"
    # Another event of the sample asks another question, so that nobody decides what he has not seen.
    question = widget_key("decisions_question", sample_id, state["last_event_at"])
    label = "" if decided else _label(samples.colours.names, state, message, question)
    reason = st.text_area(
        "Reason",
        key=f"decisions_reason_{question}",
        max_chars=2000,
        placeholder="Why should it be looked at again?" if decided else "What in the pictures decides it?",
    ).strip()
    missing = "" if reason else "Give a reason: it stands beside the decision for good."
    if not decided and not label:
        missing = why_no_label(f"decisions_label_{question}", "Choose the label that holds.")
    common = {
        "reason": reason,
        "app_version": APP_VERSION,
        "dataset_fingerprint": samples.dataset,
        "decision_id": _act_id(question),
    }
    if decided:
        rule = decision_rule(here)
        _button(
            "Reopen",
            ":material/lock_open:",
            missing,
            lambda: reopen(here.ledger, sample_id, author=at_desk().person, rule=rule, **common),
        )
    else:
        text = f"Decide: {escaped(label)}" if label else "Decide"
        _button(
            text,
            icons.SETTLE,
            missing,
            lambda: decide(here.ledger, sample_id, label, author=at_desk().person, **common),
        )


def _act_id(question: str) -> str:
    """The id of the answer: the same as long as the same question is asked."""
    if panel(FormState).question != question:
        change_panel(FormState, question=question, act_id=new_batch_id())
    return panel(FormState).act_id


def _label(labels: Sequence[str], state: pd.Series, message: pd.DataFrame, question: str) -> str:
    """The label that is to hold: those that somebody stands for come first, then that as brought, then all others."""
    stood_for = [name for name in message["label"] if name]
    names = dict.fromkeys([*stood_for, state["brought"], *labels])
    return label_box("Label that holds", names, key=f"decisions_label_{question}")


def _button(text: str, icon: str, missing: str, act: Callable[[], object]) -> None:
    if act_button(text, missing=missing, icon=icon, key="decisions_act"):
        try:
            act()
        except GlitchAuditError as error:
            st.error(escaped(error))
        else:
            st.rerun()
