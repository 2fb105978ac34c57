"""``python -m core status``: what a data set's workspace holds, and what works on it."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.commands.data_sets import prepared_results, workspace_named
from core.jobs.job import job_status
from core.pipeline.audit import audit_key
from core.pipeline.stages import prepared_key


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``status``."""
    parser.add_argument("source", type=Path, help="folder or file of the data set, or its workspace's name")


def run(options: argparse.Namespace) -> None:
    """Print which results are there, and which work is under way."""
    workspace = workspace_named(options.source)
    job = job_status(workspace)
    print(f"workspace: {workspace.root}")
    print(f"results: {'ready' if prepared_key(workspace) else 'not made yet'}")
    audited = prepared_key(workspace) and audit_key(prepared_results(workspace))
    print(f"audit: {'ready' if audited else 'not made yet'}")
    far = f" {job.stage}: {job.done:,} of {job.total:,}" if job.running else f" {job.message}"
    print(f"work: {job.state}{far}".rstrip())
