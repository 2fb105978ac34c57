"""Channels that move together stand as one group, since no data of theirs tell which of them matters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_FEWEST_BINS = 50


@dataclass(frozen=True)
class ChannelGroup:
    """Channels of one detector that move together.

    Attributes:
        number: of the group, from 0 in the order of its first channel.
        members: names of the channels, in their order.
        least_likeness: the smallest rank correlation, without sign, of two members; 1 for a single one.
    """

    number: int
    members: tuple[str, ...]
    least_likeness: float


def group_channels(
    names: Sequence[str], levels: np.ndarray, *, likeness: float
) -> tuple[tuple[ChannelGroup, ...], np.ndarray]:
    """Return the groups of channels by average linkage on rank correlation, and each channel's group, int (n,).

    ``levels`` is float (n, bins), NaN where not recorded; two channels without common bins are not alike. A group is
    cut where the mean likeness of what would be joined falls below ``likeness``.
    """
    count = len(names)
    if not count:
        return (), np.zeros(0, dtype=int)
    alike = rank_likeness(levels)
    labels = np.ones(count, dtype=int)
    if count > 1:
        from scipy.cluster.hierarchy import fcluster, linkage
        from scipy.spatial.distance import squareform

        tree = linkage(squareform(1 - alike, checks=False), method="average")
        labels = fcluster(tree, 1 - likeness + 1e-12, criterion="distance")
    _, first, code = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.argsort(np.argsort(first))
    numbers = rank[code]
    groups = []
    for number in range(len(first)):
        rows = np.flatnonzero(numbers == number)
        least = float(alike[np.ix_(rows, rows)].min()) if len(rows) > 1 else 1.0
        groups.append(ChannelGroup(number, tuple(names[int(row)] for row in rows), least))
    return tuple(groups), numbers


def rank_likeness(levels: np.ndarray) -> np.ndarray:
    """Return the absolute rank correlation of each pair of channels, float64 (n, n), ones on the diagonal.

    Ranks are taken over each channel's own recorded bins (Spearman where all are recorded). 0 for pairs with fewer than
    50 common bins and for a constant channel.
    """
    from scipy.stats import rankdata

    known = np.isfinite(levels)
    ranks = np.zeros(levels.shape)
    for row, mask in enumerate(known):
        if mask.sum() > 1:
            own = rankdata(levels[row, mask])
            ranks[row, mask] = (own - own.mean()) / (own.std() or 1.0)
    seen = known.astype(float)
    common = seen @ seen.T
    with np.errstate(invalid="ignore", divide="ignore"):
        means = ranks @ seen.T / common
        squares = (ranks**2) @ seen.T / common
        covariance = ranks @ ranks.T / common - means * means.T
        scatter = np.sqrt(np.maximum(squares - means**2, 0))
        alike = np.abs(covariance / (scatter * scatter.T))
    alike = np.where(np.isfinite(alike) & (common >= _FEWEST_BINS), np.minimum(alike, 1.0), 0.0)
    np.fill_diagonal(alike, 1.0)
    return (alike + alike.T) / 2
