"""Second opinions: a person looks at somebody else's proposal without seeing it, chooses, and then gives a verdict.

One person has one review of a proposal, the latest; taking it back uncovers the one before. A review stands while its
proposal does, and again when the proposal is brought back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pandas as pd

from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.ledger.acts.deciding import DECIDED, DecisionRule, sample_states
from core.ledger.acts.proposing import MAX_LABEL, MAX_REASON, checked_person, checked_text, new_batch_id, now
from core.ledger.acts.rows import Row, append_row, nothing_more, signature, stored_rows
from core.ledger.identity import PERHAPS_MINE, is_account
from core.ledger.people import Person, as_person, perhaps_own, require, require_own
from core.ledger.storage.store import Ledger
from core.ledger.views.reading import keys_of, one_of, read_frame
from core.ledger.views.voting import SAID

if TYPE_CHECKING:
    import duckdb

ACCEPT, REJECT, UNSURE, OTHER_LABEL = "accept", "reject", "unsure", "other label"
REVIEW_VERDICTS = (ACCEPT, REJECT, UNSURE, OTHER_LABEL)
REVIEW_STATUSES = ("current", "replaced", "lapsed", "withdrawn", "all")

REVIEW_COLUMNS = (
    *("review_id", "created_at", "author", "author_verified", "role", "correction_id", "batch_id", "sample_id"),
    *("label_before", "label_proposed", "verdict", "label", "blind_label", "reason", "app_version"),
    *("author_key", "name_key", "proposer", "status"),
)
QUEUE_COLUMNS = ("correction_id", "sample_id", "label_before", "age")

_REVIEWS = """
    SELECT review.*, proposal.author AS proposer,
        CASE
            WHEN review.review_id IN (SELECT withdraws FROM review WHERE withdraws IS NOT NULL) THEN 'withdrawn'
            WHEN review.review_id IN (SELECT review_id FROM current_review) THEN 'current'
            WHEN review.correction_id IN (SELECT correction_id FROM standing_correction) THEN 'replaced'
            ELSE 'lapsed'
        END AS status
    FROM review LEFT JOIN correction AS proposal USING (correction_id)
    WHERE review.withdraws IS NULL
"""
# A person who has said anything about a sample since it was last reopened has no fresh eyes for it. Of several
# proposals on a sample the first is asked about, so that nobody is told by being asked twice that there are two.
_QUEUE = f"""
    SELECT correction_id, sample_id, label_before, created_at
    FROM current_proposal
    WHERE NOT {PERHAPS_MINE}
        AND ($dataset = '' OR batch_id IN (SELECT batch_id FROM batch WHERE dataset_fingerprint = $dataset))
        AND sample_id NOT IN (SELECT sample_id FROM ({SAID}) WHERE {PERHAPS_MINE})
    QUALIFY row_number() OVER (PARTITION BY sample_id ORDER BY sequence) = 1
    ORDER BY sequence
"""


@dataclass(frozen=True)
class Review:
    """What one review wrote.

    Attributes:
        review_id: names it; hand it to :func:`withdraw_review` to undo it.
        created_at: when, in UTC.
        author: who reviewed.
        correction_id, sample_id, label_before, label_proposed: of the proposal that was reviewed.
        verdict: one of :data:`REVIEW_VERDICTS`.
        label: the label that "other label" asks for, else empty.
        blind_label: what the reviewer chose before the proposal was shown.
        reason: the author's.
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


@dataclass(frozen=True)
class Revealed:
    """A proposal as it is shown once the reviewer has chosen.

    Attributes:
        correction_id, batch_id, sample_id, label_before, label_proposed, reason, confidence: of the proposal.
        author, author_verified, created_at: who proposed it, and when in UTC.
        standing: whether it still stands.
    """

    correction_id: str
    batch_id: str
    sample_id: str
    label_before: str
    label_proposed: str
    reason: str
    confidence: float | None
    author: str
    author_verified: bool
    created_at: datetime
    standing: bool


