"""Whether somebody's latest answers differ in kind from the earlier ones: one answer held, or fewer of them right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from core.statistics.intervals import wilson_interval

FEWEST_EARLIER = 30
"""With fewer answers before, no run of one answer is called unusual."""

FEWEST_RIGHT_OR_WRONG = 10
"""With fewer answers to known samples before, nobody's share of right ones is said to have fallen."""

LEVEL = 0.01
"""The chance that one of the two is said of somebody's week though nothing changed; each of them has it."""

_FEWEST_PAIRS = 20
_FALLEN_TO = np.linspace(0.2, 0.8, 7)
"""The shares of right answers, of the earlier one, between which a fall is looked for."""


@dataclass(frozen=True)
class HeldAnswer:
    """One answer given ``times`` times in a row, where ``longest`` was the longest such run before.

    ``chance`` is at most that of so long a run among as many answers, 0 to 1.
    """

    answer: str
    times: int
    longest: int
    chance: float


def held_answer(earlier: Sequence[str], latest: Sequence[str], *, level: float = LEVEL) -> HeldAnswer | None:
    """Return the longest run of one answer in ``latest`` where that is improbable under the earlier ones, else None.

    An answer follows itself with some chance q, so a run of k begins at a given place with a chance of at most
    q^(k - 1), and anywhere among n answers with n q^(k - 1) at most. q is the upper end of Wilson's 95 % interval of
    the answer that follows itself most, so that work in an order, where alike samples come together, is no change. The
    run has also to be longer than each one before. None with fewer than :data:`FEWEST_EARLIER` earlier answers.
    """
    if len(earlier) < FEWEST_EARLIER or not latest:
        return None
    answer, times = _longest_run(latest)
    longest = _longest_run(earlier)[1]
    chance = min(1.0, len(latest) * _most_repeating(earlier) ** (times - 1))
    if times <= longest or chance > level:
        return None
    return HeldAnswer(answer, times, longest, chance)


def evidence_of_fall(right: int, wrong: int, latest: Sequence[bool]) -> float:
    """Return how many times likelier the latest answers became, at their clearest, if fewer of them are right now.

    If nothing changed, it exceeds 1 / a with a chance of at most a, however often one looks: the ratio of the chances
    of the answers so far is a test martingale (Ville 1939; Shafer and others, "Test martingales, Bayes factors and p
    values", Statistical Science 26 (2011), 84-101). Nothing changed: one share, known from the earlier answers (the
    beta distribution of Jeffreys' prior). Fallen: one of seven shares from 0.2 to 0.8 of the earlier one.

    Args:
        right, wrong: how many of the earlier answers were.
        latest: whether each was right, in order.

    Returns:
        At least 1; 1 with fewer than :data:`FEWEST_RIGHT_OR_WRONG` earlier answers.
    """
    if right + wrong < FEWEST_RIGHT_OR_WRONG:
        return 1.0
    a, b = right + 0.5, wrong + 0.5
    fallen = _FALLEN_TO * a / (a + b)
    chances, same, most = np.full(len(fallen), 1 / len(fallen)), 1.0, 1.0
    for is_right in latest:
        same *= (a if is_right else b) / (a + b)
        chances = chances * (fallen if is_right else 1 - fallen)
        a, b = a + is_right, b + (not is_right)
        most = max(most, float(chances.sum()) / same)
    return most


def has_fallen(right: int, wrong: int, latest: Sequence[bool], *, level: float = LEVEL) -> bool:
    """Return whether fewer of the latest answers are right than before; by chance with at most ``level``."""
    return evidence_of_fall(right, wrong, latest) >= 1 / level


def _longest_run(answers: Sequence[str]) -> tuple[str, int]:
    runs = [(answer, sum(1 for _ in same)) for answer, same in groupby(answers)]
    return max(runs, key=lambda run: run[1])


def _most_repeating(answers: Sequence[str]) -> float:
    """Return how often the answer that follows itself most may do so, at most."""
    before, after = np.asarray(answers[:-1], dtype=object), np.asarray(answers[1:], dtype=object)
    again = before == after
    bounds = [wilson_interval(int(again.sum()), len(again))[1]]
    for answer in set(before):
        of_this = before == answer
        if of_this.sum() >= _FEWEST_PAIRS:
            bounds.append(wilson_interval(int(again[of_this].sum()), int(of_this.sum()))[1])
    return max(bounds)
