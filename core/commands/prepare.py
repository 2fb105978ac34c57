"""``python -m core prepare``: read, embed, lay out, cluster and audit a data set."""

from __future__ import annotations

import argparse
from dataclasses import asdict, replace
from pathlib import Path

from core.commands.audit import audit_and_count
from core.commands.embedding_choices import (
    add_cluster,
    add_embedding_choices,
    chosen_settings,
    print_what_was_read,
    read_before_work,
)
from core.commands.progress import job_of, print_left_out
from core.pipeline import stages
from core.pipeline.settings import settings_from_json
from core.pipeline.snapshot import read_dataset
from core.space.gpu_engines import CPU, CUML, MAP_ENGINES, installed_map_engine
from core.space.neighbour_engines import ENGINES, FAISS, LARGE, installed_engine
from core.space.neighbours import NeighbourParams
from core.tasks.dask_cluster import asked_cluster
from core.workspace import workspace_for


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``prepare``."""
    parser.add_argument("source", type=Path, help="folder or file of the data set")
    add_embedding_choices(parser)
    add_cluster(parser)
    parser.add_argument(
        "--neighbours",
        choices=ENGINES,
        help=f"what searches more than {NeighbourParams().exact_up_to:,} samples for neighbours; default: as set in "
        f"the workspace, else {FAISS} where it is installed and there are more than {LARGE:,}",
    )
    parser.add_argument(
        "--map-engine",
        choices=MAP_ENGINES,
        help=f"what lays out and clusters the map: {CPU}, or {CUML} of RAPIDS on a GPU; default: as set in the "
        f"workspace, else {CPU}",
    )
    parser.add_argument("--quiet", action="store_true", help="no progress lines")
    parser.add_argument("--no-audit", action="store_true", help="stop when the map is there")


def run(options: argparse.Namespace) -> None:
    """Make the map, and the audit where it is wanted."""
    cluster = asked_cluster(options.cluster)
    workspace = workspace_for(options.source)
    dataset = read_before_work(workspace)
    with job_of(workspace, "prepare", quiet=options.quiet) as (job, report):
        print_what_was_read(dataset or read_dataset(workspace))
        settings = settings_from_json(job.settings) if job.settings else chosen_settings(workspace, options)
        if options.neighbours:
            installed_engine(options.neighbours)
            settings = replace(settings, neighbours=options.neighbours)
        if options.map_engine:
            installed_map_engine(options.map_engine)
            settings = replace(settings, map_engine=options.map_engine)
        job.propose(asdict(settings))
        prepared = stages.prepare(workspace, report=report, settings=settings, cluster_address=cluster)
        job.propose(None)
        clusters = len(set(prepared.clustering.labels.tolist()) - {-1})
        message = f"{len(prepared.samples):,} samples on the map in {clusters} clusters."
        if not options.no_audit:
            message += f" {audit_and_count(prepared, report, cluster_address=cluster)}"
        job.done(message)
    print(message)
    print_left_out(prepared.problems)
