"""How far volunteers contradict a label: by it a queue can be ranked, and samples brought in that nothing else flags.

The share of volunteers who would call a sample otherwise is known from few votes, so it is taken with its doubt: with a
uniform prior it has a beta distribution once the votes are counted (Gelman and others 2013, Bayesian Data Analysis,
section 2.1), and the queue goes by the share that it exceeds with 95 % certainty. One vote of one says less than
seventeen of eighteen.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

VOTES, VOTES_AGAINST, SURELY_AGAINST, CONTRADICTED = "votes", "votes_against", "surely_against", "contradicted"
"""Columns of the entries: volunteers' votes, those against the label, the share that surely is, whether most are."""

CERTAINTY = 0.95


def share_against(votes: np.ndarray, against: np.ndarray, *, certainty: float = CERTAINTY) -> np.ndarray:
    """Return the share of volunteers, 0 to 1, that with this certainty at least would call each sample otherwise.

    ``votes`` and ``against`` are int (n,); NaN where nobody voted. It is the quantile of the beta distribution with
    the parameters ``against`` + 1 and ``votes`` - ``against`` + 1.
    """
    from scipy.special import betaincinv

    votes, against = np.asarray(votes, dtype=float), np.asarray(against, dtype=float)
    return np.where(votes > 0, betaincinv(against + 1, votes - against + 1, 1 - certainty), np.nan)


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
        surely_against=share_against(votes, votes - own),
        contradicted=contradicted,
        suggested=former.where(~brought_in, given.where(given != entries["label"], "")),
        # How well a label fits is known of the one that the suspects would suggest.
        suggested_probability=entries["suggested_probability"].where(~brought_in | (given == former)),
    )


def _most_named(said: Mapping[str, int], labels: Collection[str]) -> str:
    most = max(said.values(), default=0)
    first = [label for label, count in said.items() if count == most]
    return first[0] if len(first) == 1 and first[0] in labels else ""
