"""Second opinions: what was said about proposals, and which proposals wait for whose opinion.

One person has one review of a proposal, the latest; taking it back uncovers the one before. A review stands while its
proposal does, and again when the proposal is brought back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from core.errors import GlitchAuditError
from core.ledger.identity import PERHAPS_MINE, is_account
from core.ledger.people import Person, as_person
from core.ledger.storage.store import Ledger
from core.ledger.views.authors import name_keys
from core.ledger.views.decision_rule import DecisionRule
from core.ledger.views.queries import conditions_for, read_frame, where_all
from core.ledger.views.states import decided_ids
from core.ledger.views.voting import SAID

ACCEPT, REJECT, UNSURE, OTHER_LABEL = "accept", "reject", "unsure", "other label"
REVIEW_ANSWERS = (ACCEPT, REJECT, UNSURE, OTHER_LABEL)
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
_REVEALED = """
    SELECT batch_id, sample_id, label_before, label_proposed, reason, confidence, author, author_verified, created_at,
        correction_id IN (SELECT correction_id FROM standing_correction) AS standing
    FROM correction WHERE correction_id = ? AND kind = 'proposal'
"""
# A person who has said anything about a sample since it was last reopened has no fresh eyes for it. Of several
# proposals on a sample the first is asked about, so that nobody is told by being asked twice that there are two.
QUEUE = f"""
    SELECT correction_id, sample_id, label_before, created_at
    FROM current_proposal
    WHERE NOT {PERHAPS_MINE}
        AND ($dataset = '' OR batch_id IN (SELECT batch_id FROM batch WHERE dataset_fingerprint = $dataset))
        AND sample_id NOT IN (SELECT sample_id FROM ({SAID}) WHERE {PERHAPS_MINE})
    QUALIFY row_number() OVER (PARTITION BY sample_id ORDER BY sequence) = 1
    ORDER BY sequence
"""


@dataclass(frozen=True)
class ReviewFilters:
    """Which reviews to list; empty fields exclude nothing, tuples keep rows with one of their values.

    ``status`` is "current" (they count), "replaced" (by a later one of the same person), "lapsed" (the proposal was
    withdrawn), "withdrawn", or "all".
    """

    status: str = "current"
    authors: tuple[str, ...] = ()
    verdicts: tuple[str, ...] = ()
    sample_ids: tuple[str, ...] = ()
    correction_ids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.status not in REVIEW_STATUSES:
            raise GlitchAuditError(f"The status must be one of {', '.join(REVIEW_STATUSES)}, not '{self.status}'.")


@dataclass(frozen=True)
class Revealed:
    """A proposal as shown once the reviewer has chosen, ``standing`` or withdrawn since; ``created_at`` is in UTC."""

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


def reviews(ledger: Ledger, filters: ReviewFilters | None = None) -> pd.DataFrame:
    """Return the reviews, latest first; ``proposer`` wrote the proposal: :data:`REVIEW_COLUMNS`."""
    filters = filters or ReviewFilters()
    conditions, values = conditions_for(
        name_key=name_keys(filters.authors),
        verdict=filters.verdicts,
        sample_id=filters.sample_ids,
        correction_id=filters.correction_ids,
    )
    if filters.status != "all":
        conditions.append("status = ?")
        values.append(filters.status)
    query = f"SELECT {', '.join(REVIEW_COLUMNS)} FROM ({_REVIEWS}) {where_all(conditions)} ORDER BY event DESC"
    return read_frame(ledger, query, values, REVIEW_COLUMNS)


def reviewed_at(ledger: Ledger, author: str | Person) -> pd.Series:
    """Return when each review of a person that stands was written, in UTC: quicker than all that is in them."""
    query = "SELECT created_at FROM current_review WHERE name_key = ?"
    return read_frame(ledger, query, [as_person(author).name_key], ("created_at",))["created_at"]


def review_queue(
    ledger: Ledger, author: str | Person, *, dataset_fingerprint: str = "", rule: DecisionRule | None = None
) -> pd.DataFrame:
    """Return the proposals that wait for this person, oldest first, one a sample: :data:`QUEUE_COLUMNS`.

    They stand, somebody else made them, the sample is not decided, and this person has said nothing about it since it
    was last reopened. Neither who proposed nor what is told; ``age`` is how long ago (a time difference).
    """
    person = as_person(author)
    values = {"key": person.key, "name": person.name_key, "account": is_account(person.key)}
    values["dataset"] = dataset_fingerprint
    columns = ("correction_id", "sample_id", "label_before", "created_at")
    found = read_frame(ledger, QUEUE, values, columns)
    decided = decided_ids(ledger, rule)
    # pandas' isin makes a scalar of each name, which takes a second for some hundred thousand.
    left = np.array([name not in decided for name in found["sample_id"].to_numpy()], dtype=bool)
    found = found[left].reset_index(drop=True)
    # One that another clock dated in the future is new.
    found["age"] = (pd.Timestamp.now(UTC) - found["created_at"]).clip(lower=pd.Timedelta(0))
    return found[list(QUEUE_COLUMNS)]


def revealed(ledger: Ledger, correction_id: str) -> Revealed:
    """Return the proposal, to show after the reviewer's choice; GlitchAuditError if it is unknown or unreadable."""

    def ask() -> pd.DataFrame:
        with ledger.cursor() as cursor:
            return cursor.execute(_REVEALED, [correction_id]).df()

    found = ledger.answer((_REVEALED, correction_id), ask).to_dict("records")
    if not found:
        raise unknown_proposal(ledger, correction_id)
    row = found[0]
    return Revealed(
        correction_id=correction_id,
        batch_id=row["batch_id"],
        sample_id=row["sample_id"],
        label_before=row["label_before"],
        label_proposed=row["label_proposed"],
        reason=row["reason"],
        confidence=None if pd.isna(row["confidence"]) else float(row["confidence"]),
        author=row["author"],
        author_verified=bool(row["author_verified"]),
        created_at=row["created_at"].to_pydatetime().replace(tzinfo=UTC),
        standing=bool(row["standing"]),
    )


def unknown_proposal(ledger: Ledger, correction_id: object) -> GlitchAuditError:
    """Return the refusal of an act about a proposal that the ledger does not have."""
    return GlitchAuditError(f"The ledger {ledger} has no proposal {correction_id}.")
