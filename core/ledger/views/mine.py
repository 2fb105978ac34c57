"""What one person said: every proposal, judgement, review and decision, what became of it, and what can be undone.

A person sees his own; a moderator may look at somebody else's. One's own answers to known samples that are mixed in are
listed as what they looked like, or they would be told by missing here; somebody else's are not. What became of an act
is told only where it counts as this person's opinion of the sample: of a sample that still waits for his blind review
nothing is told.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.ledger.identity import JOIN_ACCOUNT, PERSON, names_apart
from core.ledger.people import Person, require
from core.ledger.storage.store import Ledger
from core.ledger.views.authors import people_behind
from core.ledger.views.decision_rule import DecisionRule
from core.ledger.views.history import in_words
from core.ledger.views.known_asked import answer_ids
from core.ledger.views.mine_figures import (
    AGREED,
    ANOTHER_COUNTS,
    AS_SAID,
    CONFLICTED,
    HOLDS,
    LAPSED,
    LATER_HOLDS,
    NO_LABEL,
    OTHERWISE,
    SET_ASIDE,
    TAKEN_BACK,
    WAITING,
    Figures,
    figures_of,
)
from core.ledger.views.queries import read_frame
from core.ledger.views.states import CONFLICT, DECIDED, sample_states
from core.ledger.views.voting import votes

PROPOSAL, JUDGEMENT, REVIEW, DECISION = "proposal", "judgement", "review", "decision"

_STORED = (
    *("created_at", "kind", "act_id", "sample_id", "label_before", "label_named", "label", "verdict", "blind_label"),
    *("reason", "status", "author", "author_key", "withdrawn_by", "withdrawn_key", "samples", "proposes"),
)
_ADDED = ("what", "outcome", "decided", "others", "others_agree", "by", "why_not", "undo")
MINE_COLUMNS = (*(name for name in _STORED if not name.startswith("withdrawn_")), *_ADDED)

_OF_OUTCOMES = (
    *("kind", "act_id", "sample_id", "label_before", "label_named", "label", "verdict", "blind_label", "status"),
    *("withdrawn_by", "withdrawn_key"),
)

# A proposal that an accepted suggestion wrote is the judgement's, which is undone with it, and is told with that.
_ACTS = f"""
    WITH taken_back AS (
        SELECT refers_to AS act_id, author, author_key FROM batch WHERE kind = 'withdrawal'
        UNION ALL SELECT withdraws, author, author_key FROM judgement WHERE withdraws IS NOT NULL
        UNION ALL SELECT withdraws, author, author_key FROM review WHERE withdraws IS NOT NULL
        UNION ALL SELECT withdraws, author, author_key FROM decision WHERE withdraws IS NOT NULL
        UNION ALL SELECT withdraws, author, author_key FROM known_answer WHERE withdraws IS NOT NULL
    ),
    said AS (
        SELECT created_at, sequence AS event, '{PROPOSAL}' AS kind, batch_id AS act_id, NULL AS written, sample_id,
            label_before, label_proposed AS label_named, label_proposed AS label,
            CASE WHEN batch.refers_to IS NULL THEN '' ELSE 'restored' END AS verdict, '' AS blind_label, reason,
            CASE WHEN correction_id IN (SELECT correction_id FROM current_proposal) THEN 'current' ELSE 'withdrawn' END
                AS status,
            author, author_key, batch.samples, true AS proposes
        FROM correction JOIN (SELECT batch_id, samples, refers_to FROM batch) AS batch USING (batch_id)
        WHERE kind = 'proposal' AND batch_id NOT IN (SELECT batch_id FROM judgement WHERE batch_id IS NOT NULL)
        UNION ALL BY NAME
        SELECT judgement.created_at, event, '{JUDGEMENT}' AS kind, judgement_id AS act_id,
            judgement.batch_id AS written, judgement.sample_id, judgement.label AS label_before,
            coalesce(correction.label_proposed, suggested_label) AS label_named,
            CASE verdict WHEN 'accept' THEN coalesce(correction.label_proposed, suggested_label)
                WHEN 'keep' THEN label ELSE '' END AS label,
            verdict, '' AS blind_label, judgement.reason,
            CASE WHEN judgement_id IN (SELECT judgement_id FROM current_judgement) THEN 'current' ELSE 'withdrawn' END
                AS status,
            judgement.author, judgement.author_key, 1 AS samples, verdict = 'accept' AS proposes
        FROM judgement LEFT JOIN correction
            ON correction.batch_id = judgement.batch_id AND correction.sample_id = judgement.sample_id
        WHERE judgement.withdraws IS NULL
        UNION ALL BY NAME
        SELECT created_at, event, '{REVIEW}' AS kind, review_id AS act_id, NULL AS written, sample_id, label_before,
            CASE WHEN label = '' THEN label_proposed ELSE label END AS label_named,
            CASE verdict WHEN 'accept' THEN label_proposed WHEN 'reject' THEN label_before
                WHEN 'other label' THEN label ELSE '' END AS label,
            verdict, blind_label, reason,
            CASE
                WHEN review_id IN (SELECT withdraws FROM review WHERE withdraws IS NOT NULL) THEN 'withdrawn'
                WHEN review_id IN (SELECT review_id FROM current_review) THEN 'current'
                WHEN correction_id IN (SELECT correction_id FROM standing_correction) THEN 'replaced'
                ELSE 'lapsed'
            END AS status,
            author, author_key, 1 AS samples, false AS proposes
        FROM review WHERE withdraws IS NULL
        UNION ALL BY NAME
        SELECT created_at, event, '{DECISION}' AS kind, decision_id AS act_id, NULL AS written, sample_id,
            '' AS label_before, label AS label_named, label, kind AS verdict, '' AS blind_label, reason,
            CASE
                WHEN decision_id IN (SELECT withdraws FROM decision WHERE withdraws IS NOT NULL) THEN 'withdrawn'
                WHEN decision_id IN (SELECT decision_id FROM current_decision) THEN 'current'
                ELSE 'past'
            END AS status,
            author, author_key, 1 AS samples, false AS proposes
        FROM decision WHERE withdraws IS NULL
        UNION ALL BY NAME
        SELECT created_at, event, CASE place WHEN 'review' THEN '{REVIEW}' ELSE '{JUDGEMENT}' END AS kind,
            answer_id AS act_id, NULL AS written, sample_id, label_before, label_named,
            CASE WHEN verdict IN ('accept', 'other label') THEN label_named
                WHEN verdict IN ('reject', 'keep') THEN label_before ELSE '' END AS label,
            verdict, blind_label, reason,
            CASE WHEN answer_id IN (SELECT answer_id FROM current_known_answer) THEN 'current' ELSE 'withdrawn' END
                AS status,
            author, author_key, 1 AS samples, place = 'suspects' AND verdict = 'accept' AS proposes
        FROM known_answer WHERE withdraws IS NULL AND $own
    )
    SELECT said.*, coalesce(own.author, with_it.author) AS withdrawn_by,
        coalesce(own.author_key, with_it.author_key) AS withdrawn_key
    FROM said
    {JOIN_ACCOUNT}
    LEFT JOIN taken_back AS own ON own.act_id = said.act_id
    LEFT JOIN taken_back AS with_it ON with_it.act_id = said.written
    WHERE list_contains($people, {PERSON})
    ORDER BY event DESC, said.created_at DESC, said.sample_id
