"""How much waits for a person, in three figures and one question to the ledger: every page's sidebar tells them."""

from __future__ import annotations

from dataclasses import dataclass

from core.ledger.identity import PERHAPS_MINE, is_account
from core.ledger.people import Person
from core.ledger.storage.last_event import Extent, extent_now
from core.ledger.storage.store import Ledger
from core.ledger.views.decision_rule import DecisionRule
from core.ledger.views.known_asked import known_rate, review_work
from core.ledger.views.queries import read_frame
from core.ledger.views.reviews import QUEUE
from core.ledger.views.states import CONFLICT, DECIDED, EVERY_STATE
from core.ledger.views.voting import VOTES

_COLUMNS = ("review", "conflicts", "mine")
_WAITING = f"""
    WITH state AS MATERIALIZED ({EVERY_STATE})
    SELECT
        (SELECT count(*) FROM ({QUEUE})
            WHERE sample_id NOT IN (SELECT sample_id FROM state WHERE state = '{DECIDED}')) AS review,
        count(*) AS conflicts,
        count(*) FILTER (sample_id IN (SELECT sample_id FROM ({VOTES}) WHERE {PERHAPS_MINE})) AS mine
    FROM state WHERE state = '{CONFLICT}'
"""


@dataclass(frozen=True)
class Waiting:
    """How many samples wait.

    Attributes:
        review: those of which the person has yet to give a second opinion, as ``review_work`` lists them.
        conflicts: those for which people stand for different labels.
        mine: of these, those for which the person stands for one.
    """

    review: int = 0
    conflicts: int = 0
    mine: int = 0


def ledger_extent(ledger: Ledger) -> Extent | None:
    """Return how far the ledger has come: as long as that is the same, so is what waits; None where it is not read."""
    if not ledger.readable():
        return None
    with ledger.cursor() as cursor:
        return extent_now(cursor)


def waiting(ledger: Ledger, person: Person, rule: DecisionRule) -> Waiting:
    """Return how much waits for a person; nothing for nobody, or where the ledger cannot be read."""
    if not person.key:
        return Waiting()
    values = {"key": person.key, "name": person.name_key, "account": is_account(person.key)}
    found = read_frame(ledger, _WAITING, values | {"dataset": "", "agreeing": rule.agreeing}, _COLUMNS)
    if found.empty:
        return Waiting()
    review, conflicts, mine = (int(found[name].iloc[0]) for name in _COLUMNS)
    # Told without the known samples that are mixed in, the figure would give them away.
    if review and known_rate(ledger).one_in:
        review = len(review_work(ledger, person, rule=rule))
    return Waiting(review, conflicts, mine)
