"""A conflict weighed by what each person gets right on known samples: beside the rule of decision, never in its place.

Each vote speaks for its label as far as its author is right on known samples. With K labels, each as probable before
anybody spoke, a person who is right with chance a names each wrong label with (1 - a) / (K - 1). This is Dawid and
Skene's model with one figure a person and true label, and that figure not estimated from the votes themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.ledger.people import Person, require
from core.ledger.storage.store import Ledger
from core.ledger.views.decision_rule import DecisionRule
from core.ledger.views.skill import FEWEST, FEWEST_IN_ALL, known_answers
from core.ledger.views.voting import votes
from core.statistics.intervals import drawn_interval
from core.statistics.percent import chance_percent

_DRAWS, _SEED = 2_000, 14


@dataclass(frozen=True)
class Weighed:
    """The most probable label, its chance with a 95 % interval (0 to 1), and how many people were weighed."""

    label: str
    chance: float
    low: float
    high: float
    people: int

    def in_words(self) -> str:
        """Return it in a sentence."""
        return (
            f"Weighed by what each of these {self.people} gets right on known samples: {self.label} "
            f"{chance_percent(self.chance)} ({chance_percent(self.low)} to {chance_percent(self.high)})."
        )


def weighed(
    ledger: Ledger, sample_id: str, labels: Sequence[str], *, asking: Person, rule: DecisionRule | None = None
) -> Weighed | None:
    """Return what the votes of others on a sample say when each is weighed; None where too little is known of a voter.

    ``labels`` are all that there are to choose from. For moderators alone: raises GlitchAuditError where somebody else
    asks.
    """
    require(asking, "see others")
    cast = votes(ledger, sample_ids=[sample_id])
    cast = cast[~cast["person"].isin(asking.keys)]
    return weigh(cast[["person", "label"]], known_answers(ledger, rule), labels)


def weigh(cast: pd.DataFrame, answers: pd.DataFrame, labels: Sequence[str]) -> Weighed | None:
    """Return what votes (``person``, ``label``, one a person) say by the answers to known samples.

    ``answers`` has ``person``, ``label``, ``known``. A label of which a person answered :data:`FEWEST` has a figure of
    its own, any other one what the person gets right in all. The interval has Jeffreys' beta distributions of these
    figures, drawn with an explicit seed. None with fewer than two votes, or where a voter named fewer than
    :data:`FEWEST_IN_ALL` known samples.
    """
    names = sorted({*labels, *cast["label"]})
    answers = answers[answers["label"].astype("str") != ""]
    if len(cast) < 2 or len(names) < 2:
        return None
    random = np.random.default_rng(_SEED)
    total = np.zeros((_DRAWS, len(names)))
    for person, label in cast[["person", "label"]].itertuples(index=False):
        own = answers[answers["person"] == person]
        if len(own) < FEWEST_IN_ALL:
            return None
        right = _drawn_right(own, names, random)
        given = names.index(label)
        chance = (1 - right) / (len(names) - 1)
        chance[:, given] = right[:, given]
        total += np.log(chance.clip(1e-12))
    likely = np.exp(total - total.max(axis=1, keepdims=True))
    likely /= likely.sum(axis=1, keepdims=True)
    middle = likely.mean(axis=0)
    best = int(middle.argmax())
    low, high = drawn_interval(likely[:, best])
    return Weighed(names[best], float(middle[best]), float(low), float(high), len(cast))


def _drawn_right(own: pd.DataFrame, names: Sequence[str], random: np.random.Generator) -> np.ndarray:
    """Return draws of how often a person is right on a sample of each label, float (draws, labels)."""
    right = own["label"] == own["known"]
    drawn = np.repeat(_beta(right, random)[:, None], len(names), axis=1)
    for place, name in enumerate(names):
        of_label = right[own["known"] == name]
        if len(of_label) >= FEWEST:
            drawn[:, place] = _beta(of_label, random)
    return drawn


def _beta(right: pd.Series, random: np.random.Generator) -> np.ndarray:
    return random.beta(right.sum() + 0.5, (~right).sum() + 0.5, size=_DRAWS)
