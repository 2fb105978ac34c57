"""The cache keys of all stages, known before any stage runs: what each result depends on, in one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from core.dataset import Brought, Dataset
from core.dataset.pictures_as_samples import pictures_as_samples
from core.embed.expected_views import LearntViews, learnt_for
from core.embed.model import Embedding, embedding_fingerprint
from core.errors import GlitchAuditError
from core.evidence.previews import previews_key
from core.fingerprint import fingerprint
from core.pipeline.settings import Settings, load_settings
from core.pipeline.vectors import is_planar, vectors_fingerprint
from core.space.clustering import ClusterParams, clustering_fingerprint, space_to_cluster
from core.space.filling import filling_fingerprint
from core.space.gpu_engines import CPU, CUML, CUVS, installed_map_engine, is_cuml, is_cuvs
from core.space.layout import layout_fingerprint
from core.space.neighbour_engines import ENGINES, PYNNDESCENT, engine_for, installed_engine
from core.space.neighbours import NeighbourParams, neighbours_fingerprint
from core.workspace import Workspace


@dataclass(frozen=True)
class StageKeys:
    """Cache keys of all stages, known before any of them is computed; ``filling`` is "" where no view is missing."""

    embedding: str
    filling: str
    neighbours: str
    layout: str
    wide_layout: str
    clustering: str
    previews: str


def in_unit(dataset: Dataset, settings: Settings) -> Dataset:
    """Return the data set with one sample a glitch or one a picture, as the settings say; a table's rows stay."""
    return pictures_as_samples(dataset) if settings.embed.unit == "picture" and dataset.brought is None else dataset


def neighbour_params(settings: Settings) -> NeighbourParams:
    """Return how neighbours are found: as many as the layout needs, and at least 30, by the engine of the settings."""
    return NeighbourParams(count=max(30, settings.layout.n_neighbors), engine=settings.neighbours or PYNNDESCENT)


def settle_engine(workspace: Workspace, settings: Settings, dataset: Dataset, embedding: Embedding) -> Settings:
    """Return the settings with the engine named that searches the embedding; "" where the search is exact.

    Neighbours that are kept already, by these settings or by the workspace's, stay as they are, so that the map
    outlives a change of what is installed. Raises GlitchAuditError where an engine that is asked for by its bare name
    is not installed.
    """
    samples = len(embedding.ids)
    if samples <= NeighbourParams().exact_up_to or is_planar(embedding):
        return replace(settings, neighbours="")
    settings = replace(settings, neighbours=settings.neighbours or load_settings(workspace).neighbours)
    keys = stage_keys(dataset, settings, lacking=embedding.seen is not None)
    if workspace.find("neighbours", keys.neighbours) is not None:
        return settings
    if settings.neighbours in ENGINES:
        engine = installed_engine(settings.neighbours)
    elif is_cuvs(settings.neighbours):
        engine = _again(CUVS, installed_engine) or engine_for(samples, wanted=True)
    else:
        engine = engine_for(samples, wanted=bool(settings.neighbours))
    return replace(settings, neighbours=engine)


def settle_map_engine(
    workspace: Workspace, settings: Settings, dataset: Dataset, embedding: Embedding, *, params: ClusterParams
) -> Settings:
    """Return the settings with the engine named that lays out and clusters the map, "" for the CPU's.

    A map that is kept already with its clusters of these ``params``, by these settings or by the workspace's, stays as
    it is. Where either has to be made anew, cuML makes both in its present version, or the CPU where cuML cannot be
    used. Raises GlitchAuditError where an engine that is asked for by its bare name cannot be used here.
    """
    if settings.map_engine == CPU or is_planar(embedding):
        return replace(settings, map_engine="")
    kept = load_settings(workspace).map_engine
    for engine in (settings.map_engine, kept):
        made_with = replace(settings, map_engine=engine)
        keys = stage_keys(dataset, made_with, params=params, lacking=embedding.seen is not None)
        kept_whole = all(workspace.find(stage, getattr(keys, stage)) is not None for stage in ("layout", "clustering"))
        if is_cuml(engine) and kept_whole:
            return made_with
    if settings.map_engine == CUML:
        return replace(settings, map_engine=installed_map_engine(CUML))
    if is_cuml(settings.map_engine or kept):
        return replace(settings, map_engine=_again(CUML, installed_map_engine))
    return replace(settings, map_engine="")


