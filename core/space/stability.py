"""How stable each cluster is: whether it is found again with another seed and without a fifth of the samples."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.progress import OnProgress, ignore_progress
from core.space.artifacts import load_artifact, save_artifact
from core.space.clustering import Clustering, ClusterParams, cluster, space_to_cluster
from core.space.layout import Layout, LayoutParams, compute_layout
from core.space.neighbours import NeighbourParams, find_neighbours
from core.statistics import NOISE
from core.tasks.mapping import IN_PROCESS, MapTasks

VERSION = 1
"""Raised when the same input and parameters would give another result, so that cached ones are dropped."""


@dataclass(frozen=True)
class StabilityParams:
    """How stability is measured.

    ``runs`` is how often the clustering is repeated, ``share`` what part of the samples (of the glitches, where several
    rows show one) each run draws, ``seed`` that of the draws and of the layouts.
    """

    runs: int = 10
    share: float = 0.8
    seed: int = 0

    def __post_init__(self) -> None:
        if self.runs < 1:
            raise GlitchAuditError(f"Stability needs at least 1 run, not {self.runs}.")
        if not 0 < self.share <= 1:
            raise GlitchAuditError(f"The share of samples in a run must lie between 0 and 1, not {self.share}.")


@dataclass(frozen=True)
class Stability:
    """How well each cluster was found again in each run.

    ``jaccard`` is float32 (runs, k), the best Jaccard similarity of each cluster, restricted to the samples drawn, with
    any cluster of the run; 0 where the run found none, NaN where none of its samples was drawn. ``clusters`` is int32
    (k,), ascending, noise left out; ``fingerprint`` of the clustering, the parameters and this stage's version.
    """

    jaccard: np.ndarray
    clusters: np.ndarray
    fingerprint: str

    @property
    def mean(self) -> np.ndarray:
        """Mean over runs, float64 (k,); NaN for a cluster that was never drawn."""
        known = ~np.isnan(self.jaccard)
        counts = known.sum(axis=0)
        sums = np.where(known, self.jaccard, 0).sum(axis=0, dtype=float)
        return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)

    @property
    def low(self) -> np.ndarray:
        """The lower end of the range that holds the middle 95 % of the runs, float64 (k,)."""
        return self._quantile(0.025)

    @property
    def high(self) -> np.ndarray:
        """The upper end of the range that holds the middle 95 % of the runs, float64 (k,)."""
        return self._quantile(0.975)

    def _quantile(self, share: float) -> np.ndarray:
        columns = (column[~np.isnan(column)] for column in self.jaccard.T)
        return np.array([np.quantile(column, share) if len(column) else np.nan for column in columns], dtype=float)


def stability_fingerprint(clustering_fingerprint: str, params: StabilityParams) -> str:
    """Return the name under which the result is cached, known before the work is done."""
    return fingerprint("stability", VERSION, clustering_fingerprint, params)


def cluster_stability(
    matrix: np.ndarray,
    clustering: Clustering,
    cluster_params: ClusterParams,
    map_params: LayoutParams,
    *,
    weights: np.ndarray | None = None,
    coordinates: np.ndarray | None = None,
    glitches: np.ndarray | None = None,
    runs: int = 10,
    share: float = 0.8,
    seed: int = 0,
    on_progress: OnProgress = ignore_progress,
    tasks: MapTasks = IN_PROCESS,
) -> Stability:
    """Repeat the clustering on subsamples with other seeds, and see which clusters come back (Hennig 2007).

    Each run draws its samples, finds their neighbours anew, lays them out with another seed and clusters them. The best
    Jaccard similarity of each original cluster, restricted to the samples drawn, with any cluster of the run counts.
    ``min_cluster_size``, ``min_samples`` and ``n_neighbors`` are multiplied by ``share`` (at least 2, 1 and 2), so that
    a group as dense as before is a cluster as before. Raises GlitchAuditError where ``runs`` or ``share`` is out of
    range, ValueError where the clustering is of another number of samples.

    Args:
        matrix: float32 (n, d), the embedding, rows of length 1; not looked at where ``coordinates`` are given.
        weights: float32 (n, views), as in :class:`core.embed.likeness.Vectors`.
        map_params: of the map; :func:`core.space.clustering.space_to_cluster` makes those of the clustered space.
        coordinates: float32 (n, 2), ready-made ones that are clustered as they are.
        glitches: int (n,), the glitch that a row shows; glitches are drawn with all their rows. Default: all different.
        tasks: where the runs are made; each says its draw and its seed, so that the result is the same.
    """
    params = StabilityParams(runs=runs, share=share, seed=seed)
    rows = len(matrix if coordinates is None else coordinates)
    if rows != len(clustering.labels):
        raise ValueError(f"{rows} samples, but the clusters of {len(clustering.labels)}")
    numbers = np.setdiff1d(clustering.labels, [NOISE]).astype(np.int32)
    found = np.full((runs, len(numbers)), np.nan, np.float32)
    again = _Again(
        matrix if coordinates is None else matrix[:0],
        weights,
        coordinates,
        clustering.labels,
        numbers,
        _scaled(cluster_params, share),
        map_params,
        params,
    )
    random = np.random.default_rng(seed)
    code = np.arange(rows) if glitches is None else np.unique(glitches, return_inverse=True)[1]
    wanted = ((run, _drawn_rows(code, share, random)) for run in range(runs if len(numbers) else 0))
    done = 0
    on_progress(0 if len(numbers) else runs, runs)
    with closing(tasks.results(_run_again, wanted, common=again, on_wait=lambda: on_progress(done, runs))) as results:
        for run, best in results:
            found[run] = best
            done += 1
    return Stability(found, numbers, stability_fingerprint(clustering.fingerprint, params))


@dataclass(frozen=True, eq=False)
class _Again:
    """What all runs have in common; ``matrix`` is empty where ``coordinates`` are clustered as they are."""

    matrix: np.ndarray
    weights: np.ndarray | None
    coordinates: np.ndarray | None
    labels: np.ndarray
    numbers: np.ndarray
    scaled: ClusterParams
    map_params: LayoutParams
    params: StabilityParams


def _run_again(task: tuple[int, np.ndarray], again: _Again) -> np.ndarray:
    run, drawn = task
    if again.coordinates is not None:
        layout = Layout(again.coordinates[drawn], "")
    else:
        wide = space_to_cluster(again.scaled, replace(again.map_params, seed=again.params.seed + 1 + run))
        weights = None if again.weights is None else again.weights[drawn]
        layout = _laid_out(again.matrix[drawn], weights, wide, again.params.share)
    return best_jaccard(again.labels[drawn], cluster(layout, again.scaled).labels, again.numbers)


def best_jaccard(clusters: np.ndarray, others: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Return the best Jaccard similarity of each cluster with any of the other clusters, float32 (k,).

    ``clusters`` and ``others`` are int (n,), two clusterings of the same samples, -1 is noise; ``numbers`` int (k,),
    the clusters asked about, ascending. 0 where there are no other clusters, NaN for a cluster without samples.
    """
    inside, theirs = np.isin(clusters, numbers), others != NOISE
    row = np.searchsorted(numbers, clusters[inside])
    other_numbers, column = np.unique(others[theirs], return_inverse=True)
    sizes = np.bincount(row, minlength=len(numbers))
    other_sizes = np.bincount(column, minlength=len(other_numbers))
    both = inside & theirs
    cells = np.searchsorted(numbers, clusters[both]) * len(other_numbers) + np.searchsorted(other_numbers, others[both])
    common = np.bincount(cells, minlength=len(numbers) * len(other_numbers)).reshape(len(numbers), len(other_numbers))
    best = (common / np.maximum(sizes[:, None] + other_sizes - common, 1)).max(axis=1, initial=0)
    return np.where(sizes > 0, best, np.nan).astype(np.float32)


