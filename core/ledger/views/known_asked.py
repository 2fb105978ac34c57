"""Which known samples are mixed into whose work, and where: the same whenever it is asked, until something is answered.

A sample is known where its label is decided. A person is asked about one that somebody else decided and of which that
person has said nothing. Of each ``one_in`` samples in a row one place is drawn, and which known sample comes there, by
the rate's id, the person, the place of work and the number of what was asked before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from core.ledger.identity import PERHAPS_MINE, is_account
from core.ledger.people import Person
from core.ledger.storage.store import Ledger
from core.ledger.views.decision_rule import DecisionRule
from core.ledger.views.queries import read_frame
from core.ledger.views.reviews import QUEUE, QUEUE_COLUMNS, review_queue, reviewed_at
from core.ledger.views.states import what_was_decided
from core.ledger.views.voting import spoken_about

REVIEW, SUSPECTS = "review", "suspects"
PLACES = (REVIEW, SUSPECTS)
RATES = (0, 20, 10, 5)
"""One in so many may be a known sample; 0 is none."""

LOOK_BACK = 10
"""A known sample that was passed over is still asked about, this many answers later at most."""

NEAR = 10
"""Among suspects each known sample is one of so many that are the least suspect, nearest to what still waits."""

KNOWN_COLUMNS = ("known", "position")
_RATE = "SELECT rate_id, one_in, author, created_at FROM known_rate ORDER BY event DESC LIMIT 1"
_ANSWERED = f"""
    SELECT sample_id, place, position, label_before, verdict, author, author_key, created_at
    FROM current_known_answer WHERE {PERHAPS_MINE} ORDER BY event DESC
"""
_ANSWERED_COLUMNS = (
    *("sample_id", "place", "position", "label_before", "verdict", "author", "author_key", "created_at"),
)
_DECIDED_BY_ME = f"SELECT DISTINCT sample_id FROM decision WHERE {PERHAPS_MINE}"
_JUDGED_BY_ME = f"SELECT sample_id, judgement_id FROM current_judgement WHERE {PERHAPS_MINE}"


@dataclass(frozen=True)
class Rate:
    """How many are mixed in: one in ``one_in``, 0 for none; ``seed`` draws which, ``author`` said so."""

    one_in: int = 0
    seed: str = ""
    author: str = ""


@dataclass(frozen=True)
class Mixed:
    """The known samples that wait for a person in one place, in the order in which they come.

    Attributes:
        labels: the decided label of each.
        positions: of each, which of all that the person is asked about there.
        done: how many the person answered there so far.
    """

    labels: Mapping[str, str]
    positions: Mapping[str, int]
    done: int

    def spread(self, others: Sequence[str], *, only: frozenset[str] | None = None) -> list[str]:
        """Return the ids of a queue with these mixed in; never behind the last of the others.

        Args:
            others: the queue without them.
            only: those that may come; None for all.
        """
        coming = [(name, place - self.done) for name, place in self.positions.items() if only is None or name in only]
        found: list[str] = []
        for other in others:
            while coming and coming[0][1] <= len(found):
                found.append(coming.pop(0)[0])
            found.append(other)
        return found


NOTHING = Mixed({}, {}, 0)


def known_rate(ledger: Ledger) -> Rate:
    """Return the rate that a moderator set last; none where nobody did."""
    found = read_frame(ledger, _RATE, [], ("rate_id", "one_in", "author", "created_at"))
    if found.empty:
        return Rate()
    return Rate(int(found["one_in"].iloc[0]), str(found["rate_id"].iloc[0]), str(found["author"].iloc[0]))


def answered_known(ledger: Ledger, person: Person, place: str = "") -> pd.DataFrame:
    """Return this person's answers to known samples that stand, latest first; of one place, or of all."""
    found = read_frame(ledger, _ANSWERED, _asking(person), _ANSWERED_COLUMNS)
    return found[found["place"] == place] if place else found


def answer_ids(ledger: Ledger) -> frozenset[str]:
    """Return the ids of all answers to known samples, whoever gave them."""
    found = read_frame(ledger, "SELECT answer_id FROM known_answer", [], ("answer_id",))
    return frozenset(found["answer_id"].astype(str))


def review_work(ledger: Ledger, person: Person, *, rule: DecisionRule | None = None) -> pd.DataFrame:
    """Return the queue of ``review_queue`` with known samples mixed in, and the columns :data:`KNOWN_COLUMNS`.

    ``known`` is the decided label of a known sample, "" for what truly waits; ``position`` its number among all that
    the person is asked about, -1 for the others. A known sample comes with a proposal that somebody else truly made.
    """
    queue = review_queue(ledger, person, rule=rule).assign(known="", position=-1)
    rate = known_rate(ledger)
    if not rate.one_in or queue.empty or not person.key:
        return queue
    decided = what_was_decided(ledger, rule)
    columns = ("correction_id", "sample_id", "label_before", "created_at")
    proposed = read_frame(ledger, QUEUE, _asking(person) | {"dataset": ""}, columns)
    proposed = proposed[proposed["sample_id"].isin(decided.index)]
    done = len(reviews_answered_at(ledger, person))
    mixed = _mixed(ledger, person, REVIEW, rate, decided, list(proposed["sample_id"]), done=done, room=len(queue))
    if not mixed.labels:
        return queue
    known = proposed[proposed["sample_id"].isin(mixed.labels)]
    known = known.assign(
        known=known["sample_id"].map(mixed.labels),
        position=known["sample_id"].map(mixed.positions),
        age=queue["age"].iloc[-1],
    )
    both = pd.concat([queue, known[[*QUEUE_COLUMNS, *KNOWN_COLUMNS]]]).set_index("sample_id", drop=False)
    return both.loc[mixed.spread(list(queue["sample_id"]))].reset_index(drop=True)


