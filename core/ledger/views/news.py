"""What happened to a person's samples since a moment: the news of a visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from core.ledger.people import Person
from core.ledger.storage.store import Ledger
from core.ledger.views.authors import people_behind
from core.ledger.views.decision_rule import DecisionRule
from core.ledger.views.known_asked import review_work
from core.ledger.views.states import CONFLICT, DECIDED, sample_states
from core.ledger.views.voting import votes


@dataclass(frozen=True)
class LedgerNews:
    """What others did since; each a number of samples.

    Attributes:
        decided_for: decided for the label that this person stands for; ``agreed`` are the names of who agreed.
        decided_otherwise: decided for another label than this person stands for.
        contradicted: in conflict since somebody contradicts this person; ``by`` are the names of who does.
        conflicts: in conflict between others.
        waiting: proposed by others, and waiting for this person.
    """

    decided_for: int = 0
    agreed: tuple[str, ...] = ()
    decided_otherwise: int = 0
    contradicted: int = 0
    by: tuple[str, ...] = ()
    conflicts: int = 0
    waiting: int = 0


def news_since(
    ledger: Ledger, person: Person, since: datetime, sample_ids: Sequence[str], rule: DecisionRule | None = None
) -> LedgerNews:
    """Return what others did about these samples since a moment, an aware time, as this person may know it.

    Where the person has not spoken about a sample, only numbers are told, so that a later review stays blind.
    """
    if not person.key:
        return LedgerNews()
    states = sample_states(ledger, rule)
    states = states[states.index.isin(set(sample_ids))]
    said = votes(ledger)
    said = said[said["sample_id"].isin(states.index)]
    mine = said["person"].isin(set(people_behind(ledger, pd.Series(person.keys))))
    own = said[mine].set_index("sample_id")["label"]
    late = said[~mine & (said["created_at"] > pd.Timestamp(since))]

    decided = states[(states["state"] == DECIDED) & (states["decided_at"] > pd.Timestamp(since))]
    decided = decided[decided.index.isin(own.index)]
    alike = decided["label"] == own.reindex(decided.index)
    agreeing = late[late["sample_id"].isin(decided.index[alike])]

    fresh = states.index[(states["state"] == CONFLICT) & states.index.isin(late["sample_id"])]
    against = late[late["sample_id"].isin(fresh) & late["sample_id"].isin(own.index)]
    against = against[against["label"].to_numpy() != own.reindex(against["sample_id"]).to_numpy()]
    contradicted = set(against["sample_id"])
    queue = review_work(ledger, person, rule=rule)
    age = pd.Timestamp.now("UTC") - pd.Timestamp(since)
    waiting = queue[(queue["age"] < age) & queue["sample_id"].isin(set(sample_ids))]
    return LedgerNews(
        decided_for=int(alike.sum()),
        agreed=tuple(dict.fromkeys(agreeing["author"])),
        decided_otherwise=int((~alike).sum()),
        contradicted=len(contradicted),
        by=tuple(dict.fromkeys(against["author"])),
        conflicts=len(set(fresh) - contradicted),
        waiting=len(waiting),
    )
