"""HDBSCAN clusters: groups of samples that lie close together, and the noise between them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.space.artifacts import load_artifact, save_artifact
from core.space.gpu_engines import clustered_by_cuml
from core.space.layout import Layout, LayoutParams, engine_part
from core.statistics import NOISE

VERSION = 1
"""Raised when the same input and parameters would give another result, so that cached ones are dropped."""

WIDE_SPACE = "10-D UMAP"
MAP_SPACE = "2-D map"
SPACES = (WIDE_SPACE, MAP_SPACE)
METHODS = ("eom", "leaf")


@dataclass(frozen=True)
class ClusterParams:
    """HDBSCAN's parameters.

    ``min_samples`` is how many near samples make a place dense; more means more noise and firmer clusters. ``space`` is
    "10-D UMAP" (``min_dist`` 0), or "2-D map", as in the reference audit; ``method`` "eom" (excess of mass: the most
    persistent clusters) or "leaf" (the finest ones).
    """

    min_cluster_size: int = 50
    min_samples: int = 50
    space: str = WIDE_SPACE
    method: str = "eom"

    def __post_init__(self) -> None:
        if self.min_cluster_size < 2:
            raise GlitchAuditError(f"A cluster has at least 2 samples, not {self.min_cluster_size}.")
        if self.min_samples < 1:
            raise GlitchAuditError(f"min_samples must be at least 1, not {self.min_samples}.")
        if self.space not in SPACES:
            raise GlitchAuditError(f"The space to cluster must be one of {', '.join(SPACES)}, not '{self.space}'.")
        if self.method not in METHODS:
            raise GlitchAuditError(f"The method must be one of {', '.join(METHODS)}, not '{self.method}'.")


@dataclass(frozen=True)
class Clustering:
    """The cluster of each sample.

    ``labels`` is int32 (n,), from 0, -1 is noise; ``probabilities`` float32 (n,), how firmly a sample belongs to its
    cluster, 0 to 1, 0 for noise; ``fingerprint`` of the clustered layout, the parameters and this stage's version.
    """

    labels: np.ndarray
    probabilities: np.ndarray
    fingerprint: str


def default_cluster_params(samples: int) -> ClusterParams:
    """Return sizes that suit a data set of ``samples`` samples: one 150th, but between 8 and the reference audit's 50.

    Fewer than 8 do not show that labels disagree; 50 is reached at 7,500. ``min_samples`` is the same number.
    """
    size = int(np.clip(round(samples / 150), 8, 50))
    return ClusterParams(min_cluster_size=size, min_samples=size)


def space_to_cluster(params: ClusterParams, map_params: LayoutParams) -> LayoutParams:
    """Return the layout that is clustered: the map itself, or its 10-D counterpart without minimal distance.

    This is UMAP's own advice: the plane forces near samples apart, and a minimal distance evens out their density.
    """
    if params.space == MAP_SPACE:
        return map_params
    return LayoutParams(
        n_neighbors=map_params.n_neighbors,
        min_dist=0.0,
        metric=map_params.metric,
        seed=map_params.seed,
        components=10,
    )


def clustering_fingerprint(layout_fingerprint: str, params: ClusterParams, *, engine: str = "") -> str:
    """Return the name under which the result is cached, known before the work is done; ``engine`` "" is the CPU's."""
    return fingerprint("clustering", VERSION, layout_fingerprint, params, *engine_part(engine))


def cluster(layout: Layout, params: ClusterParams, *, engine: str = "") -> Clustering:
    """Cluster a layout with HDBSCAN (Campello, Moulavi and Sander 2013) and euclidean distances.

    Equal coordinates give equal clusters on one machine; another processor may order ties differently, which can move
    samples at a cluster's rim. Fewer samples than ``min_cluster_size``, or all in one place, are noise. ``layout`` was
    computed with :func:`space_to_cluster`'s parameters. ``engine`` is "" or, with its version, cuML
    (:mod:`core.space.gpu_engines`); raises GlitchAuditError where that cannot be used here.
    """
    points = layout.coordinates.astype(np.float64)
    name = clustering_fingerprint(layout.fingerprint, params, engine=engine)
    # HDBSCAN sorts its tree's edges without regard to ties: where all are equal, the processor's sort would decide.
    if len(points) < params.min_cluster_size or (points == points[0]).all():
        return Clustering(np.full(len(points), NOISE, np.int32), np.zeros(len(points), np.float32), name)
    min_samples = min(params.min_samples, len(points) - 1)
    if engine:
        found, firmness = clustered_by_cuml(
            layout.coordinates,
            min_cluster_size=params.min_cluster_size,
            min_samples=min_samples,
            method=params.method,
        )
        return _as_clustering(found, firmness, name)
    from hdbscan import HDBSCAN

    model = HDBSCAN(
        min_cluster_size=params.min_cluster_size,
        min_samples=min_samples,
        cluster_selection_method=params.method,
        # Its default starts worker processes, which costs more than they save below some 100,000 samples.
        core_dist_n_jobs=1,
    ).fit(points)
    return _as_clustering(model.labels_, model.probabilities_, name)


def _as_clustering(found: np.ndarray, firmness: np.ndarray, name: str) -> Clustering:
    labels = found.astype(np.int32)
    probabilities = np.nan_to_num(firmness, nan=1.0).astype(np.float32)
    return Clustering(labels, np.where(labels == NOISE, 0, probabilities).astype(np.float32), name)


def save_clustering(clustering: Clustering, folder: Path) -> None:
    """Write the clustering into ``folder``."""
    arrays = {"labels": clustering.labels, "probabilities": clustering.probabilities}
    save_artifact(folder, kind="clustering", arrays=arrays, facts={"fingerprint": clustering.fingerprint})


def load_clustering(folder: Path) -> Clustering:
    """Read what :func:`save_clustering` wrote; raises GlitchAuditError where it is missing or damaged."""
    arrays, facts = load_artifact(folder, kind="clustering")
    return Clustering(arrays["labels"], arrays["probabilities"], facts["fingerprint"])
