"""What the session remembers of the review queue: where one stands, what one chose blind, how a review is written."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from core.audit.queue import neighbour_in_queue
from core.errors import GlitchAuditError
from core.ledger import Ledger, new_batch_id
from core.ledger.acts.asking_known import KnownCase, answer_known, withdraw_known_answer
from core.ledger.acts.reviewing import review, withdraw_review
from core.ledger.people import Person
from core.ledger.views.known_asked import REVIEW as IN_REVIEW
from core.ledger.views.reviews import OTHER_LABEL, Revealed, revealed
from core.pipeline.claims import REVIEW
from core.version import APP_VERSION
from pages.parts.desk.claiming import stay_reserved
from pages.parts.desk.state import change_panel, panel, take_from_panel, widget_value
from pages.parts.desk.who import at_desk
from pages.parts.widgets import icons
from pages.parts.widgets.choice_card import ChoiceEvent
from pages.parts.widgets.text import code_span, escaped

CANNOT_TELL = ""
"""What stands for "I cannot tell" where a label was chosen blind."""

_STEPS = {"previous": -1, "next": 1}
_SAID = {"accept": "Agreed about", "reject": "Rejected the proposal for", "unsure": "Unsure about"}


@dataclass(frozen=True)
class Question:
    """What the card on screen asks.

    Attributes:
        correction_id: of the proposal.
        blind: the label that was chosen before the proposal was shown; None where that is what is asked.
        card_id: of the review that the answer may write.
        known: the decided label of a known sample that is mixed in; "" for what truly waits.
        position: of a known sample, which of all that the person is asked about.
    """

    correction_id: str
    blind: str | None
    card_id: str
    known: str = ""
    position: int = -1


@dataclass(frozen=True)
class Reviewed:
    """A review that this session wrote, of which proposal, and whether it was an answer to a known sample."""

    review_id: str
    correction_id: str
    known: bool = False


@dataclass(frozen=True)
class ReviewState:
    """What the session remembers of the queue.

    Attributes:
        event: what the card sent, for the run that is about to begin.
        serial: how many messages of the card were answered.
        at: the proposal that is looked at.
        person: the name of whom the rest is of; None before anybody came.
        blind: samples, each with the label that was chosen for it before any proposal was shown.
        done: the reviews that can be taken back, latest last.
        question: that of the card on screen.
    """

    event: ChoiceEvent | None = None
    serial: int = 0
    at: str = ""
    person: str | None = None
    blind: tuple[tuple[str, str], ...] = ()
    done: tuple[Reviewed, ...] = ()
    question: Question | None = None


def reason_key(correction_id: str) -> str:
    """The key of the box with the reason for a review of this proposal."""
    return f"review_reason_{correction_id}"


def keep_event(event: ChoiceEvent) -> None:
    """Remember what the card sent, for the run that is about to begin."""
    change_panel(ReviewState, event=event)


def serial() -> int:
    """How many messages of the card were answered."""
    return panel(ReviewState).serial


def can_undo() -> bool:
    """Whether something was reviewed in this session that was not taken back."""
    return bool(panel(ReviewState).done)


def blind_label(sample_id: str) -> str | None:
    """The label that this person chose before any proposal for the sample was shown; None where none was chosen yet."""
    return dict(panel(ReviewState).blind).get(sample_id)


def card_id(correction_id: str, sample_id: str, *, known: str, position: int) -> str:
    """The id of the review that the card on screen may write: one for as long as its question is asked.

    What was drawn as a known sample, with its decided label and position, is answered as one.
    """
    blind, asked = blind_label(sample_id), panel(ReviewState).question
    if asked is None or (asked.correction_id, asked.blind, asked.known) != (correction_id, blind, known):
        asked = Question(correction_id, blind, new_batch_id(), known, position)
        change_panel(ReviewState, question=asked)
    return asked.card_id


def forget_of_others(person: Person) -> None:
    """What another person did at this desk is not this one's: nothing chosen blind, nothing to undo."""
    if panel(ReviewState).person not in (None, person.name):
        change_panel(ReviewState, blind=(), done=(), question=None)
    change_panel(ReviewState, person=person.name)


