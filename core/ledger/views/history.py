"""Every event of a sample in order, the journal of a day, and the progress per group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from core.errors import GlitchAuditError
from core.ledger.identity import names_apart
from core.ledger.people import Person, may
from core.ledger.storage.store import Ledger
from core.ledger.views.authors import people_behind
from core.ledger.views.queries import read_frame
from core.ledger.views.states import sample_states
from core.ledger.views.voting import votes

if TYPE_CHECKING:
    from core.ledger.views.decision_rule import DecisionRule

KINDS = (
    *("proposal", "withdrawal", "judgement", "judgement withdrawn", "review", "review withdrawn", "decision"),
    *("reopening", "decision withdrawn", "taxonomy change", "taxonomy change withdrawn", "taxonomy review"),
    *("taxonomy review withdrawn", "saved selection", "saved selection withdrawn", "comment", "comment withdrawn"),
)
"""What an event may be."""

OTHERS = "all others"
"""How everybody else is called together."""

_WHO = "author, author_verified, author_key, role"
# Who has seen what is in the ledger, but it is nothing that anybody did about a sample.
_COMMENTS = f"""
    SELECT created_at, event, CASE WHEN withdraws IS NULL THEN 'comment' ELSE 'comment withdrawn' END AS kind,
        {_WHO}, asks AS verdict, '' AS label_before, subject_name AS label, '' AS blind_label, text AS reason,
        comment_id AS act_id, coalesce(withdraws, answers) AS about
"""
# One row an event; a batch of proposals has one a sample. Events share one numbering; judgements that were written
# before there was one have the number of the last proposal before them, so that time comes second.
_EVENTS = f"""
    SELECT created_at, sequence AS event,
        CASE correction.kind WHEN 'proposal' THEN 'proposal' ELSE 'withdrawal' END AS kind,
        correction.author, correction.author_verified, correction.author_key, coalesce(batch.role, '') AS role,
        sample_id, label_before, label_proposed AS label, '' AS blind_label,
        CASE WHEN correction.kind = 'proposal' AND batch.refers_to IS NOT NULL THEN 'restored' ELSE '' END AS verdict,
        reason, batch_id AS act_id, batch.refers_to AS about
    FROM correction JOIN (SELECT batch_id, role, refers_to FROM batch) AS batch USING (batch_id)
    UNION ALL BY NAME
    SELECT created_at, event, CASE WHEN withdraws IS NULL THEN 'judgement' ELSE 'judgement withdrawn' END AS kind,
        {_WHO}, sample_id, label AS label_before, suggested_label AS label, '' AS blind_label, verdict, reason,
        judgement_id AS act_id, withdraws AS about
    FROM judgement
    UNION ALL BY NAME
    SELECT created_at, event, CASE WHEN withdraws IS NULL THEN 'review' ELSE 'review withdrawn' END AS kind,
        {_WHO}, sample_id, label_before, CASE WHEN label = '' THEN label_proposed ELSE label END AS label, blind_label,
        verdict, reason, review_id AS act_id, coalesce(withdraws, batch_id) AS about
    FROM review
    UNION ALL BY NAME
    SELECT created_at, event,
        CASE WHEN withdraws IS NOT NULL THEN 'decision withdrawn' WHEN kind = 'reopen' THEN 'reopening'
            ELSE 'decision' END AS kind,
        {_WHO}, sample_id, '' AS label_before, label, '' AS blind_label, kind AS verdict, reason,
        decision_id AS act_id, withdraws AS about
    FROM decision
    UNION ALL BY NAME
    {_COMMENTS}, subject AS sample_id FROM comment WHERE kind = 'comment' AND subject_kind IN ('sample', 'conflict')
