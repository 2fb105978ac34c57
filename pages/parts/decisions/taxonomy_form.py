"""The form that proposes a change of the taxonomy."""

from __future__ import annotations

import streamlit as st

from core.dataset.label_names import label_meant
from core.errors import GlitchAuditError
from core.ledger import Ledger, new_batch_id
from core.ledger.acts.changing_taxonomy import propose_taxonomy_change
from core.ledger.acts.checks import MAX_LABEL
from core.ledger.views.saved_selections import find_saved_selection, saved_selections
from core.ledger.views.taxonomy_changes import CHANGE_KINDS, MERGE, NEW_CLASS, SPLIT
from core.pipeline.stages import Prepared
from core.version import APP_VERSION
from pages.parts.desk.ledger_samples import rows_of_glitches
from pages.parts.desk.results import taxonomy
from pages.parts.desk.session import person, why_not
from pages.parts.widgets.act_button import act_button
from pages.parts.widgets.label_box import label_box, labels_box
from pages.parts.widgets.text import inert

_MEANINGS = {
    "merge": "two classes or more become one",
    "split": "one class becomes two or more",
    "rename": "a class gets another name",
    "new class": "a class that is not there yet",
}


def taxonomy_form(prepared: Prepared, ledger: Ledger) -> None:
    """Draw the form; written once however often the button is pressed."""
    if done := st.session_state.pop("decisions_change_done", None):
        st.toast(inert(done), icon=":material/check:")
    kind = st.segmented_control("Kind", CHANGE_KINDS, default=MERGE, required=True, key="decisions_change_kind")
    st.caption(f"{inert(kind.capitalize())}: {_MEANINGS[kind]}.")
    names = taxonomy(prepared.dataset.labels).names
    labels, becomes = _classes(kind, names)
    examples = _examples(prepared, ledger)
    reason = st.text_area("Reason", key="decisions_change_why", max_chars=2000).strip()
    missing = why_not("change taxonomy") or _there_already(kind, becomes, names)
    if act_button("Propose this change", missing=missing, icon=":material/edit_note:"):
        content = (kind, labels, becomes, examples, reason)
        if st.session_state.get("decisions_change_content") != content:
            st.session_state["decisions_change_content"] = content
            st.session_state["decisions_change_id"] = new_batch_id()
        try:
            written = propose_taxonomy_change(
                ledger,
                kind,
                labels=labels,
                becomes=becomes,
                reason=reason,
                sample_ids=examples,
                author=person(),
                app_version=APP_VERSION,
                dataset_fingerprint=prepared.dataset.fingerprint,
                change_id=st.session_state["decisions_change_id"],
            )
        except GlitchAuditError as error:
            st.error(inert(error))
            return
        st.session_state["decisions_change_at"] = written.change_id
        st.session_state["decisions_change_done"] = "The change is proposed; it waits for others now."
        st.rerun()


def _there_already(kind: str, becomes: tuple[str, ...], names: tuple[str, ...]) -> str:
    """Why a class is not new: it is there in this or another spelling; "" where it is new."""
    present = label_meant(becomes[0], names) if kind == NEW_CLASS and becomes else None
    return f"“{becomes[0]}” is there already, as {present}." if present else ""


def _classes(kind: str, names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The classes now, and what they become."""
    labels: tuple[str, ...] = ()
    if kind == MERGE:
        labels = tuple(st.multiselect("Classes to merge", names, key="decisions_change_merged"))
    elif kind != NEW_CLASS:
        chosen = st.selectbox("Class now", names, index=None, key="decisions_change_now")
        labels = (chosen,) if chosen else ()
    if kind == SPLIT:
        return labels, labels_box("It becomes", names, key="decisions_change_parts")
    if kind == NEW_CLASS:
        becomes = st.text_input("Its name", key="decisions_change_name", max_chars=MAX_LABEL).strip()
    else:
        becomes = label_box("Becomes", names, key="decisions_change_becomes")
    return labels, (becomes,) if becomes else ()


def _examples(prepared: Prepared, ledger: Ledger) -> tuple[str, ...]:
    """Sample ids from a saved selection, and typed ones."""
    saved = saved_selections(ledger)
    found: list[str] = []
    if len(saved):
        titles = {row.selection_id: f"{row.name} ({row.samples:,} samples, {row.author})" for row in saved.itertuples()}
        chosen = st.selectbox(
            "Examples from a saved selection",
            list(titles),
            index=None,
            format_func=titles.get,
            key="decisions_change_selection",
            placeholder="none",
        )
        if chosen:
            found += find_saved_selection(ledger, chosen).selection.sample_ids
    typed = st.text_area(
        "Example samples",
        key="decisions_change_examples",
        placeholder="Ids, one a line; a new class and a split need some",
        max_chars=20_000,
    )
    found += typed.split()
    rows = rows_of_glitches(prepared)
    unknown = [name for name in found if name not in rows]
    if unknown:
        st.warning(f"{len(unknown):,} of these are no samples of this data set, first {inert(unknown[0])}.")
    return tuple(dict.fromkeys(name for name in found if name in rows))
