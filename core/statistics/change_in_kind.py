"""Whether somebody's latest answers differ in kind from the earlier ones: one answer held, or fewer of them right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from core.statistics.intervals import wilson_interval

FEWEST_EARLIER = 30
"""With fewer answers before, no run of one answer is called unusual."""

FEWEST_RIGHT_OR_WRONG = 10
"""With fewer answers to known samples before, nobody's share of right ones is said to have fallen."""

LEVEL = 0.01
"""The chance that one of the two is said of somebody's week though nothing changed; each of them has it."""

FEWEST_QUICK = 10
"""A key counts as held from so many quick answers in a row."""

_QUICK = 0.05
_FEWEST_PAIRS = 20
_FALLEN_TO = np.linspace(0.2, 0.8, 7)
"""The shares of right answers, of the earlier one, between which a fall is looked for."""


@dataclass(frozen=True)
class HeldAnswer:
    """One answer given ``times`` times in a row, where ``longest`` was the longest such run before.

    Where ``seconds`` is not None, each came sooner after the one before than so many seconds, and ``longest`` counts
    such runs. ``chance`` is at most that of so long a run among as many answers, 0 to 1.
    """

    answer: str
    times: int
    longest: int
    chance: float
    seconds: float | None = None


def held_answer(
    earlier: Sequence[str],
    latest: Sequence[str],
    *,
    earlier_gaps: Sequence[float] = (),
    latest_gaps: Sequence[float] = (),
    level: float = LEVEL,
) -> HeldAnswer | None:
    """Return a run of one answer in ``latest`` that is improbable under the earlier answers, else None.

    An answer follows itself with some chance q, so a run of k begins at a given place with a chance of at most
    q^(k - 1), and anywhere among n answers with n q^(k - 1) at most. q is the upper end of Wilson's 95 % interval of
    the answer that follows itself most, so that work in an order, where alike samples come together, is no change. The
    run has also to be longer than each one before. The same is asked of answers that follow themselves more quickly
    than 95 % of the earlier ones came, at least :data:`FEWEST_QUICK` in a row: a held key is quick, and that finds it
    where alike samples come together too. Each of the two has half of ``level``.

    Args:
        earlier, latest: the answers in order.
        earlier_gaps, latest_gaps: seconds between each and the one before; none where they are not known.
        level: the chance that a run is returned though nothing changed, at most.

    Returns:
        None also with fewer than :data:`FEWEST_EARLIER` earlier answers.
    """
    if len(earlier) < FEWEST_EARLIER or not latest:
        return None
    known = len(earlier_gaps) == len(earlier) and len(latest_gaps) == len(latest)
    limit = float(np.quantile(np.asarray(earlier_gaps, dtype=float), _QUICK)) if known else None
    if limit is not None:
        quick = _held(_again(earlier, earlier_gaps, limit), _again(latest, latest_gaps, limit), latest, level=level / 2)
        if quick is not None and quick.times >= FEWEST_QUICK:
            return replace(quick, seconds=limit)
    return _held(_again(earlier), _again(latest), latest, level=level / 2)


def _again(answers: Sequence[str], gaps: Sequence[float] = (), limit: float = np.inf) -> list[str]:
    """Return each answer but the first where it repeats the one before, in time; "" where it does not."""
    late = [gap > limit for gap in gaps] or [False] * len(answers)
    return [
        "" if other or answer != before else answer
        for before, answer, other in zip(answers[:-1], answers[1:], late[1:], strict=True)
    ]


def _held(before: Sequence[str], now: Sequence[str], answers: Sequence[str], *, level: float) -> HeldAnswer | None:
    """Return the longest run of repeated answers in ``now`` where that is improbable under those ``before``."""
    (answer, repeats), (_, longest) = _longest_run(now), _longest_run(before)
    chance = min(1.0, len(answers) * _most_repeating(before) ** repeats)
    if repeats <= longest or chance > level:
        return None
    return HeldAnswer(answer, repeats + 1, longest + 1, chance)


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


def _longest_run(again: Sequence[str]) -> tuple[str, int]:
    runs = [(answer, sum(1 for _ in same)) for answer, same in groupby(again) if answer]
    return max(runs, key=lambda run: run[1], default=("", 0))


def _most_repeating(again: Sequence[str]) -> float:
    """Return how often the answer that follows itself most may do so, at most."""
    repeats = np.asarray([bool(answer) for answer in again])
    bounds = [wilson_interval(int(repeats.sum()), len(repeats))[1]]
    named = np.asarray(again, dtype=object)
    for answer in {one for one in again if one}:
        after = repeats[1:][named[:-1] == answer]
        if len(after) >= _FEWEST_PAIRS:
            bounds.append(wilson_interval(int(after.sum()), len(after))[1])
    return max(bounds)
