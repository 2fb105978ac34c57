"""What people answered to known samples that were mixed in: how many each named right, by label, with an interval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from core.ledger.identity import JOIN_ACCOUNT, PERSON, names_apart
from core.ledger.people import Person, require
from core.ledger.storage.store import Ledger
from core.ledger.views.decision_rule import DecisionRule
from core.ledger.views.queries import read_frame
from core.ledger.views.states import what_was_decided
from core.statistics.intervals import wilson_interval
from core.statistics.percent import percent

FEWEST = 5
"""With fewer answers to known samples of a label, nothing is said of a person and that label."""

FEWEST_IN_ALL = 10
"""With fewer answers in all, nothing is said of a person."""

ANSWER_COLUMNS = ("person", "author", "author_key", "sample_id", "label", "known", "created_at")
_ANSWERS = f"""
    SELECT {PERSON} AS person, said.author, said.author_key, said.sample_id, said.label, said.created_at
    FROM current_known_answer AS said {JOIN_ACCOUNT}
    ORDER BY said.event
"""


@dataclass(frozen=True)
class Share:
    """How many were ``right`` of those that somebody ``named``, and how many he could not tell (``unsure``)."""

    right: int = 0
    named: int = 0
    unsure: int = 0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the share that is right, 0 to 1; NaN for none."""
        return wilson_interval(self.right, self.named)

    def in_words(self, fewest: int) -> str:
        """Return the share with its interval, or that there are too few to say."""
        of = f"{self.right:,} of {self.named:,}"
        if self.named < fewest:
            return f"{of}: too few to say"
        low, high = self.interval
        return f"{of}, {percent(self.right / self.named)} ({percent(low)} to {percent(high)})"


@dataclass(frozen=True)
class Skill:
    """What one person answered: in all, and by the label that is right."""

    key: str
    name: str
    in_all: Share
    by_label: Mapping[str, Share]


def known_answers(ledger: Ledger, rule: DecisionRule | None = None) -> pd.DataFrame:
    """Return the answers that stand, in the order in which they were given: :data:`ANSWER_COLUMNS`.

    ``known`` is the label that is decided now; answers to samples that are decided no more are left out. ``label`` is
    what the person called the sample, "" for cannot tell.
    """
    found = read_frame(ledger, _ANSWERS, [], tuple(name for name in ANSWER_COLUMNS if name != "known"))
    if found.empty:
        return found.assign(known="")[list(ANSWER_COLUMNS)]
    found["known"] = found["sample_id"].map(what_was_decided(ledger, rule).to_dict())
    return found[found["known"].notna()][list(ANSWER_COLUMNS)].reset_index(drop=True)


def skills(ledger: Ledger, asking: Person, *, rule: DecisionRule | None = None) -> tuple[Skill, ...]:
    """Return how each person did, by name; for moderators alone.

    Raises GlitchAuditError where somebody else asks.
    """
    require(asking, "see others")
    answers = known_answers(ledger, rule)
    if answers.empty:
        return ()
    names = dict(zip(answers["person"], names_apart(answers["person"], answers["author"]), strict=True))
    found = [_skill(str(key), str(names[key]), own) for key, own in answers.groupby("person", sort=False)]
    return tuple(sorted(found, key=lambda one: one.name.lower()))


def own_skill_sentence(ledger: Ledger, person: Person, *, now: datetime, rule: DecisionRule | None = None) -> str:
    """Return in a sentence how this person did until yesterday (UTC); "" where that is too little to say.

    Today's answers are left out: a figure that moves at once would tell which sample was a known one.
    """
    answers = known_answers(ledger, rule)
    today = pd.Timestamp(now).tz_convert("UTC").normalize()
    mine = answers[answers["author_key"].isin(person.keys) & (answers["created_at"] < today)]
    share = _share(mine)
    if not person.key or share.named < FEWEST_IN_ALL:
        return ""
    return (
        "Some of the samples that you are asked about are known ones. Of these you named right until yesterday: "
        f"{share.in_words(FEWEST_IN_ALL)}."
    )


def _skill(key: str, name: str, own: pd.DataFrame) -> Skill:
    by_label = {str(label): _share(rows) for label, rows in own.groupby("known", sort=True)}
    return Skill(key, name, _share(own), by_label)


def _share(answers: pd.DataFrame) -> Share:
    named = answers["label"].astype("str") != ""
    right = (answers["label"] == answers["known"]) & named
    return Share(int(np.count_nonzero(right)), int(np.count_nonzero(named)), int(np.count_nonzero(~named)))


def estimated_skills(ledger: Ledger) -> dict[str, float]:
    """Return the share of right labels of each person (by key) that all opinions point to; {} where these are too few.

    By Dawid and Skene's model, of what people proposed, reviewed and kept, without the answers to known samples: a
    second look at the same thing. It gives no interval.
    """
    from core.ledger.views.agreement_figures import dawid_skene, opinions

    said = opinions(ledger)
    found = dawid_skene(said.assign(person=said["author_key"]))
    return {} if found.small else {str(key): float(share) for key, share in found.accuracy.items()}
