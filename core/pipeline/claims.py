"""Claims: samples that are reserved for one person for a while, so that two do not do the same work.

A claim is no act and never reaches the ledger: it lies in a small file of the workspace, ends by itself, and nothing is
lost with it. It hinders nobody from speaking about a sample; the queues of others only leave it out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from core.errors import GlitchAuditError
from core.ledger.people import Person
from core.workspace import Workspace, lock_of, make_folder, write_json

SUSPECTS, REVIEW = "suspects", "review"
KINDS = (SUSPECTS, REVIEW)
"""Judging a sample and reviewing it are two works: a claim of one kind leaves the other to everybody."""

COUNT = 20
MINUTES = 30.0
"""So long a claim holds after the last act of the person who has it."""

MINUTES_WITHOUT_PAGE = 2.0
"""So long a claim holds after the last page of its person was closed: a reload takes less."""

MOST_SAMPLES = 100
MOST_CLAIMS = 500
_FILE, _LOCK = "claims.json", ".claims.lock"
_MOST_BYTES = 2_000_000
_WAIT_SECONDS = 5.0
_LONGEST = timedelta(days=1)
_RENEWED_AFTER = timedelta(minutes=1)


@dataclass(frozen=True)
class Claim:
    """Samples that are reserved.

    Attributes:
        person: the key of whom they are reserved for.
        name: that person's name.
        kind: one of :data:`KINDS`.
        sample_ids: in the order of the queue that they were taken from.
        until: when they are free again, in UTC.
    """

    person: str
    name: str
    kind: str
    sample_ids: tuple[str, ...]
    until: datetime


def live_claims(workspace: Workspace, *, now: datetime | None = None) -> tuple[Claim, ...]:
    """Return the claims that hold now; none where there is no file of them, or what is there cannot be used."""
    now = now or datetime.now(UTC)
    path = workspace.root / _FILE
    try:
        if path.stat().st_size > _MOST_BYTES:
            return ()
        content = json.loads(path.read_text(encoding="utf-8"))
        stored = list(content["claims"])
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return ()
    found = [one for one in map(_read, stored[:MOST_CLAIMS]) if one is not None]
    # One that another clock dated far into the future would never end.
    return tuple(one for one in found if now < one.until <= now + _LONGEST)


def own_claim(claims: Iterable[Claim], person_key: str, kind: str) -> Claim | None:
    """Return what is reserved for this person; None for nothing, and for nobody."""
    return next((one for one in claims if person_key and (one.person, one.kind) == (person_key, kind)), None)


def claimed_by_others(claims: Iterable[Claim], person_key: str, kind: str) -> frozenset[str]:
    """Return the ids of samples that are reserved for anybody else."""
    taken = (one.sample_ids for one in claims if one.kind == kind and (not person_key or one.person != person_key))
    return frozenset(sample_id for ids in taken for sample_id in ids)


def claim_samples(
    workspace: Workspace,
    person: Person,
    kind: str,
    candidates: Sequence[str],
    *,
    count: int = COUNT,
    minutes: float = MINUTES,
    now: datetime | None = None,
) -> tuple[str, ...]:
    """Reserve the first ``count`` of the candidates that are nobody else's, and return them.

    Who has a claim with something left to do keeps that one, for as long as a new one: a second click changes nothing.

    Raises:
        GlitchAuditError: nobody is named, the file cannot be written, or there are too many claims already.
    """
    if kind not in KINDS:
        raise ValueError(f"the kind is one of {', '.join(KINDS)}, not '{kind}'")
    if not person.key:
        raise GlitchAuditError("Type your name first: samples are reserved for somebody.")
    until = (now or datetime.now(UTC)) + timedelta(minutes=minutes)
    candidates = list(dict.fromkeys(candidates))
    taken: tuple[str, ...] = ()

    def changed(claims: tuple[Claim, ...]) -> list[Claim]:
        nonlocal taken
        own, others = own_claim(claims, person.key, kind), claimed_by_others(claims, person.key, kind)
        if own is not None and set(own.sample_ids) & set(candidates):
            taken = own.sample_ids
        else:
            free = [sample_id for sample_id in candidates if sample_id not in others]
            taken = tuple(free[: max(0, min(count, MOST_SAMPLES))])
        kept = [one for one in claims if one != own]
        return [*kept, Claim(person.key, person.name, kind, taken, until)] if taken else kept

    _change(workspace, changed, now)
    return taken


def renew_claim(
    workspace: Workspace, person: Person, kind: str, *, minutes: float = MINUTES, now: datetime | None = None
) -> None:
    """Let a claim that holds go on for ``minutes`` from now; nothing where there is none, or it was just renewed.

    Raises GlitchAuditError where the file cannot be written.
    """
    until = (now or datetime.now(UTC)) + timedelta(minutes=minutes)
    own = own_claim(live_claims(workspace, now=now), person.key, kind)
    if own is None or until - own.until < _RENEWED_AFTER:
        return
    _change(
        workspace,
        lambda claims: [
            replace(one, until=until) if (one.person, one.kind) == (person.key, kind) else one for one in claims
        ],
        now,
    )


def shorten_claims(
    workspace: Workspace, person_key: str, *, minutes: float = MINUTES_WITHOUT_PAGE, now: datetime | None = None
) -> None:
    """Let a person's claims of every kind end in ``minutes``, where they would hold longer.

    Raises GlitchAuditError where the file cannot be written.
    """
    until = (now or datetime.now(UTC)) + timedelta(minutes=minutes)
    if not any(one.person == person_key and one.until > until for one in live_claims(workspace, now=now)):
        return
    _change(
        workspace,
        lambda claims: [
            replace(one, until=min(one.until, until)) if one.person == person_key else one for one in claims
        ],
        now,
    )


def release_claim(workspace: Workspace, person_key: str, kind: str, *, now: datetime | None = None) -> None:
    """Free what is reserved for this person; nothing where nothing is.

    Raises GlitchAuditError where the file cannot be written.
    """
    if own_claim(live_claims(workspace, now=now), person_key, kind) is None:
        return
    _change(workspace, lambda claims: [one for one in claims if (one.person, one.kind) != (person_key, kind)], now)


def _change(workspace: Workspace, changed: Callable[[tuple[Claim, ...]], list[Claim]], now: datetime | None) -> None:
    """Replace the file by what ``changed`` makes of the claims that hold, while no other process does the same."""
    make_folder(workspace.root)
    with lock_of(workspace.root / _LOCK, wait=_WAIT_SECONDS):
        claims = changed(live_claims(workspace, now=now))
        content = {"claims": [_stored(one) for one in claims]}
        if len(claims) > MOST_CLAIMS or len(json.dumps(content, indent=1)) > _MOST_BYTES:
            raise GlitchAuditError("Too many samples are reserved already; go on without, or wait half an hour.")
        write_json(workspace.root / _FILE, content, lasting=False)


def _stored(claim: Claim) -> dict[str, Any]:
    return {
        "person": claim.person,
        "name": claim.name,
        "kind": claim.kind,
        "samples": list(claim.sample_ids),
        "until": claim.until.timestamp(),
    }


def _read(stored: Any) -> Claim | None:
    """Return a claim as it was stored; None for what is none."""
    try:
        texts = [stored["person"], stored["name"], stored["kind"], *stored["samples"]]
        until = datetime.fromtimestamp(float(stored["until"]), UTC)
    except (TypeError, KeyError, ValueError, OverflowError, OSError):
        return None
    if not all(isinstance(text, str) for text in texts) or isinstance(stored["samples"], str):
        return None
    person, name, kind, *sample_ids = texts
    return Claim(person, name, kind, tuple(sample_ids[:MOST_SAMPLES]), until)
