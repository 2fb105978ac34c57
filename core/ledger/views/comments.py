"""What people wrote about samples, selections, clusters and conflicts, and what of it waits for somebody."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.dataset.pictures_as_samples import shows_any
from core.ledger.people import Person
from core.ledger.storage.store import Ledger
from core.ledger.views.queries import read_frame

COMMENT, SEEN = "comment", "seen"
"""What a row of the table may be."""

SAMPLE, SELECTION, CLUSTER, CONFLICT = "sample", "selection", "cluster", "conflict"
SUBJECT_KINDS = (SAMPLE, SELECTION, CLUSTER, CONFLICT)
"""What a comment may be about."""

SAME_CLUSTER = 0.5
"""A cluster is the one of before if they share at least this part of the samples that either has."""

_WROTE = ("comment_id", "created_at", "author", "author_key", "author_verified", "role", "text", "answers", "asks")
_ABOUT = ("subject_kind", "subject", "subject_name")
THREAD_COLUMNS = (*_WROTE, *_ABOUT, "withdrawn", "waits", "depth", "earlier")
WAITING_COLUMNS = (*_WROTE, *_ABOUT, "why")
ALL_COLUMNS = (*(name for name in _WROTE if name != "author_key"), *_ABOUT, "status", "app_version")

ASKED, ANSWERED = "asked", "answered"
"""Why a comment waits for somebody: it asks that person to look, or answers what he wrote."""

_THREAD = f"""
    SELECT {", ".join((*_WROTE, *_ABOUT))}, kind, asks_key, withdraws FROM comment
    WHERE list_contains($kinds, subject_kind) AND list_contains($subjects, subject) ORDER BY event
"""
_WAITING = f"""
    WITH standing AS MATERIALIZED (
            SELECT event, kind, asks_key, {", ".join((*_WROTE, *_ABOUT))} FROM current_comment
        ),
        own AS (SELECT comment_id FROM standing WHERE kind = '{COMMENT}' AND list_contains($own, author_key)),
        done AS (SELECT answers FROM standing WHERE answers IS NOT NULL AND list_contains($keys, author_key))
    SELECT {", ".join((*_WROTE, *_ABOUT))},
        CASE WHEN asks_key = $name THEN '{ASKED}' ELSE '{ANSWERED}' END AS why
    FROM standing
    WHERE kind = '{COMMENT}' AND NOT list_contains($own, author_key)
        AND (asks_key = $name OR answers IN (SELECT comment_id FROM own))
        AND comment_id NOT IN (SELECT answers FROM done)
    ORDER BY event DESC
"""
_ALL = f"""
    SELECT {", ".join(f"said.{name}" for name in ALL_COLUMNS if name != "status")},
        CASE WHEN said.comment_id IN (SELECT withdraws FROM comment WHERE withdraws IS NOT NULL)
            THEN 'withdrawn' ELSE 'current' END AS status
    FROM comment AS said WHERE kind = '{COMMENT}' AND withdraws IS NULL ORDER BY said.event
"""
_SELECTED = """
    SELECT sample_ids::VARCHAR AS sample_ids FROM saved_selection WHERE selection_id = $key AND withdraws IS NULL
"""
_SUBJECTS = f"""
    SELECT comment_id, subject_kind, subject FROM comment WHERE kind = '{COMMENT}' AND withdraws IS NULL
"""
_CLUSTERS = f"""
    SELECT DISTINCT subject, sample_ids::VARCHAR AS sample_ids FROM comment
    WHERE subject_kind = '{CLUSTER}' AND kind = '{COMMENT}' AND answers IS NULL
