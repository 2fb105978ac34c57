"""Independent units: the rows of one glitch become one, because only glitches can be counted, shuffled and split."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from core.audit.model import AuditInput
from core.audit.observing_runs import observing_run
from core.audit.physical import physical_columns
from core.dataset.wording import GLITCH_WORDS, Wording
from core.statistics import NOISE

NUISANCES = ("view", "detector", "run", "split")
"""Columns that say how a glitch was recorded or drawn, not what it looks like."""
MISSING = "missing views"
"""The nuisance that is no column: which views a sample lacks, where some lack any."""


@dataclass(frozen=True)
class Evidence:
    """All that the verdicts are made from, row by row of the data set; rows with one of ``groups`` are not independent.

    ``matrix`` is float32 (n, d), the embedding, missing views filled in; ``physical`` float64 (n,) by column name,
    logarithms, NaN where missing; ``profiles`` float64 (n, p), shape of the energy over frequency and time, or None;
    ``nuisances`` str (n,) by factor; ``stability`` the mean best Jaccard by cluster number, empty if not measured;
    ``words`` how sentences name the samples.
    """

    labels: np.ndarray
    clusters: np.ndarray
    groups: np.ndarray
    matrix: np.ndarray
    physical: Mapping[str, np.ndarray]
    profiles: np.ndarray | None
    nuisances: Mapping[str, np.ndarray]
    stability: Mapping[int, float] = field(default_factory=dict)
    words: Wording = GLITCH_WORDS

    def stability_of(self, cluster: int) -> float:
        """Return the stability of one cluster; NaN where it was not measured."""
        return float(self.stability.get(int(cluster), np.nan))


@dataclass(frozen=True)
class Units:
    """Rows joined by group.

    ``groups`` is int (m,), ascending; ``position`` int (rows,), the unit of each row; ``count`` the rows of each unit.
    """

    groups: np.ndarray
    position: np.ndarray
    count: np.ndarray

    def __len__(self) -> int:
        return len(self.groups)

    def mean(self, values: np.ndarray) -> np.ndarray:
        """Return the mean a unit of values (rows,) or (rows, d), without missing ones; NaN where all are missing."""
        values = np.asarray(values, dtype=np.float64)
        if len(self) == len(values):
            # One row each: only the order differs.
            return values[np.argsort(self.position, kind="stable")]
        known = np.isfinite(values)
        total = np.zeros((len(self), *values.shape[1:]))
        present = np.zeros_like(total)
        np.add.at(total, self.position, np.where(known, values, 0))
        np.add.at(present, self.position, known)
        return np.divide(total, present, out=np.full_like(total, np.nan), where=present > 0)

    def share(self, flags: np.ndarray) -> np.ndarray:
        """Return the share of each unit's rows that are flagged, (m,)."""
        return np.bincount(self.position, weights=np.asarray(flags, float), minlength=len(self)) / self.count


def gather(case: AuditInput, *, stability: Mapping[int, float], groups: np.ndarray | None) -> Evidence:
    """Return the evidence in one workspace; rows without embedding (all zeros, not finite) lose their cluster.

    ``stability`` is the mean best Jaccard by cluster number, may be empty; ``groups`` int (n,), samples that
    cross-validation must not split; the glitches if None. Raises ValueError where they are not as many as the samples.
    """
    groups = case.glitches if groups is None else np.asarray(groups)
    if len(groups) != len(case.samples):
        raise ValueError(f"{len(groups)} groups for {len(case.samples)} samples")
    usable = np.isfinite(case.matrix).all(axis=1) & (case.matrix != 0).any(axis=1)
    return Evidence(
        labels=case.labels,
        clusters=np.where(usable, case.clusters, NOISE),
        groups=np.unique(groups, return_inverse=True)[1].ravel(),
        matrix=np.where(usable[:, None], case.matrix, 0) if not usable.all() else case.matrix,
        physical=physical_columns(case.samples),
        profiles=_shapes(case.profiles),
        nuisances=_nuisances(case),
        stability={int(number): float(value) for number, value in dict(stability).items()},
        words=case.words,
    )


def units_of(groups: np.ndarray) -> Units:
    """Join rows by group: ``groups`` int (rows,)."""
    found, position, count = np.unique(groups, return_inverse=True, return_counts=True)
    return Units(found, position.ravel(), count)


def thinned_rows(rows: np.ndarray, groups: np.ndarray, most: int, random: np.random.Generator) -> np.ndarray:
    """Return those of the rows that belong to at most ``most`` groups, drawn at random where there are more.

    ``rows`` is int (m,), some rows of the data set; ``groups`` int (n,), of the whole data set.
    """
    found = np.unique(groups[rows])
    kept = random.permutation(found)[:most]
    return rows if len(kept) == len(found) else rows[np.isin(groups[rows], kept)]


def _nuisances(case: AuditInput) -> dict[str, np.ndarray]:
    samples = case.samples
    columns = {name: samples[name] for name in NUISANCES if name in samples}
    timed = case.words.of_detectors and "event_time" in samples
    if "run" not in columns and timed and pd.api.types.is_numeric_dtype(samples["event_time"]):
        times = samples["event_time"].to_numpy(dtype=float, na_value=np.nan)
        columns["run"] = pd.Series(observing_run(times), index=samples.index)
    if case.missing_views is not None:
        columns[MISSING] = pd.Series(case.missing_views, index=samples.index)
    return {
        name: column.astype(object).where(column.notna(), "").to_numpy(dtype=str)
        for name, column in columns.items()
        if column.nunique() > 1
    }


def _shapes(profiles: np.ndarray | None) -> np.ndarray | None:
    """Return profiles as shares of their total, so that louder glitches of one shape look the same."""
    if profiles is None or profiles.ndim != 2 or not profiles.shape[1]:
        return None
    profiles = np.asarray(profiles, dtype=np.float64)
    total = np.abs(profiles).sum(axis=1, keepdims=True)
    # Rows of zeros stand for pictures that could not be read.
    known = np.isfinite(total) & (total > 0)
    return np.where(known, profiles / np.where(known, total, 1), np.nan) if known.any() else None
