"""How far each sample is, which label was decided on, and what moderators decided.

A decision by the rule is no row: it follows from the votes that stand (:mod:`core.ledger.views.voting`), so it does not
matter who came first, and somebody who speaks up later turns it into a conflict. A moderator's decision is a row, and
holds until it is withdrawn or the sample is reopened.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from core.ledger.storage.store import Ledger
from core.ledger.views.decision_rule import DecisionRule
from core.ledger.views.queries import read_frame
from core.ledger.views.voting import VOTES

OPEN, IN_REVIEW, CONFLICT, DECIDED, REOPENED = "open", "in review", "conflict", "decided", "reopened"
STATES = (OPEN, IN_REVIEW, CONFLICT, DECIDED, REOPENED)
BY_RULE, BY_MODERATOR = "rule", "moderator"
DECIDE, REOPEN = "decide", "reopen"
STATE_COLUMNS = (
    *("state", "label", "for_label", "people_for", "people_against", "people", "decided_by", "decided_at"),
    *("decision_id", "last_event_at"),
)
DECISION_COLUMNS = (
    *("decision_id", "created_at", "author", "author_verified", "role", "sample_id", "kind", "label", "reason"),
    *("dataset_fingerprint", "app_version", "status"),
)
EVERY_STATE = f"""
    WITH vote AS ({VOTES}),
    tally AS (
        SELECT sample_id, label, count(*) AS people_for, sum(count(*)) OVER (PARTITION BY sample_id) AS people,
            string_agg(author, ', ' ORDER BY person) AS names, list(created_at ORDER BY event, created_at) AS voted_at,
            md5(string_agg(said_id, '/' ORDER BY said_id)) AS vote_ids
        FROM vote GROUP BY sample_id, label
    ),
    event AS (
        SELECT sample_id, arg_max(created_at, (event, created_at)) AS last_event_at FROM (
            SELECT sample_id, created_at, sequence AS event FROM correction
            UNION ALL SELECT sample_id, created_at, event FROM review
            UNION ALL SELECT sample_id, created_at, event FROM judgement
            UNION ALL SELECT sample_id, created_at, event FROM decision
        ) GROUP BY sample_id
    ),
    -- The decided label where a moderator decided, else the one with most people; of equals the first by name.
    ahead AS (
        SELECT event.sample_id, last_event_at, said.kind, said.decision_id AS said_id, said.created_at AS said_at,
            CASE said.kind WHEN '{DECIDE}' THEN said.label ELSE tally.label END AS for_label,
            CASE WHEN said.kind IS DISTINCT FROM '{DECIDE}' OR said.label = tally.label THEN tally.people_for END
                AS people_for,
            tally.people, tally.names, tally.voted_at, tally.vote_ids
        FROM event
        LEFT JOIN current_decision AS said USING (sample_id)
        LEFT JOIN tally USING (sample_id)
        QUALIFY row_number() OVER (
            PARTITION BY event.sample_id
            ORDER BY said.kind = '{DECIDE}' AND said.label = tally.label DESC, tally.people_for DESC, tally.label
        ) = 1
    ),
    counted AS (
        SELECT *, coalesce(people_for, 0) AS agree, coalesce(people, 0) - coalesce(people_for, 0) AS disagree,
            kind IS DISTINCT FROM '{DECIDE}' AND agree >= $agreeing AND disagree = 0 AS ruled
        FROM ahead
    )
    SELECT sample_id,
        CASE
            WHEN kind = '{DECIDE}' OR ruled THEN '{DECIDED}'
            WHEN disagree > 0 THEN '{CONFLICT}'
            WHEN agree > 0 THEN '{IN_REVIEW}'
            WHEN kind = '{REOPEN}' THEN '{REOPENED}'
            ELSE '{OPEN}'
        END AS state,
        CASE WHEN state = '{DECIDED}' THEN for_label ELSE '' END AS label,
        coalesce(for_label, '') AS for_label, agree::BIGINT AS people_for, disagree::BIGINT AS people_against,
        CASE WHEN agree > 0 THEN names ELSE '' END AS people,
        CASE WHEN kind = '{DECIDE}' THEN '{BY_MODERATOR}' WHEN ruled THEN '{BY_RULE}' ELSE '' END AS decided_by,
        CASE WHEN kind = '{DECIDE}' THEN said_at WHEN ruled THEN voted_at[$agreeing] END AS decided_at,
        CASE WHEN kind = '{DECIDE}' THEN said_id WHEN ruled THEN vote_ids ELSE '' END AS decision_id,
        last_event_at
    FROM counted ORDER BY sample_id