"""
_PEOPLE = f"""
    SELECT {PERSON} AS person, arg_max(said.author, said.event) AS author
    FROM (
        SELECT author, author_key, sequence AS event FROM correction
        UNION ALL SELECT author, author_key, event FROM judgement
        UNION ALL SELECT author, author_key, event FROM review
        UNION ALL SELECT author, author_key, event FROM decision
    ) AS said
    {JOIN_ACCOUNT}
    GROUP BY person
"""


@dataclass(frozen=True)
class Mine:
    """What one person said.

    Attributes:
        acts: one row an act and sample, latest first: :data:`MINE_COLUMNS`. ``what`` is the act in words, ``label``
            what it stands for ("" for nothing), ``outcome`` what became of it, ``decided`` the decided label, ``by``
            who took it back where that was somebody else, ``undo`` whether it can be taken back, else ``why_not``.
        figures: how much that is, and how far others agreed.
    """

    acts: pd.DataFrame
    figures: Figures


def mine(ledger: Ledger, asking: Person, *, of: str = "", rule: DecisionRule | None = None) -> Mine:
    """Return what a person said: of whoever is asking, or with ``of``, a key from :func:`people_seen`, of that person.

    Raises GlitchAuditError where somebody asks about another person and is no moderator.
    """
    people = set(people_behind(ledger, pd.Series(asking.keys, dtype=object))) - {""}
    if of and of not in people:
        require(asking, "see others")
        people = {of}
    own = not of
    acts = read_frame(ledger, _ACTS, {"people": sorted(people), "own": own}, _STORED)[list(_STORED)]
    known = answer_ids(ledger) if own else frozenset[str]()
    acts = _with_outcomes(ledger, acts, people, rule, known)
    return Mine(acts, figures_of(acts))


def people_seen(ledger: Ledger, asking: Person) -> pd.Series:
    """Return the names of all who said anything about a sample, by name, index their keys; for moderators alone.

    Raises GlitchAuditError where somebody else asks.
    """
    require(asking, "see others")
    found = read_frame(ledger, _PEOPLE, [], ("person", "author"))
    names = names_apart(found["person"], found["author"])
    return pd.Series(names.to_numpy(), index=found["person"], dtype=object).sort_values(key=lambda one: one.str.lower())


def has_said_anything(ledger: Ledger, person: Person) -> bool:
    """Return whether this person ever said anything about a sample; nobody has said nothing."""
    if not person.key:
        return False
    return bool(read_frame(ledger, _PEOPLE, [], ("person", "author"))["person"].isin(person.keys).any())


def _with_outcomes(
    ledger: Ledger, acts: pd.DataFrame, people: set[str], rule: DecisionRule | None, known: frozenset[str]
) -> pd.DataFrame:
    ids = list(dict.fromkeys(acts["sample_id"]))
    said = votes(ledger, sample_ids=ids) if ids else pd.DataFrame(columns=["sample_id", "person", "label"])
    own = said["person"].isin(people)
    stands_for = dict(zip(said.loc[own, "sample_id"], said.loc[own, "label"], strict=True))
    counts: dict[str, Counter[str]] = {}
    for sample_id, label in zip(said.loc[~own, "sample_id"], said.loc[~own, "label"], strict=True):
        counts.setdefault(sample_id, Counter())[label] += 1
    states = sample_states(ledger, rule, sample_ids=ids) if ids else pd.DataFrame(columns=["state", "label"])
    state, decided = states["state"].to_dict(), states["label"].to_dict()

    rows = []
    for act in acts[list(_OF_OUTCOMES)].astype(object).to_dict("records"):
        sample_id, label = act["sample_id"], act["label"]
        counted = counts.get(sample_id, Counter())
        others_agree = counted[label]
        if act["act_id"] in known:
            outcome = _as_it_looked(act)
        else:
            outcome = _outcome(act, stands_for.get(sample_id), state.get(sample_id, ""), decided, agree=others_agree)
        told = outcome in (AGREED, CONFLICTED, AS_SAID, OTHERWISE)
        by_other = act["status"] == "withdrawn" and act["withdrawn_by"] and act["withdrawn_key"] not in people
        rows.append(
            {
                "what": in_words({**act, "label": act["label_named"]} | _kind_in_history(act)),
                "outcome": outcome,
                "decided": decided.get(sample_id, "") if outcome in (AS_SAID, OTHERWISE) else "",
                "others": sum(counted.values()) if told else 0,
                "others_agree": others_agree if told else 0,
                "by": act["withdrawn_by"] if by_other else "",
                "why_not": _WHY_NOT.get(act["status"], ""),
                "undo": act["status"] not in _WHY_NOT,
            }
        )
    return acts.join(pd.DataFrame(rows, index=acts.index, columns=list(_ADDED)))[list(MINE_COLUMNS)]


_WHY_NOT = {
    "withdrawn": "It is taken back already.",
    "lapsed": "The proposal was taken back, and this review with it.",
    "past": "A later decision holds.",
}


def _kind_in_history(act: dict[str, Any]) -> dict[str, str]:
    return {"kind": "reopening"} if act["verdict"] == "reopen" else {}


def _as_it_looked(act: dict[str, Any]) -> str:
    """What would have become of an answer to a known sample if it had been the review or judgement it looked like."""
    if act["status"] == "withdrawn":
        return TAKEN_BACK
    if not act["label"]:
        return NO_LABEL
    if act["kind"] == JUDGEMENT:
        return WAITING
    return AS_SAID if act["verdict"] == "accept" else CONFLICTED


def _outcome(act: dict[str, Any], stands_for: str | None, state: str, decided: dict[str, str], *, agree: int) -> str:
    """What became of an act, by its own status, what its author stands for now, and how far the sample is."""
    if act["status"] == "withdrawn":
        return TAKEN_BACK
    if act["kind"] == DECISION:
        return HOLDS if act["status"] == "current" else LATER_HOLDS
    if act["status"] == "lapsed":
        return LAPSED
    if not act["label"]:
        return NO_LABEL
    if stands_for is None:
        return SET_ASIDE
    if act["status"] == "replaced" or stands_for != act["label"]:
        return ANOTHER_COUNTS
    if state == DECIDED:
        return AS_SAID if decided[act["sample_id"]] == act["label"] else OTHERWISE
    if state == CONFLICT:
        return CONFLICTED
    return AGREED if agree else WAITING
