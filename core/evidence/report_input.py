"""What a report and its figures are made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, TypeGuard

import numpy as np
import pandas as pd

from core.audit.drift import Drift
from core.audit.model import AuditInput
from core.dataset import Dataset, Taxonomy, taxonomy_for
from core.dataset.wording import Wording, wording
from core.evidence.previews import Previews
from core.evidence.report_costs import ReportCosts
from core.evidence.report_people import ReportPeople
from core.statistics import NOISE


@dataclass(frozen=True)
class ReportInput:
    """One workspace's samples and what the audit found out about them; all arrays are in the order of ``samples``.

    The tables are in the formats that :mod:`core.audit` returns. Any may be None or empty: the report then says that
    the question has not been looked into, or that nothing was found.

    Attributes:
        name: of the data set, for titles.
        samples: index ``sample_id``; column ``label``, and whatever metadata the data set has.
        coordinates: float (n, 2), the map.
        clusters: int (n,), cluster of each sample, -1 is noise.
        positions: int (n,), row of each sample in ``dataset.samples``.
        intensity: float (n,), sum of the pixel values of each sample's preview picture; NaN without one.
        choices: parameters in words by step: "labels", "embedding", "unit", "layout", "clustering", "audit", "suspects"
            and "drift".
        fingerprints: of the results: "data set", "labels", "embedding", "map", "clustering", "audit", "suspects" and
            "drift".
        written: when, in words; "" leaves it out.
        confounding: what the clusters sort besides labels, index ``factor``.
        overall: how well labels, clusters and map agree, by name; ``<name>_interval`` is a (low, high) pair.
        suspects: index ``sample_id``, the samples whose label the embedding contradicts.
        expected_right: (expected, low, high), how many of the flagged suspects to expect to be wrongly labelled.
        twins: exact and near duplicates.
        outliers: index ``sample_id``, the most outlying first.
        verdicts: of the two failure modes.
        drifts: clusters that are a continuum, with the order of their samples.
        people: what people proposed and decided; None where nobody asked the ledger.
        costs: what each family costs; None where that cannot be counted.
        case: what the audit was asked about; without it, nothing is said about what changes along a drift.
    """

    name: str
    dataset: Dataset
    samples: pd.DataFrame
    coordinates: np.ndarray
    clusters: np.ndarray
    previews: Previews
    positions: np.ndarray
    intensity: np.ndarray
    choices: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    fingerprints: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    app_version: str = ""
    written: str = ""
    confounding: pd.DataFrame | None = None
    cluster_table: pd.DataFrame | None = None
    label_table: pd.DataFrame | None = None
    overall: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    suspects: pd.DataFrame | None = None
    expected_right: tuple[float, float, float] | None = None
    twins: pd.DataFrame | None = None
    outliers: pd.DataFrame | None = None
    verdicts: pd.DataFrame | None = None
    drifts: Sequence[Drift] = ()
    people: ReportPeople | None = None
    costs: ReportCosts | None = None
    case: AuditInput | None = None

    def __post_init__(self) -> None:
        """Refuse arrays that do not belong to the samples."""
        lengths = {name: len(getattr(self, name)) for name in ("coordinates", "clusters", "positions", "intensity")}
        wrong = {name: length for name, length in lengths.items() if length != len(self.samples)}
        if wrong:
            raise ValueError(f"{len(self.samples)} samples, but {wrong}")

    @property
    def words(self) -> Wording:
        """How sentences name the samples."""
        return wording(self.dataset.kind.kind)

    @cached_property
    def labels(self) -> np.ndarray:
        """The samples' labels, str (n,)."""
        return self.samples["label"].to_numpy(dtype=str)

    @cached_property
    def taxonomy(self) -> Taxonomy:
        """The labels' colours and descriptions."""
        return taxonomy_for(self.labels.tolist())

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Row of each sample by its id."""
        return {sample_id: row for row, sample_id in enumerate(self.samples.index)}

    @cached_property
    def cluster_numbers(self) -> list[int]:
        """The clusters that occur, ascending, noise left out."""
        return [int(number) for number in np.unique(self.clusters) if number != NOISE]

    def rows_of_cluster(self, cluster: int) -> np.ndarray:
        """Rows of a cluster's samples, ascending."""
        return np.flatnonzero(np.asarray(self.clusters) == cluster)

    def ranked_clusters(self) -> list[int]:
        """Clusters by how many of their samples have another than the commonest label, most first."""
        table = self.cluster_table
        if table is None or table.empty or "ambiguity" not in table:
            return self.cluster_numbers
        ranked = table.sort_values("ambiguity", ascending=False, kind="stable").index
        return [int(number) for number in ranked]


def is_empty(table: pd.DataFrame | None) -> bool:
    """Whether there is nothing to show."""
    return table is None or table.empty


def is_filled(table: pd.DataFrame | None) -> TypeGuard[pd.DataFrame]:
    """Whether there is something to show."""
    return not is_empty(table)