"""
_OTHER_ACTS = f"""
    SELECT created_at, event,
        CASE WHEN withdraws IS NULL THEN 'taxonomy change' ELSE 'taxonomy change withdrawn' END AS kind,
        {_WHO}, kind AS verdict, array_to_string(labels::VARCHAR[], ', ') AS label_before,
        array_to_string(becomes::VARCHAR[], ', ') AS label, reason, change_id AS act_id, withdraws AS about
    FROM taxonomy_change
    UNION ALL BY NAME
    SELECT created_at, event,
        CASE WHEN withdraws IS NULL THEN 'taxonomy review' ELSE 'taxonomy review withdrawn' END AS kind,
        {_WHO}, verdict, '' AS label_before, '' AS label, reason, review_id AS act_id, change_id AS about
    FROM taxonomy_review
    UNION ALL BY NAME
    SELECT created_at, event,
        CASE WHEN withdraws IS NULL THEN 'saved selection' ELSE 'saved selection withdrawn' END AS kind,
        {_WHO}, '' AS verdict, '' AS label_before, name AS label, note AS reason, selection_id AS act_id,
        withdraws AS about
    FROM saved_selection
    UNION ALL BY NAME
    {_COMMENTS} FROM comment WHERE kind = 'comment' AND subject_kind NOT IN ('sample', 'conflict')
"""
# One's own answers to known samples, as the reviews and judgements that they looked like.
_OWN_KNOWN = f"""
    UNION ALL BY NAME
    SELECT created_at, event,
        CASE place WHEN 'review' THEN 'review' ELSE 'judgement' END
            || CASE WHEN withdraws IS NULL THEN '' ELSE ' withdrawn' END AS kind,
        {_WHO}, sample_id, label_before, label_named AS label, blind_label, verdict, reason, answer_id AS act_id,
        withdraws AS about
    FROM known_answer WHERE list_contains($3, author_key)
    UNION ALL BY NAME
    SELECT created_at, event, CASE WHEN withdraws IS NULL THEN 'proposal' ELSE 'withdrawal' END AS kind,
        {_WHO}, sample_id, label_before, label_named AS label, '' AS blind_label, '' AS verdict, reason,
        answer_id AS act_id, withdraws AS about
    FROM known_answer WHERE list_contains($3, author_key) AND place = 'suspects' AND verdict = 'accept'
"""
_EVENT_COLUMNS = (
    *("created_at", "kind", "author", "author_verified", "author_key", "role", "label_before", "label"),
    *("blind_label", "verdict", "reason", "act_id", "about"),
)
HISTORY_COLUMNS = (*_EVENT_COLUMNS, "what")
STATEMENT_COLUMNS = ("created_at", "author", "author_verified", "role", "label", "what", "reason")
_ACT_COLUMNS = (*_EVENT_COLUMNS, "samples", "sample_id")
JOURNAL_COLUMNS = (*_ACT_COLUMNS, "what")
_ACTS = f"""
    SELECT min(created_at) AS created_at, kind, author, author_verified, author_key, role,
        CASE WHEN count(DISTINCT label_before) = 1 THEN min(label_before) ELSE '' END AS label_before,
        CASE WHEN count(DISTINCT label) = 1 THEN min(label) ELSE '' END AS label,
        any_value(blind_label) AS blind_label, any_value(verdict) AS verdict, any_value(reason) AS reason,
        act_id, any_value(about) AS about, count(sample_id) AS samples,
        CASE WHEN count(sample_id) = 1 THEN min(sample_id) ELSE '' END AS sample_id
    FROM ({_EVENTS} UNION ALL BY NAME {_OTHER_ACTS} {{known}})
    {{where}}
    GROUP BY kind, act_id, author, author_verified, author_key, role
    ORDER BY max(event) DESC, min(created_at) DESC
"""
_TOUCHED = """
    SELECT DISTINCT sample_id FROM (
        SELECT sample_id FROM current_proposal
        UNION ALL SELECT sample_id FROM current_judgement
        UNION ALL SELECT sample_id FROM current_review
        UNION ALL SELECT sample_id FROM current_decision
    )
