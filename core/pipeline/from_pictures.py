"""The stages that read pictures: the embedding and the previews, here or on the workers of a cluster."""

from __future__ import annotations

from pathlib import Path

from core.dataset import Dataset
from core.embed.model import Embedding, load_embedding, save_embedding
from core.embed.shards_elsewhere import SmallPictures
from core.errors import GlitchAuditError
from core.evidence.previews import PreviewCollector, Previews, load_previews, small_picture
from core.pipeline.settings import Settings
from core.pipeline.stage_keys import StageKeys, in_unit, stage_keys, table_brought
from core.pipeline.stage_reports import stage_reports
from core.pipeline.vectors import load_vectors, own_embedding
from core.progress import ShowProgress
from core.tasks.dask_cluster import tasks_on
from core.tasks.mapping import IN_PROCESS
from core.workspace import Workspace, cached_stage, load_stage, store_artifact

FEW = 500
"""Previews that are read here, cluster or not: sooner done than asked for."""


def embedding_stage(
    workspace: Workspace,
    settings: Settings,
    source: Dataset,
    collector: PreviewCollector | None = None,
    *,
    report: ShowProgress,
    cluster_address: str = "",
) -> Embedding:
    """Return the embedding from the cache or made now; ``collector`` takes the previews of the pictures on the way.

    ``cluster_address`` is where pictures are embedded, an address of :func:`core.tasks.dask_cluster.tasks_on`. Raises
    GlitchAuditError as ``core.embed.embedder.embed_pictures`` does, or where the data set's own vectors cannot be read.
    """
    dataset = in_unit(source, settings)
    key = stage_keys(dataset, settings).embedding

    def build() -> Embedding:
        if (own := table_brought(dataset, settings)) is not None:
            return own_embedding(dataset, own, key=key)
        if settings.vectors:
            return load_vectors(dataset, Path(settings.vectors), key=key, unit=settings.embed.unit)
        from core.embed.embedder import embed_pictures

        with tasks_on(cluster_address) as tasks:
            return embed_pictures(
                source,
                settings.embed,
                folder=workspace.cache / "shards",
                on_progress=stage_reports(report, tasks)("Embedding pictures"),
                on_picture=collector.add if collector else None,
                tasks=tasks,
                small=SmallPictures(small_picture, collector.wanted, collector.keep) if collector else None,
            )

    return cached_stage(workspace, "embedding", key, load=load_embedding, save=save_embedding, build=build)


def previews_stage(
    workspace: Workspace,
    keys: StageKeys,
    collector: PreviewCollector | None,
    *,
    report: ShowProgress,
    cluster_address: str = "",
) -> Previews:
    """Return the previews from the cache, or those that ``collector`` gathered and now completes.

    ``cluster_address`` is as for :func:`embedding_stage`. Raises GlitchAuditError where they were taken away meanwhile.
    """
    if collector is not None:
        # No cluster is asked for the few that could not be read before.
        with tasks_on(cluster_address if collector.lacking > FEW else "") as tasks:
            told = stage_reports(report, tasks)("Making previews")
            collector.fill_missing(told, tasks=tasks or IN_PROCESS)
        store_artifact(workspace, "previews", keys.previews, collector.write)
    previews = load_stage(workspace, "previews", keys.previews, load_previews)
    if previews is None:
        raise GlitchAuditError(
            f"The previews in {workspace.cache} were taken away meanwhile: prepare the data set again."
        )
    return previews