def take_event(ledger: Ledger, queue: pd.DataFrame, *, reviewing: bool) -> bool:
    """Do what the card asked for.

    Args:
        ledger: where to write.
        queue: as it was when the card was drawn, index ``correction_id``.
        reviewing: whether anything can be reviewed now; else one can only go on and back.

    Returns:
        Whether the ledger was written.
    """
    event: ChoiceEvent | None = take_from_panel(ReviewState, "event")
    if event is None:
        return False
    change_panel(ReviewState, serial=serial() + 1)
    if event.kind == "undo":
        return reviewing and _undo(ledger)
    asked = panel(ReviewState).question
    # A card that has left the screen has been answered already.
    if asked is None or event.card_id != asked.card_id:
        return False
    correction_id = asked.correction_id
    if correction_id not in queue.index:
        st.toast("This proposal was withdrawn or decided in the meantime.", icon=icons.NOTE)
        return False
    if event.kind in _STEPS:
        _go_to(neighbour_in_queue(queue, correction_id, _STEPS[event.kind]))
        return False
    if not reviewing:
        return False
    if asked.blind is None:
        sample_id = queue.loc[correction_id, "sample_id"]
        change_panel(ReviewState, blind=(*panel(ReviewState).blind, (sample_id, event.value)))
        # Who says the proposer's label without having seen it agrees with it: there is nothing left to ask.
        if not _is_proposed(ledger, correction_id, event.value):
            return False
        event, asked = replace(event, kind="accept"), replace(asked, blind=event.value)
    return _review(ledger, queue, event, asked)


def _is_proposed(ledger: Ledger, correction_id: str, label: str) -> bool:
    try:
        return revealed(ledger, correction_id).label_proposed == label
    except GlitchAuditError as error:
        st.error(escaped(error))
        return False


def _review(ledger: Ledger, queue: pd.DataFrame, event: ChoiceEvent, asked: Question) -> bool:
    correction_id = asked.correction_id
    label = event.value if event.kind == OTHER_LABEL else ""
    reason = (widget_value(reason_key(correction_id)) or "").strip()
    try:
        proposal = revealed(ledger, correction_id)
        if asked.known:
            _answer_known(ledger, event, asked, proposal, label=label, reason=reason)
        else:
            review(
                ledger,
                correction_id,
                event.kind,
                author=at_desk().person,
                blind_label=asked.blind or "",
                label=label,
                reason=reason,
                app_version=APP_VERSION,
                review_id=event.card_id,
            )
    except GlitchAuditError as error:
        st.error(escaped(error))
        return False
    done = Reviewed(event.card_id, correction_id, bool(asked.known))
    change_panel(ReviewState, done=(*panel(ReviewState).done, done))
    stay_reserved(REVIEW)
    message = _SAID.get(event.kind) or f"Said {escaped(event.value)} of"
    if event.kind == "accept" and asked.blind == proposal.label_proposed:
        message = f"{escaped(proposal.author)} says {escaped(asked.blind)} too of"
    st.toast(f"{message} {code_span(event.sample_id)}. The key z, or Undo, takes it back.", icon=icons.DONE)
    following = neighbour_in_queue(queue, correction_id, 1)
    # At the end of the queue the one before is next to it, because this one has left the queue now.
    _go_to(following if following != correction_id else neighbour_in_queue(queue, correction_id, -1))
    return True


def _answer_known(
    ledger: Ledger, event: ChoiceEvent, asked: Question, proposal: Revealed, *, label: str, reason: str
) -> None:
    """Keep the answer to a known sample apart from the reviews: what was chosen blind is what it tells."""
    case = KnownCase(
        sample_id=proposal.sample_id,
        place=IN_REVIEW,
        position=asked.position,
        label_before=proposal.label_before,
        label_named=label or proposal.label_proposed,
        known_label=asked.known,
    )
    answer_known(
        ledger,
        case,
        event.kind,
        author=at_desk().person,
        app_version=APP_VERSION,
        label=asked.blind or "",
        blind_label=asked.blind or "",
        reason=reason,
        answer_id=event.card_id,
    )


def _undo(ledger: Ledger) -> bool:
    done = panel(ReviewState).done
    if not done:
        return False
    last = done[-1]
    try:
        take_back = withdraw_known_answer if last.known else withdraw_review
        take_back(ledger, last.review_id, author=at_desk().person)
    except GlitchAuditError as error:
        st.error(escaped(error))
        return False
    change_panel(ReviewState, done=done[:-1])
    st.toast("Taken back: this proposal waits for your review again.", icon=icons.UNDO)
    _go_to(last.correction_id)
    return True


def _go_to(correction_id: str) -> None:
    # The next time this proposal is shown, another review of it can be written.
    change_panel(ReviewState, at=correction_id, question=None)
