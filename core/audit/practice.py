"""Practice: which known sample is asked about next, and between which labels one chooses."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.audit.known_samples import KnownLabel

CHOICES = 5
"""Labels to choose from; each has a digit as its key."""

LOOK_ALIKES = 3
"""So many of them are what the right label is mistaken for; the rest is drawn from all labels."""

RIGHT_A_STEP = 3
"""After so many right answers about a label its harder samples come."""


@dataclass(frozen=True)
class Tally:
    """How often a label was asked about, and how often it was found."""

    seen: int = 0
    right: int = 0


@dataclass(frozen=True)
class Question:
    """One sample to name.

    Attributes:
        row: of the sample.
        label: the right one.
        choices: the labels to choose from, the right one among them, in an order that says nothing.
        look_alike: the label that this one is mistaken for most; "" where there is no other label.
    """

    row: int
    label: str
    choices: tuple[str, ...]
    look_alike: str


def next_question(
    known: Mapping[str, KnownLabel],
    look_alikes: Mapping[str, Sequence[str]],
    *,
    labels: Sequence[str],
    tallies: Mapping[str, Tally],
    seen: Collection[int],
    last: str = "",
    seed: Sequence[int],
) -> Question | None:
    """Return what to ask next, the same for the same arguments; None where nothing is known.

    Args:
        known: from :func:`core.audit.known_samples.known_samples`.
        look_alikes: of each label what it is mistaken for, from :func:`mistaken_for`.
        labels: all that may be chosen.
        tallies: how the person did so far, by label.
        seen: rows that were asked about, which come again only where all others were.
        last: the label that was asked about just now.
        seed: of all that is drawn.
    """
    label = next_label(tuple(known), tallies, last=last, seed=(*seed, 0))
    if label is None:
        return None
    alike = tuple(name for name in look_alikes.get(label, ()) if name in labels)
    choices = choices_for(label, alike, labels=labels, seed=(*seed, 2))
    right = tallies.get(label, Tally()).right
    row = next_row(known[label].asked, right=right, seen=seen, seed=(*seed, 1))
    return Question(row, label, choices, next((name for name in alike if name in choices), ""))


def next_label(
    labels: Sequence[str], tallies: Mapping[str, Tally], *, last: str = "", seed: Sequence[int]
) -> str | None:
    """Return the label to ask about: those with more errors come more often, and so do those hardly seen.

    Thompson's (1933) draw: of each label a share of errors is drawn from Beta(wrong + 1, right + 1), what may be
    believed of it after these answers, and the largest wins. ``last`` does not come twice running where there are
    others, so that nobody can go by it. None where there is no label.
    """
    left = [name for name in labels if name != last] or list(labels)
    if not left:
        return None
    found = [tallies.get(name, Tally()) for name in left]
    right = np.array([tally.right for tally in found], dtype=float)
    wrong = np.array([tally.seen - tally.right for tally in found], dtype=float)
    return left[int(np.argmax(np.random.default_rng(list(seed)).beta(wrong + 1, right + 1)))]


def next_row(rows: np.ndarray, *, right: int, seen: Collection[int], seed: Sequence[int]) -> int:
    """Return one of ``rows``, int (n,) with the easiest first and at least one, none of ``seen`` while others are left.

    The first :data:`RIGHT_A_STEP` right answers go by the easiest third, the next by the middle one, and from then on
    come those that lie nearest to another label.
    """
    thirds = np.array_split(rows, 3)
    step = min(right // RIGHT_A_STEP, 2)
    fresh = [[int(row) for row in third if row not in seen] for third in (*thirds[step:], *thirds[:step][::-1])]
    pool = next((third for third in fresh if third), None) or [int(row) for row in rows]
    return pool[int(np.random.default_rng(list(seed)).integers(len(pool)))]


def choices_for(
    label: str, alike: Sequence[str], *, labels: Sequence[str], seed: Sequence[int], count: int = CHOICES
) -> tuple[str, ...]:
    """Return the right label, its first look-alikes and some others, ``count`` where there are so many, shuffled."""
    random = np.random.default_rng(list(seed))
    named = [name for name in alike if name != label][: min(LOOK_ALIKES, count - 1)]
    others = [name for name in labels if name != label and name not in named]
    drawn = random.choice(len(others), size=min(count - 1 - len(named), len(others)), replace=False)
    chosen = [label, *named, *(others[place] for place in drawn)]
    return tuple(chosen[place] for place in random.permutation(len(chosen)))


def mistaken_for(suspects: pd.DataFrame, listed: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Return of each label what it is mistaken for, what is mixed up most first.

    How much two labels are mixed up is the sum of the probabilities, out of sample, that what carries one of them is
    the other: both ways round, by sample, so that a common label does not come first everywhere. Those that the
    taxonomy lists come before those that it does not.

    Args:
        suspects: the table of ``core.audit.suspects.Suspects``.
        listed: the look-alikes of each label, by the taxonomy.
    """
    counts = suspects["label"].value_counts()
    told = suspects[suspects["suggested"].astype("str") != ""]
    sums = told.groupby(["label", "suggested"], observed=True)["suggested_probability"].sum()
    mixed: dict[tuple[str, str], float] = {}
    for (label, other), total in sums.items():
        for pair in ((str(label), str(other)), (str(other), str(label))):
            mixed[pair] = mixed.get(pair, 0.0) + float(total) / int(counts[label])
    found = {}
    for label in map(str, counts.index):
        others = {other for name, other in mixed if name == label and other in counts.index}
        others |= {name for name in listed.get(label, ()) if name in counts.index}
        others -= {label}
        by_taxonomy = set(listed.get(label, ()))
        order = sorted(others, key=lambda name: (name not in by_taxonomy, -mixed.get((label, name), 0.0), name))
        found[label] = tuple(order)
    return found
