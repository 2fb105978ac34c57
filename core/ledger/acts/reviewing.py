"""Second opinions: a person chooses a label without seeing somebody else's proposal, and then gives a verdict on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from core.errors import GlitchAuditError
from core.ledger.acts.checks import MAX_LABEL, MAX_REASON, checked_person, checked_text
from core.ledger.acts.rows import (
    Row,
    append_row,
    as_written,
    new_batch_id,
    signature,
    stored_rows,
    withdrawal_of,
)
from core.ledger.people import Person, perhaps_own, require, require_own
from core.ledger.storage.store import Ledger
from core.ledger.views.reviews import OTHER_LABEL, REVIEW_ANSWERS, unknown_proposal

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Review:
    """A written review of a proposal: ``verdict`` is one of :data:`REVIEW_ANSWERS`.

    Attributes:
        created_at: in UTC.
        label: the label that "other label" asks for, else empty.
        blind_label: what the reviewer chose before the proposal was shown.
        withdraws: the review that this row takes back, else None.
        repeated: it had been written before, and nothing was added now.
    """

    review_id: str
    created_at: datetime
    author: str
    correction_id: str
    sample_id: str
    label_before: str
    label_proposed: str
    verdict: str
    label: str
    blind_label: str
    reason: str
    withdraws: str | None = None
    repeated: bool = False


def review(
    ledger: Ledger,
    correction_id: str,
    verdict: str,
    *,
    author: str | Person,
    app_version: str,
    blind_label: str = "",
    label: str = "",
    reason: str = "",
    review_id: str | None = None,
) -> Review:
    """Write a verdict on somebody else's proposal.

    Args:
        correction_id: of the proposal, from :func:`review_queue`.
        verdict: "accept", "reject" (the label before was right), "unsure", or "other label" (neither was).
        blind_label: what the author chose before the proposal was shown; may be empty.
        label: for "other label", which; ignored otherwise.
        review_id: from ``new_batch_id``, made when the proposal is shown. A review that was written before is returned
            as it was (``repeated``).

    Raises:
        GlitchAuditError: an unknown verdict, an author who is no reviewer, a proposal that is one's own, unknown or
            withdrawn in the meantime, a label that is no other one, a text that is empty or too long (reason 2,000
            characters), or a ledger that cannot be written.
    """
    if verdict not in REVIEW_ANSWERS:
        raise GlitchAuditError(f"The answer must be one of {', '.join(REVIEW_ANSWERS)}, not '{verdict}'.")
    person = checked_person(author)
    require(person, "review")
    other = checked_text(label, "other label", MAX_LABEL, one_line=True) if verdict == OTHER_LABEL else ""
    row = {
        "review_id": review_id or new_batch_id(),
        **signature(person),
        "correction_id": correction_id,
        "verdict": verdict,
        "label": other,
        "blind_label": checked_text(blind_label, "label", MAX_LABEL, required=False, one_line=True),
        "reason": checked_text(reason, "reason", MAX_REASON, required=False),
        "app_version": app_version,
        "withdraws": None,
    }

    def check(cursor: duckdb.DuckDBPyConnection) -> Row:
        return _reviewable(ledger, cursor, row, person)

    return as_written(Review, *append_row(ledger, "review", row, complete=check))


def withdraw_review(ledger: Ledger, review_id: str, *, author: str | Person) -> Review:
    """Take back a review by appending, so that the author's former one counts again; a second time adds nothing.

    Raises GlitchAuditError if it is unknown or somebody else's (moderators may), or the ledger cannot be written.
    """
    person = checked_person(author)
    with ledger.cursor() as cursor:
        found = stored_rows(cursor, "review", "review_id = ? AND withdraws IS NULL", [review_id])
    if not found:
        raise GlitchAuditError(f"The ledger {ledger} has no review {review_id}.")
    require_own(person, found[0]["author"], found[0]["author_key"])
    row = withdrawal_of(found[0], person, what="withdrawn review")
    return as_written(Review, *append_row(ledger, "review", row))


def _reviewable(ledger: Ledger, cursor: duckdb.DuckDBPyConnection, row: Row, person: Person) -> Row:
    """Return the proposal's columns of a review, if this person may review it now."""
    names = ("batch_id", "sample_id", "label_before", "label_proposed")
    found = cursor.execute(
        "SELECT batch_id, sample_id, label_before, label_proposed, author_key, name_key FROM correction "
        "WHERE correction_id = ? AND kind = 'proposal'",
        [row["correction_id"]],
    ).fetchone()
    if found is None:
        raise unknown_proposal(ledger, row["correction_id"])
    *facts, author_key, name_key = found
    proposal = dict(zip(names, facts, strict=True))
    # A proposal that was brought back is also that of who brought it back.
    standing = cursor.execute(
        "SELECT author_key, name_key FROM correction "
        "WHERE correction_id = (SELECT latest_id FROM standing_correction WHERE correction_id = ?)",
        [row["correction_id"]],
    ).fetchone()
    proposers = [(author_key, name_key), *([standing] if standing else [])]
    if any(perhaps_own(person, *proposer) for proposer in proposers):
        raise GlitchAuditError("Nobody reviews a proposal of his own; somebody else has to.")
    if standing is None:
        raise GlitchAuditError(f"The proposal for {proposal['sample_id']} was withdrawn in the meantime; go on.")
    if row["label"] and row["label"] == proposal["label_proposed"]:
        raise GlitchAuditError(f"'{row['label']}' is the label that was proposed; accept the proposal instead.")
    if row["label"] and row["label"] == proposal["label_before"]:
        raise GlitchAuditError(f"'{row['label']}' is the label that the sample has; reject the proposal instead.")
    return proposal