"""


@dataclass(frozen=True)
class Subject:
    """What a comment is about.

    Attributes:
        kind: one of :data:`SUBJECT_KINDS`.
        key: the sample's id, for a conflict too; the saved selection's id; or what :func:`cluster_key` returns.
        name: what it is called on screen; empty for a sample, which its id names.
        sample_ids: of a cluster: by these it is known again when the clusters were found anew.
    """

    kind: str
    key: str
    name: str = ""
    sample_ids: tuple[str, ...] = ()

    @property
    def of_a_sample(self) -> bool:
        """Whether it is about one sample: what is said of it, and of the conflict about it, stands together."""
        return self.kind in (SAMPLE, CONFLICT)


def cluster_key(clustering: str, number: int) -> str:
    """Return what names a cluster: the clustering's fingerprint, and its number there."""
    return f"{clustering}:{number}"


def thread(ledger: Ledger, subject: Subject, person: Person | None = None) -> pd.DataFrame:
    """Return what was said about something, answers below what they answer: :data:`THREAD_COLUMNS`.

    ``withdrawn``: it was taken back; such a row is there only while an answer to it stands. ``waits``: it waits for
    this person. ``depth``: 0, or 1 for an answer, of whatever depth. ``earlier``: it was said of an earlier cluster
    that had mostly the same samples.
    """
    kinds = (SAMPLE, CONFLICT) if subject.of_a_sample else (subject.kind,)
    earlier = _earlier_clusters(ledger, subject) if subject.kind == CLUSTER else frozenset()
    asked = {"kinds": list(kinds), "subjects": [subject.key, *sorted(earlier)]}
    rows = read_frame(ledger, _THREAD, asked, (*_WROTE, *_ABOUT, "kind", "asks_key", "withdraws"))
    if rows.empty:
        # Nobody said anything about most of what is looked at.
        return pd.DataFrame(columns=list(THREAD_COLUMNS))
    found = _with_waiting(rows, person)
    if found.empty:
        return found.reindex(columns=list(THREAD_COLUMNS))
    answered = {str(row.comment_id): str(row.answers) for row in found.itertuples() if not pd.isna(row.answers)}
    roots = pd.Series([_root(str(name), answered) for name in found["comment_id"]], index=found.index)
    standing = set(roots[~found["withdrawn"].astype(bool)])
    found = found.assign(
        depth=(roots != found["comment_id"]).astype(int), earlier=found["subject"].isin(earlier), root=roots
    )
    found = found[~found["withdrawn"].astype(bool) | ((found["depth"] == 0) & roots.isin(standing))]
    first = {name: place for place, name in enumerate(dict.fromkeys(found["root"]))}
    found = found.assign(place=found["root"].map(first)).sort_values("place", kind="stable")
    return found[list(THREAD_COLUMNS)].reset_index(drop=True)


def waiting_for(ledger: Ledger, person: Person) -> pd.DataFrame:
    """Return what waits for a person, latest first: :data:`WAITING_COLUMNS`.

    These are comments that ask the person to look, and answers to what the person wrote, as long as they stand and the
    person has neither answered nor seen them. ``why`` is :data:`ASKED` or :data:`ANSWERED`.
    """
    if not person.key:
        return pd.DataFrame(columns=list(WAITING_COLUMNS))
    return read_frame(ledger, _WAITING, _of(person), WAITING_COLUMNS)


def all_comments(ledger: Ledger) -> pd.DataFrame:
    """Return every comment in order, those that were taken back too: :data:`ALL_COLUMNS`."""
    return read_frame(ledger, _ALL, [], ALL_COLUMNS)[list(ALL_COLUMNS)]


def samples_about(ledger: Ledger, kind: str, key: str) -> frozenset[str]:
    """Return the ids of the samples that a comment on this subject is about; none where the subject is not known."""
    if kind in (SAMPLE, CONFLICT):
        return frozenset({key})
    if kind == CLUSTER:
        return _samples_of_clusters(ledger).get(key, frozenset())
    found = read_frame(ledger, _SELECTED, {"key": key}, ("sample_ids",))
    return frozenset(str(name) for text in found["sample_ids"] for name in json.loads(text))


