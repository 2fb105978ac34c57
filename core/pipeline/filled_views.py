"""The stage that fills in missing views: from the cache, or made now."""

from __future__ import annotations

from collections.abc import Callable

from core.dataset import Dataset
from core.embed.likeness import Vectors
from core.embed.model import Embedding
from core.pipeline.settings import Settings
from core.pipeline.stage_keys import StageKeys, learnt_views
from core.progress import OnProgress
from core.space.filling import Filling, fill_in, find_filling, load_filling, save_filling
from core.workspace import Workspace, cached_stage, load_stage


def filled_views(
    workspace: Workspace,
    dataset: Dataset,
    settings: Settings,
    embedding: Embedding,
    keys: StageKeys,
    staged: Callable[[str], OnProgress],
) -> Vectors:
    """Return the embedding with its missing views filled in; where none is missing, as it is."""
    seen = embedding.seen
    if seen is None:
        return Vectors(embedding.matrix)
    learnt = learnt_views(dataset, settings)

    def build() -> Filling:
        progress = staged("Filling in missing views")
        return find_filling(
            embedding.matrix, seen, learnt=learnt, embedding_fingerprint=keys.embedding, on_progress=progress
        )

    filling = cached_stage(workspace, "filling", keys.filling, load=load_filling, save=save_filling, build=build)
    return fill_in(embedding.matrix, seen, filling, learnt=learnt)


def kept_views(
    workspace: Workspace, dataset: Dataset, settings: Settings, embedding: Embedding, keys: StageKeys
) -> Vectors | None:
    """Return the same from the cache, computing no donors; None where they have not been found yet."""
    if not keys.filling:
        return Vectors(embedding.matrix)
    filling = load_stage(workspace, "filling", keys.filling, load_filling)
    if filling is None:
        return None
    return fill_in(embedding.matrix, embedding.seen, filling, learnt=learnt_views(dataset, settings))
