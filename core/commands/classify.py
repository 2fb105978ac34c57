"""``python -m core classify``: names pictures at the terminal, with the nearest samples of a prepared data set."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.classify.naming.nearest import NeighbourSource, neighbours_in_embedding, neighbours_in_run
from core.classify.training.runs import load_run, run_folder
from core.embed.backbones import OFFLINE_DEFAULT
from core.pipeline.stages import Prepared, load_prepared
from core.typed_paths import typed_path
from core.workspace import Workspace, demo_workspace, workspace_for


def add_classify_arguments(parser: argparse.ArgumentParser) -> None:
    """Add everything that ``python -m core classify`` understands."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="pictures, folders and ZIP archives")
    parser.add_argument(
        "--data", type=Path, metavar="SOURCE", help="show the nearest samples of this data set (default: the demo)"
    )
    parser.add_argument(
        "--run",
        default="",
        dest="run_named",
        metavar="RUN",
        help="a training, by its folder or, with --data, its name (default: the shipped classifier)",
    )
    parser.add_argument("--one-glitch", action="store_true", help="the pictures are the views of one glitch")
    parser.add_argument("--views", nargs="+", default=(), help="with --one-glitch: the view of each picture, in order")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="a file for the answers as well")


def run_classify(options: argparse.Namespace) -> int:
    """Name what lies at the paths and print the answers as they come; the exit status, 0 where something was named.

    Raises:
        GlitchAuditError: nothing lies at a path, or the run cannot be used.
    """
    from core.classify.naming.command import classify_command

    workspace = workspace_for(options.data) if options.data else demo_workspace()
    run = _run(workspace, options) if options.run_named else None
    neighbours = neighbours_in_run(load_run(run)) if run else prepared_neighbours(load_prepared(workspace))
    return classify_command(
        options.paths,
        run,
        one_glitch=options.one_glitch,
        views=options.views,
        as_json=options.json,
        csv=options.csv,
        neighbours=neighbours,
    )


def prepared_neighbours(prepared: Prepared | None) -> NeighbourSource | None:
    """The samples of a prepared data set, where the shipped classifier's backbone embedded them; else None."""
    if prepared is None or prepared.settings.vectors or prepared.settings.embed.backbone != OFFLINE_DEFAULT:
        return None
    return neighbours_in_embedding(
        list(prepared.samples.index),
        list(prepared.samples["label"]),
        prepared.vectors.matrix,
        weights=prepared.vectors.weights,
        views=prepared.dataset.views if prepared.embedding.unit == "glitch" else (),
        about=prepared.dataset.name,
    )


def _run(workspace: Workspace, options: argparse.Namespace) -> Path:
    folder = typed_path(options.run_named)
    return folder if folder.is_dir() else run_folder(workspace, options.run_named)