def comments_about(ledger: Ledger, glitches: Collection[str]) -> frozenset[str]:
    """Return the ids of the comments on subjects that hold one of these glitches, or a picture of one."""
    if not glitches:
        return frozenset()
    rows = read_frame(ledger, _SUBJECTS, [], ("comment_id", "subject_kind", "subject"))
    subjects = rows[["subject_kind", "subject"]].astype(str).drop_duplicates().itertuples(index=False)
    held = {(kind, key) for kind, key in subjects if shows_any(samples_about(ledger, kind, key), glitches)}
    named = zip(rows["comment_id"], rows["subject_kind"], rows["subject"], strict=True)
    return frozenset(str(name) for name, kind, key in named if (str(kind), str(key)) in held)


def cluster_now(ledger: Ledger, key: str, *, clustering: str, clusters: Mapping[int, Collection[str]]) -> int | None:
    """Return the number that a commented cluster has today; None where its samples are in no one cluster any more.

    Args:
        ledger: where the comments are.
        key: the subject of the comment.
        clustering: today's fingerprint.
        clusters: today's samples of each cluster.
    """
    named, _, number = key.rpartition(":")
    if named == clustering and number.lstrip("-").isdigit():
        return int(number) if int(number) in clusters else None
    before = _samples_of_clusters(ledger).get(key, frozenset())
    shared = {number: _shared(before, samples) for number, samples in clusters.items()}
    best = max(shared, key=lambda number: shared[number], default=None)
    return best if best is not None and shared[best] >= SAME_CLUSTER else None


def _with_waiting(rows: pd.DataFrame, person: Person | None) -> pd.DataFrame:
    """Return the comments among all rows about a subject, with ``withdrawn`` and ``waits``."""
    mine = _of(person)
    taken_back = set(rows["withdraws"].dropna())
    standing = rows[rows["withdraws"].isna() & ~rows["comment_id"].isin(taken_back)]
    own = standing.loc[standing["author_key"].isin(mine["own"]) & (standing["kind"] == COMMENT), "comment_id"]
    done = standing.loc[standing["author_key"].isin(mine["keys"]), "answers"].dropna()
    asked = (rows["asks_key"] == mine["name"]) | rows["answers"].isin(own)
    rows = rows.assign(
        withdrawn=rows["comment_id"].isin(taken_back),
        waits=asked
        & ~rows["author_key"].isin(mine["own"])
        & ~rows["comment_id"].isin(done)
        & rows["comment_id"].isin(standing["comment_id"]),
    )
    return rows[(rows["kind"] == COMMENT) & rows["withdraws"].isna()]


def _of(person: Person | None) -> dict[str, Any]:
    """Return the values of a query that ask for what is this person's; a line break is nobody's name."""
    if person is None or not person.key:
        return {"own": ["\n"], "keys": ["\n"], "name": "\n"}
    own = tuple(dict.fromkeys((*person.keys, person.name_key)))
    return {"own": list(own), "keys": list(person.keys), "name": person.name_key}


def _root(name: str, answered: Mapping[str, str]) -> str:
    """Return the comment that begins a thread; a circle, which only a changed file has, begins somewhere in it."""
    seen = {name}
    while name in answered and answered[name] not in seen:
        name = answered[name]
        seen.add(name)
    return name


def _earlier_clusters(ledger: Ledger, subject: Subject) -> frozenset[str]:
    """Return the commented clusters of other clusterings that this one continues."""
    clustering, now = subject.key.rpartition(":")[0], frozenset(subject.sample_ids)
    return frozenset(
        key
        for key, samples in _samples_of_clusters(ledger).items()
        if key.rpartition(":")[0] != clustering and _shared(samples, now) >= SAME_CLUSTER
    )


def _samples_of_clusters(ledger: Ledger) -> dict[str, frozenset[str]]:
    found = read_frame(ledger, _CLUSTERS, [], ("subject", "sample_ids"))
    listed = {str(key): json.loads(text) for key, text in zip(found["subject"], found["sample_ids"], strict=True)}
    return {key: frozenset(map(str, names)) for key, names in listed.items() if isinstance(names, list)}


def _shared(some: Collection[str], others: Collection[str]) -> float:
    some, others = frozenset(some), frozenset(others)
    return len(some & others) / max(len(some | others), 1)
