"""Suspicion with what a detector's channels say counted in: by it a queue of suspects can be put in order.

Pictures do not know what the detector was doing, and the channels do not know the pictures. Where both are independent
given the label, their evidence multiplies (Bayes' rule): the quotient of the suggested and the given label's
probabilities by the pictures, times how much better the channels fit the suggested one. The score is then what it is
without channels, of these probabilities: see :mod:`core.audit.suspects.ranking`. What that is worth is measured by
benchmarks/channel_evidence.py.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.audit.suspects.ranking import IMPROBABILITY_WEIGHT

WITH_CHANNELS = "score_with_channels"
"""Column of the entries: the suspicion with the channels counted in."""

_SMALLEST = 1e-6


def with_channels(entries: pd.DataFrame, log_odds: np.ndarray) -> pd.DataFrame:
    """Return the entries with ``score_with_channels``: their score where the channels say nothing of them.

    Only the probabilities of the given and of the suggested label are kept with a suspect; all others count as if the
    channels fitted them as well as the two together, their geometric mean.

    Args:
        entries: from :func:`core.audit.queue.suspect_entries`.
        log_odds: float (n,), natural logarithm of how many times better the channels fit the suggested label than the
            given one; NaN where they say nothing.
    """
    odds = np.nan_to_num(np.asarray(log_odds, dtype=float))
    own, other = (
        np.maximum(entries[name].to_numpy(dtype=float), _SMALLEST)
        for name in ("label_probability", "suggested_probability")
    )
    rest = np.maximum(1 - own - other, 0)
    whole = np.log(own * np.exp(-odds / 2) + other * np.exp(odds / 2) + rest)
    before = np.log(own + other + rest)
    change = (odds / 2 - whole + before) - (1 + IMPROBABILITY_WEIGHT) * (-odds / 2 - whole + before)
    score = entries["score"].to_numpy(dtype=float)
    return entries.assign(**{WITH_CHANNELS: np.where(np.isfinite(change), score + change, score)})


def other_label_near(labels: np.ndarray, neighbours: np.ndarray, label: str) -> str:
    """Return the commonest label other than ``label`` among a sample's nearest neighbours; "" where there is none.

    ``labels`` is (n,), those of all samples; ``neighbours`` int (k,), the rows of the nearest; of equally common ones
    that of the nearest counts.
    """
    others = pd.Series(labels[neighbours], dtype=object)
    others = others[others != label]
    if others.empty:
        return ""
    counts = others.value_counts()
    return str(next(name for name in others if counts[name] == counts.max()))