def save_stability(stability: Stability, folder: Path) -> None:
    """Write the stability into ``folder``."""
    arrays = {"jaccard": stability.jaccard, "clusters": stability.clusters}
    save_artifact(folder, kind="stability", arrays=arrays, facts={"fingerprint": stability.fingerprint})


def load_stability(folder: Path) -> Stability:
    """Read what :func:`save_stability` wrote; raises GlitchAuditError where it is missing or damaged."""
    arrays, facts = load_artifact(folder, kind="stability")
    return Stability(arrays["jaccard"], arrays["clusters"], facts["fingerprint"])


def _scaled(params: ClusterParams, share: float) -> ClusterParams:
    return replace(
        params,
        min_cluster_size=max(2, round(params.min_cluster_size * share)),
        min_samples=max(1, round(params.min_samples * share)),
    )


def _drawn_rows(code: np.ndarray, share: float, random: np.random.Generator) -> np.ndarray:
    glitches = code.max(initial=-1) + 1
    drawn = np.zeros(glitches, bool)
    drawn[random.choice(glitches, size=max(1, round(glitches * share)), replace=False)] = True
    return np.flatnonzero(drawn[code])


def _laid_out(matrix: np.ndarray, weights: np.ndarray | None, params: LayoutParams, share: float) -> Layout:
    params = replace(params, n_neighbors=max(2, round(params.n_neighbors * share)))
    # A name instead of a hash of all bytes: nothing of this run is cached.
    wanted = NeighbourParams(count=params.n_neighbors)
    neighbours = find_neighbours(matrix, wanted, weights=weights, embedding_fingerprint="")
    return compute_layout(matrix, neighbours, params)