def _again(name: str, installed: Callable[[str], str]) -> str:
    """Return an engine that was used before, in its present version; "" where it cannot be used here any more."""
    try:
        return installed(name)
    except GlitchAuditError:
        return ""


def table_brought(dataset: Dataset, settings: Settings) -> Brought | None:
    """Return what the data set's table brings along, unless other vectors were chosen."""
    return None if settings.vectors else dataset.brought


def settle_views(workspace: Workspace, settings: Settings, dataset: Dataset, embedding: Embedding) -> Settings:
    """Return the settings with what fills in the embedding's missing views named; "" where none is missing.

    Views that are filled in already stay as they are, so that a map outlives a change of what was learnt about them.
    """
    if embedding.seen is None:
        return replace(settings, expected_views="")
    settings = replace(settings, expected_views=settings.expected_views or load_settings(workspace).expected_views)
    if workspace.find("filling", stage_keys(dataset, settings, lacking=True).filling) is not None:
        return settings
    learnt = _shipped_views(dataset, settings)
    return replace(settings, expected_views="" if learnt is None else learnt.fingerprint)


def learnt_views(dataset: Dataset, settings: Settings) -> LearntViews | None:
    """Return what was learnt about missing views and filled them in; None where nothing that is here did.

    Raises GlitchAuditError where the project's own file about them is missing or damaged.
    """
    learnt = _shipped_views(dataset, settings) if settings.expected_views else None
    return learnt if learnt is not None and learnt.fingerprint == settings.expected_views else None


def _shipped_views(dataset: Dataset, settings: Settings) -> LearntViews | None:
    if settings.vectors or table_brought(dataset, settings) is not None:
        return None
    return learnt_for(settings.embed, dataset.views)


def stage_keys(
    dataset: Dataset, settings: Settings, *, params: ClusterParams | None = None, lacking: bool = False
) -> StageKeys:
    """Return the cache keys of all stages.

    ``dataset`` is in the unit of the settings; ``params`` of the clustering default to the settings', else the
    smallest; ``lacking`` says whether samples of the embedding lack views.
    """
    own = table_brought(dataset, settings)
    if own is not None:
        embedding = fingerprint("brought by the table", dataset.pictures_fingerprint)
    elif settings.vectors:
        embedding = vectors_fingerprint(dataset, Path(settings.vectors), content=settings.vectors_content)
    else:
        embedding = embedding_fingerprint(dataset.seen_fingerprint, settings.embed)
    filling = filling_fingerprint(embedding, learnt_views(dataset, settings)) if lacking else ""
    neighbours = neighbours_fingerprint(filling or embedding, neighbour_params(settings))
    engine = settings.map_engine
    layout = layout_fingerprint(neighbours, settings.layout, engine=engine)
    if own is not None and own.coordinates is not None:
        layout = fingerprint("the table's coordinates", embedding)
    params = params or settings.clustering or ClusterParams()
    wide = layout_fingerprint(neighbours, space_to_cluster(params, settings.layout), engine=engine)
    clustering = clustering_fingerprint(wide, params, engine=engine)
    if own is not None and own.clusters is not None and settings.clustering is None:
        clustering = fingerprint("the table's clusters", embedding, own.clusters.astype("<i4").tobytes())
    return StageKeys(
        embedding=embedding,
        filling=filling,
        neighbours=neighbours,
        layout=layout,
        wide_layout=wide,
        clustering=clustering,
        previews=previews_key(dataset),
    )
