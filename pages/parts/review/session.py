"""What the session remembers of the review queue: where one stands, what one chose blind, how a review is written."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.audit.queue import neighbour_in_queue
from core.errors import GlitchAuditError
from core.ledger import Ledger, new_batch_id
from core.ledger.acts.reviewing import review, withdraw_review
from core.ledger.people import Person
from core.version import APP_VERSION
from pages.parts.widgets.choice_card import ChoiceEvent
from pages.parts.widgets.text import code_span, inert

CANNOT_TELL = ""
"""What stands for "I cannot tell" where a label was chosen blind."""

_STEPS = {"previous": -1, "next": 1}
_SAID = {"accept": "Agreed about", "reject": "Rejected the proposal for", "unsure": "Unsure about"}


def keep_event(event: ChoiceEvent) -> None:
    """Remember what the card sent, for the run that is about to begin."""
    st.session_state["review_event"] = event


def serial() -> int:
    """How many messages of the card were answered."""
    return st.session_state.get("review_serial", 0)


def can_undo() -> bool:
    """Whether something was reviewed in this session that was not taken back."""
    return bool(st.session_state.get("review_done"))


def blind_label(sample_id: str) -> str | None:
    """The label that this person chose before any proposal for the sample was shown; None where none was chosen yet."""
    return st.session_state.get("review_blind", {}).get(sample_id)


def card_id(correction_id: str, sample_id: str) -> str:
    """The id of the review that the card on screen may write: one for as long as its question is asked."""
    question = (correction_id, blind_label(sample_id))
    asked, made = st.session_state.get("review_card_id", (None, ""))
    if asked != question:
        made = new_batch_id()
        st.session_state["review_card_id"] = (question, made)
    return made


def forget_of_others(person: Person) -> None:
    """What another person did at this desk is not this one's: nothing chosen blind, nothing to undo."""
    if st.session_state.get("review_person", person.name) != person.name:
        for name in ("review_blind", "review_done", "review_card_id"):
            st.session_state.pop(name, None)
    st.session_state["review_person"] = person.name


def take_event(ledger: Ledger, queue: pd.DataFrame, person: Person, *, reviewing: bool) -> bool:
    """Do what the card asked for.

    Args:
        ledger: where to write.
        queue: as it was when the card was drawn, index ``correction_id``.
        person: at the desk.
        reviewing: whether anything can be reviewed now; else one can only go on and back.

    Returns:
        Whether the ledger was written.
    """
    event: ChoiceEvent | None = st.session_state.pop("review_event", None)
    if event is None:
        return False
    st.session_state["review_serial"] = serial() + 1
    if event.kind == "undo":
        return reviewing and _undo(ledger, person)
    (correction_id, blind), asked = st.session_state.get("review_card_id", ((None, None), ""))
    # A card that has left the screen has been answered already.
    if event.card_id != asked:
        return False
    if correction_id not in queue.index:
        st.toast("This proposal was withdrawn or decided in the meantime.", icon=":material/info:")
        return False
    if event.kind in _STEPS:
        _go_to(neighbour_in_queue(queue, correction_id, _STEPS[event.kind]))
        return False
    if not reviewing:
        return False
    if blind is None:
        sample_id = queue.loc[correction_id, "sample_id"]
        st.session_state.setdefault("review_blind", {})[sample_id] = event.value
        return False
    return _review(ledger, queue, event, correction_id, blind, person)


def _review(
    ledger: Ledger, queue: pd.DataFrame, event: ChoiceEvent, correction_id: str, blind: str, person: Person
) -> bool:
    try:
        written = review(
            ledger,
            correction_id,
            event.kind,
            author=person,
            blind_label=blind,
            label=event.value,
            reason=(st.session_state.get(f"review_reason_{correction_id}") or "").strip(),
            app_version=APP_VERSION,
            review_id=event.card_id,
        )
    except GlitchAuditError as error:
        st.error(inert(error))
        return False
    st.session_state.setdefault("review_done", []).append((written.review_id, correction_id))
    said = _SAID.get(event.kind) or f"Said {inert(event.value)} of"
    st.toast(f"{said} {code_span(event.sample_id)}. The key z, or Undo, takes it back.", icon=":material/check:")
    following = neighbour_in_queue(queue, correction_id, 1)
    # At the end of the queue the one before is next to it, because this one has left the queue now.
    _go_to(following if following != correction_id else neighbour_in_queue(queue, correction_id, -1))
    return True


def _undo(ledger: Ledger, person: Person) -> bool:
    done = st.session_state.get("review_done")
    if not done:
        return False
    review_id, correction_id = done[-1]
    try:
        withdraw_review(ledger, review_id, author=person)
    except GlitchAuditError as error:
        st.error(inert(error))
        return False
    done.pop()
    st.toast("Taken back: this proposal waits for your review again.", icon=":material/undo:")
    _go_to(correction_id)
    return True


def _go_to(correction_id: str) -> None:
    st.session_state["review_at"] = correction_id
    # The next time this proposal is shown, another review of it can be written.
    st.session_state.pop("review_card_id", None)
