"""The choices that ``embed`` and ``prepare`` share: what turns pictures into vectors."""

from __future__ import annotations

import argparse
from dataclasses import replace

from core.dataset import KINDS, Dataset
from core.embed.backbones import BACKBONES, TIMM, backbone_named
from core.embed.model import PRECISIONS, SAMPLE_UNITS
from core.errors import GlitchAuditError
from core.pipeline.settings import Settings, load_settings, vectors_path, with_kind
from core.pipeline.snapshot import read_dataset, recognised_kind
from core.tasks.dask_cluster import CLUSTER_VARIABLE
from core.workspace import Workspace


def add_embedding_choices(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that :func:`chosen_settings` reads."""
    parser.add_argument(
        "--backbone",
        type=_backbone,
        metavar="NAME",
        help=f"one of {', '.join(sorted(BACKBONES))}, or {TIMM} and the name of a timm model; default: as set in the "
        "workspace, else what suits the kind of pictures",
    )
    parser.add_argument(
        "--kind",
        choices=(*KINDS, "recognised"),
        help="what the pictures are: spectrograms of glitches, or ordinary pictures, which keep their colours; "
        "default: as set in the workspace, else as recognised",
    )
    parser.add_argument("--unit", choices=SAMPLE_UNITS, help="one row a glitch, or one a picture (reference audit)")
    parser.add_argument("--precision", choices=PRECISIONS, help="default: as set in the workspace")
    parser.add_argument(
        "--vectors",
        metavar="FILE",
        help="ready-made embeddings or coordinates to use instead of a backbone; “none”, or --backbone, goes back to "
        "pictures",
    )


def add_cluster(parser: argparse.ArgumentParser) -> None:
    """Add the argument that says on which cluster the work is done that can be done there."""
    parser.add_argument(
        "--cluster",
        metavar="ADDRESS",
        help="embed, and repeat clusterings, on the workers of a Dask scheduler, such as tcp://scheduler:8786, or with "
        f"“local” on workers of this machine; default: {CLUSTER_VARIABLE}, else in this process",
    )


def _backbone(name: str) -> str:
    try:
        return backbone_named(name).name
    except GlitchAuditError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def chosen_settings(workspace: Workspace, options: argparse.Namespace) -> Settings:
    """Return the settings as the options change them, unsaved; GlitchAuditError for a backbone beside vectors."""
    settings = load_settings(workspace)
    chosen = {name: getattr(options, name) for name in ("backbone", "unit", "precision") if getattr(options, name)}
    vectors = settings.vectors
    if options.vectors:
        if options.backbone:
            raise GlitchAuditError("--vectors stands in for a backbone: give one of the two, not both.")
        vectors = "" if options.vectors == "none" else vectors_path(options.vectors)
    elif options.backbone:
        vectors = ""
    if options.kind:
        kind = "" if options.kind == "recognised" else options.kind
        settings = with_kind(settings, kind, recognised=recognised_kind(workspace).kind)
    return replace(settings, embed=replace(settings.embed, **chosen), vectors=vectors)


def read_before_work(workspace: Workspace) -> Dataset | None:
    """Return the data set if its workspace has no folder yet, else None; an unreadable source then leaves no folder.

    Raises GlitchAuditError if the source cannot be read.
    """
    return None if workspace.root.exists() else read_dataset(workspace)


def print_what_was_read(dataset: Dataset) -> None:
    """Print the data set's name, form and size."""
    print(f"{dataset.name}: {dataset.source_form}, {len(dataset.samples)} samples, {len(dataset.pictures)} pictures")
    print(dataset.kind.reason)
