"""The parts of a label: the clusters that it owns, and which of them are separate morphologies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from core.audit.failure_modes.gaps import OTHER, Gap, gap_between
from core.audit.failure_modes.gradients import level_of_units
from core.audit.failure_modes.params import FailureModeParams
from core.audit.failure_modes.units import Evidence, thinned_rows, units_of
from core.statistics.testing import holm

SAME_GLITCHES = "the same glitches"
"""What explains two parts that show the same glitches in different pictures."""

_COMMON_SHARE = 0.25
"""Share of glitches in common from which two parts are the same ones; overlap in a factor below which it sorts them."""

_FEWEST_IN_BRIDGE, _MOST_BRIDGES = 5, 10
_FLOWS = 0.25
"""Density of the middle, beside the thinner end, from which a small or unstable cluster counts as flowing into another.
Not a test: so few glitches cannot prove a gap, and a bridge that is no bridge only costs a verdict."""


@dataclass(frozen=True)
class Part:
    """Glitches of a label in one cluster that it owns.

    ``n`` are glitches of the label in it, ``share`` that of the cluster, ``home`` that of the label's glitches,
    ``stability`` the cluster's; NaN where it was not measured.
    """

    cluster: int
    n: int
    share: float
    home: float
    stability: float


@dataclass(frozen=True)
class PartPair:
    """Two clusters of a label: the gap between them, or what sorts them other than shape.

    ``gap`` is None where something else explains the parts: ``explained_by``, a nuisance factor or
    :data:`SAME_GLITCHES`.
    """

    clusters: tuple[int, int]
    gap: Gap | None
    explained_by: str = ""


def find_parts(
    evidence: Evidence, owned: pd.DataFrame, params: FailureModeParams
) -> tuple[tuple[Part, ...], tuple[int, ...]]:
    """Return the parts of a label that are large enough to be morphologies, the largest first, and its other clusters.

    ``owned`` are the rows of :func:`core.audit.failure_modes.enrichment.label_homes` of clusters that the label owns.
    Other clusters with fewer than 5 glitches of the label, and all beyond the 10 largest, are left out.
    """
    large = (owned["n"] >= params.fewest_in_part) & (owned["home"] >= params.least_part)
    parts = tuple(
        Part(int(row.cluster), int(row.n), float(row.share), float(row.home), evidence.stability_of(row.cluster))
        for row in owned[large].sort_values(["n", "cluster"], ascending=[False, True]).itertuples()
    )
    others = owned[~large & (owned["n"] >= _FEWEST_IN_BRIDGE)].nlargest(_MOST_BRIDGES, "n")["cluster"]
    return parts, tuple(int(number) for number in others)


def stable_pairs(
    evidence: Evidence,
    label: str,
    parts: Sequence[Part],
    params: FailureModeParams,
    random: np.random.Generator,
) -> tuple[PartPair, ...]:
    """Return all pairs of a label's stable parts."""
    stable = [part.cluster for part in parts if part.stability >= params.least_stability]
    return tuple(_pair(evidence, label, *both, params, random) for both in combinations(stable, 2))


def separate_pairs(
    pairs: Mapping[str, Sequence[PartPair]], params: FailureModeParams, *, level: float
) -> dict[str, list[PartPair]]:
    """Return the pairs of each label with a sure gap; none for labels that are not surely in parts at all.

    HDBSCAN parts a label where chance has thinned it, so Holm's method goes over all labels given, each with the
    p-value of Simes (1986) over its pairs, and within a label that passes over its pairs. A pair that something else
    explains is no candidate. ``pairs`` holds every label that is large enough to be in parts, mostly without pairs;
    ``level`` is the family-wise error over labels.
    """
    open_pairs = {label: [pair for pair in found if pair.gap is not None] for label, found in pairs.items()}
    p_values = [_simes([pair.gap.p_value for pair in found if pair.gap]) for found in open_pairs.values()]
    separate: dict[str, list[PartPair]] = {}
    for (label, found), sure in zip(open_pairs.items(), holm(p_values, level), strict=True):
        passed = holm([pair.gap.p_value for pair in found if pair.gap], params.error_rate)
        separate[label] = [pair for pair, also in zip(found, passed, strict=True) if sure and also]
    return separate


