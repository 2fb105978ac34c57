"""What the session remembers of the queue: where one stands, what was decided, and how a decision is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.audit.look_alikes import Page
from core.audit.queue import decided_samples, step_in_queue
from core.errors import GlitchAuditError
from core.ledger import Ledger, SuspectCase, judge, new_batch_id, withdraw_judgements
from core.ledger.acts.asking_known import KnownCase, answer_known, withdraw_known_answer
from core.ledger.people import Person
from core.ledger.views.decision_rule import DecisionRule
from core.ledger.views.judgements import standing_verdicts
from core.ledger.views.known_asked import SUSPECTS as IN_SUSPECTS
from core.ledger.views.known_asked import Mixed, answered_known, as_if_judged, suspects_mixed
from core.pipeline.claims import SUSPECTS
from core.version import APP_VERSION
from pages.parts.desk.claiming import stay_reserved
from pages.parts.desk.state import change_panel, panel, widget_value
from pages.parts.desk.who import at_desk
from pages.parts.widgets import icons
from pages.parts.widgets.label_box import chosen_label
from pages.parts.widgets.suspect_queue import CardEvent
from pages.parts.widgets.text import code_span, escaped

_STEPS = {"previous": -1, "next": 1}
_VERBS = {"keep": "Kept {label} for", "unsure": "Unsure about", "skip": "Skipped"}


@dataclass(frozen=True)
class Done:
    """What was decided at once, to be taken back at once.

    Attributes:
        judgement_ids: of what was written.
        sample_ids: rows of the queue that it was written about.
        page: the page of look-alikes that it was decided on; None where it was one suspect alone.
        out: what was taken out of that page.
        known: it was the answer to a known sample that is mixed in.
    """

    judgement_ids: tuple[str, ...]
    sample_ids: tuple[str, ...]
    page: Page | None = None
    out: frozenset[str] = frozenset()
    known: bool = False


@dataclass(frozen=True)
class QueueState:
    """What the session remembers of the queue.

    Attributes:
        at: the sample that is looked at.
        card: sample and judgement id of the card on screen: the judgement is written once for as long as it is shown.
        event: what the card sent, until it is answered.
        serial: how many messages of the card were answered.
        done: what was decided in this session, one by one or together, and not taken back.
        shown: the queue as it was drawn last: another tab may take the sample out of it under one's hands.
        known: of the card on screen, the decided label and position of a known sample that is mixed in; "" else.
    """

    at: str = ""
    card: tuple[str, str] = ("", "")
    event: CardEvent | None = None
    serial: int = 0
    done: tuple[Done, ...] = ()
    shown: tuple[str, ...] = ()
    known: tuple[str, int] = ("", -1)


def keep_event(event: CardEvent) -> None:
    """Remember what the card sent, for the run that is about to begin."""
    change_panel(QueueState, event=event)


def new_queue() -> None:
    """Begin at the first suspect; a card of the former queue is not answered in the new one."""
    change_panel(QueueState, at="", card=("", ""), event=None)


def card_id(sample_id: str) -> str:
    """The id of the judgement that the card on screen may write."""
    shown, judgement_id = panel(QueueState).card
    if shown != sample_id:
        judgement_id = new_batch_id()
        change_panel(QueueState, card=(sample_id, judgement_id))
    return judgement_id


def other_label_key(judgement_id: str) -> str:
    """Key of the box with another label than the suggested one."""
    return f"suspect_other_{judgement_id}"


def reason_key(judgement_id: str) -> str:
    """Key of the reason."""
    return f"suspect_reason_{judgement_id}"


def standing_judgements(ledger: Ledger, entries: pd.DataFrame) -> pd.DataFrame:
    """What was judged of these glitches, index ``sample_id``, latest first, one row a person.

    A judgement of a label that the glitch no longer carries does not count.
    """
    judged = standing_verdicts(ledger).set_index("sample_id")
    labels = entries[entries["glitch"].isin(judged.index)].set_index("glitch")["label"]
    return judged[(judged["label"] == labels.reindex(judged.index)).to_numpy(dtype=bool)]


def judged_and_known(
    ledger: Ledger, person: Person, entries: pd.DataFrame, *, rule: DecisionRule
) -> tuple[pd.DataFrame, Mixed]:
    """What was judged as this person sees it, and the known samples that are mixed into the queue.

    Args:
        ledger: where it stands.
        person: who is at the desk.
        entries: what can be in the queue: ``glitch``, ``label``, ``flagged``, ``score``.
        rule: when a sample is decided.
    """
    judged = standing_judgements(ledger, entries)
    settled = decided_samples(judged, author_keys=person.keys)
    flagged = entries[entries["flagged"].astype(bool)].sort_values("score", kind="stable")["glitch"].astype(str)
    done = flagged.isin(settled)
    mixed = suspects_mixed(ledger, person, judged=list(flagged[done]), waiting=int((~done).sum()), rule=rule)
    answered = answered_known(ledger, person, IN_SUSPECTS)
    labels = entries.set_index("glitch")["label"].reindex(answered["sample_id"])
    answered = answered[(labels.to_numpy() == answered["label_before"].to_numpy())]
    return as_if_judged(judged, mixed, answered), mixed


def take_event(
    ledger: Ledger,
    queue_now: Callable[[], pd.DataFrame],
    *,
    case_of: Callable[[str], SuspectCase],
    deciding: bool,
    reason_of: Callable[[str, str], str],
) -> bool:
    """Do what the card asked for.

    Args:
        ledger: where to write.
        queue_now: reads the queue as it is when asked: after a decision, without what was decided where that is hidden.
        case_of: the suspect by its sample id.
        deciding: whether anything can be decided now; else one can only go on and back.
        reason_of: what is written where no reason was typed, by verdict and sample id.

    Returns:
        Whether the ledger was written.
    """
    state = panel(QueueState)
    event = state.event
    if event is None:
        return False
    change_panel(QueueState, event=None, serial=state.serial + 1)
    if event.kind == "undo":
        return deciding and _undo(ledger)
    # A card that has left the screen has been answered already.
    if (event.sample_id, event.judgement_id) != state.card:
        return False
    if event.kind in _STEPS:
        queue = queue_now()
        if not queue.empty:
            _go_to(step_in_queue(queue, event.sample_id, _STEPS[event.kind], shown=state.shown))
        return False
    return deciding and _decide(ledger, queue_now, event, case_of(event.sample_id), reason_of)


def _decide(
    ledger: Ledger,
    queue_now: Callable[[], pd.DataFrame],
    event: CardEvent,
    case: SuspectCase,
    reason_of: Callable[[str, str], str],
) -> bool:
    label = chosen_label(other_label_key(event.judgement_id)) or case.suggested_label
    typed = (widget_value(reason_key(event.judgement_id)) or "").strip()
    reason = typed or reason_of(event.kind, event.sample_id)
    known, replaced = panel(QueueState).known, False
    try:
        if known[0]:
            _answer_known(ledger, event, case, known, label=label, reason=reason)
        else:
            replaced = judge(
                ledger,
                case,
                event.kind,
                author=at_desk().person,
                app_version=APP_VERSION,
                label_proposed=label if event.kind == "accept" else None,
                reason=reason,
                judgement_id=event.judgement_id,
            ).replaced
    except GlitchAuditError as error:
        st.error(escaped(error))
        return False
    remember_done(Done((event.judgement_id,), (event.sample_id,), known=bool(known[0])))
    stay_reserved(SUSPECTS)
    message = f"Proposed {label} for" if event.kind == "accept" else _VERBS[event.kind].format(label=case.label)
    # Said in another tab, perhaps, which this one does not show.
    instead = " It replaces what you said of it before." if replaced else ""
    st.toast(
        f"{escaped(message)} {code_span(case.sample_id)}.{instead} The key z, or Undo, takes it back.",
        icon=icons.DONE,
    )
    queue = queue_now()
    if not queue.empty:
        shown = panel(QueueState).shown
        following = step_in_queue(queue, event.sample_id, 1, shown=shown)
        # At the end of the queue the one before is next to it, where this one is not hidden.
        back = following == event.sample_id
        _go_to(step_in_queue(queue, event.sample_id, -1, shown=shown) if back else following)
    return True


def _answer_known(
    ledger: Ledger, event: CardEvent, case: SuspectCase, known: tuple[str, int], *, label: str, reason: str
) -> None:
    """Keep the answer to a known sample apart from the judgements."""
    if event.kind == "accept" and label in ("", case.label):
        raise GlitchAuditError("Choose another label than the one that the sample has.")
    answer_known(
        ledger,
        KnownCase(case.sample_id, IN_SUSPECTS, known[1], case.label, label, known[0]),
        event.kind,
        author=at_desk().person,
        app_version=APP_VERSION,
        label={"accept": label, "keep": case.label}.get(event.kind, ""),
        reason=reason,
        answer_id=event.judgement_id,
    )


def remember_done(done: Done) -> None:
    """Remember what was just decided, so that the next undo takes it back."""
    change_panel(QueueState, done=(*panel(QueueState).done, done))


def take_back(ledger: Ledger) -> Done | None:
    """Take back what was decided last, all of it, and say so; None where there is nothing, or it could not be."""
    done = panel(QueueState).done
    if not done:
        return None
    last = done[-1]
    try:
        if last.known:
            withdraw_known_answer(ledger, last.judgement_ids[0], author=at_desk().person)
        else:
            withdraw_judgements(ledger, last.judgement_ids, author=at_desk().person)
    except GlitchAuditError as error:
        st.error(escaped(error))
        return None
    st.toast(_taken_back(ledger, last), icon=icons.UNDO)
    change_panel(QueueState, done=done[:-1])
    return last


def _taken_back(ledger: Ledger, last: Done) -> str:
    count, person = len(last.sample_ids), at_desk().person
    standing = standing_verdicts(ledger)
    own = standing.loc[standing["author_key"].isin(person.keys), "sample_id"]
    # In another tab the same person may have said something else since.
    if count == 1 and (own == last.sample_ids[0]).any():
        return f"Taken back already: what you said of {code_span(last.sample_ids[0])} later, in another tab, stays."
    message = f"{code_span(last.sample_ids[0])} is" if count == 1 else f"{count:,} samples are"
    return f"Taken back: {message} undecided again."


def _undo(ledger: Ledger) -> bool:
    last = take_back(ledger)
    if last is None:
        return False
    _go_to(last.sample_ids[0])
    return True


def _go_to(sample_id: str) -> None:
    # The next time this sample is shown, another decision about it can be written.
    change_panel(QueueState, at=sample_id, card=("", ""))
