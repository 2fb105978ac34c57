"""Votes: who stands for which label of a sample, one vote a person, from all that the person said and left standing.

- A proposal is a vote for its label, and so is a review that accepts it.
- A review that asks for another label is a vote for that one.
- A review that rejects a proposal is a vote for the label before it, unless the person stands for a third label.
- The verdict "keep" in the queue of suspects is a vote for the label that the sample has.
- "unsure" and "skip" are votes for nothing.

The latest of these counts, by the events' numbers and not by a clock. What was withdrawn does not count, nor a review
of a withdrawn proposal, nor anything from before the sample was reopened; all of it stays on record.
``core.ledger.identity`` says who is one person. A typed name does not vote on a sample beside somebody who signed in
under that name.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from core.ledger.identity import JOIN_ACCOUNT, PERHAPS_MINE, PERSON, TYPED_BESIDE_SIGNED_IN, is_account
from core.ledger.people import Person
from core.ledger.storage.store import Ledger
from core.ledger.views.queries import read_frame

VOTE_COLUMNS = ("sample_id", "person", "author", "author_verified", "label", "kind", "said_id", "created_at")

# Each statement of a person about a sample that stands and was made since the sample was last reopened.
# "against" is the label that a rejection turns down, "label" is NULL where nothing is said for any label.
SAID = f"""
    SELECT said.*, {PERSON} AS person
    FROM (
        SELECT sample_id, author, author_key, name_key, author_verified, label_proposed AS label, NULL AS against,
            'proposal' AS kind, correction_id AS said_id, created_at, sequence AS event
        FROM current_proposal
        UNION ALL
        SELECT sample_id, author, author_key, name_key, author_verified,
            CASE verdict
                WHEN 'accept' THEN label_proposed WHEN 'other label' THEN label WHEN 'reject' THEN label_before
            END,
            CASE verdict WHEN 'reject' THEN label_proposed END, 'review', review_id, created_at, event
        FROM current_review
        UNION ALL
        SELECT sample_id, author, author_key, name_key, author_verified, label, NULL, 'judgement', judgement_id,
            created_at, event
        FROM current_judgement WHERE verdict = 'keep'
    ) AS said
    LEFT JOIN (
        SELECT sample_id, max(event) AS since FROM decision
        WHERE kind = 'reopen' AND withdraws IS NULL
            AND decision_id NOT IN (SELECT withdraws FROM decision WHERE withdraws IS NOT NULL)
        GROUP BY sample_id
    ) AS reopened USING (sample_id)
    {JOIN_ACCOUNT}
    WHERE since IS NULL OR event > since
"""

# A rejection counts where the person stands for no label, or for the very one that is rejected.
VOTES = f"""
    SELECT * FROM (
        SELECT * EXCLUDE (stands_for) FROM (
            SELECT *, arg_max(label, (event, created_at)) FILTER (against IS NULL) OVER (PARTITION BY sample_id, person)
                AS stands_for
            FROM ({SAID}) WHERE label IS NOT NULL
        )
        WHERE against IS NULL OR stands_for IS NULL OR stands_for = against
        QUALIFY row_number() OVER (PARTITION BY sample_id, person ORDER BY event DESC, created_at DESC) = 1
    )
    QUALIFY NOT ({TYPED_BESIDE_SIGNED_IN.format(about="sample_id")})
"""


def votes(ledger: Ledger, *, sample_ids: Sequence[str] | None = None) -> pd.DataFrame:
    """Return the votes that count, one row a sample and person, by sample and as they were said: :data:`VOTE_COLUMNS`.

    ``label`` is what the person stands for; ``kind`` ("proposal", "review", "judgement") and ``said_id`` name its row.
    """
    where, values = ("", []) if sample_ids is None else ("WHERE list_contains(?, sample_id)", [list(sample_ids)])
    query = f"SELECT {', '.join(VOTE_COLUMNS)} FROM ({VOTES}) {where} ORDER BY sample_id, event, created_at"
    return read_frame(ledger, query, values, VOTE_COLUMNS)


def spoken_about(ledger: Ledger, person: Person) -> frozenset[str]:
    """Return the samples that this person may have spoken about: proposals, reviews and labels kept that stand."""
    values = {"key": person.key, "name": person.name_key, "account": is_account(person.key)}
    query = f"SELECT DISTINCT sample_id FROM ({SAID}) WHERE {PERHAPS_MINE}"
    return frozenset(read_frame(ledger, query, values, ("sample_id",))["sample_id"])
