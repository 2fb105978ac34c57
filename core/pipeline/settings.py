"""What the moderator chose for a workspace: backbone, unit, layout, clusters, or ready-made vectors."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.dataset import Brought
from core.dataset.kind import check_kind
from core.dataset.wording import GLITCH_WORDS, Wording
from core.embed.backbones import default_backbone
from core.embed.model import EmbedParams
from core.errors import GlitchAuditError
from core.pipeline.snapshot import SETTINGS_FILE, recognised_kind
from core.space.clustering import ClusterParams
from core.space.layout import LayoutParams
from core.typed_paths import typed_path
from core.workspace import PROJECT_ROOT, Workspace, read_json, write_json, writing


@dataclass(frozen=True)
class Settings:
    """The choices behind a workspace's results.

    ``clustering`` is None for sizes that suit the number of samples; ``vectors`` the file of ready-made embeddings or
    2-D coordinates to use instead of a backbone, or ""; ``vectors_content`` the hash of that file when the results were
    made, so that they can be shown when it is gone; ``kind`` what a person said the pictures are
    (:data:`core.dataset.kind.KINDS`), "" for what they were recognised as; ``neighbours`` the engine that searched a
    very large set (:mod:`core.space.neighbour_engines`) or is to do it, "" for the one that suits its size;
    ``expected_views`` the fingerprint of what was learnt about missing views (:mod:`core.embed.expected_views`) and
    filled them in, "" where the data set's own glitches did alone; ``map_engine`` what laid out and clustered the map
    (:mod:`core.space.gpu_engines`) or is to do it, "" for the CPU's umap-learn and hdbscan.
    """

    embed: EmbedParams = field(default_factory=EmbedParams)
    layout: LayoutParams = field(default_factory=LayoutParams)
    clustering: ClusterParams | None = None
    vectors: str = ""
    vectors_content: str = ""
    kind: str = ""
    neighbours: str = ""
    expected_views: str = ""
    map_engine: str = ""

    def __post_init__(self) -> None:
        if self.kind:
            check_kind(self.kind)


def save_settings(workspace: Workspace, settings: Settings) -> None:
    """Make the settings the workspace's: the map that was made with them is shown from now on.

    To change them while the present map stays, hand them to ``core.pipeline.stages.prepare`` instead.
    """
    with writing(workspace):
        write_json(workspace.root / SETTINGS_FILE, dataclasses.asdict(settings))


def default_settings(kind: str) -> Settings:
    """Return the settings that nobody has to choose for pictures of this kind, of what is installed here."""
    return Settings(embed=EmbedParams(backbone=default_backbone(kind)))


def with_kind(settings: Settings, kind: str, *, recognised: str) -> Settings:
    """Return the settings with another kind chosen, "" for the ``recognised`` one; a default backbone goes with it."""
    before, after = settings.kind or recognised, kind or recognised
    embed = settings.embed
    if before != after and embed.backbone == default_backbone(before):
        embed = dataclasses.replace(embed, backbone=default_backbone(after))
    return dataclasses.replace(settings, kind=kind, embed=embed)


def has_settings(workspace: Workspace) -> bool:
    """Return whether settings of the workspace's own are kept."""
    return (workspace.root / SETTINGS_FILE).is_file()


def load_settings(workspace: Workspace) -> Settings:
    """Return the workspace's settings, or the defaults for its kind of pictures.

    Raises GlitchAuditError where the file is damaged.
    """
    path = workspace.root / SETTINGS_FILE
    content = read_json(path)
    try:
        return default_settings(recognised_kind(workspace).kind) if content is None else settings_from_json(content)
    except (TypeError, KeyError, AttributeError) as error:
        raise GlitchAuditError(f"The settings in {path} are damaged ({error}): delete that file.") from error


def settings_stamp(workspace: Workspace) -> str:
    """Return a text that changes whenever settings are kept, so that pages notice other results; empty for none."""
    try:
        status = (workspace.root / SETTINGS_FILE).stat()
    except OSError:
        return ""
    return f"{status.st_ino}/{status.st_size}/{status.st_mtime_ns}"


def settings_from_json(content: dict[str, Any]) -> Settings:
    """Return the settings that ``dataclasses.asdict`` made these plain values of.

    Raises TypeError, KeyError or AttributeError where they are not of this version, GlitchAuditError where a value is
    out of range.
    """
    clustering = content.get("clustering")
    vectors = content.get("vectors", "")
    return Settings(
        embed=EmbedParams(**content["embed"]),
        layout=LayoutParams(**content["layout"]),
        clustering=ClusterParams(**clustering) if clustering else None,
        # Versions up to 0.4 kept it as it was typed, and the work ran in the project's folder.
        vectors=str(PROJECT_ROOT / typed_path(Path(vectors))) if vectors else "",
        vectors_content=content.get("vectors_content", ""),
        kind=content.get("kind", ""),
        neighbours=content.get("neighbours", ""),
        expected_views=content.get("expected_views", ""),
        map_engine=content.get("map_engine", ""),
    )


def vectors_path(typed: str) -> str:
    """Return the absolute path of a file of ready-made vectors, as somebody typed it; empty where nothing was typed.

    ``~`` is the home folder, quotes around it are dropped, and a relative path counts from the working folder. Raises
    GlitchAuditError where there is no such file.
    """
    if not typed.strip().strip("\"'"):
        return ""
    path = typed_path(typed).absolute()
    if not path.is_file():
        raise GlitchAuditError(f"There is no file {path} with ready-made embeddings or coordinates: check the path.")
    return str(path)


def describe_settings(
    settings: Settings, clustering: ClusterParams, brought: Brought | None = None, *, words: Wording = GLITCH_WORDS
) -> dict[str, Any]:
    """Return the settings as plain values by readable names, for a screen or a caption.

    ``clustering`` are the parameters that were used; ``brought`` what the data set's table brings along, which counts
    unless vectors are set; ``words`` are those of the data set.
    """
    source = settings.vectors or f"{settings.embed.backbone}, {settings.embed.precision}"
    layout = settings.layout
    described = {
        "embedding": source,
        "unit": words.one if settings.embed.unit == "glitch" else settings.embed.unit,
        "layout": f"UMAP, n_neighbors {layout.n_neighbors}, min_dist {layout.min_dist:g}, {layout.metric}, "
        f"seed {layout.seed}",
        "clustering": f"HDBSCAN on {clustering.space}, min_cluster_size {clustering.min_cluster_size}, "
        f"min_samples {clustering.min_samples}, {clustering.method}",
    }
    if settings.map_engine:
        described |= {name: f"{described[name]} ({settings.map_engine})" for name in ("layout", "clustering")}
    if brought is not None and not settings.vectors:
        described["unit"] = "row of the table"
        described["embedding"] = "the table's " + ("coordinates" if brought.vectors is None else "vectors")
        if brought.coordinates is not None:
            described["layout"] = "the table's coordinates"
        if brought.clusters is not None and settings.clustering is None:
            described["clustering"] = "the table's clusters"
    return described
