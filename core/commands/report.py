"""``python -m core report``: figures, an HTML report and a map that needs no server."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.commands.audit import audit_and_count, in_kept_reading
from core.commands.data_sets import prepared_results, workspace_named
from core.commands.progress import job_of
from core.commands.readings import add_reading
from core.pipeline.report import write_workspace_report
from core.pipeline.report_people import kept_people


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``report``."""
    parser.add_argument(
        "--workspace",
        type=Path,
        required=True,
        metavar="W",
        help="a workspace's folder or name, or the folder or file of its data set",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new or empty folder")
    parser.add_argument(
        "--people",
        type=Path,
        metavar="FILE",
        help="what people did, as the open workbench counted it; by default the ledger is read",
    )
    add_reading(parser)
    parser.add_argument("--quiet", action="store_true", help="no progress lines")


def run(options: argparse.Namespace) -> None:
    """Audit the data set, write the report, and print where it lies."""
    workspace = workspace_named(options.workspace)
    prepared = in_kept_reading(prepared_results(workspace), options.reading)
    with job_of(workspace, "report", quiet=options.quiet) as (job, report):
        audit_and_count(prepared, report)
        people = kept_people(options.people) if options.people else None
        path = write_workspace_report(prepared, options.out, report=report, people=people)
        job.done(f"The report lies in {path.parent}.")
    print(f"{path}\n{path.parent / 'map.html'}")
