"""The corpora of benchmarks/coupling.py, and what plainer methods would have said of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.detector.coupling.counts import FamilyCounts, Motion, count_families, epochs_of, grid_of, motion_of
from core.detector.coupling.params import CouplingParams
from core.detector.model import ChannelTable, GlitchTimes
from core.detector.simulated import SimulationParams
from core.statistics.testing import false_discovery

DAYS, GLITCHES = 30, 1000.0
_PLAIN = {"days": DAYS, "glitches": GLITCHES}
_NONE = {**_PLAIN, "beta": 0.0, "gaps": False}

NULLS = {
    "slow rate": SimulationParams(**_NONE),
    "daily cycle": SimulationParams(**_NONE, daily_rate=0.5, rate_sigma=(0.0, 1e-6)),
    "both": SimulationParams(**_NONE, daily_rate=0.5),
    "correlated channels": SimulationParams(**_NONE, daily_rate=0.5, correlated=True, others=6, plants=False),
    "gaps": SimulationParams(**{**_NONE, "gaps": True}, daily_rate=0.5),
}
"""Corpora in which no rate goes with any channel."""

PLANTED = {
    "beta 0.5": SimulationParams(**_PLAIN, beta=0.5),
    "beta 1": SimulationParams(**_PLAIN, beta=1.0),
}
"""Corpora in which two of five families go with a channel each, with all the plants and gaps."""

METHODS = ("plain correlation", "rate ratio", "Poisson regression")


@dataclass(frozen=True)
class Pair:
    """A family and a channel, with a p-value of each plain method."""

    family: str
    channel: str
    p_values: tuple[float, float, float]


def plain_verdicts(
    table: ChannelTable, glitches: GlitchTimes, *, left_out: frozenset[str]
) -> list[set[tuple[str, str]]]:
    """Return by method the pairs (family, channel) that it names, over the same pairs and with the same adjustment.

    Spearman's correlation of counts with the channel; a binomial test of the counts in the loudest quarter of the
    channel's time; a Poisson regression on the channel alone, with the errors that it believes in.
    """
    grid = grid_of(table, CouplingParams())
    pairs = []
    families = count_families(table, glitches, grid=grid, epochs=epochs_of(table))
    for row, channel in enumerate(table.channels):
        if channel.name in left_out:
            continue
        motion = motion_of(table, row, grid=grid)
        for family in families:
            if family.detector == channel.detector:
                pairs.append(Pair(family.family, channel.name, _p_values(family, motion)))
    named = []
    for method in range(len(METHODS)):
        adjusted = false_discovery(np.array([pair.p_values[method] for pair in pairs]), dependent=True)
        named.append({(pair.family, pair.channel) for pair, q in zip(pairs, adjusted, strict=True) if q <= 0.05})
    return named


def _p_values(family: FamilyCounts, motion: Motion) -> tuple[float, float, float]:
    from scipy.stats import binomtest, norm, spearmanr

    used = (family.livetime > 0) & np.isfinite(motion.level)
    counts, level, live = family.counts[used], motion.level[used], family.livetime[used]
    loud = level > np.quantile(level, 0.75)
    ratio = binomtest(int(counts[loud].sum()), int(counts.sum()), float(live[loud].sum() / live.sum())).pvalue
    slope, error = _poisson(counts, level - level.mean(), live)
    return float(spearmanr(counts, level).pvalue), float(ratio), float(2 * norm.sf(abs(slope) / error))


def _poisson(counts: np.ndarray, level: np.ndarray, live: np.ndarray) -> tuple[float, float]:
    design = np.column_stack([np.ones(len(level)), level])
    beta = np.array([np.log(counts.sum() / live.sum()), 0.0])
    for _ in range(25):
        mean = live * np.exp(design @ beta)
        information = (design * mean[:, None]).T @ design
        beta = beta + np.linalg.solve(information, design.T @ (counts - mean))
    return float(beta[1]), float(np.sqrt(np.linalg.inv(information)[1, 1]))
