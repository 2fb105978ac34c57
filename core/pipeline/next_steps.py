"""What somebody at the desk can do next: at most four steps, chosen from how far the data set is and who asks."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

MOST_STEPS = 4
USUAL_SECONDS = 15.0
"""What a judgement takes where the ledger does not know it better."""

MIXED_BY_CHANCE = 0.05
"""A cluster counts as mixed where fewer than this share of such clusters are so by chance."""

MEND, WATCH, PREPARE, AUDIT = "mend", "watch", "prepare", "audit"
DECIDE, JUDGE, REVIEW, ISLAND, OPEN = "decide", "judge", "review", "island", "open"
LOOK, READ = "look", "read"
KINDS = (MEND, WATCH, PREPARE, AUDIT, DECIDE, JUDGE, REVIEW, ISLAND, LOOK, READ, OPEN)
"""What a step may be.

Put the ledger right, watch how the map is made, make it, look for suspects; decide conflicts, judge suspects, give
second opinions, look at the most mixed island, look at the suspects, read what is decided, open other data.
"""


@dataclass(frozen=True)
class Situation:
    """What the choice of steps goes by.

    Attributes:
        prepared: whether there is a map.
        working: whether something is being made now.
        audited: whether there is an audit.
        readable: whether the ledger can be read and written.
        may_judge, may_review, may_decide, may_prepare, may_open: what the person may do.
        suspects_left: how many flagged samples this person need still look at.
        waiting: how many proposals wait for this person.
        conflicts: how many samples are in conflict.
        decided: how many samples are decided.
        mixed: how many samples the most mixed island has; 0 where none is mixed.
        seconds: what a judgement takes here; None where that is not known.
    """

    prepared: bool = True
    working: bool = False
    audited: bool = True
    readable: bool = True
    may_judge: bool = True
    may_review: bool = True
    may_decide: bool = False
    may_prepare: bool = True
    may_open: bool = True
    suspects_left: int = 0
    waiting: int = 0
    conflicts: int = 0
    decided: int = 0
    mixed: int = 0
    seconds: float | None = None


@dataclass(frozen=True)
class Step:
    """One step: one of :data:`KINDS`, how many samples it is about, and about how many minutes; 0 where unknown."""

    kind: str
    count: int = 0
    minutes: int = 0


def next_steps(now: Situation) -> tuple[Step, ...]:
    """Return the steps that fit, most useful first, at most :data:`MOST_STEPS`."""
    steps = []
    if not now.readable:
        steps.append(Step(MEND))
    if not now.prepared:
        if now.working or now.may_prepare:
            steps.append(Step(WATCH if now.working else PREPARE))
    elif not now.audited and now.may_prepare:
        steps.append(Step(AUDIT))
    if now.readable and now.may_decide and now.conflicts:
        steps.append(_timed(DECIDE, now.conflicts, now))
    if now.prepared and now.suspects_left:
        steps.append(
            _timed(JUDGE, now.suspects_left, now) if now.may_judge and now.readable else Step(LOOK, now.suspects_left)
        )
    if now.prepared and now.readable and now.may_review and now.waiting:
        steps.append(_timed(REVIEW, now.waiting, now))
    if now.prepared and now.mixed:
        steps.append(Step(ISLAND, now.mixed))
    if now.readable and now.decided and not now.may_judge:
        steps.append(Step(READ, now.decided))
    if now.may_open:
        steps.append(Step(OPEN))
    return tuple(steps[:MOST_STEPS])


def about_minutes(count: int, seconds: float | None = None) -> int:
    """Return about how many minutes so many judgements take: whole ones up to ten, then fives, rounded up."""
    minutes = math.ceil(count * (seconds or USUAL_SECONDS) / 60)
    return minutes if minutes <= 10 else 5 * math.ceil(minutes / 5)


def most_mixed(clusters: pd.DataFrame) -> int | None:
    """Return the number of the cluster whose labels are most mixed, beyond what chance makes; None where none is.

    ``clusters`` is the audit's table, one row a cluster.
    """
    mixed = clusters[(clusters["q_value"] < MIXED_BY_CHANCE) & (clusters["label_count"] > 1)]
    mixed = mixed[mixed["entropy_corrected"] > 0]
    return None if mixed.empty else int(mixed["entropy_corrected"].idxmax())


def _timed(kind: str, count: int, now: Situation) -> Step:
    return Step(kind, count, about_minutes(count, now.seconds))
