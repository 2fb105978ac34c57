"""Whose answers changed in kind, this week or last: one answer held, or fewer known samples right; for moderators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from core.ledger.identity import JOIN_ACCOUNT, PERSON, names_apart
from core.ledger.people import Person, require
from core.ledger.storage.store import Ledger
from core.ledger.views.decision_rule import DecisionRule
from core.ledger.views.queries import read_frame
from core.ledger.views.skill import known_answers
from core.statistics.change_in_kind import has_fallen, held_answer

KEEP, CANNOT_TELL = "keep", "cannot tell"
STREAM_COLUMNS = ("person", "author", "answer", "created_at")
# "keep" has one key on both pages. What is judged together is one answer.
_STREAM = f"""
    SELECT {PERSON} AS person, any_value(said.author) AS author, answer, said.created_at, min(said.event) AS event
    FROM (
        SELECT author, author_key, event, created_at,
            CASE verdict WHEN 'unsure' THEN '{CANNOT_TELL}' ELSE verdict END AS answer
        FROM judgement WHERE withdraws IS NULL
        UNION ALL
        SELECT author, author_key, event, created_at,
            CASE blind_label WHEN '' THEN '{CANNOT_TELL}' WHEN label_before THEN '{KEEP}' ELSE blind_label END
        FROM review WHERE withdraws IS NULL
        UNION ALL
        SELECT author, author_key, event, created_at,
            CASE WHEN place = 'suspects' THEN CASE verdict WHEN 'unsure' THEN '{CANNOT_TELL}' ELSE verdict END
                WHEN label = '' THEN '{CANNOT_TELL}' WHEN label = label_before THEN '{KEEP}' ELSE label END
        FROM known_answer WHERE withdraws IS NULL
    ) AS said
    {JOIN_ACCOUNT}
    GROUP BY person, answer, said.created_at
    ORDER BY event
"""


@dataclass(frozen=True)
class Change:
    """What changed about whom, in a sentence, and the Monday (UTC) on which that week begins."""

    name: str
    week: pd.Timestamp
    sentence: str


def changes_in_kind(
    ledger: Ledger, asking: Person, *, now: datetime, rule: DecisionRule | None = None
) -> tuple[Change, ...]:
    """Return the changes of this week and the last one against all before, latest first; for moderators alone.

    Raises GlitchAuditError where somebody else asks.
    """
    require(asking, "see others")
    stream = read_frame(ledger, _STREAM, [], STREAM_COLUMNS)
    answers = known_answers(ledger, rule)
    names = dict(zip(stream["person"], names_apart(stream["person"], stream["author"]), strict=True))
    monday = _monday(now)
    found: list[Change] = []
    for begin in (monday, monday - pd.Timedelta(days=7)):
        for person, name in sorted(names.items(), key=lambda one: one[1].lower()):
            own, known = stream[stream["person"] == person], answers[answers["person"] == person]
            sentences = (_held(own, begin, name), _fallen(known, begin, name))
            found += [Change(name, begin, sentence) for sentence in sentences if sentence]
    return tuple(found)


def _monday(now: datetime) -> pd.Timestamp:
    today = pd.Timestamp(now).tz_convert("UTC").normalize()
    return today - pd.Timedelta(days=today.weekday())


def _split(rows: pd.DataFrame, begin: pd.Timestamp) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows before a week, and those in it."""
    when, end = rows["created_at"], begin + pd.Timedelta(days=7)
    return rows[when < begin], rows[(when >= begin) & (when < end)]


def _held(own: pd.DataFrame, begin: pd.Timestamp, name: str) -> str:
    earlier, latest = _split(own, begin)
    gaps = own["created_at"].diff().dt.total_seconds().fillna(float("inf"))
    held = held_answer(
        list(earlier["answer"]),
        list(latest["answer"]),
        earlier_gaps=list(gaps[earlier.index]),
        latest_gaps=list(gaps[latest.index]),
    )
    if held is None:
        return ""
    quick = "" if held.seconds is None else f" within {held.seconds:.1f} s of each other"
    return (
        f"{name} answered “{held.answer}” {held.times:,} times in a row{quick}, and never more than "
        f"{held.longest:,} before: a key may have been held, or nobody looked."
    )


def _fallen(known: pd.DataFrame, begin: pd.Timestamp, name: str) -> str:
    known = known[known["label"].astype("str") != ""]
    earlier, latest = (part["label"] == part["known"] for part in _split(known, begin))
    right = int(earlier.sum())
    if not has_fallen(right, len(earlier) - right, [bool(one) for one in latest]):
        return ""
    return (
        f"{name} named {int(latest.sum()):,} of {len(latest):,} known samples right, and before "
        f"{right:,} of {len(earlier):,}: perhaps tired, or something was misunderstood."
    )
