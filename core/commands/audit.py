"""``python -m core audit``: suspects, stability, failure modes and drifts of a prepared data set."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.commands.data_sets import prepared_results, workspace_named
from core.commands.embedding_choices import add_cluster
from core.commands.progress import job_of
from core.commands.readings import add_labels, reading_asked
from core.errors import GlitchAuditError
from core.pipeline.audit import load_audit, run_audit
from core.pipeline.before_after import compare_readings
from core.pipeline.kept_readings import kept_reading
from core.pipeline.reading import BROUGHT
from core.pipeline.stages import Prepared
from core.progress import ShowProgress
from core.tasks.dask_cluster import asked_cluster


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``audit``."""
    parser.add_argument("source", type=Path, help="folder or file of the data set, or its workspace's name")
    add_labels(parser)
    add_cluster(parser)
    parser.add_argument("--quiet", action="store_true", help="no progress lines")


def in_kept_reading(prepared: Prepared, reading_id: str) -> Prepared:
    """Return what was prepared in the reading of this id, as it is where that is empty."""
    return kept_reading(prepared.workspace, reading_id).of(prepared) if reading_id else prepared


def audit_and_count(prepared: Prepared, report: ShowProgress, *, cluster_address: str = "") -> str:
    """Audit a prepared data set, and return a sentence that counts what was found.

    ``cluster_address`` is as for :func:`core.pipeline.audit.run_audit`.
    """
    audit = run_audit(prepared, report=report, cluster_address=cluster_address)
    supported = int((audit.verdicts["verdict"] == "supported").sum())
    return (
        f"{int(audit.suspects.table['flagged'].sum()):,} suspects, {len(audit.twins):,} pairs of duplicates, "
        f"{supported} failure modes supported, {len(audit.drifts)} drifts."
    )


def run(options: argparse.Namespace) -> None:
    """Audit the data set in a reading of its labels; print how much was found, and what differs from as brought."""
    cluster = asked_cluster(options.cluster)
    workspace = workspace_named(options.source)
    prepared = prepared_results(workspace)
    read = _in_reading(prepared, options)
    with job_of(workspace, "audit", quiet=options.quiet) as (job, report):
        message = audit_and_count(prepared, report, cluster_address=cluster)
        if read is not prepared:
            message = audit_and_count(read, report, cluster_address=cluster)
        job.done(message)
    print(message)
    if options.labels != BROUGHT or options.reading:
        print(_difference(prepared, read))


def _in_reading(prepared: Prepared, options: argparse.Namespace) -> Prepared:
    kept = reading_asked(prepared.workspace, options, prepared.samples)
    return prepared if kept is None else kept.of(prepared)


def _difference(prepared: Prepared, read: Prepared) -> str:
    if read is prepared:
        return "No label differs from what was brought, so nothing changes."
    before, after = load_audit(prepared), load_audit(read)
    if before is None or after is None:
        raise GlitchAuditError("The audit was taken away meanwhile: audit again.")
    found = compare_readings((prepared, before), (read, after))
    lines = [f"{len(found.relabelled):,} samples have another label than they were brought with."]
    for name, row in found.figures.iterrows():
        low, high = 100 * row["low"], 100 * row["high"]
        where = ", of samples that kept their label" if row["untouched"] else ""
        lines.append(
            f"{name}{where}: {100 * row['before']:.2f} % before, {100 * row['after']:.2f} % after "
            f"({100 * row['difference']:+.2f}, {low:+.2f} to {high:+.2f} points)"
        )
    for change, count in found.verdicts["change"].value_counts().items():
        lines.append(f"findings on labels and clusters, {change}: {count}")
    return "\n".join(lines)
