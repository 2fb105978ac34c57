"""All stages in order: embed, find neighbours, lay out, cluster; each from the cache where it is there already."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from core.audit.model import KnownLabels
from core.dataset import Dataset, Problem
from core.dataset.pictures_as_samples import glitch_of
from core.embed.likeness import Vectors
from core.embed.model import Embedding, lacks_views, load_embedding
from core.errors import GlitchAuditError
from core.evidence.previews import PreviewCollector, Previews, load_previews
from core.fingerprint import fingerprint
from core.pipeline.filled_views import filled_views, kept_views
from core.pipeline.from_pictures import embedding_stage, previews_stage
from core.pipeline.settings import Settings, has_settings, load_settings, save_settings
from core.pipeline.snapshot import read_snapshot
from core.pipeline.stage_keys import (
    StageKeys,
    in_unit,
    neighbour_params,
    settle_engine,
    settle_map_engine,
    settle_views,
    stage_keys,
    table_brought,
)
from core.pipeline.stage_reports import stage_reports
from core.pipeline.vectors import (
    clusters_as_clustering,
    coordinates_as_layout,
    is_planar,
    planar_neighbours,
    vectors_content,
)
from core.pipeline.votes import votes_stamp, with_votes
from core.progress import OnProgress, ShowProgress
from core.space.clustering import (
    Clustering,
    ClusterParams,
    cluster,
    default_cluster_params,
    load_clustering,
    save_clustering,
    space_to_cluster,
)
from core.space.layout import Layout, LayoutParams, compute_layout, load_layout, save_layout
from core.space.neighbours import (
    Neighbours,
    find_neighbours,
    load_neighbours,
    save_neighbours,
)
from core.space.packing import pack_layout
from core.workspace import Workspace, cached_stage, load_stage


@dataclass(frozen=True)
class Prepared:
    """Everything that the pages show of one workspace; all arrays are in the order of ``samples``.

    ``dataset`` is in the unit of the settings (one sample a glitch, or one a picture); ``samples`` are its rows that
    have an embedding, with volunteers' votes where some are kept; ``positions`` int64 (samples,), row of each in
    ``dataset.samples``; ``vectors`` the embedding with missing views filled in, which is what is compared;
    ``cluster_params`` those that were used; ``problems`` everything that was left out, with the reason;
    ``known``, where the labels are read otherwise than they were brought, says which were said to be right, and
    ``labels_fingerprint`` is their hash, else "".
    """

    workspace: Workspace
    settings: Settings
    dataset: Dataset
    samples: pd.DataFrame
    positions: np.ndarray
    embedding: Embedding
    vectors: Vectors
    neighbours: Neighbours
    layout: Layout
    clustering: Clustering
    cluster_params: ClusterParams
    previews: Previews
    problems: tuple[Problem, ...]
    known: KnownLabels | None = None
    labels_fingerprint: str = ""

    @cached_property
    def intensity(self) -> np.ndarray:
        """Sum of the pixel values of each sample's preview picture, float32 (samples,)."""
        return self.previews.intensity[self.positions]

    @cached_property
    def pictured(self) -> bool:
        """Whether any sample has a picture that could be read."""
        return bool(np.isfinite(self.intensity).any())

    def as_series(self, values: np.ndarray) -> pd.Series:
        """Return values in the order of the samples as a series with their ids."""
        return pd.Series(values, index=self.samples.index)

    @cached_property
    def packing(self) -> Layout:
        """The layout with its islands moved together, so that they fill the screen."""
        return pack_layout(self.layout)

    @property
    def ready_made_map(self) -> bool:
        """Whether the places on the map were brought along: distances between islands may mean something there."""
        own = table_brought(self.dataset, self.settings)
        return is_planar(self.embedding) or (own is not None and own.coordinates is not None)

    @property
    def _ids(self) -> list[str]:
        # To walk over pandas' texts one by one takes ten times as long.
        return self.samples.index.to_numpy().tolist()

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Row of each sample by its id."""
        return {sample_id: row for row, sample_id in enumerate(self._ids)}

    @cached_property
    def row_of_glitch(self) -> dict[str, int]:
        """First row of each glitch by its id, which is what the ledger knows, whatever counts as a sample."""
        rows: dict[str, int] = {}
        for row, glitch in enumerate(glitch_of(self.samples).to_numpy().tolist()):
            rows.setdefault(str(glitch), row)
        return rows

    @cached_property
    def fingerprint(self) -> str:
        """A hash of the samples in their order and of all results: what is derived from these is kept under it."""
        return fingerprint(
            "prepared",
            "\n".join(map(str, self._ids)).encode(),
            [self.dataset.fingerprint, self.embedding.fingerprint, self.neighbours.fingerprint],
            [self.layout.fingerprint, self.clustering.fingerprint],
            *([self.labels_fingerprint] if self.labels_fingerprint else []),
        )


def prepare(
    workspace: Workspace, *, report: ShowProgress, settings: Settings | None = None, cluster_address: str = ""
) -> Prepared:
    """Make what is missing of the workspace's results, and return them all.

    The workspace has a snapshot of its data set. ``report`` is told how far each stage is and may raise Cancelled.
    ``settings`` (default: the workspace's own) become the workspace's once all is made, so that a failure leaves the
    map as it was. ``cluster_address`` is where pictures are embedded, as :func:`core.tasks.dask_cluster.tasks_on` has
    it. Raises GlitchAuditError where the data set or the settings cannot be used.
    """
    kept = load_settings(workspace) if settings is None else None
    settings = _with_content(settings or kept or load_settings(workspace))
    source = _read_dataset(workspace, settings)
    dataset = in_unit(source, settings)
    keys = stage_keys(dataset, settings)
    collector = None
    if load_stage(workspace, "previews", keys.previews, load_previews) is None:
        collector = PreviewCollector(dataset, workspace.partial("previews", keys.previews))

    staged = stage_reports(report)
    embedding = embedding_stage(workspace, settings, source, collector, report=report, cluster_address=cluster_address)
    params = settings.clustering or default_cluster_params(len(embedding.ids))
    settings = settle_views(workspace, settings, dataset, embedding)
    settings = settle_engine(workspace, settings, dataset, embedding)
    settings = settle_map_engine(workspace, settings, dataset, embedding, params=params)
    keys = stage_keys(dataset, settings, params=params, lacking=embedding.seen is not None)
    vectors = filled_views(workspace, dataset, settings, embedding, keys, staged)
    neighbours = _neighbours(workspace, settings, embedding, vectors, keys, staged)
    own = table_brought(dataset, settings)

    def layout_stage(name: str, key: str, layout_params: LayoutParams) -> Layout:
        def build() -> Layout:
            if is_planar(embedding):
                return coordinates_as_layout(embedding.matrix, key=key)
            if own is not None and own.coordinates is not None and key == keys.layout:
                return coordinates_as_layout(own.coordinates, key=key)
            return compute_layout(
                vectors.matrix, neighbours, layout_params, engine=settings.map_engine, on_progress=staged(name)
            )

        return cached_stage(workspace, "layout", key, load=load_layout, save=save_layout, build=build)

    layout = layout_stage("Laying out the map (UMAP)", keys.layout, settings.layout)

    def build_clustering() -> Clustering:
        if own is not None and own.clusters is not None and settings.clustering is None:
            return clusters_as_clustering(own.clusters, key=keys.clustering)
        wide = layout_stage(
            "Laying out for clustering (UMAP)", keys.wide_layout, space_to_cluster(params, settings.layout)
        )
        staged("Clustering (HDBSCAN)")(0, 1)
        return cluster(wide, params, engine=settings.map_engine)

    clustering = cached_stage(
        workspace, "clustering", keys.clustering, load=load_clustering, save=save_clustering, build=build_clustering
    )
    previews = previews_stage(workspace, keys, collector, report=report, cluster_address=cluster_address)
    prepared = _join(workspace, settings, dataset, embedding, vectors, neighbours, layout, clustering, params, previews)
    if settings != kept or (settings != Settings() and not has_settings(workspace)):
        # A default that hangs on what is installed is kept, so that the map outlives a change of that.
        save_settings(workspace, settings)
    return prepared


def embed_only(
    workspace: Workspace, *, report: ShowProgress, settings: Settings | None = None, cluster_address: str = ""
) -> Embedding:
    """Return the embedding with these settings, by default the workspace's, from the cache or computed now.

    ``cluster_address`` and what is raised are as for :func:`prepare`. The workspace's settings stay as they are.
    """
    settings = _with_content(settings or load_settings(workspace))
    source = _read_dataset(workspace, settings)
    return embedding_stage(workspace, settings, source, report=report, cluster_address=cluster_address)


def prepared_key(workspace: Workspace, settings: Settings | None = None) -> str | None:
    """Return a hash of all that :func:`load_prepared` would return; None where something has not been made yet.

    ``settings`` are by default the workspace's own.
    """
    settings = load_settings(workspace) if settings is None else settings
    source = read_snapshot(workspace, kind=settings.kind)
    if source is None:
        return None
    dataset = in_unit(source, settings)
    keys = stage_keys(dataset, settings)
    lacking = load_stage(workspace, "embedding", keys.embedding, lacks_views)
    if lacking is None:
        return None
    params = settings.clustering or load_stage(workspace, "embedding", keys.embedding, _params_for)
    if params is None:
        return None
    keys = stage_keys(dataset, settings, params=params, lacking=lacking)
    stages = ["embedding", "neighbours", "layout", "clustering", "previews", *(["filling"] if keys.filling else [])]
    if any(workspace.find(stage, getattr(keys, stage)) is None for stage in stages):
        return None
    return fingerprint(keys, dataset.fingerprint, votes_stamp(workspace))


def load_prepared(workspace: Workspace) -> Prepared | None:
    """Return the workspace's results from the cache, computing nothing; None where something has not been made yet.

    What is damaged counts as not made: it is set aside, and the next :func:`prepare` makes it again.
    """
    if prepared_key(workspace) is None:
        return None
    settings = load_settings(workspace)
    dataset = in_unit(_read_dataset(workspace, settings), settings)
    keys = stage_keys(dataset, settings)
    embedding = load_stage(workspace, "embedding", keys.embedding, load_embedding)
    if embedding is None:
        return None
    params = settings.clustering or default_cluster_params(len(embedding.ids))
    keys = stage_keys(dataset, settings, params=params, lacking=embedding.seen is not None)
    vectors = kept_views(workspace, dataset, settings, embedding, keys)
    neighbours = load_stage(workspace, "neighbours", keys.neighbours, load_neighbours)
    layout = load_stage(workspace, "layout", keys.layout, load_layout)
    clustering = load_stage(workspace, "clustering", keys.clustering, load_clustering)
    previews = load_stage(workspace, "previews", keys.previews, load_previews)
    if vectors is None or neighbours is None or layout is None or clustering is None or previews is None:
        return None
    return _join(workspace, settings, dataset, embedding, vectors, neighbours, layout, clustering, params, previews)


def _neighbours(
    workspace: Workspace,
    settings: Settings,
    embedding: Embedding,
    vectors: Vectors,
    keys: StageKeys,
    staged: Callable[[str], OnProgress],
) -> Neighbours:
    def build() -> Neighbours:
        progress = staged("Finding neighbours")
        if is_planar(embedding):
            return planar_neighbours(embedding.matrix, count=neighbour_params(settings).count, key=keys.neighbours)
        return find_neighbours(
            vectors.matrix,
            neighbour_params(settings),
            weights=vectors.weights,
            embedding_fingerprint=keys.filling or keys.embedding,
            on_progress=progress,
        )

    return cached_stage(
        workspace, "neighbours", keys.neighbours, load=load_neighbours, save=save_neighbours, build=build
    )


def _join(
    workspace: Workspace,
    settings: Settings,
    dataset: Dataset,
    embedding: Embedding,
    vectors: Vectors,
    neighbours: Neighbours,
    layout: Layout,
    clustering: Clustering,
    params: ClusterParams,
    previews: Previews,
) -> Prepared:
    positions = dataset.samples.index.get_indexer(list(embedding.ids))
    return Prepared(
        workspace=workspace,
        settings=settings,
        dataset=dataset,
        samples=with_votes(dataset.samples.iloc[positions], workspace),
        positions=positions,
        embedding=embedding,
        vectors=vectors,
        neighbours=neighbours,
        layout=layout,
        clustering=clustering,
        cluster_params=params,
        previews=previews,
        problems=(*dataset.problems, *embedding.problems),
    )


def _read_dataset(workspace: Workspace, settings: Settings) -> Dataset:
    dataset = read_snapshot(workspace, kind=settings.kind)
    if dataset is None:
        raise GlitchAuditError(
            f"The data set of the workspace {workspace.root} has not been read yet: open it on the page “Data and "
            "settings”, or with: python -m core prepare FOLDER"
        )
    return dataset


def _with_content(settings: Settings) -> Settings:
    """Return the settings with the hash of their vectors' file as it is now, or as it was where it is gone."""
    if not settings.vectors:
        return replace(settings, vectors_content="")
    if settings.vectors_content and not Path(settings.vectors).is_file():
        return settings
    return replace(settings, vectors_content=vectors_content(Path(settings.vectors)))


def _params_for(folder: Path) -> ClusterParams:
    return default_cluster_params(len(np.load(folder / "embedding.npy", mmap_mode="r", allow_pickle=False)))
