"""Figures about one person, for that person and for moderators: how much was said, and how far others agreed.

They rank nobody. A share of few samples is told with its interval, and where that is wide it says that it is too few.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from core.statistics.intervals import wilson_interval
from core.statistics.percent import percent

WAITING = "in review"
AGREED = "others agree"
CONFLICTED = "in conflict"
AS_SAID = "decided as said"
OTHERWISE = "decided otherwise"
TAKEN_BACK = "taken back"
LAPSED = "the proposal was taken back"
ANOTHER_COUNTS = "another answer counts"
SET_ASIDE = "no longer counts"
NO_LABEL = "names no label"
HOLDS = "holds"
LATER_HOLDS = "a later decision holds"
"""What may have become of an act."""

OF_PROPOSALS = (WAITING, AGREED, CONFLICTED, AS_SAID, OTHERWISE, ANOTHER_COUNTS, SET_ASIDE, TAKEN_BACK)
"""What may have become of a proposal, in the order in which it is told."""

TOO_WIDE = 0.3
"""A share whose 95 % interval is wider says nothing yet: 30 points, about 40 samples where half agree."""


@dataclass(frozen=True)
class Figures:
    """How much a person said, and how far others agreed.

    Attributes:
        judged, proposed, reviewed: samples of which a judgement, a proposal, a review of this person stands.
        became: of all proposals, how many became what; those that were taken back are among them.
        spoken_about: of the proposals that count, those of samples about which others stand for a label too.
        agreed: of these, where more than half of the others stand for the same label.
    """

    judged: int = 0
    proposed: int = 0
    reviewed: int = 0
    became: Mapping[str, int] | None = None
    spoken_about: int = 0
    agreed: int = 0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the share that others agreed with; NaN where nobody spoke."""
        return wilson_interval(self.agreed, self.spoken_about)

    @property
    def too_few(self) -> bool:
        """Whether the interval is too wide to say anything."""
        low, high = self.interval
        return not high - low <= TOO_WIDE

    def agreement_sentence(self, whose: str = "your") -> str:
        """Return how far others agreed, in words; ``whose`` is "your", or a name with its 's."""
        if not self.spoken_about:
            return f"Nobody else has spoken about {'any of ' if self.proposed else ''}{whose} proposals yet."
        low, high = self.interval
        few = ": too few to say" if self.too_few else ""
        return (
            f"Of {self.spoken_about:,} of {whose} proposals that others have spoken about, they agreed with "
            f"{self.agreed:,} (between {percent(low)} and {percent(high)}){few}."
        )

    def became_sentence(self, whose: str = "your") -> str:
        """Return what became of the proposals, in words; empty where there were none.

        Those that stand add up to :attr:`proposed`, where no sample has several; those taken back are told apart.
        """
        became = {name: (self.became or {}).get(name, 0) for name in OF_PROPOSALS}
        back = became.pop(TAKEN_BACK)
        counts = [f"{count:,} {name}" for name, count in became.items() if count]
        total = sum(became.values())
        if not counts:
            return f"Of {whose} proposals {back:,} {_was(back)} taken back, and none stands." if back else ""
        about = f" for {self.proposed:,} sample{_s(self.proposed)}" if total != self.proposed else ""
        more = f" {back:,} more {_was(back)} taken back." if back else ""
        stand = "stands" if total == 1 else "stand"
        which = f"{whose} {total:,} proposal{_s(total)}{about}{f' that {stand}' if back else ''}"
        return f"Of {which}: {', '.join(counts)}.{more}"


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def _was(count: int) -> str:
    return "was" if count == 1 else "were"


def figures_of(acts: pd.DataFrame) -> Figures:
    """Return the figures of one person's acts, from ``core.ledger.views.mine``."""
    stands = acts[~acts["outcome"].isin((TAKEN_BACK, LAPSED))]
    proposed = acts[acts["proposes"].astype(bool)]
    compared = stands[stands["proposes"].astype(bool) & (stands["others"] > 0)].drop_duplicates("sample_id")

    def samples(rows: pd.DataFrame) -> int:
        return int(rows["sample_id"].nunique())

    return Figures(
        judged=samples(stands[stands["kind"] == "judgement"]),
        proposed=samples(stands[stands["proposes"].astype(bool)]),
        reviewed=samples(stands[stands["kind"] == "review"]),
        became=proposed["outcome"].value_counts().to_dict(),
        spoken_about=len(compared),
        agreed=int((2 * compared["others_agree"] > compared["others"]).sum()),
    )
