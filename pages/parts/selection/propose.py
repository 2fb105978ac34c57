"""The relabel form: a better label, a reason, and how sure; written as one batch that can be undone at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from core.audit.failure_modes.before_relabelling import Advice
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
from core.version import APP_VERSION
from pages.parts.desk.filled_in import fill_in, hold_filled_in
from pages.parts.desk.ledger_trouble import ledger_hindrance
from pages.parts.desk.shown import Samples
from pages.parts.desk.state import change_panel, panel, set_widget, widget_value
from pages.parts.desk.who import AtDesk, at_desk
from pages.parts.selection.advice import advice_panel
from pages.parts.selection.chosen import sheet_name
from pages.parts.widgets import icons
from pages.parts.widgets.act_button import act_button
from pages.parts.widgets.keys import widget_key
from pages.parts.widgets.label_box import chosen_label, label_box, why_no_label
from pages.parts.widgets.text import escaped

CONFIDENCES = {"a guess": 0.5, "fairly sure": 0.75, "sure": 0.95}
LARGE_BATCH = 100
FIRST_CONFIDENCE, _CONFIDENCE = "fairly sure", "propose_confidence"
_TWO_LINES = 68
LABEL = "propose_label"
"""Key of the box with the new label."""

REASON = "propose_reason"
"""Key of the box with the reason."""


@dataclass(frozen=True)
class Written:
    """A proposal that was written: as which batch, of which label, and by whom (the key of a person).

    ``alone`` is one for a single sample, in its window.
    """

    batch: Batch
    label: str
    author_key: str
    alone: bool = False


@dataclass(frozen=True)
class ProposeState:
    """What the session remembers of the form.

    Attributes:
        content: what was sent last.
        batch_id: the id that it was, or will be, written under: the same for the same content, so that a double click
            writes once.
        last: the last proposal, as long as it was not undone.
        fresh: whether it is that of the present selection.
        said: what to say of it in the next run.
    """

    content: tuple[object, ...] = ()
    batch_id: str = ""
    last: Written | None = None
    fresh: bool = False
    message: str = ""


def empty_form_if_written() -> None:
    """Before another selection: empty the label and the reason of the proposal that was written for the former one.

    What was typed and not written stays: it may be meant for the new selection.
    """
    if panel(ProposeState).fresh:
        change_panel(ProposeState, fresh=False)
        fill_in(LABEL, None)
        fill_in(REASON, "")


def propose_form(
    here: AtDesk,
    samples: Samples,
    selection: Selection,
    *,
    offered: Sequence[str] = (),
    advise: Callable[[str], Sequence[Advice]] | None = None,
) -> None:
    """Draw the form for the samples that are still in.

    Args:
        here: who is at the desk, and with which data set.
        samples: those that there are.
        selection: those that are still in.
        offered: labels that one click puts into the form.
        advise: what to consider before the samples get the label that is in the form, "" while there is none.
    """
    if not here.allowed("propose"):
        st.caption(escaped(here.why_not("propose")))
        return
    ledger = here.ledger
    if ledger_hindrance(ledger, "Proposing"):
        return
    undo_bar(here, ledger)
    hold_filled_in(LABEL, REASON)
    in_form = chosen_label(LABEL)
    if advise is not None and not _just_written(in_form):
        advice_panel(advise(in_form), folded=bool(in_form))
    if offered:
        _offer(offered, len(selection.sample_ids))
    label = label_box("New label", samples.colours.names, key=LABEL, placeholder="The better label", titled=False)
    if label:
        _describe(label, samples.colours)
    reason = st.text_area(
        "Reason",
        key=REASON,
        max_chars=2000,
        placeholder="Because … what in the pictures says so?",
        height=_TWO_LINES,
        label_visibility="collapsed",
    )
    chosen = len(selection.sample_ids)
    labels_now = samples.brought.array[samples.rows(selection.sample_ids)]
    count = int((labels_now != label).sum())
    if count < chosen:
        st.caption(f"{chosen - count:,} of the {chosen:,} are called {escaped(label)} already and are left alone.")
    missing = _missing(here, label, reason, count)
    with st.container(key="propose_foot", horizontal=True, vertical_alignment="top", gap="small"):
        confidence = _how_sure()
        pressed = act_button(
            f"Propose for {count_of(count, 'sample')}",
            missing=missing,
            icon=icons.PROPOSE,
            # Another sheet has another button: a press while that is on its way writes nothing for it.
            key=widget_key("propose_button", sheet_name()),
        )
    if pressed:
        arguments = (samples, ledger, selection, label, reason.strip(), CONFIDENCES[confidence])
        if count > LARGE_BATCH:
            _confirm(count, *arguments)
        else:
            _write(*arguments)


def _offer(labels: Sequence[str], count: int) -> None:
    with st.container(key="propose_offered", horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.caption(f"{count_of(count, 'sample')} to be", width="content")
        for name in labels:
            st.button(escaped(name), key=widget_key("propose_offer", name), on_click=set_widget, args=(LABEL, name))


def _how_sure() -> str:
    """Ask for the confidence, folded behind what it is now."""
    now = widget_value(_CONFIDENCE, FIRST_CONFIDENCE)
    with st.popover(escaped(now), help="How sure are you?"):
        return st.segmented_control(
            "How sure are you?",
            list(CONFIDENCES),
            default=FIRST_CONFIDENCE,
            required=True,
            key=_CONFIDENCE,
            format_func=lambda name: f"{escaped(name)} ({CONFIDENCES[name]:.0%})",
        )


def _missing(here: AtDesk, label: str, reason: str, count: int) -> str:
    if count == 0:
        return "No sample is left: all are taken out on the sheet, or carry this label already."
    if trouble := here.why_not("propose"):
        return f"{trouble}: every proposal carries its author."
    if not label:
        return why_no_label(LABEL, "Choose a label to propose.")
    if not reason.strip():
        return "Give a reason: another person will have to judge it."
    return ""


def _describe(label: str, taxonomy: Taxonomy) -> None:
    if label not in taxonomy:
        st.caption(f"“{escaped(label)}” is a new name, not yet in the taxonomy.")
        return
    entry = taxonomy[label]
    look_alikes = ", ".join(escaped(name) for name in entry.look_alikes)
    description = f"{escaped(entry.description)}. " if entry.description else ""
    st.caption(description + (f"Look-alikes: {look_alikes}." if look_alikes else ""))


@st.dialog("Many samples at once")
def _confirm(
    count: int, samples: Samples, ledger: Ledger, selection: Selection, label: str, reason: str, confidence: float
) -> None:
    st.write(f"This proposes **{escaped(label)}** for **{count:,}** samples. You can undo it at once.")
    if st.button("Yes, propose", type="primary"):
        _write(samples, ledger, selection, label, reason, confidence)


def _write(samples: Samples, ledger: Ledger, selection: Selection, label: str, reason: str, confidence: float) -> None:
    try:
        write_proposal(samples, ledger, selection, label, reason, confidence)
    except GlitchAuditError as error:
        st.error(escaped(error))
        return
    st.rerun()


def write_proposal(
    samples: Samples,
    ledger: Ledger,
    selection: Selection,
    label: str,
    reason: str,
    confidence: float,
    *,
    alone: bool = False,
) -> None:
    """Write a proposal, once however often it is sent, and remember it to be told and undone.

    Args:
        samples: those that there are.
        ledger: where it is written.
        selection: the samples that it is for.
        label: the new one.
        reason: why.
        confidence: 0 to 1.
        alone: whether it is for one sample in its window, beside what stands in the form.

    Raises:
        GlitchAuditError: it cannot be written; the message says why.
    """
    targets, labels_before = proposal_targets(samples.as_brought, selection)
    content = (targets, label, reason, confidence)
    state, author = panel(ProposeState), at_desk().person
    if state.content != content or _withdrawn(ledger, state.batch_id):
        state = change_panel(ProposeState, content=content, batch_id=new_batch_id())
    batch = propose(
        ledger,
        targets,
        labels_before,
        label,
        reason=reason,
        confidence=confidence,
        author=author,
        app_version=APP_VERSION,
        batch_id=state.batch_id,
    )
    written = "Already written" if batch.repeated else "Written"
    message = f"{written}: {count_of(batch.samples, 'proposal')} of {label}{_skipped(batch)}."
    change_panel(ProposeState, last=Written(batch, label, author.key, alone), fresh=not alone, message=message)


def _withdrawn(ledger: Ledger, batch_id: str) -> bool:
    return proposals(ledger, ProposalFilters(batch_ids=(batch_id,))).empty


def _skipped(batch: Batch) -> str:
    return f"; {batch.skipped:,} had that label already" if batch.skipped else ""


def _just_written(label: str) -> bool:
    """Whether this label was just proposed for the present selection: then advice comes too late."""
    state = panel(ProposeState)
    return state.fresh and state.last is not None and state.last.label == label


def undo_bar(here: AtDesk, ledger: Ledger) -> None:
    """Say what was proposed last, and offer to take it back."""
    state = panel(ProposeState)
    if state.message:
        change_panel(ProposeState, message="")
        st.toast(escaped(state.message), icon=icons.DONE)
    last = state.last
    if last is None or last.author_key != here.person.key:
        return
    counted = count_of(last.batch.samples, "proposal")
    text, undo = st.columns([3, 1], vertical_alignment="center", gap="small")
    with text:
        before = "" if state.fresh or last.alone else "For your selection before: "
        are = "is" if last.batch.samples == 1 else "are"
        st.success(f"{before}{counted} of {escaped(last.label)} {are} in the correction table.")
    with undo:
        if st.button("Undo", icon=icons.UNDO, key="propose_undo"):
            try:
                withdraw(ledger, last.batch.batch_id, author=at_desk().person)
            except GlitchAuditError as error:
                st.error(escaped(error))
                return
            change_panel(ProposeState, last=None, message=f"Undone: {counted} withdrawn.")
            st.rerun()
