"""``python -m core embed``: turn a data set's pictures into vectors, and nothing else."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.commands.embedding_choices import (
    add_cluster,
    add_embedding_choices,
    chosen_settings,
    print_what_was_read,
    read_before_work,
)
from core.commands.progress import job_of, print_left_out
from core.pipeline.settings import save_settings
from core.pipeline.snapshot import read_dataset
from core.pipeline.stages import embed_only, prepared_key
from core.tasks.dask_cluster import asked_cluster
from core.workspace import workspace_for


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``embed``."""
    parser.add_argument("source", type=Path, help="folder or file of the data set")
    add_embedding_choices(parser)
    add_cluster(parser)
    parser.add_argument("--quiet", action="store_true", help="no progress lines")


def run(options: argparse.Namespace) -> None:
    """Embed the pictures, and print how many rows that gave."""
    cluster = asked_cluster(options.cluster)
    workspace = workspace_for(options.source)
    dataset = read_before_work(workspace)
    with job_of(workspace, "embed", quiet=options.quiet) as (job, report):
        print_what_was_read(dataset or read_dataset(workspace))
        settings = chosen_settings(workspace, options)
        embedding = embed_only(workspace, report=report, settings=settings, cluster_address=cluster)
        if prepared_key(workspace) is None:
            # There is no map that other settings would take away.
            save_settings(workspace, settings)
        message = f"{len(embedding.ids)} rows x {embedding.matrix.shape[1]}, fingerprint {embedding.fingerprint}"
        job.done(message)
    print(message)
    print_left_out(embedding.problems)