"""
_DAY = pd.Timedelta(days=1)


@dataclass(frozen=True)
class GroupProgress:
    """Progress by ``label`` (most samples first) and ``cluster`` (in order, noise last): :data:`PROGRESS_COLUMNS`."""

    labels: pd.DataFrame
    clusters: pd.DataFrame


PROGRESS_COLUMNS = ("samples", "looked_at", "in_review", "conflict", "decided", "changed")
"""Counts: all samples; those about which anything stands in the ledger; of these the ones in review (reopened ones
too), in conflict, decided; of the decided ones those with another label than the data set's."""


def sample_history(ledger: Ledger, sample_id: str) -> pd.DataFrame:
    """Return every event of a sample, first one first, what was withdrawn later too: :data:`HISTORY_COLUMNS`.

    ``kind`` is one of :data:`KINDS`; ``what`` says it in words ("proposed Whistle instead of Blip"); ``act_id`` is the
    id of the batch, judgement, review or decision; ``about`` the one that it takes back, brings back or reviews.
    """
    query = f"SELECT {', '.join(_EVENT_COLUMNS)} FROM ({_EVENTS}) WHERE sample_id = ? ORDER BY event, created_at"
    return _with_words(read_frame(ledger, query, [sample_id], _EVENT_COLUMNS))


def statements(ledger: Ledger, sample_id: str) -> pd.DataFrame:
    """Return what each person said last about a sample and left standing, first one first: :data:`STATEMENT_COLUMNS`.

    ``label`` is what the person's vote counts for, "" where it counts for nothing: the person was unsure, or spoke
    before the sample was reopened.
    """
    events = sample_history(ledger, sample_id)
    taken_back = events.loc[events["kind"].str.contains("withdraw"), "about"]
    message = events[events["kind"].isin(("proposal", "review", "judgement")) & ~events["act_id"].isin(taken_back)]
    # Who accepts a suggestion among the suspects proposes it in the same breath.
    message = message[(message["kind"] != "judgement") | (message["verdict"] != "accept")]
    person = people_behind(ledger, message["author_key"])
    message = message[~person.duplicated(keep="last")]
    standing = votes(ledger, sample_ids=[sample_id]).set_index("person")["label"].to_dict()
    message = message.assign(label=[standing.get(name, "") for name in person[message.index]])
    return message[list(STATEMENT_COLUMNS)].reset_index(drop=True)


def journal(ledger: Ledger, day: date, *, timezone: str = "UTC", asking: Person | None = None) -> pd.DataFrame:
    """Return what was done on a day, one row an act, latest first: :data:`JOURNAL_COLUMNS`.

    A batch of proposals is one act: ``samples`` counts its samples, ``sample_id`` names a single one. The day begins by
    ``timezone``, an IANA name such as "Europe/Rome"; times stay in UTC. Whoever is ``asking`` finds his own answers to
    known samples among the reviews and judgements, which would tell them apart by missing here.

    Raises GlitchAuditError for an unknown time zone.
    """
    try:
        start = pd.Timestamp(day).tz_localize(timezone)
    except (KeyError, ValueError) as error:
        raise GlitchAuditError(f"There is no time zone '{timezone}'; give a name such as Europe/Rome.") from error
    # A day on which clocks change has 23 or 25 hours.
    end = (pd.Timestamp(day) + _DAY).tz_localize(timezone)
    limits = [moment.tz_convert("UTC").tz_localize(None).to_pydatetime() for moment in (start, end)]
    own = [] if asking is None else [key for key in asking.keys if key]
    query = _ACTS.format(where="WHERE created_at >= $1 AND created_at < $2", known=_OWN_KNOWN if own else "")
    return _with_words(read_frame(ledger, query, [*limits, own] if own else limits, _ACT_COLUMNS))


def all_acts(ledger: Ledger) -> pd.DataFrame:
    """Return all that was ever done, as :func:`journal` returns a day, with each person under one ``author_key``."""
    acts = read_frame(ledger, _ACTS.format(where="", known=""), [], _ACT_COLUMNS)
    return _with_words(acts.assign(author_key=people_behind(ledger, acts["author_key"])))


