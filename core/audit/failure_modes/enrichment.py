"""Whether a label is at home in a cluster: its count there against what chance would put there."""

from __future__ import annotations

from functools import reduce

import numpy as np
import pandas as pd

from core.audit.failure_modes.units import Evidence
from core.statistics import NOISE
from core.statistics.testing import false_discovery

_FEWEST = 3
"""Fewer glitches of a label are at home nowhere, so that tens of thousands of labels cost little."""


def label_homes(evidence: Evidence) -> pd.DataFrame:
    """Return how many glitches of each label lie in each cluster, and whether chance would put as many there.

    The null shuffles labels among glitches within a detector, so the count is a sum of hypergeometric ones. One row a
    pair of label and cluster that occurs, without noise: ``label``, ``cluster``, ``n`` (glitches), ``share`` (of the
    cluster), ``home`` (share of the label's glitches), ``q_value`` (Benjamini and Hochberg 1995).
    """
    columns = {"label": str, "cluster": int, "n": int, "share": float, "home": float, "q_value": float}
    frame = pd.DataFrame({"label": evidence.labels, "cluster": evidence.clusters, "glitch": evidence.groups})
    frame["detector"] = evidence.nuisances.get("detector", np.full(len(frame), ""))
    glitches = frame.drop_duplicates(["glitch", "label"])
    placed = frame[frame["cluster"] != NOISE].drop_duplicates(["glitch", "label", "cluster"])
    if placed.empty:
        return pd.DataFrame(columns=list(columns)).astype(columns)
    counts = placed.groupby(["label", "cluster"], sort=True).size().rename("n").reset_index()
    by_label = glitches["label"].value_counts()
    by_cluster = placed["cluster"].value_counts()
    counts["share"] = counts["n"] / counts["cluster"].map(by_cluster)
    counts["home"] = counts["n"] / counts["label"].map(by_label)
    totals = glitches["detector"].value_counts()
    label_by_detector = pd.crosstab(glitches["label"], glitches["detector"])
    cluster_by_detector = pd.crosstab(placed["cluster"], placed["detector"])
    counts["p_value"] = [
        _chance_of_as_many(n, totals, label_by_detector.loc[label], cluster_by_detector.loc[cluster])
        if n >= _FEWEST
        else 1.0
        for label, cluster, n in counts[["label", "cluster", "n"]].itertuples(index=False)
    ]
    counts["q_value"] = false_discovery(counts["p_value"])
    return counts[list(columns)]


def _chance_of_as_many(n: int, totals: pd.Series, of_label: pd.Series, in_cluster: pd.Series) -> float:
    from scipy.stats import hypergeom

    parts = []
    for detector, total in totals.items():
        marked, drawn = int(of_label.get(detector, 0)), int(in_cluster.get(detector, 0))
        # scipy's pmf takes 300 times as long for thousands of glitches. Its logarithm is rounded to one part in 10^10,
        # so the chances are made to add up to 1.
        chances = np.exp(hypergeom.logpmf(np.arange(min(marked, drawn) + 1), int(total), marked, drawn))
        parts.append(chances / chances.sum())
    return float(min(1.0, reduce(np.convolve, parts)[n:].sum()))
