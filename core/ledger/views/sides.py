"""The sides of a conflict: which labels people stand for, who they are, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

MAX_ADOPTED = 2_000


@dataclass(frozen=True)
class Stand:
    """What one person said last: who, when, in which words, and the reason that was given, if any."""

    author: str
    verified: bool
    created_at: datetime
    what: str
    reason: str


@dataclass(frozen=True)
class Side:
    """A label, and the people who stand for it; the label is empty for those who stand for none."""

    label: str
    stands: tuple[Stand, ...] = ()

    @property
    def people(self) -> str:
        """How many people stand for it, in words."""
        count = len(self.stands)
        return "nobody" if not count else "1 person" if count == 1 else f"{count:,} people"

    @property
    def adopted_reason(self) -> str:
        """The reasons that were given for this label, as whoever decides for it takes them over; empty for none."""
        given = [f"{stand.author}: “{stand.reason}”" for stand in self.stands if stand.reason]
        text = f"Decided with what was said for it: {'; '.join(given)}." if given else ""
        return text if len(text) <= MAX_ADOPTED else f"{text[: MAX_ADOPTED - 1]}…"


def sides_of(statements: pd.DataFrame) -> tuple[Side, ...]:
    """Return the sides, that with most people first, of equal ones the first by name; who stands for none comes last.

    Args:
        statements: from ``core.ledger.views.history.statements``.
    """
    stands: dict[str, list[Stand]] = {}
    for row in statements.to_dict("records"):
        stand = Stand(row["author"], bool(row["author_verified"]), row["created_at"], row["what"], row["reason"] or "")
        stands.setdefault(row["label"], []).append(stand)
    found = [Side(label, tuple(people)) for label, people in stands.items()]
    return tuple(sorted(found, key=lambda side: (not side.label, -len(side.stands), side.label)))


def side_for(sides: Sequence[Side], label: str) -> Side:
    """Return the side of those who stand for a label, without anybody where nobody does."""
    return next((side for side in sides if side.label == label), Side(label))