def _simes(p_values: list[float]) -> float:
    ordered = np.sort(p_values)
    return float((ordered * len(ordered) / np.arange(1, len(ordered) + 1)).min(initial=1.0))


def morphologies(
    evidence: Evidence,
    label: str,
    parts: Sequence[Part],
    others: Sequence[int],
    pairs: Sequence[PartPair],
    separate: Sequence[PartPair],
    params: FailureModeParams,
    random: np.random.Generator,
) -> list[int]:
    """Return one cluster for each separate morphology of a label, the largest first; empty for fewer than two.

    Parts that flow into each other or show the same glitches are one morphology, and so are two that both flow into a
    third cluster of the label, however small or unstable: the ends of a bent curve lie apart.
    """
    if not separate:
        return []
    apart = {pair.clusters for pair in separate}
    stable = {number for pair in pairs for number in pair.clusters}
    nodes = [*(part.cluster for part in parts), *others]
    joined = [
        pair.clusters for pair in pairs if pair.clusters not in apart and pair.explained_by in ("", SAME_GLITCHES)
    ]
    for both in combinations(nodes, 2):
        if not set(both) <= stable:
            pair = _pair(evidence, label, *both, params, random)
            if pair.explained_by == SAME_GLITCHES or (pair.gap is not None and pair.gap.valley > _FLOWS):
                joined.append(both)
    component = _components(nodes, joined)
    best: list[int] = []
    order = [part.cluster for part in parts if part.cluster in stable]
    for start, first in enumerate(order):
        chosen = [first]
        for number in order[start + 1 :]:
            if all((other, number) in apart and component[other] != component[number] for other in chosen):
                chosen.append(number)
        best = max(best, chosen, key=len)
    return best if len(best) > 1 else []


def _pair(
    evidence: Evidence, label: str, first: int, second: int, params: FailureModeParams, random: np.random.Generator
) -> PartPair:
    # Glitches in no cluster may be what fills the gap; those in homes of other labels are wrong labels and left out.
    rows = np.flatnonzero((evidence.labels == label) & np.isin(evidence.clusters, (first, second, OTHER)))
    rows = thinned_rows(rows, evidence.groups, params.most_in_probe, random)
    units = units_of(evidence.groups[rows])
    in_first, in_second = (units.share(evidence.clusters[rows] == number) > 0 for number in (first, second))
    both = in_first & in_second
    part = np.where(both, OTHER, np.where(in_first, 0, np.where(in_second, 1, OTHER)))
    explained = SAME_GLITCHES if both.sum() >= _COMMON_SHARE * min(in_first.sum(), in_second.sum()) else ""
    for name, factor in evidence.nuisances.items():
        if not explained and _overlap(level_of_units(factor[rows], units), part) < _COMMON_SHARE:
            explained = name
    if explained:
        return PartPair((first, second), None, explained)
    gap = gap_between(units.mean(evidence.matrix[rows]), part, ratio=params.most_in_valley, random=random)
    return PartPair((first, second), gap)


def _overlap(levels: np.ndarray, part: np.ndarray) -> float:
    """Return how alike two parts are in a factor: 1 for the same shares of its levels, 0 for none in common."""
    shares = pd.crosstab(levels[part != OTHER], part[part != OTHER], normalize="columns")
    return float(shares.min(axis=1).sum()) if shares.shape[1] == 2 else 1.0


def _components(nodes: Sequence[int], edges: Sequence[tuple[int, int]]) -> dict[int, int]:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    place = {node: number for number, node in enumerate(nodes)}
    ends = np.array([[place[first], place[second]] for first, second in edges], dtype=int).reshape(-1, 2)
    graph = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(len(nodes), len(nodes)))
    return dict(zip(nodes, connected_components(graph, directed=False)[1].tolist(), strict=True))
