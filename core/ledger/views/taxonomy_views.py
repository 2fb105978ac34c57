"""What stands of the changes of the taxonomy and of the verdicts on them, in SQL."""

from __future__ import annotations

from core.ledger.acts.deciding import BY_MODERATOR, BY_RULE
from core.ledger.identity import JOIN_ACCOUNT, PERSON, TYPED_BESIDE_SIGNED_IN

ACCEPT, REJECT = "accept", "reject"
REVIEW, DECISION = "review", "decision"

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
CHANGES = f"""
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
REVIEWS = f"""
    SELECT said.*,
        CASE
            WHEN review_id IN (SELECT withdraws FROM taxonomy_review WHERE withdraws IS NOT NULL) THEN 'withdrawn'
            WHEN review_id IN (SELECT review_id FROM ({_LATEST_REVIEWS})) THEN 'current'
            WHEN review_id IN (SELECT review_id FROM ({LATEST_DECISIONS})) THEN 'current'
            ELSE 'replaced'
        END AS status
    FROM taxonomy_review AS said WHERE withdraws IS NULL
"""
