"""What the session remembers of the queue of conflicts, and how one is settled, left open and taken up again."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from core.audit.queue import SETTLING, neighbour_in_queue
from core.errors import GlitchAuditError
from core.ledger import Ledger, SuspectCase, judge, judgements, new_batch_id, withdraw_judgement
from core.ledger.acts.deciding import decide, withdraw_decision
from core.ledger.people import Person
from core.ledger.views.history import sample_history, statements
from core.ledger.views.sides import side_for, sides_of
from core.version import APP_VERSION
from pages.parts.decisions.conflict_choices import NEXT, PREVIOUS, SETTLE, SKIP, UNDO, UNSURE
from pages.parts.desk.state import change_panel, panel, set_widget, take_from_panel, widget_value
from pages.parts.desk.taxonomy_draft import SECTION
from pages.parts.desk.who import at_desk
from pages.parts.widgets import icons
from pages.parts.widgets.choice_card import ChoiceEvent
from pages.parts.widgets.keys import widget_key
from pages.parts.widgets.text import code_span, escaped

IN_CONFLICT = "In conflict"
"""The section of the page that shows the queue."""

_STEPS = {PREVIOUS: -1, NEXT: 1}


@dataclass(frozen=True)
class Question:
    """What the card on screen asks: about which sample, what was last said of it, and the id of what is written."""

    sample_id: str
    seen: str
    card_id: str


@dataclass(frozen=True)
class Done:
    """What this session wrote: a decision, or that somebody was unsure, about which sample."""

    kind: str
    act_id: str
    sample_id: str


@dataclass(frozen=True)
class ConflictState:
    """What the session remembers of the queue.

    Attributes:
        event: what the card sent, for the run that is about to begin.
        serial: how many messages of the card were answered.
        at: the sample that is looked at.
        person: the name of whom the rest is of; None before anybody came.
        skipped: samples that were left for later; they come behind the others.
        done: what can be taken back, latest last.
        question: that of the card on screen.
        trouble: why what was asked last was not written; told once.
    """

    event: ChoiceEvent | None = None
    serial: int = 0
    at: str = ""
    person: str | None = None
    skipped: tuple[str, ...] = ()
    done: tuple[Done, ...] = ()
    question: Question | None = None
    trouble: str = ""


def go_to_conflict(sample_id: str) -> None:
    """Let the page Decisions show this sample when it is opened next."""
    change_panel(ConflictState, at=sample_id)
    set_widget(SECTION, IN_CONFLICT)


def keep_event(event: ChoiceEvent) -> None:
    """Remember what the card sent, for the run that is about to begin."""
    change_panel(ConflictState, event=event)


def reason_key(sample_id: str) -> str:
    """Key of the box with the reason: what was typed stays where somebody else says something meanwhile."""
    return widget_key("conflict_reason", sample_id)


def other_label_key(card_id: str) -> str:
    """Key of the box with a label that nobody stands for."""
    return f"conflict_other_{card_id}"


def card_id(entry: pd.Series) -> str:
    """The id of what the card on screen may write: one for as long as nothing new is said about its sample."""
    asked = panel(ConflictState).question
    if asked is None or (asked.sample_id, asked.seen) != (entry.name, _last_said(entry)):
        asked = Question(str(entry.name), _last_said(entry), new_batch_id())
        change_panel(ConflictState, question=asked)
    return asked.card_id


def forget_of_others(person: Person) -> None:
    """What another person did at this desk is not this one's to undo."""
    if panel(ConflictState).person not in (None, person.name):
        change_panel(ConflictState, skipped=(), done=(), question=None)
    change_panel(ConflictState, person=person.name)


