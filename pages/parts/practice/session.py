"""What the session remembers of practice: the question on screen, its answer, and what is not kept yet."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

import streamlit as st

from core.audit.practice import next_question
from core.errors import GlitchAuditError
from core.ledger import new_batch_id
from core.pipeline.kept_practice import PracticeAnswer, PracticeProgress, kept_practice
from core.pipeline.practice import Practice
from pages.parts.desk.acts import keep_practised
from pages.parts.desk.shown import Samples
from pages.parts.desk.state import change_panel, panel, take_from_panel
from pages.parts.desk.who import AtDesk
from pages.parts.widgets.choice_card import ChoiceEvent

ANSWER, NEXT = "label", "next"
"""What the card tells."""


@dataclass(frozen=True)
class Asked:
    """The question on screen.

    Attributes:
        question_id: made when it was first shown.
        sample_id: what is to be named.
        label: the right label.
        choices: the labels to choose from.
        look_alike: what the right label is mistaken for most; "" for nothing.
        answer: the label that was chosen; "" as long as none was.
    """

    question_id: str
    sample_id: str
    label: str
    choices: tuple[str, ...]
    look_alike: str
    answer: str = ""


@dataclass(frozen=True)
class PracticeState:
    """What the session remembers of practice.

    Attributes:
        event: what the card sent, for the run that is about to begin.
        serial: how many messages of the card were answered.
        seed: of all that is drawn; None before anything was.
        drawn: how many questions were drawn.
        asked: the question on screen.
        last: the label that was asked about before it.
        person: the key of whom the rest is of; "" for nobody.
        not_kept: the answers of this session that are in no file.
    """

    event: ChoiceEvent | None = None
    serial: int = 0
    seed: int | None = None
    drawn: int = 0
    asked: Asked | None = None
    last: str = ""
    person: str = ""
    not_kept: tuple[PracticeAnswer, ...] = ()


def keep_event(event: ChoiceEvent) -> None:
    """Remember what the card sent, for the run that is about to begin."""
    change_panel(PracticeState, event=event)


def serial() -> int:
    """How many messages of the card were answered."""
    return panel(PracticeState).serial


def settle_person(here: AtDesk) -> None:
    """What somebody else answered at this desk is not this one's; who answered unnamed and now has a name is the same.

    An answer that is still on screen stays there.
    """
    state, key = panel(PracticeState), here.person.key
    if state.person == key:
        return
    if state.person:
        change_panel(PracticeState, asked=None, not_kept=())
    change_panel(PracticeState, person=key)


def take_event() -> None:
    """Do what the card asked for: take an answer, or leave the question."""
    event: ChoiceEvent | None = take_from_panel(PracticeState, "event")
    if event is None:
        return
    state = change_panel(PracticeState, serial=serial() + 1)
    asked = state.asked
    # A card that has left the screen has been answered already.
    if asked is None or event.card_id != asked.question_id:
        return
    if event.kind == NEXT and asked.answer:
        change_panel(PracticeState, asked=None, last=asked.label)
    elif event.kind == ANSWER and not asked.answer and event.value in asked.choices:
        answer = PracticeAnswer(asked.question_id, asked.sample_id, asked.label, event.value == asked.label)
        change_panel(PracticeState, asked=replace(asked, answer=event.value), not_kept=(*state.not_kept, answer))


def keep_answers(here: AtDesk) -> str:
    """Keep what is not kept yet, where this person's practice is kept; returns why it cannot be, "" where it could."""
    waiting = panel(PracticeState).not_kept
    if not waiting or why_not_kept(here):
        return ""
    try:
        keep_practised(here.workspace, waiting)
    except GlitchAuditError as error:
        return str(error)
    change_panel(PracticeState, not_kept=())
    return ""


def why_not_kept(here: AtDesk) -> str:
    """Why this person's practice lasts for the session alone, in a sentence; empty where it is kept."""
    if here.public_demo:
        return "In the public demo your progress is forgotten when you close this page."
    if message := here.hindrance("practise"):
        return f"{message.rstrip('.')}: your progress is forgotten when you close this page."
    if not here.person.key:
        return "Your progress is forgotten when you close this page. To keep it, type your name in the sidebar."
    return ""


def progress_now(here: AtDesk) -> PracticeProgress:
    """How this person did: what is kept, and what this session has beside it."""
    kept = PracticeProgress() if why_not_kept(here) else kept_practice(here.workspace, here.person)
    return kept.with_answers(panel(PracticeState).not_kept)


def asked_now(practice: Practice, samples: Samples, progress: PracticeProgress) -> Asked | None:
    """The question on screen, drawn now where there is none; None where nothing can be asked."""
    state = panel(PracticeState)
    if state.asked is not None and state.asked.sample_id in samples.row_of:
        return state.asked
    seed = secrets.randbits(32) if state.seed is None else state.seed
    rows = {samples.row_of[name] for _, name in progress.latest if name in samples.row_of}
    question = next_question(
        practice.known,
        practice.look_alikes,
        labels=practice.names,
        tallies=progress.tallies,
        seen=rows,
        last=state.last,
        seed=(seed, state.drawn),
    )
    if question is None:
        return None
    asked = Asked(
        question_id=new_batch_id(),
        sample_id=str(samples.ids[question.row]),
        label=question.label,
        choices=question.choices,
        look_alike=question.look_alike,
    )
    change_panel(PracticeState, seed=seed, drawn=state.drawn + 1, asked=asked)
    return asked


def tell_to_answer_first(_: object) -> None:
    """What a click on a picture does before one has answered: the sample's window would say its label."""
    st.toast("Answer first: the sample’s own window shows its label.")
