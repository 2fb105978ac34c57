"""How far volunteers contradict a label: by it a queue can be ranked, and samples brought in that nothing else flags.

How many volunteers would call a sample otherwise is known from few votes, so the queue goes by the chance that one more
of them would: with all shares equally probable before anybody voted, that is the mean of a beta distribution (Laplace's
rule of succession; Gelman and others 2013, Bayesian Data Analysis, section 2.1). One vote of one, 67 %, says less than
seventeen of eighteen, 90 %. Of several such measures it needs as few decisions as any (benchmarks/suspect_queue.py).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

VOTES, VOTES_AGAINST, NEXT_AGAINST, CONTRADICTED = "votes", "votes_against", "next_against", "contradicted"
"""Columns of the entries: volunteers' votes, those against the label, the chance that one more is, whether most are."""


def chance_against(votes: np.ndarray, against: np.ndarray) -> np.ndarray:
    """Return the chance that one more volunteer would call each sample otherwise, float (n,), 0 to 1.

    ``votes`` and ``against`` are int (n,); NaN where nobody voted.
    """
    votes, against = np.asarray(votes, dtype=float), np.asarray(against, dtype=float)
    return np.where(votes > 0, (against + 1) / (votes + 2), np.nan)


def with_volunteers(
    entries: pd.DataFrame, counts: Mapping[str, Mapping[str, int]], *, labels: Collection[str]
) -> pd.DataFrame:
    """Return the entries with what volunteers say of their labels: the four columns named above.

    A sample is contradicted where more than half of its volunteers call it otherwise. Of one that is not flagged,
    ``suggested`` becomes the label that most volunteers give, where it is one of ``labels`` and no other has as many;
    else "". Of flagged ones it stays.

    Args:
        entries: from :func:`core.audit.queue.suspect_entries`.
        counts: how many volunteers called each glitch what, as :func:`core.pipeline.votes.vote_counts` gives it.
        labels: those that can be suggested.
    """
    said = [counts.get(str(glitch), {}) for glitch in entries["glitch"]]
    votes = np.array([sum(one.values()) for one in said], dtype=int)
    own = np.array([one.get(label, 0) for one, label in zip(said, entries["label"], strict=True)], dtype=int)
    contradicted = 2 * (votes - own) > votes
    given = pd.Series([_most_named(one, labels) for one in said], index=entries.index, dtype=object)
    former = entries["suggested"].astype(object)
    brought_in = contradicted & ~entries["flagged"].to_numpy(dtype=bool)
    return entries.assign(
        votes=votes,
        votes_against=votes - own,
        next_against=chance_against(votes, votes - own),
        contradicted=contradicted,
        suggested=former.where(~brought_in, given.where(given != entries["label"], "")),
        # How well a label fits is known of the one that the suspects would suggest.
        suggested_probability=entries["suggested_probability"].where(~brought_in | (given == former)),
    )


def _most_named(said: Mapping[str, int], labels: Collection[str]) -> str:
    most = max(said.values(), default=0)
    first = [label for label, count in said.items() if count == most]
    return first[0] if len(first) == 1 and first[0] in labels else ""
