"""What the session remembers of the queue: where one stands, what was decided, and how a decision is written."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from core.audit.queue import default_reason, neighbour_in_queue
from core.errors import GlitchAuditError
from core.ledger import Ledger, SuspectCase, judge, judgements, new_batch_id, withdraw_judgement
from core.version import APP_VERSION
from pages.parts.desk.session import person
from pages.parts.widgets.label_box import chosen_label
from pages.parts.widgets.suspect_queue import CardEvent
from pages.parts.widgets.text import code_span, inert

_STEPS = {"previous": -1, "next": 1}
_VERBS = {"keep": "Kept {label} for", "unsure": "Unsure about", "skip": "Skipped"}


def keep_event(event: CardEvent) -> None:
    """Remember what the card sent, for the run that is about to begin."""
    st.session_state["suspect_event"] = event


def serial() -> int:
    """How many messages of the card were answered."""
    return st.session_state.get("suspect_serial", 0)


def can_undo() -> bool:
    """Whether something was decided in this session that was not taken back."""
    return bool(st.session_state.get("suspect_done"))


def card_id(sample_id: str) -> str:
    """The id of the judgement that the card on screen may write: one for as long as it is shown."""
    shown, judgement_id = st.session_state.get("suspect_card_id", ("", ""))
    if shown != sample_id:
        judgement_id = new_batch_id()
        st.session_state["suspect_card_id"] = (sample_id, judgement_id)
    return judgement_id


def standing_judgements(ledger: Ledger, entries: pd.DataFrame) -> pd.DataFrame:
    """What was judged of these glitches, index ``sample_id``, latest first, one row a person.

    A judgement of a label that the glitch no longer carries does not count.
    """
    judged = judgements(ledger).set_index("sample_id")
    labels = entries[entries["glitch"].isin(judged.index)].set_index("glitch")["label"]
    return judged[(judged["label"] == labels.reindex(judged.index)).to_numpy(dtype=bool)]


def take_event(
    ledger: Ledger,
    queue: pd.DataFrame,
    *,
    case_of: Callable[[str], SuspectCase],
    deciding: bool,
    reason_of: Callable[[str, float], str] = default_reason,
) -> bool:
    """Do what the card asked for.

    Args:
        ledger: where to write.
        queue: as it was when the card was drawn.
        case_of: the suspect by its sample id.
        deciding: whether anything can be decided now; else one can only go on and back.
        reason_of: what is written where no reason was typed, by verdict and chance that the label is wrong.

    Returns:
        Whether the ledger was written.
    """
    event: CardEvent | None = st.session_state.pop("suspect_event", None)
    if event is None:
        return False
    st.session_state["suspect_serial"] = serial() + 1
    if event.kind == "undo":
        return deciding and _undo(ledger)
    # A card that has left the screen has been answered already.
    if (event.sample_id, event.judgement_id) != st.session_state.get("suspect_card_id"):
        return False
    if event.kind in _STEPS:
        if event.sample_id in queue.index:
            _go_to(neighbour_in_queue(queue, event.sample_id, _STEPS[event.kind]))
        return False
    return deciding and _decide(ledger, queue, event, case_of(event.sample_id), reason_of)


def _decide(
    ledger: Ledger,
    queue: pd.DataFrame,
    event: CardEvent,
    case: SuspectCase,
    reason_of: Callable[[str, float], str],
) -> bool:
    label = chosen_label(f"suspect_other_{event.judgement_id}") or case.suggested_label
    reason = (st.session_state.get(f"suspect_reason_{event.judgement_id}") or "").strip()
    try:
        judgement = judge(
            ledger,
            case,
            event.kind,
            author=person(),
            app_version=APP_VERSION,
            label_proposed=label if event.kind == "accept" else None,
            reason=reason or reason_of(event.kind, case.chance_wrong),
            judgement_id=event.judgement_id,
        )
    except GlitchAuditError as error:
        st.error(inert(error))
        return False
    st.session_state.setdefault("suspect_done", []).append((judgement.judgement_id, event.sample_id))
    said = f"Proposed {label} for" if event.kind == "accept" else _VERBS[event.kind].format(label=case.label)
    st.toast(f"{inert(said)} {code_span(case.sample_id)}. The key z, or Undo, takes it back.", icon=":material/check:")
    following = neighbour_in_queue(queue, event.sample_id, 1)
    # At the end of the queue the one before is next to it, where this one will be hidden now.
    _go_to(following if following != event.sample_id else neighbour_in_queue(queue, event.sample_id, -1))
    return True


def _undo(ledger: Ledger) -> bool:
    done = st.session_state.get("suspect_done")
    if not done:
        return False
    judgement_id, sample_id = done[-1]
    try:
        withdraw_judgement(ledger, judgement_id, author=person())
    except GlitchAuditError as error:
        st.error(inert(error))
        return False
    done.pop()
    st.toast(f"Taken back: {code_span(sample_id)} is undecided again.", icon=":material/undo:")
    _go_to(sample_id)
    return True


def _go_to(sample_id: str) -> None:
    st.session_state["suspect_at"] = sample_id
    # The next time this sample is shown, another decision about it can be written.
    st.session_state.pop("suspect_card_id", None)
