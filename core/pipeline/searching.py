"""What a likeness search needs of a workspace's results: the samples ready to be compared, and by which views."""

from __future__ import annotations

from core.embed.backbones import BACKBONES, is_backbone
from core.pipeline.stages import Prepared
from core.pipeline.vectors import is_planar
from core.space.likeness_search import SearchIndex, make_index


def searchable(prepared: Prepared) -> bool:
    """Return whether the samples can be compared by what they look like; coordinates of a map do not tell."""
    return not is_planar(prepared.embedding)


def searchable_views(prepared: Prepared) -> tuple[str, ...]:
    """Return the views by which samples can be compared one at a time; none where a row is not told apart by views."""
    views, embedding = prepared.dataset.views, prepared.embedding
    if embedding.unit == "picture" or len(views) < 2 or not is_backbone(embedding.source):
        return ()
    # How long timm's features are is not known before timm was asked.
    known = BACKBONES.get(embedding.source)
    told_apart = embedding.matrix.shape[1] == len(views) * known.dimensions if known else True
    return views if told_apart else ()


def search_index(prepared: Prepared) -> SearchIndex:
    """Return the samples of these results, ready to be searched; rows in the order of ``prepared.samples``."""
    return make_index(prepared.vectors, views=max(1, len(searchable_views(prepared))))
