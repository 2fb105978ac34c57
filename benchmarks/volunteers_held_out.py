"""What volunteers say who did not give the label, and the queue that Suspects makes of it, for benchmarks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.audit.volunteers import chance_against

HOW_MANY = {"1": (1,), "3": (3,), "10": (10,), "1 to 18": (1, 2, 3, 5, 9, 18)}
"""How many volunteers voted on each picture, by name; of several numbers each picture gets one at random."""


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Votes that were not drawn as the label, int (n,): how many, and how many of them against the label."""

    votes: np.ndarray
    against: np.ndarray

    @property
    def contradicted(self) -> np.ndarray:
        """Where most of them call it otherwise, bool (n,)."""
        return 2 * self.against > self.votes

    def order(self, score: np.ndarray) -> np.ndarray:
        """Rows in the order “volunteers disagree most”, equal ones by ``score``, float (n,)."""
        return np.lexsort([-score, -np.round(chance_against(self.votes, self.against), 9)])


def one_vote(votes: np.ndarray, seed: int) -> np.ndarray:
    """The column of one vote a picture, drawn at random, int (n,); ``votes`` is int (n, classes)."""
    luck = np.random.default_rng([seed, 5]).random((len(votes), 1))
    return ((votes / votes.sum(axis=1, keepdims=True)).cumsum(axis=1) > luck).argmax(axis=1)


def held_out(votes: np.ndarray, label: np.ndarray, numbers: tuple[int, ...], seed: int) -> HeldOut:
    """Votes drawn from those that are left once that of the label, int (n,), is taken away."""
    random = np.random.default_rng([seed, 6, *numbers])
    left = votes.astype(np.int64).copy()
    left[np.arange(len(left)), label] -= 1
    count = random.choice(numbers, size=len(left))
    drawn = np.array(
        [random.multivariate_hypergeometric(row, int(many)) for row, many in zip(left, count, strict=True)]
    )
    return HeldOut(count, count - drawn[np.arange(len(drawn)), label])


def queue_in_words(
    name: str, wrong: list[np.ndarray], flagged: list[np.ndarray], scores: list[np.ndarray], said: list[HeldOut]
) -> str:
    """How many of the wrong labels the queue of Suspects holds, without and with what volunteers alone contradict."""
    parts = []
    for what, with_contradicted in (("flagged ones alone", False), ("with those that volunteers contradict", True)):
        rows = []
        for bad, flag, score, votes in zip(wrong, flagged, scores, said, strict=True):
            asked = flag | (votes.contradicted & with_contradicted)
            order = votes.order(score)
            order = order[asked[order]]
            needed = np.searchsorted(np.cumsum(bad[order]), np.ceil(0.8 * bad.sum())) + 1
            rows.append((asked.sum(), bad[asked].sum() / bad.sum(), needed if needed <= len(order) else np.nan))
        asked, share, needed = np.array(rows, dtype=float).T
        reach = "80 % of all are not in it" if np.isnan(needed).any() else f"80 % of all by {needed.mean():.0f}"
        parts.append(f"{what} {asked.mean():.0f} to ask about, {share.mean():.0%} of the wrong labels, {reach}")
    return f"  the queue with {name} volunteers' votes: {'; '.join(parts)}"