def journal_counts(acts: pd.DataFrame, asking: Person) -> pd.DataFrame:
    """Return the samples per author and kind of act in a :func:`journal`; an act about no sample counts as one.

    For whoever may not see figures about others, all others are one row, :data:`OTHERS`.
    """
    names = names_apart(acts["author_key"], acts["author"])
    if not may(asking, "see others"):
        names = names.where(acts["author_key"].isin(asking.keys), OTHERS)
    counted = acts.assign(samples=acts["samples"].clip(lower=1), author=names)
    table = counted.pivot_table(index="author", columns="kind", values="samples", aggfunc="sum", fill_value=0)
    return table.reindex(columns=[kind for kind in KINDS if kind in table.columns]).astype(int)


def progress(ledger: Ledger, labels: pd.Series, clusters: pd.Series, rule: DecisionRule) -> GroupProgress:
    """Return how many samples of each label and cluster were looked at, are in review, in conflict, decided.

    ``labels`` are the data set's own, index ``sample_id``; ``clusters`` is in the same order, -1 is noise. Events of
    other samples are ignored.
    """
    states = sample_states(ledger, rule).reindex(labels.index)
    touched = touched_samples(ledger)
    state = states["state"].fillna("open")
    counts = pd.DataFrame(
        {
            "samples": 1,
            "looked_at": labels.index.isin(touched),
            "in_review": state.isin(("in review", "reopened")),
            "conflict": state == "conflict",
            "decided": state == "decided",
            "changed": (state == "decided") & (states["label"] != labels),
        },
        index=labels.index,
    ).astype(int)
    by_label = counts.groupby(labels.to_numpy(dtype=object)).sum().rename_axis("label")
    by_cluster = counts.groupby(clusters.to_numpy(dtype=int)).sum().rename_axis("cluster")
    noise_last = sorted(by_cluster.index, key=lambda number: (number < 0, number))
    return GroupProgress(
        by_label.sort_values("samples", ascending=False, kind="stable"), by_cluster.reindex(noise_last)
    )


def touched_samples(ledger: Ledger) -> frozenset[str]:
    """Return the samples about which anything that somebody said stands, of whatever data set."""
    return frozenset(read_frame(ledger, _TOUCHED, [], ("sample_id",))["sample_id"].astype(str))


def _with_words(events: pd.DataFrame) -> pd.DataFrame:
    return events.assign(what=[in_words(row) for row in events.to_dict("records")])


def in_words(row: Mapping[str, Any]) -> str:
    """Return an event as the end of a sentence that begins with its author."""
    kind, verdict, label, before = row["kind"], row["verdict"], row["label"] or "several labels", row["label_before"]
    instead = f" instead of {before}" if before else ""
    if kind == "proposal":
        return f"{'brought back the proposal of' if verdict == 'restored' else 'proposed'} {label}{instead}"
    if kind == "withdrawal":
        return f"withdrew the proposal of {label}"
    if kind == "judgement":
        return {
            "accept": f"said that {before} does not fit",
            "keep": f"kept {before}",
            "unsure": f"was unsure about {before}",
            "skip": "left it to somebody else",
        }.get(verdict, verdict)
    if kind == "review":
        message = {
            "accept": f"accepted {label}",
            "reject": f"rejected {label} and kept {before}",
            "unsure": f"was unsure about {label}",
        }.get(verdict, f"gave a third label, {label}")
        return message + (f", having chosen {row['blind_label']} blind" if row["blind_label"] else "")
    if kind == "decision":
        return f"decided {label}"
    if kind == "reopening":
        return "reopened it"
    if kind == "taxonomy change":
        return f"proposed a change of the taxonomy: {verdict} {before}{' → ' if before else ''}{label}"
    if kind == "taxonomy review":
        return f"said “{verdict}” to a change of the taxonomy"
    if kind == "saved selection":
        return f"saved the selection “{label}”"
    if kind == "comment":
        asking = f", asking {verdict} to look" if verdict else ""
        did, about = ("commented", "on") if pd.isna(row["about"]) else ("answered", "about")
        return f"{did} {about} {label}{asking}" if row["label"] else f"{did}{asking}"
    return f"withdrew the {kind.removesuffix(' withdrawn')}"
