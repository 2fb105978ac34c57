"""How well clusters and labels agree overall, and how faithful the map is: one number each, with its uncertainty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.audit.model import AuditInput
from core.space.stability import Stability
from core.statistics import NOISE
from core.statistics.intervals import UNKNOWN, drawn_interval, mean_interval, share_interval

Interval = tuple[float, float]

MAP_NEIGHBOURS = 15
"""How many nearest samples trustworthiness and continuity look at."""

_GROUPS = 20
_SCORES = ("homogeneity", "completeness", "v_measure", "adjusted_mutual_information", "adjusted_rand")


@dataclass(frozen=True)
class Agreement:
    """Agreement of clusters and labels, and of map and embedding; NaN where it cannot be told.

    The five agreements (``homogeneity`` to ``adjusted_rand``) leave noise out, so read them beside ``noise_share``: a
    clustering that calls all doubtful samples noise agrees well with anything.

    Attributes:
        noise_share: of the samples; Wilson interval for the number of glitches.
        homogeneity: 1 where every cluster has one label only (Rosenberg and Hirschberg 2007).
        completeness: 1 where every label lies in one cluster only; ``v_measure`` is the harmonic mean of both.
        adjusted_mutual_information, adjusted_rand: 0 by chance, 1 for the same grouping.
        trustworthiness: 1 where neighbours on the map are neighbours in the embedding (Venna and Kaski 2001).
        continuity: 1 where neighbours in the embedding are neighbours on the map.
        stability: mean over clusters of the mean best Jaccard, with the range of 95 % of the runs.
    """

    samples: int
    glitches: int
    clusters: int
    noise_share: float
    homogeneity: float
    completeness: float
    v_measure: float
    adjusted_mutual_information: float
    adjusted_rand: float
    trustworthiness: float
    continuity: float
    stability: float
    noise_share_interval: Interval = UNKNOWN
    homogeneity_interval: Interval = UNKNOWN
    completeness_interval: Interval = UNKNOWN
    v_measure_interval: Interval = UNKNOWN
    adjusted_mutual_information_interval: Interval = UNKNOWN
    adjusted_rand_interval: Interval = UNKNOWN
    stability_interval: Interval = UNKNOWN


def agreement(
    case: AuditInput,
    *,
    stability: Stability | None = None,
    ready_made_map: bool = False,
    sample: int = 5000,
    seed: int = 0,
) -> Agreement:
    """Measure how well clusters and labels, and map and embedding, agree, with scikit-learn's scores.

    The agreements' 95 % intervals are grouped jackknives (20 groups of glitches, Student's t on the pseudo-values;
    Tukey 1958), widened to hold the value itself; a bootstrap covers less (benchmarks/results/agreement_intervals.txt).
    ``trustworthiness`` and ``continuity`` are measured on at most ``sample`` samples drawn at random (20 bytes a pair);
    they are NaN for a ``ready_made_map`` or an embedding of two columns, which has no embedding to compare it with.
    """
    labels = np.unique(case.labels, return_inverse=True)[1]
    glitches = len(np.unique(case.glitches))
    clustered = case.clusters != NOISE
    noise_share = float(1 - clustered.mean()) if len(labels) else float("nan")
    values, intervals = _scores(labels[clustered], case.clusters[clustered], case.glitches[clustered], seed)
    trustworthiness, continuity = UNKNOWN if ready_made_map else _map_faithfulness(case, sample, seed)
    steady, steady_interval = _stability(stability)
    scores: dict[str, Any] = dict(zip(_SCORES, values, strict=True))
    scores |= {f"{name}_interval": interval for name, interval in zip(_SCORES, intervals, strict=True)}
    return Agreement(
        samples=len(labels),
        glitches=glitches,
        clusters=len(case.cluster_numbers),
        noise_share=noise_share,
        noise_share_interval=share_interval(noise_share, glitches) if glitches else UNKNOWN,
        trustworthiness=trustworthiness,
        continuity=continuity,
        stability=steady,
        stability_interval=steady_interval,
        **scores,
    )


def _scores(
    labels: np.ndarray, clusters: np.ndarray, glitches: np.ndarray, seed: int
) -> tuple[list[float], list[Interval]]:
    unknown = [float("nan")] * len(_SCORES), [UNKNOWN] * len(_SCORES)
    # One label in one cluster agrees perfectly, and says nothing.
    if len(np.unique(labels)) < 2 and len(np.unique(clusters)) < 2:
        return unknown
    values = _all_scores(labels, clusters)
    code = np.unique(glitches, return_inverse=True)[1]
    groups = min(_GROUPS, code.max() + 1)
    if groups < 3:
        return values.tolist(), unknown[1]
    group = (np.random.default_rng(seed).permutation(code.max() + 1) % groups)[code]
    without = np.array([_all_scores(labels[group != number], clusters[group != number]) for number in range(groups)])
    low, high = mean_interval(groups * values - (groups - 1) * without)
    lows = np.clip(np.minimum(low, values), -1, 1)
    highs = np.clip(np.maximum(high, values), -1, 1)
    lows[:3] = np.maximum(lows[:3], 0)
    return values.tolist(), list(zip(lows.tolist(), highs.tolist(), strict=True))


def _all_scores(labels: np.ndarray, clusters: np.ndarray) -> np.ndarray:
    from sklearn.metrics import (
        adjusted_mutual_info_score,
        adjusted_rand_score,
        homogeneity_completeness_v_measure,
    )

    return np.array(
        [
            *homogeneity_completeness_v_measure(labels, clusters),
            adjusted_mutual_info_score(labels, clusters),
            adjusted_rand_score(labels, clusters),
        ]
    )


def _map_faithfulness(case: AuditInput, sample: int, seed: int) -> tuple[float, float]:
    """Return trustworthiness and continuity, which is trustworthiness with the two spaces exchanged."""
    rows = len(case.matrix)
    drawn = np.arange(rows)
    if rows > sample:
        drawn = np.sort(np.random.default_rng(seed).choice(rows, size=sample, replace=False))
    # scikit-learn demands fewer neighbours than half the samples.
    neighbours = min(MAP_NEIGHBOURS, (len(drawn) - 1) // 2)
    if neighbours < 1 or case.matrix.shape[1] == 2:
        return UNKNOWN
    from sklearn.manifold import trustworthiness

    embedding, coordinates = case.matrix[drawn], case.coordinates[drawn]
    return (
        float(trustworthiness(embedding, coordinates, n_neighbors=neighbours)),
        float(trustworthiness(coordinates, embedding, n_neighbors=neighbours)),
    )


def _stability(stability: Stability | None) -> tuple[float, Interval]:
    if stability is None or not stability.jaccard.size:
        return float("nan"), UNKNOWN
    known = ~np.isnan(stability.jaccard)
    runs = np.where(known, stability.jaccard, 0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    low, high = drawn_interval(runs[known.any(axis=1)])
    return float(np.nanmean(stability.mean)), (float(low), float(high))
