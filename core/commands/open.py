"""``python -m core open``: read a data set into its workspace, and say what was recognised."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.commands.progress import print_left_out
from core.dataset.readers.beside import says_unused
from core.pipeline.snapshot import read_dataset
from core.workspace import workspace_for
from core.workspace_titles import rename_workspace, workspace_title


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``open``."""
    parser.add_argument("source", type=Path, help="folder or file of the data set")
    parser.add_argument("--name", help="what to call the data set on screen; empty for its folder's name")


def run(options: argparse.Namespace) -> None:
    """Read the data set, and print what was recognised."""
    workspace = workspace_for(options.source)
    dataset = read_dataset(workspace)
    if options.name is not None:
        rename_workspace(workspace, options.name)
    print(f"{workspace_title(workspace)}: {dataset.source_form}")
    print(f"{len(dataset.samples)} samples, {len(dataset.pictures)} pictures, {len(dataset.labels)} labels")
    for sentence in dataset.understood:
        print(sentence if says_unused(sentence) else f"understood: {sentence}")
    print_left_out(dataset.problems)
    print(f"workspace: {workspace.root}")