@dataclass(frozen=True)
class ReviewFilters:
    """Which reviews to list; empty fields exclude nothing.

    Attributes:
        status: "current" (they count), "replaced" (by a later one of the same person), "lapsed" (the proposal was
            withdrawn), "withdrawn", or "all".
        authors, verdicts, sample_ids, correction_ids: keep rows with one of these values.
    """

    status: str = "current"
    authors: tuple[str, ...] = ()
    verdicts: tuple[str, ...] = ()
    sample_ids: tuple[str, ...] = ()
    correction_ids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.status not in REVIEW_STATUSES:
            raise GlitchAuditError(f"The status must be one of {', '.join(REVIEW_STATUSES)}, not '{self.status}'.")


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
        ledger: where to write.
        correction_id: of the proposal, from :func:`review_queue`.
        verdict: "accept", "reject" (the label before was right), "unsure", or "other label" (neither was).
        author: who reviews; at least a reviewer, and not who proposed.
        app_version: of this program.
        blind_label: what the author chose before the proposal was shown; may be empty.
        label: for "other label", which; left aside otherwise.
        reason: why, at most 2,000 characters.
        review_id: from ``new_batch_id``, made when the proposal is shown. A review that was written before is returned
            as it was (``repeated``).

    Raises:
        GlitchAuditError: an unknown verdict, a role that may not review, one's own proposal, a proposal that does not
            exist or was withdrawn in the meantime, a label that is no other one, a text that is empty or too long, or
            a ledger that cannot be written.
    """
    if verdict not in REVIEW_VERDICTS:
        raise GlitchAuditError(f"The verdict must be one of {', '.join(REVIEW_VERDICTS)}, not '{verdict}'.")
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
    return _review(*append_row(ledger, "review", row, complete=lambda cursor: _reviewable(ledger, cursor, row, person)))


def withdraw_review(ledger: Ledger, review_id: str, *, author: str | Person) -> Review:
    """Take back a review by appending; the author's former one of the same proposal counts again.

    A second time adds nothing.

    Raises:
        GlitchAuditError: there is no such review, somebody else wrote it and the author is no moderator, or the ledger
            cannot be written.
    """
    person = checked_person(author)
    with ledger.cursor() as cursor:
        found = stored_rows(cursor, "review", "review_id = ? AND withdraws IS NULL", [review_id])
    if not found:
        raise GlitchAuditError(f"The ledger {ledger.path} has no review {review_id}.")
    require_own(person, found[0]["author"], found[0]["author_key"])
    row = {
        **found[0],
        **signature(person),
        "review_id": fingerprint("withdrawn review", review_id),
        "withdraws": review_id,
    }
    return _review(*append_row(ledger, "review", row, complete=nothing_more))


def reviews(ledger: Ledger, filters: ReviewFilters | None = None) -> pd.DataFrame:
    """The reviews, one row each, latest first: :data:`REVIEW_COLUMNS`.

    ``proposer`` is who wrote the proposal, ``status`` whether the review counts (:class:`ReviewFilters`). Times are in
    UTC. Empty where the ledger is missing or cannot be read (see ``Ledger.problem``).
    """
    filters = filters or ReviewFilters()
    conditions, values = one_of(
        name_key=keys_of(filters.authors),
        verdict=filters.verdicts,
        sample_id=filters.sample_ids,
        correction_id=filters.correction_ids,
    )
    if filters.status != "all":
        conditions.append("status = ?")
        values.append(filters.status)
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    query = f"SELECT {', '.join(REVIEW_COLUMNS)} FROM ({_REVIEWS}) {where} ORDER BY event DESC"
    return read_frame(ledger, query, values, REVIEW_COLUMNS)


def review_queue(
    ledger: Ledger, author: str | Person, *, dataset_fingerprint: str = "", rule: DecisionRule | None = None
) -> pd.DataFrame:
    """Proposals that wait for this person's second opinion, oldest first, one a sample: :data:`QUEUE_COLUMNS`.

    They stand, somebody else made them, the sample is not decided, and this person has said nothing about the sample
    since it was last reopened. Neither who proposed nor what is told; ``age`` is how long ago (a time difference).

    Args:
        ledger: may be missing or unreadable; then nothing waits.
        author: who would review.
        dataset_fingerprint: only proposals made on this data set; all of the ledger's when empty.
        rule: what decides; two people in agreement by default.
    """
    person = as_person(author)
    values = {"key": person.key, "name": person.name_key, "account": is_account(person.key)}
    values["dataset"] = dataset_fingerprint
    columns = ("correction_id", "sample_id", "label_before", "created_at")
    found = read_frame(ledger, _QUEUE, values, columns)
    states = sample_states(ledger, rule)
    decided = states.index[states["state"] == DECIDED]
    found = found[~found["sample_id"].isin(decided)].reset_index(drop=True)
    # One that another clock dated in the future is new.
    found["age"] = (pd.Timestamp(now()) - found["created_at"]).clip(lower=pd.Timedelta(0))
    return found[list(QUEUE_COLUMNS)]


def revealed(ledger: Ledger, correction_id: str) -> Revealed:
    """The proposal, to be shown once the reviewer has chosen.

    Raises:
        GlitchAuditError: there is no such proposal, or the ledger cannot be read.
    """
    with ledger.cursor() as cursor:
        found = cursor.execute(
            "SELECT batch_id, sample_id, label_before, label_proposed, reason, confidence, author, author_verified, "
            "created_at, correction_id IN (SELECT correction_id FROM standing_correction) "
            "FROM correction WHERE correction_id = ? AND kind = 'proposal'",
            [correction_id],
        ).fetchone()
    if found is None:
        raise _unknown(ledger, correction_id)
    *facts, created_at, standing = found
    return Revealed(correction_id, *facts, created_at.replace(tzinfo=UTC), standing)


def _reviewable(ledger: Ledger, cursor: duckdb.DuckDBPyConnection, row: Row, person: Person) -> Row:
    """The proposal's columns of a review, where this person may review it now."""
    names = ("batch_id", "sample_id", "label_before", "label_proposed")
    found = cursor.execute(
        "SELECT batch_id, sample_id, label_before, label_proposed, author_key, name_key FROM correction "
        "WHERE correction_id = ? AND kind = 'proposal'",
        [row["correction_id"]],
    ).fetchone()
    if found is None:
        raise _unknown(ledger, row["correction_id"])
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


def _unknown(ledger: Ledger, correction_id: object) -> GlitchAuditError:
    return GlitchAuditError(f"The ledger {ledger.path} has no proposal {correction_id}.")


def _review(row: Row, repeated: bool) -> Review:
    names = (
        *("review_id", "author", "correction_id", "sample_id", "label_before", "label_proposed", "verdict", "label"),
        *("blind_label", "reason", "withdraws"),
    )
    return Review(
        created_at=row["created_at"].replace(tzinfo=UTC), repeated=repeated, **{name: row[name] for name in names}
    )