def ids_to_review(ledger: Ledger, person: Person, *, rule: DecisionRule | None = None) -> frozenset[str]:
    """Return the samples of :func:`review_work`, asked for once between two writes."""
    given = (rule or DecisionRule()).agreeing

    def ask() -> pd.DataFrame:
        return review_work(ledger, person, rule=rule)[["sample_id"]]

    return frozenset(ledger.answer(("ids to review", person.keys, person.name_key, given), ask)["sample_id"].to_numpy())


def reviews_answered_at(ledger: Ledger, person: Person) -> pd.Series:
    """Return when this person reviewed anything that stands, known samples among it, in UTC."""
    known = answered_known(ledger, person, REVIEW)["created_at"]
    reviewed = reviewed_at(ledger, person)
    return reviewed if known.empty else pd.concat([reviewed, known], ignore_index=True)


def suspects_mixed(
    ledger: Ledger,
    person: Person,
    *,
    judged: Sequence[str],
    waiting: int,
    rule: DecisionRule | None = None,
) -> Mixed:
    """Return the known samples to mix into a person's queue of suspects.

    Args:
        judged: suspects that others judged, so that they do not wait any more; the least suspect first, since that is
            nearest to what still waits.
        waiting: how many suspects wait.
        rule: when a sample is decided.
    """
    rate = known_rate(ledger)
    if not rate.one_in or not waiting or not person.key or not judged:
        return NOTHING
    decided = what_was_decided(ledger, rule)
    mine = read_frame(ledger, _JUDGED_BY_ME, _asking(person), ("sample_id", "judgement_id"))
    said = spoken_about(ledger, person) | frozenset(mine["sample_id"].astype(str))
    candidates = [name for name in judged if name in decided.index and name not in said]
    done = len(mine) + len(answered_known(ledger, person, SUSPECTS))
    return _mixed(ledger, person, SUSPECTS, rate, decided, candidates, done=done, room=waiting, near=NEAR)


def as_if_judged(judged: pd.DataFrame, mixed: Mixed, answered: pd.DataFrame) -> pd.DataFrame:
    """Return what was judged as a person sees it who is asked about known samples, latest first.

    Nobody seems to have judged those that are mixed in, and the answers to former ones look like judgements.

    Args:
        judged: index ``sample_id``: ``label``, ``verdict``, ``author``, ``author_key``, ``created_at``.
        mixed: the known samples that wait.
        answered: from :func:`answered_known`.
    """
    if not mixed.labels and answered.empty:
        return judged
    own = answered.rename(columns={"label_before": "label"}).set_index("sample_id")[list(judged.columns)]
    both = pd.concat([part for part in (own, judged[~judged.index.isin(mixed.labels)]) if len(part)] or [judged[:0]])
    return both.sort_values("created_at", ascending=False, kind="stable")


def _mixed(
    ledger: Ledger,
    person: Person,
    place: str,
    rate: Rate,
    decided: pd.Series,
    candidates: Sequence[str],
    *,
    done: int,
    room: int,
    near: int | None = None,
) -> Mixed:
    answered = answered_known(ledger, person)
    own = read_frame(ledger, _DECIDED_BY_ME, _asking(person), ("sample_id",))["sample_id"]
    taken = {*answered["sample_id"], *own}
    left = [name for name in candidates if name not in taken]
    at = set(answered.loc[answered["place"] == place, "position"])
    positions: dict[str, int] = {}
    seed = (rate.seed, person.key, place)
    for slot in _slots(seed, rate.one_in, done=done, room=room):
        if not left:
            break
        if slot not in at:
            name = min(left[:near], key=lambda one: _drawn(*seed, slot, one))
            left.remove(name)
            positions[name] = slot
    coming = set(Mixed({}, positions, done).spread([""] * room))
    positions = {name: slot for name, slot in positions.items() if name in coming}
    return Mixed({name: str(decided[name]) for name in positions}, positions, done)


def _slots(seed: tuple[str, ...], one_in: int, *, done: int, room: int) -> list[int]:
    """Return the positions at which a known sample comes: one is drawn of each ``one_in`` in a row."""
    first = max(0, done - LOOK_BACK)
    # Of a queue of n others, every one_in-th of what is asked is known on top of it.
    last = done + room * one_in // (one_in - 1)
    slots = (
        block * one_in + _drawn(*seed, "block", block) % one_in for block in range(first // one_in, last // one_in + 1)
    )
    return [slot for slot in slots if first <= slot <= last]


def _drawn(*of: object) -> int:
    text = "\n".join(map(str, of))
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big")


def _asking(person: Person) -> dict[str, object]:
    return {"key": person.key, "name": person.name_key, "account": is_account(person.key)}
