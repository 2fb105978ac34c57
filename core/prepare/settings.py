"""What the moderator chose for a workspace: backbone, unit, layout, clusters, or ready-made vectors."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any

from core.dataset import Brought
from core.embed.model import EmbedParams
from core.errors import GlitchAuditError
from core.space.clustering import ClusterParams
from core.space.layout import LayoutParams
from core.workspace import Workspace, read_json, write_json


@dataclass(frozen=True)
class Settings:
    """The choices behind a workspace's results.

    Attributes:
        embed: backbone, unit and precision.
        layout: UMAP's parameters.
        clustering: HDBSCAN's parameters; None for sizes that suit the number of samples.
        vectors: path of a file of ready-made embeddings or 2-D coordinates to be used instead of a backbone; empty
            for none.
    """

    embed: EmbedParams = field(default_factory=EmbedParams)
    layout: LayoutParams = field(default_factory=LayoutParams)
    clustering: ClusterParams | None = None
    vectors: str = ""


def save_settings(workspace: Workspace, settings: Settings) -> None:
    """Keep the settings in the workspace."""
    write_json(workspace.root / "settings.json", dataclasses.asdict(settings))


def load_settings(workspace: Workspace) -> Settings:
    """The workspace's settings; the defaults where none were kept.

    Raises:
        GlitchAuditError: the file holds values that this version does not know.
    """
    path = workspace.root / "settings.json"
    content = read_json(path)
    if content is None:
        return Settings()
    try:
        clustering = content.get("clustering")
        return Settings(
            embed=EmbedParams(**content["embed"]),
            layout=LayoutParams(**content["layout"]),
            clustering=ClusterParams(**clustering) if clustering else None,
            vectors=content.get("vectors", ""),
        )
    except (TypeError, KeyError, AttributeError) as error:
        raise GlitchAuditError(f"The settings in {path} are damaged ({error}): delete that file.") from error


def describe_settings(settings: Settings, clustering: ClusterParams, brought: Brought | None = None) -> dict[str, Any]:
    """The settings as plain values by readable names, for a screen or a caption.

    Args:
        settings: of the workspace.
        clustering: the parameters that were used.
        brought: what the data set's table brings along, where it is one; it counts unless vectors are set.
    """
    source = settings.vectors or f"{settings.embed.backbone}, {settings.embed.precision}"
    layout = settings.layout
    described = {
        "embedding": source,
        "unit": settings.embed.unit,
        "layout": f"UMAP, n_neighbors {layout.n_neighbors}, min_dist {layout.min_dist:g}, {layout.metric}, "
        f"seed {layout.seed}",
        "clustering": f"HDBSCAN on {clustering.space}, min_cluster_size {clustering.min_cluster_size}, "
        f"min_samples {clustering.min_samples}, {clustering.method}",
    }
    if brought is not None and not settings.vectors:
        described["unit"] = "row of the table"
        described["embedding"] = "the table's " + ("coordinates" if brought.vectors is None else "vectors")
        if brought.coordinates is not None:
            described["layout"] = "the table's coordinates"
        if brought.clusters is not None and settings.clustering is None:
            described["clustering"] = "the table's clusters"
    return described
