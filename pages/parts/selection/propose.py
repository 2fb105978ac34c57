"""The relabel form: a better label, a reason, and how sure; written as one batch that can be undone at once."""

from __future__ import annotations

import streamlit as st

from core.dataset import Taxonomy
from core.dataset.pictures_as_samples import proposal_targets
from core.dataset.selection import Selection
from core.errors import GlitchAuditError
from core.evidence.figures.model import count_of
from core.ledger import (
    Batch,
    Ledger,
    ProposalFilters,
    new_batch_id,
    proposals,
    propose,
    withdraw,
)
from core.pipeline.stages import Prepared
from core.version import APP_VERSION
from pages.parts.desk.ledger_trouble import ledger_hindrance
from pages.parts.desk.session import allowed, desk_ledger, person, why_not
from pages.parts.widgets.act_button import act_button
from pages.parts.widgets.label_box import label_box, why_no_label
from pages.parts.widgets.text import inert

CONFIDENCES = {"a guess": 0.5, "fairly sure": 0.75, "sure": 0.95}
LARGE_BATCH = 100
_WRITTEN = "propose_written"


def empty_form_if_written() -> None:
    """Before another selection: empty the label and the reason of the proposal that was written for the former one.

    What was typed and not written stays: it may be meant for the new selection.
    """
    if st.session_state.pop(_WRITTEN, False):
        st.session_state["propose_label"] = None
        st.session_state["propose_reason"] = ""


def propose_form(prepared: Prepared, selection: Selection, taxonomy: Taxonomy) -> None:
    """Draw the form for the samples that are still in."""
    if not allowed("propose"):
        st.caption(inert(why_not("propose")))
        return
    st.subheader("Propose a better label")
    ledger = desk_ledger()
    if ledger_hindrance(ledger, "Proposing"):
        return
    _undo_bar(ledger)
    label = label_box("New label", taxonomy.names, key="propose_label")
    if label:
        _describe(label, taxonomy)
    reason = st.text_area("Reason", key="propose_reason", max_chars=2000, placeholder="What in the pictures says so?")
    confidence = st.segmented_control(
        "How sure are you?",
        list(CONFIDENCES),
        default="fairly sure",
        required=True,
        key="propose_confidence",
        format_func=lambda name: f"{inert(name)} ({CONFIDENCES[name]:.0%})",
    )
    chosen = len(selection.sample_ids)
    labels_now = prepared.samples["label"].loc[list(selection.sample_ids)]
    count = int((labels_now != label).sum())
    if count < chosen:
        st.caption(f"{chosen - count:,} of the {chosen:,} are called {inert(label)} already and are left alone.")
    missing = _missing(label, reason, count)
    if act_button(
        f"Propose for {count_of(count, 'sample')}",
        missing=missing,
        icon=":material/edit_note:",
        key="propose_button",
    ):
        arguments = (prepared, ledger, selection, label, reason.strip(), CONFIDENCES[confidence])
        if count > LARGE_BATCH:
            _confirm(*arguments)
        else:
            _write(*arguments)


def _missing(label: str, reason: str, count: int) -> str:
    if count == 0:
        return "No sample is left: all are taken out on the sheet, or carry this label already."
    if trouble := why_not("propose"):
        return f"{trouble}: every proposal carries its author."
    if not label:
        return why_no_label("propose_label", "Choose a label to propose.")
    if not reason.strip():
        return "Give a reason: another person will have to judge it."
    return ""


def _describe(label: str, taxonomy: Taxonomy) -> None:
    if label not in taxonomy:
        st.caption(f"“{inert(label)}” is a new name, not yet in the taxonomy.")
        return
    entry = taxonomy[label]
    look_alikes = ", ".join(inert(name) for name in entry.look_alikes)
    description = f"{inert(entry.description)}. " if entry.description else ""
    st.caption(description + (f"Look-alikes: {look_alikes}." if look_alikes else ""))


@st.dialog("Many samples at once")
def _confirm(
    prepared: Prepared, ledger: Ledger, selection: Selection, label: str, reason: str, confidence: float
) -> None:
    st.write(
        f"This proposes **{inert(label)}** for **{len(selection.sample_ids):,}** samples. You can undo it at once."
    )
    if st.button("Yes, propose", type="primary"):
        _write(prepared, ledger, selection, label, reason, confidence)


def _write(
    prepared: Prepared, ledger: Ledger, selection: Selection, label: str, reason: str, confidence: float
) -> None:
    targets, labels_before = proposal_targets(prepared.samples, selection)
    content = (targets, label, reason, confidence)
    if st.session_state.get("propose_content") != content or _withdrawn(ledger, st.session_state["propose_batch"]):
        st.session_state["propose_content"] = content
        st.session_state["propose_batch"] = new_batch_id()
    try:
        # The same proposal sent twice keeps its batch's id, so that a double click writes once.
        batch = propose(
            ledger,
            targets,
            labels_before,
            label,
            reason=reason,
            confidence=confidence,
            author=person(),
            app_version=APP_VERSION,
            batch_id=st.session_state["propose_batch"],
        )
    except GlitchAuditError as error:
        st.error(inert(error))
        return
    st.session_state["propose_last"] = (batch, label, person().key)
    st.session_state[_WRITTEN] = True
    written = "Already written" if batch.repeated else "Written"
    counted = count_of(batch.samples, "proposal")
    st.session_state["propose_done"] = f"{written}: {counted} of {label}{_skipped(batch)}."
    st.rerun()


def _withdrawn(ledger: Ledger, batch_id: str) -> bool:
    return proposals(ledger, ProposalFilters(batch_ids=(batch_id,))).empty


def _skipped(batch: Batch) -> str:
    return f"; {batch.skipped:,} had that label already" if batch.skipped else ""


def _undo_bar(ledger: Ledger) -> None:
    if text := st.session_state.pop("propose_done", None):
        st.toast(inert(text), icon=":material/check:")
    batch, label, key = st.session_state.get("propose_last", (None, "", ""))
    if batch is None or key != person().key:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        before = "" if st.session_state.get(_WRITTEN) else "For your selection before: "
        are = "is" if batch.samples == 1 else "are"
        st.success(f"{before}{count_of(batch.samples, 'proposal')} of {inert(label)} {are} in the correction table.")
        if st.button("Undo", icon=":material/undo:", key="propose_undo"):
            try:
                withdraw(ledger, batch.batch_id, author=person())
            except GlitchAuditError as error:
                st.error(inert(error))
                return
            del st.session_state["propose_last"]
            st.session_state["propose_done"] = f"Undone: {count_of(batch.samples, 'proposal')} withdrawn."
            st.rerun()
