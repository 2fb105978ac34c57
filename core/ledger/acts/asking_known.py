"""Known samples that are mixed in: a moderator sets how many, and what people answer is kept apart from their votes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.errors import GlitchAuditError
from core.ledger.acts.checks import MAX_LABEL, MAX_REASON, checked_person, checked_text
from core.ledger.acts.rows import append_row, as_written, new_batch_id, signature, stored_rows, withdrawal_of
from core.ledger.people import Person, require, require_own
from core.ledger.storage.store import Ledger
from core.ledger.views.known_asked import PLACES, RATES, REVIEW


@dataclass(frozen=True)
class KnownRate:
    """A written rate: one in ``one_in`` is a known sample, 0 for none. ``created_at`` is in UTC."""

    rate_id: str
    created_at: datetime
    author: str
    one_in: int
    repeated: bool = False


@dataclass(frozen=True)
class KnownAnswer:
    """A written answer to a known sample.

    ``created_at`` is in UTC; ``label`` is what its author called the sample, "" for cannot tell; ``withdraws`` is the
    answer that this row takes back, else None; ``repeated`` says that it had been written before.
    """

    answer_id: str
    created_at: datetime
    author: str
    sample_id: str
    verdict: str
    label: str
    known_label: str
    withdraws: str | None = None
    repeated: bool = False


@dataclass(frozen=True)
class KnownCase:
    """The known sample as it was shown.

    Attributes:
        place: one of ``known_asked.PLACES``.
        position: which of all that the person was asked about there.
        label_before: the label that the card showed.
        label_named: the other label that the card named; may be empty.
        known_label: the decided one.
    """

    sample_id: str
    place: str
    position: int
    label_before: str
    label_named: str
    known_label: str


def set_known_rate(
    ledger: Ledger, one_in: int, *, author: str | Person, app_version: str, rate_id: str | None = None
) -> KnownRate:
    """Write how many of the samples that people are asked about are known ones: one in ``one_in``, 0 for none.

    Raises GlitchAuditError if the author is no moderator, the number is none of ``known_asked.RATES``, or the ledger
    cannot be written.
    """
    person = checked_person(author)
    require(person, "mix in known samples")
    if one_in not in RATES:
        raise GlitchAuditError(f"One in {one_in} cannot be chosen; it is one of {', '.join(map(str, RATES))}.")
    row = {
        "rate_id": rate_id or new_batch_id(),
        **signature(person),
        "one_in": one_in,
        "app_version": app_version,
        "withdraws": None,
    }
    return as_written(KnownRate, *append_row(ledger, "known_rate", row))


def answer_known(
    ledger: Ledger,
    case: KnownCase,
    verdict: str,
    *,
    author: str | Person,
    app_version: str,
    label: str = "",
    blind_label: str = "",
    reason: str = "",
    answer_id: str | None = None,
) -> KnownAnswer:
    """Write what somebody answered to a known sample; nothing that counts as a vote is written.

    Args:
        case: what was shown.
        verdict: as of a review or a judgement, by the place.
        label: what the author calls the sample; "" for cannot tell. In a review what was chosen blind.
        blind_label: in a review, what was chosen before the proposal was shown.
        answer_id: from ``new_batch_id``, made when the card is shown: a second click adds nothing.

    Raises:
        GlitchAuditError: the author is no reviewer, an unknown place, a text that is too long, or a ledger that cannot
            be written.
    """
    person = checked_person(author)
    if case.place not in PLACES:
        raise GlitchAuditError(f"Known samples are asked about in {' and '.join(PLACES)}, not in '{case.place}'.")
    require(person, "review" if case.place == REVIEW else "judge")

    def checked(text: str, what: str, *, required: bool = False) -> str:
        return checked_text(text, what, MAX_LABEL, required=required, one_line=True)

    row = {
        "answer_id": answer_id or new_batch_id(),
        **signature(person),
        "place": case.place,
        "position": case.position,
        "sample_id": case.sample_id,
        "label_before": checked(case.label_before, "label"),
        "label_named": checked(case.label_named, "label"),
        "verdict": checked(verdict, "answer", required=True),
        "label": checked(label, "label"),
        "blind_label": checked(blind_label, "label"),
        "known_label": checked(case.known_label, "known label", required=True),
        "reason": checked_text(reason, "reason", MAX_REASON, required=False),
        "app_version": app_version,
        "withdraws": None,
    }
    return as_written(KnownAnswer, *append_row(ledger, "known_answer", row, samples=[case.sample_id]))


def withdraw_known_answer(ledger: Ledger, answer_id: str, *, author: str | Person) -> KnownAnswer:
    """Take back an answer by appending; a second time adds nothing.

    Raises GlitchAuditError if it is unknown or somebody else's (moderators may), or the ledger cannot be written.
    """
    person = checked_person(author)
    with ledger.cursor() as cursor:
        found = stored_rows(cursor, "known_answer", "answer_id = ? AND withdraws IS NULL", [answer_id])
    if not found:
        raise GlitchAuditError(f"The ledger {ledger} has no answer {answer_id}.")
    require_own(person, found[0]["author"], found[0]["author_key"])
    row = withdrawal_of(found[0], person, what="withdrawn answer")
    return as_written(KnownAnswer, *append_row(ledger, "known_answer", row))