"""

_DECIDED = f"""
    SELECT sample_id FROM current_decision WHERE kind = '{DECIDE}'
    UNION
    SELECT sample_id FROM ({VOTES}) GROUP BY sample_id HAVING count(DISTINCT label) = 1 AND count(*) >= $agreeing
"""


def sample_states(
    ledger: Ledger, rule: DecisionRule | None = None, *, sample_ids: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return how far each sample is, index ``sample_id``: :data:`STATE_COLUMNS`.

    - ``state``: "open" (nothing stands), "in review" (nobody contradicts, but too few have spoken), "conflict" (people
      stand for different labels), "decided", or "reopened" (nothing said since).
    - ``label``: the decided label, else "".
    - ``for_label``: the decided label, else the one that most people stand for; of equals the first by name.
    - ``people_for``, ``people_against``: how many stand for it, and for any other; ``people``: the former's names.
    - ``decided_by``: "rule", "moderator" or ""; ``decided_at``: when the decision was made or enough people agreed.
    - ``decision_id``: of the moderator's decision; for the rule, an id that follows from the votes; else "".
    - ``last_event_at``: of anything about the sample, withdrawals included.

    ``sample_ids`` sets the rows and their order; None: all that the ledger knows, by id. Unknown ones are open.
    """
    agreeing = (rule or DecisionRule()).agreeing
    frame = ledger.answer(("every state", agreeing), lambda: _every_state(ledger, agreeing))
    if sample_ids is None:
        return frame
    frame = frame.reindex(pd.Index(list(sample_ids), dtype="str", name="sample_id"))
    frame["state"] = frame["state"].fillna(OPEN)
    return _with_types(frame)


def _every_state(ledger: Ledger, agreeing: int) -> pd.DataFrame:
    columns = ("sample_id", *STATE_COLUMNS)
    return _with_types(read_frame(ledger, EVERY_STATE, {"agreeing": agreeing}, columns).set_index("sample_id"))


def _with_types(frame: pd.DataFrame) -> pd.DataFrame:
    for name in ("decided_at", "last_event_at"):
        frame[name] = pd.to_datetime(frame[name], utc=True)
    for name in ("people_for", "people_against"):
        frame[name] = pd.to_numeric(frame[name]).fillna(0).astype("int64")
    texts = ["state", "label", "for_label", "people", "decided_by", "decision_id"]
    frame[texts] = frame[texts].astype("str").fillna("")
    return frame


def decided_ids(ledger: Ledger, rule: DecisionRule | None = None) -> frozenset[str]:
    """Return the samples that :func:`sample_states` calls decided, in half its time."""
    agreeing = (rule or DecisionRule()).agreeing
    return frozenset(read_frame(ledger, _DECIDED, {"agreeing": agreeing}, ("sample_id",))["sample_id"].to_numpy())


def what_was_decided(ledger: Ledger, rule: DecisionRule | None = None) -> pd.Series:
    """Return the label of each decided sample, index ``sample_id``."""
    states = sample_states(ledger, rule)
    return states.loc[states["state"] == DECIDED, "label"]


def decided_labels(ledger: Ledger, labels: pd.Series, rule: DecisionRule | None = None) -> pd.Series:
    """Return the labels (index ``sample_id``) with the decided ones in place."""
    found = what_was_decided(ledger, rule).reindex(labels.index)
    return labels.astype("str").where(found.isna(), found)


def decisions(ledger: Ledger, *, sample_ids: Sequence[str] | None = None) -> pd.DataFrame:
    """Return what moderators decided and reopened, latest first: :data:`DECISION_COLUMNS`.

    ``status`` is "current" for the one that holds for its sample, "past" for those before it, else "withdrawn".
    """
    where, values = ("", []) if sample_ids is None else ("AND list_contains(?, said.sample_id)", [list(sample_ids)])
    query = f"""
        SELECT {", ".join(f"said.{name}" for name in DECISION_COLUMNS[:-1])},
            CASE
                WHEN said.decision_id IN (SELECT withdraws FROM decision WHERE withdraws IS NOT NULL) THEN 'withdrawn'
                WHEN said.decision_id IN (SELECT decision_id FROM current_decision) THEN 'current'
                ELSE 'past'
            END AS status
        FROM decision AS said WHERE said.withdraws IS NULL {where} ORDER BY said.event DESC
    """
    return read_frame(ledger, query, values, DECISION_COLUMNS)
