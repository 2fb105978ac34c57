"""What the report says of people: who took part, what they proposed, and what was decided."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

ACT_COLUMNS = ("act", "answer", "samples")
PERSON_COLUMNS = ("person", "proposals", "judgements", "reviews", "decisions", "changes of the taxonomy")
STATE_COLUMNS = ("state", "samples")
PROGRESS_COLUMNS = ("sample_id", "state")
DECIDED_COLUMNS = ("sample_id", "brought", "decided", "how", "by", "on", "reason")
CHANGE_COLUMNS = ("change", "labels", "becomes", "state", "proposed by", "decided by", "on", "reason")


def _nothing(*columns: str) -> pd.DataFrame:
    return pd.DataFrame(columns=list(columns))


@dataclass(frozen=True)
class ReportPeople:
    """What stands in the ledger, counted: acts, never how good anybody is at them.

    Attributes:
        rule: by which a sample is decided, in words.
        trouble: why the ledger could not be read, in a sentence; all else is then empty.
        unverified: so many of the people typed their names.
        first, last: the days of the first and the last act, ``YYYY-MM-DD`` in UTC; "" without any.
        two_opinions, agreed: samples about which two people or more said what they are, and those of them about which
            all said the same.
        acts: one row a kind of act and answer: :data:`ACT_COLUMNS`; what was withdrawn later counts as well.
        persons: one row a person: :data:`PERSON_COLUMNS`, counts of samples and changes.
        states: the samples of the data set by how far they are: :data:`STATE_COLUMNS`.
        progress: one row a sample that somebody spoke about, how far it is: :data:`PROGRESS_COLUMNS`.
        decided: one row a decided sample: :data:`DECIDED_COLUMNS`.
        changes: one row a proposed change of the taxonomy: :data:`CHANGE_COLUMNS`.
    """

    rule: str = ""
    trouble: str = ""
    unverified: int = 0
    first: str = ""
    last: str = ""
    two_opinions: int = 0
    agreed: int = 0
    acts: pd.DataFrame = field(default_factory=lambda: _nothing(*ACT_COLUMNS))
    persons: pd.DataFrame = field(default_factory=lambda: _nothing(*PERSON_COLUMNS))
    states: pd.DataFrame = field(default_factory=lambda: _nothing(*STATE_COLUMNS))
    progress: pd.DataFrame = field(default_factory=lambda: _nothing(*PROGRESS_COLUMNS))
    decided: pd.DataFrame = field(default_factory=lambda: _nothing(*DECIDED_COLUMNS))
    changes: pd.DataFrame = field(default_factory=lambda: _nothing(*CHANGE_COLUMNS))

    def samples_in(self, state: str) -> int:
        """Return how many samples of the data set are so far."""
        return int(self.states.loc[self.states["state"] == state, "samples"].sum())

    def count(self, act: str) -> int:
        """Return how many samples, or changes of the taxonomy, got an act of that kind."""
        return int(self.acts.loc[self.acts["act"] == act, "samples"].sum())

    @property
    def corrected(self) -> int:
        """How many samples were decided to be something else than they were brought as."""
        return int((self.decided["brought"] != self.decided["decided"]).sum())
