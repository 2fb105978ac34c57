"""``python -m core audit``: suspects, stability, failure modes and drifts of a prepared data set."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.commands.data_sets import prepared_results, workspace_named
from core.commands.progress import job_of
from core.pipeline.audit import run_audit
from core.pipeline.stages import Prepared
from core.progress import ShowProgress


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``audit``."""
    parser.add_argument("source", type=Path, help="folder or file of the data set, or its workspace's name")
    parser.add_argument("--quiet", action="store_true", help="no progress lines")


def audit_and_count(prepared: Prepared, report: ShowProgress) -> str:
    """Audit a prepared data set, and return a sentence that counts what was found."""
    audit = run_audit(prepared, report=report)
    supported = int((audit.verdicts["verdict"] == "supported").sum())
    return (
        f"{int(audit.suspects.table['flagged'].sum()):,} suspects, {len(audit.twins):,} pairs of duplicates, "
        f"{supported} failure modes supported, {len(audit.drifts)} drifts."
    )


def run(options: argparse.Namespace) -> None:
    """Audit the data set, and print how much was found."""
    workspace = workspace_named(options.source)
    prepared = prepared_results(workspace)
    with job_of(workspace, "audit", quiet=options.quiet) as (job, report):
        message = audit_and_count(prepared, report)
        job.done(message)
    print(message)
