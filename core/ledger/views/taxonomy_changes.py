"""Proposed changes of the taxonomy, how far each is, and the verdicts on them."""

from __future__ import annotations

import json

import pandas as pd

from core.ledger.identity import JOIN_ACCOUNT, PERSON, TYPED_BESIDE_SIGNED_IN
from core.ledger.storage.store import Ledger
from core.ledger.views.decision_rule import DecisionRule
from core.ledger.views.queries import read_frame
from core.ledger.views.states import BY_MODERATOR, BY_RULE

ACCEPT, REJECT = "accept", "reject"
REVIEW, DECISION = "review", "decision"
MERGE, SPLIT, RENAME, NEW_CLASS = "merge", "split", "rename", "new class"
CHANGE_KINDS = (MERGE, SPLIT, RENAME, NEW_CLASS)
UNSURE = "unsure"
TAXONOMY_ANSWERS = (ACCEPT, REJECT, UNSURE)
CHANGE_STATES = ("in review", "conflict", "accepted", "rejected", "withdrawn")
CHANGE_COLUMNS = (
    *("change_id", "created_at", "author", "author_verified", "author_key", "name_key", "role", "kind"),
    *("labels", "becomes", "reason"),
    *("sample_ids", "dataset_fingerprint", "app_version", "state", "people_for", "people_against", "decided_by"),
    "decision_reason",
)
TAXONOMY_REVIEW_COLUMNS = (
    *("review_id", "created_at", "author", "author_verified", "role", "change_id", "kind", "verdict", "reason"),
    *("app_version", "status"),
)

_STANDING_REVIEWS = """
    SELECT * FROM taxonomy_review
    WHERE withdraws IS NULL
        AND review_id NOT IN (SELECT withdraws FROM taxonomy_review WHERE withdraws IS NOT NULL)
"""
# One verdict a person, the latest; who proposed the change stands for it and has no other.
_LATEST_REVIEWS = f"""
    SELECT * FROM (
        SELECT said.*, {PERSON} AS person FROM ({_STANDING_REVIEWS}) AS said {JOIN_ACCOUNT} WHERE kind = '{REVIEW}'
        QUALIFY row_number() OVER (PARTITION BY change_id, person ORDER BY event DESC) = 1
    )
    QUALIFY NOT ({TYPED_BESIDE_SIGNED_IN.format(about="change_id")})
"""
LATEST_DECISIONS = f"""
    SELECT * FROM ({_STANDING_REVIEWS}) WHERE kind = '{DECISION}'
    QUALIFY row_number() OVER (PARTITION BY change_id ORDER BY event DESC) = 1
"""
_CHANGES = f"""
    SELECT change.* EXCLUDE (withdraws), decided.verdict AS ruling, coalesce(decided.reason, '') AS decision_reason,
        coalesce(accepting, 0) + 1 AS people_for, coalesce(rejecting, 0) AS people_against,
        standing.change_id IS NULL AS taken_back,
        CASE
            WHEN taken_back THEN 'withdrawn'
            WHEN ruling = '{ACCEPT}' THEN 'accepted'
            WHEN ruling = '{REJECT}' THEN 'rejected'
            WHEN people_against > 0 THEN 'conflict'
            WHEN people_for >= $agreeing THEN 'accepted'
            ELSE 'in review'
        END AS state,
        CASE
            WHEN taken_back THEN '' WHEN ruling IS NOT NULL THEN '{BY_MODERATOR}'
            WHEN state = 'accepted' THEN '{BY_RULE}' ELSE ''
        END AS decided_by
    FROM taxonomy_change AS change
    LEFT JOIN (SELECT change_id FROM current_taxonomy_change) AS standing USING (change_id)
    LEFT JOIN (
        SELECT change_id, count(*) FILTER (verdict = '{ACCEPT}') AS accepting,
            count(*) FILTER (verdict = '{REJECT}') AS rejecting
        FROM ({_LATEST_REVIEWS}) GROUP BY change_id
    ) USING (change_id)
    LEFT JOIN (SELECT change_id, verdict, reason FROM ({LATEST_DECISIONS})) AS decided USING (change_id)
    WHERE change.withdraws IS NULL
"""
_REVIEWS = f"""
    SELECT said.*,
        CASE
            WHEN review_id IN (SELECT withdraws FROM taxonomy_review WHERE withdraws IS NOT NULL) THEN 'withdrawn'
            WHEN review_id IN (SELECT review_id FROM ({_LATEST_REVIEWS})) THEN 'current'
            WHEN review_id IN (SELECT review_id FROM ({LATEST_DECISIONS})) THEN 'current'
            ELSE 'replaced'
        END AS status
    FROM taxonomy_review AS said WHERE withdraws IS NULL
"""


def taxonomy_changes(ledger: Ledger, rule: DecisionRule | None = None) -> pd.DataFrame:
    """Return the proposed changes of the taxonomy, latest first: :data:`CHANGE_COLUMNS`.

    ``labels``, ``becomes`` and ``sample_ids`` are tuples; ``state`` is one of :data:`CHANGE_STATES`. A change is
    accepted when as many people as the rule asks for, the proposer included, stand for it and nobody rejects it. A
    moderator's decision overrules this, and is needed once somebody rejects it.
    """
    rule = rule or DecisionRule()
    query = f"SELECT {', '.join(CHANGE_COLUMNS)} FROM ({_CHANGES}) ORDER BY event DESC"
    frame = read_frame(ledger, query, {"agreeing": rule.agreeing}, CHANGE_COLUMNS)
    for name in ("labels", "becomes", "sample_ids"):
        frame[name] = pd.Series([tuple(json.loads(text)) for text in frame[name]], dtype="object", index=frame.index)
    return frame


def taxonomy_reviews(ledger: Ledger, change_id: str = "") -> pd.DataFrame:
    """Return the verdicts on changes (on one, or on all), latest first: :data:`TAXONOMY_REVIEW_COLUMNS`.

    ``status`` is "current", "replaced" (by a later one of the same person) or "withdrawn".
    """
    where, values = ("WHERE change_id = ?", [change_id]) if change_id else ("", [])
    query = f"SELECT {', '.join(TAXONOMY_REVIEW_COLUMNS)} FROM ({_REVIEWS}) {where} ORDER BY event DESC"
    return read_frame(ledger, query, values, TAXONOMY_REVIEW_COLUMNS)
