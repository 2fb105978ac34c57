"""The form that proposes a change of the taxonomy."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.dataset.label_names import label_meant
from core.errors import GlitchAuditError
from core.ledger import new_batch_id
from core.ledger.acts.changing_taxonomy import CHANGE_KINDS, MERGE, NEW_CLASS, SPLIT, propose_taxonomy_change
from core.ledger.acts.checks import MAX_LABEL
from core.ledger.views.saved_selections import find_saved_selection, saved_selections
from core.version import APP_VERSION
from pages.parts.desk.shown import Samples
from pages.parts.desk.state import change_panel, panel, take_from_panel
from pages.parts.desk.taxonomy_draft import EXAMPLES, KIND, MERGED, NOW, REASON, Drafted
from pages.parts.desk.who import AtDesk, at_desk
from pages.parts.widgets import icons
from pages.parts.widgets.act_button import act_button
from pages.parts.widgets.label_box import label_box, labels_box
from pages.parts.widgets.row_list import look_at_row
from pages.parts.widgets.text import escaped

CHANGES = "decisions_change"
"""Key of the list of changes."""

_MEANINGS = {
    "merge": "two labels or more become one",
    "split": "one label becomes two or more",
    "rename": "a label gets another name",
    "new class": "a label that is not there yet",
}


@dataclass(frozen=True)
class TaxonomyFormState:
    """What the session remembers of the form.

    Attributes:
        content: what was sent last.
        change_id: the id that it is written under: the same for the same content, so that a double click writes once.
        written: whether that has just been done, which is told once.
    """

    content: tuple[object, ...] = ()
    change_id: str = ""
    written: bool = False


def taxonomy_form(here: AtDesk, samples: Samples) -> None:
    """Draw the form; written once however often the button is pressed."""
    if take_from_panel(TaxonomyFormState, "written"):
        st.toast("The change is proposed; it waits for others now.", icon=icons.DONE)
    kind = st.segmented_control("Kind", CHANGE_KINDS, default=MERGE, required=True, key=KIND)
    st.caption(f"{escaped(kind.capitalize())}: {_MEANINGS[kind]}.")
    names = samples.colours.names
    labels, becomes = _classes(kind, names)
    examples = _examples(here, samples)
    reason = st.text_area("Reason", key=REASON, max_chars=2000).strip()
    missing = here.why_not("change taxonomy") or _there_already(kind, becomes, names)
    if act_button("Propose this change", missing=missing, icon=icons.PROPOSE):
        content = (kind, labels, becomes, examples, reason)
        if panel(TaxonomyFormState).content != content:
            change_panel(TaxonomyFormState, content=content, change_id=new_batch_id())
        try:
            written = propose_taxonomy_change(
                here.ledger,
                kind,
                labels=labels,
                becomes=becomes,
                reason=reason,
                sample_ids=examples,
                author=at_desk().person,
                app_version=APP_VERSION,
                dataset_fingerprint=samples.dataset,
                change_id=panel(TaxonomyFormState).change_id,
            )
        except GlitchAuditError as error:
            st.error(escaped(error))
            return
        look_at_row(CHANGES, written.change_id)
        change_panel(TaxonomyFormState, written=True)
        change_panel(Drafted, open=False)
        st.rerun()


def _there_already(kind: str, becomes: tuple[str, ...], names: tuple[str, ...]) -> str:
    """Why a class is not new: it is there in this or another spelling; "" where it is new."""
    present = label_meant(becomes[0], names) if kind == NEW_CLASS and becomes else None
    return f"“{becomes[0]}” is there already, as {present}." if present else ""


def _classes(kind: str, names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The classes now, and what they become."""
    labels: tuple[str, ...] = ()
    if kind == MERGE:
        labels = tuple(st.multiselect("Labels to merge", names, key=MERGED))
    elif kind != NEW_CLASS:
        chosen = st.selectbox("Label of the taxonomy now", names, index=None, key=NOW)
        labels = (chosen,) if chosen else ()
    if kind == SPLIT:
        return labels, labels_box("It becomes", names, key="decisions_change_parts")
    if kind == NEW_CLASS:
        becomes = st.text_input("Its name", key="decisions_change_name", max_chars=MAX_LABEL).strip()
    else:
        becomes = label_box("Becomes", names, key="decisions_change_becomes")
    return labels, (becomes,) if becomes else ()


def _examples(here: AtDesk, samples: Samples) -> tuple[str, ...]:
    """Sample ids from a saved selection, and typed ones."""
    saved = saved_selections(here.ledger)
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
            found += find_saved_selection(here.ledger, chosen).selection.sample_ids
    typed = st.text_area(
        "Example samples",
        key=EXAMPLES,
        placeholder="Ids, one a line; a new label and a split need some",
        max_chars=20_000,
    )
    found += typed.split()
    rows = samples.row_of_glitch
    unknown = [name for name in found if name not in rows]
    if unknown:
        st.warning(f"{len(unknown):,} of these are no samples of this data set, first {escaped(unknown[0])}.")
    return tuple(dict.fromkeys(name for name in found if name in rows))
