"""Two labels of one cluster, compared by every kind of evidence that there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from core.audit.failure_modes.background import Background, background
from core.audit.failure_modes.params import FailureModeParams
from core.audit.failure_modes.planted import Planting, planting
from core.audit.failure_modes.probe import Probe, prepare_features, probe
from core.audit.failure_modes.units import Evidence, units_of
from core.statistics import NOISE
from core.statistics.ranks import chance_larger

EMBEDDING, PICTURES, PHYSICAL = "embedding", "pictures", "physical columns"

_CERTAIN = 0.05


@dataclass(frozen=True)
class Compared:
    """Two labels of one cluster, the commoner first, and what tells them apart.

    ``counts`` are their glitches in the cluster, ``shares`` those of the cluster; ``probes`` and ``plantings`` (planted
    differences) hold the kinds of evidence that there are; ``columns`` are the physical columns used, ``best_column``
    the one that tells them apart best, and how well.
    """

    cluster: int
    labels: tuple[str, str]
    counts: tuple[int, int]
    shares: tuple[float, float]
    probes: Mapping[str, Probe]
    plantings: Mapping[str, Planting] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    best_column: tuple[str, float] | None = None

    @property
    def p_equivalent(self) -> float:
        """The largest p-value of all kinds of evidence for a difference beyond the margin; 1 without evidence."""
        found: list[Probe | Planting] = [*self.probes.values(), *self.plantings.values()]
        return max((each.p_equivalent for each in found), default=1.0)

    @property
    def visible(self) -> float:
        """The smallest difference that each kind would have shown nine times in ten; NaN where one shows none."""
        return float(np.max([each.visible for each in self.plantings.values()])) if self.plantings else float("nan")

    @property
    def blindest(self) -> str:
        """The kind that would have shown only the largest difference."""
        return max(self.plantings, key=lambda kind: np.nan_to_num(self.plantings[kind].visible, nan=1.0))

    def told_apart_by(self, params: FailureModeParams) -> list[str]:
        """Return the kinds of evidence that tell the labels apart, by more than chance and more than ``negligible``."""
        level = _CERTAIN / max(len(self.probes) + len(self.plantings), 1)
        return [
            kind
            for kind in self.probes
            if any(
                each[kind].p_value <= level and each[kind].chance_right > params.negligible
                for each in (self.probes, self.plantings)
                if kind in each
            )
        ]

    def right(self, kind: str) -> float:
        """Return how often a classifier is right when shown one of each label, by the surer of the two ways to look."""
        ways = [each[kind] for each in (self.probes, self.plantings) if kind in each]
        return min(ways, key=lambda way: way.p_value).chance_right


def compare(
    evidence: Evidence,
    cluster: int,
    first: pd.Series,
    second: pd.Series,
    params: FailureModeParams,
    *,
    backgrounds: dict[int, Background],
    seed: int,
) -> Compared:
    """Compare two labels that are at home in one cluster.

    ``first`` and ``second`` are rows of :func:`core.audit.failure_modes.enrichment.label_homes`; ``backgrounds`` of the
    embedding by cluster are filled in here for the next pair of the same cluster.
    """
    names = (str(first["label"]), str(second["label"]))
    rows = np.flatnonzero((evidence.clusters == cluster) & np.isin(evidence.labels, names))
    units = units_of(evidence.groups[rows])
    share = units.share(evidence.labels[rows] == names[1])
    # A duplicate under both names cannot be of use to a probe: it is right once and wrong once.
    usable = np.flatnonzero((share == 0) | (share == 1))
    random = np.random.default_rng([seed, cluster, *"/".join(names).encode()])
    usable = _thinned(usable, share == 1, params.most_in_probe, random)
    is_second = share[usable] == 1
    columns = {name: units.mean(values[rows])[usable] for name, values in evidence.physical.items()}
    columns = {name: values for name, values in columns.items() if np.isfinite(values).mean() > 0.5}
    kinds = _kinds(evidence, columns)
    probes, plantings = {}, {}
    if min(is_second.sum(), (~is_second).sum()) >= params.fewest_of_label:
        others = _others(evidence, cluster, params.most_in_background, seed)
        for kind, values in kinds.items():
            own = units.mean(values[rows])[usable]
            features = prepare_features(own)
            if features is None:
                continue
            options: dict[str, Any] = {"margin": params.margin, "permutations": params.permutations, "random": random}
            probes[kind] = probe(features, is_second, **options)
            kept = np.isfinite(own).mean(axis=0) > 0.5
            scatter = backgrounds.get(cluster) if kind == EMBEDDING else None
            if scatter is None:
                scatter = background(_filled(values[others][:, kept]), evidence.clusters[others])
            if kind == EMBEDDING:
                backgrounds[cluster] = scatter
            plantings[kind] = planting(_filled(own[:, kept]), is_second, scatter, **options)
    return Compared(
        cluster=cluster,
        labels=names,
        counts=(int(first["n"]), int(second["n"])),
        shares=(float(first["share"]), float(second["share"])),
        probes=probes,
        plantings=plantings,
        columns=tuple(columns),
        best_column=_best_column(columns, is_second) if probes else None,
    )


def _others(evidence: Evidence, cluster: int, most: int, seed: int) -> np.ndarray:
    rows = np.flatnonzero((evidence.clusters != cluster) & (evidence.clusters != NOISE))
    keys = np.stack([evidence.clusters[rows], evidence.groups[rows]])
    rows = rows[np.unique(keys, axis=1, return_index=True)[1]]
    return np.sort(np.random.default_rng([seed, cluster, 1]).permutation(rows)[:most])


def _kinds(evidence: Evidence, columns: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the kinds of evidence, (n, d) each; physical columns are scaled as those of the two labels."""
    kinds = {EMBEDDING: evidence.matrix}
    if evidence.profiles is not None:
        kinds[PICTURES] = evidence.profiles
    if columns:
        scaled = [(evidence.physical[name], *_middle_and_spread(values)) for name, values in columns.items()]
        kinds[PHYSICAL] = np.column_stack([(values - middle) / spread for values, middle, spread in scaled])
    return kinds


def _filled(values: np.ndarray) -> np.ndarray:
    """Return values (n, d) with gaps filled by their column's median, 0 where a column has none."""
    values = np.asarray(values, dtype=np.float64)
    known = np.isfinite(values)
    if known.all():
        return values
    middle = [np.median(column[there]) if there.any() else 0.0 for column, there in zip(values.T, known.T, strict=True)]
    return np.where(known, values, middle)


def _middle_and_spread(values: np.ndarray) -> tuple[float, float]:
    spread = float(np.nanstd(values))
    return float(np.nanmean(values)), spread if spread > 0 else 1.0


def _best_column(columns: Mapping[str, np.ndarray], second: np.ndarray) -> tuple[str, float] | None:
    best = None
    for name, values in columns.items():
        known = np.isfinite(values)
        larger = chance_larger(values[known], second[known])
        told = max(larger, 1 - larger)
        if np.isfinite(told) and (best is None or told > best[1]):
            best = name, told
    return best


def _thinned(places: np.ndarray, second: np.ndarray, most: int, random: np.random.Generator) -> np.ndarray:
    """Return at most ``most`` places, of the rarer kind as many as of the commoner one where possible."""
    if len(places) <= most:
        return places
    ones, zeros = places[second[places]], places[~second[places]]
    rarer = min(len(ones), len(zeros), most // 2)
    kept = [
        random.permutation(group)[: rarer if len(group) == min(len(ones), len(zeros)) else most - rarer]
        for group in (ones, zeros)
    ]
    return np.sort(np.concatenate(kept))