def take_event(ledger: Ledger, queue: pd.DataFrame, case: SuspectCase) -> bool:
    """Do what the card asked for.

    Args:
        ledger: where to write.
        queue: the conflicts as they are now, index ``sample_id``, with ``label_now`` and ``last_event_at``.
        case: what is looked at: the fingerprints of what is on screen.

    Returns:
        Whether the ledger was written.
    """
    event: ChoiceEvent | None = take_from_panel(ConflictState, "event")
    if event is None:
        return False
    change_panel(ConflictState, serial=panel(ConflictState).serial + 1)
    if event.kind == UNDO:
        return _undo(ledger)
    asked = panel(ConflictState).question
    # A card that has left the screen has been answered already.
    if asked is None or event.card_id != asked.card_id:
        return False
    if event.kind in _STEPS:
        if asked.sample_id in queue.index:
            _go_to(neighbour_in_queue(queue, asked.sample_id, _STEPS[event.kind]))
        return False
    if asked.sample_id not in queue.index or _last_said(queue.loc[asked.sample_id]) != asked.seen:
        change_panel(ConflictState, question=None, trouble=_meanwhile(ledger, asked.sample_id))
        return False
    if event.kind == SKIP or (event.kind == UNSURE and _stands_by_judgement(ledger, asked.sample_id)):
        if event.kind == UNSURE:
            st.toast("What you said of it among the suspects stays; it was left for later.", icon=icons.NOTE)
        _leave_for_later(asked.sample_id)
        _go_on(queue, asked.sample_id)
        return False
    case = replace(case, sample_id=asked.sample_id, label=str(queue.loc[asked.sample_id, "label_now"]))
    try:
        message = _settle(ledger, case, event) if event.kind == SETTLE else _unsure(ledger, case, event)
    except GlitchAuditError as error:
        change_panel(ConflictState, trouble=str(error))
        return False
    act = Done(event.kind, event.card_id, asked.sample_id)
    change_panel(ConflictState, done=(*panel(ConflictState).done, act))
    st.toast(f"{message} The key z, or Undo, takes it back.", icon=icons.DONE)
    _go_on(queue, asked.sample_id)
    return True


def _settle(ledger: Ledger, case: SuspectCase, event: ChoiceEvent) -> str:
    typed = (widget_value(reason_key(case.sample_id)) or "").strip()
    reason = typed or side_for(sides_of(statements(ledger, case.sample_id)), event.value).adopted_reason
    if not reason:
        raise GlitchAuditError(
            f"Say why it is {event.value}, then press again: nobody gave a reason for it that could be taken over."
        )
    decide(
        ledger,
        case.sample_id,
        event.value,
        author=at_desk().person,
        reason=reason,
        app_version=APP_VERSION,
        dataset_fingerprint=case.dataset_fingerprint,
        decision_id=event.card_id,
    )
    return f"Settled: {code_span(case.sample_id)} is {escaped(event.value)}."


def _unsure(ledger: Ledger, case: SuspectCase, event: ChoiceEvent) -> str:
    reason = (widget_value(reason_key(case.sample_id)) or "").strip()
    judge(
        ledger,
        case,
        UNSURE,
        author=at_desk().person,
        reason=reason or "Looked at in the queue of conflicts",
        app_version=APP_VERSION,
        judgement_id=event.card_id,
    )
    _leave_for_later(case.sample_id)
    return f"Unsure about {code_span(case.sample_id)}: nothing was decided."


def _stands_by_judgement(ledger: Ledger, sample_id: str) -> bool:
    """Whether the person judged the label before: to be unsure would take that vote back, and a side with it."""
    judged = judgements(ledger)
    mine = judged[(judged["sample_id"] == sample_id) & judged["author_key"].isin(at_desk().person.keys)]
    return bool(mine["verdict"].isin(SETTLING).any())


def _undo(ledger: Ledger) -> bool:
    done = panel(ConflictState).done
    if not done:
        return False
    last, person = done[-1], at_desk().person
    try:
        if last.kind == SETTLE:
            withdraw_decision(ledger, last.act_id, author=person)
        else:
            withdraw_judgement(ledger, last.act_id, author=person)
    except GlitchAuditError as error:
        change_panel(ConflictState, trouble=str(error))
        return False
    skipped = tuple(one for one in panel(ConflictState).skipped if one != last.sample_id)
    change_panel(ConflictState, done=done[:-1], skipped=skipped)
    st.toast(f"Taken back: {code_span(last.sample_id)} is in conflict again.", icon=icons.UNDO)
    _go_to(last.sample_id)
    return True


def _last_said(entry: pd.Series) -> str:
    return str(entry["last_event_at"])


def _meanwhile(ledger: Ledger, sample_id: str) -> str:
    """What happened to a sample while its card was on screen."""
    events = sample_history(ledger, sample_id)
    # A comment changes nothing that the card asks about.
    events = events[~events["kind"].str.startswith("comment")]
    if events.empty:
        return f"{sample_id} is no longer in conflict: nothing was written."
    last = events.iloc[-1]
    return f"Nothing was written: while you looked at {sample_id}, {last['author']} {last['what']}. Look again."


def _leave_for_later(sample_id: str) -> None:
    others = tuple(one for one in panel(ConflictState).skipped if one != sample_id)
    change_panel(ConflictState, skipped=(*others, sample_id))


def _go_on(queue: pd.DataFrame, sample_id: str) -> None:
    """To the next one; at the end to the first one that was not left for later."""
    following = neighbour_in_queue(queue, sample_id, 1)
    _go_to(following if following != sample_id else str(queue.index[0]))


def _go_to(sample_id: str) -> None:
    # The next time this sample is shown, something else can be written about it.
    change_panel(ConflictState, at=sample_id, question=None)
