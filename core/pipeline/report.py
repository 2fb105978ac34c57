"""The report of an audited workspace: figures, one HTML file that opens offline, and the map that needs no server."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from core.audit.drift import DriftParams
from core.audit.suspects import SuspectParams
from core.dataset.wording import wording
from core.errors import GlitchAuditError
from core.evidence.report_costs import ReportCosts
from core.evidence.report_input import ReportInput
from core.evidence.report_people import ReportPeople
from core.pipeline.audit import load_audit
from core.pipeline.audit_input import audit_input
from core.pipeline.audit_results import Audit
from core.pipeline.report_costs import report_costs
from core.pipeline.report_people import people_of
from core.pipeline.settings import describe_settings
from core.pipeline.stage_reports import stage_reports
from core.pipeline.stages import Prepared
from core.progress import ShowProgress
from core.space.stability import StabilityParams
from core.version import APP_VERSION
from core.workspace import Workspace

REPORT_FILE, MAP_FILE = "report.html", "map.html"
_FOLDER = "reports"


def write_workspace_report(
    prepared: Prepared, out: Path, *, report: ShowProgress, people: ReportPeople | None = None
) -> Path:
    """Write ``report.html``, ``map.html``, the figures and the tables into ``out``, and return ``report.html``'s path.

    ``out`` is a new or empty folder; ``report`` is told how far each stage is and may raise Cancelled; ``people`` is
    what the ledger says, by default read from the workspace's. Raises GlitchAuditError where the workspace has not been
    audited, its source has changed, or ``out`` cannot be written or holds other files.
    """
    from core.evidence.report import write_report

    prepared.dataset.files.refuse_trouble()
    audit = load_audit(prepared)
    if audit is None:
        raise GlitchAuditError(
            f"{prepared.workspace.source} has not been audited yet: do it first with: python -m core audit "
            f"{prepared.workspace.source}"
        )
    # The workbench that counted the people holds the ledger, so it is not asked again.
    costs = report_costs(prepared, audit, ask_ledger=people is None)
    people = people or people_of(prepared.workspace, prepared.dataset)
    content = report_input(prepared, audit, people=people, costs=costs)
    return write_report(content, out, on_progress=stage_reports(report)("Drawing figures"))


def report_input(
    prepared: Prepared, audit: Audit, *, people: ReportPeople | None = None, costs: ReportCosts | None = None
) -> ReportInput:
    """Return everything that report and figures are made from; ``people`` is what the ledger says, where asked."""
    flagged = audit.suspects.table.index[audit.suspects.table["flagged"]]
    return ReportInput(
        name=prepared.dataset.name,
        dataset=prepared.dataset,
        samples=prepared.samples,
        coordinates=prepared.layout.coordinates,
        clusters=prepared.clustering.labels,
        previews=prepared.previews,
        positions=prepared.positions,
        intensity=prepared.intensity,
        choices={
            **describe_settings(
                prepared.settings,
                prepared.cluster_params,
                prepared.dataset.brought,
                words=wording(prepared.dataset.kind.kind),
            ),
            **_labels_choice(prepared),
            **audit_choices(),
        },
        fingerprints={
            "data set": prepared.dataset.fingerprint,
            **({"labels": prepared.labels_fingerprint} if prepared.labels_fingerprint else {}),
            "embedding": prepared.embedding.fingerprint,
            "map": prepared.layout.fingerprint,
            "clustering": prepared.clustering.fingerprint,
            "suspects": audit.suspects.fingerprint,
            "audit": audit.fingerprint,
        },
        app_version=APP_VERSION,
        written=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        confounding=audit.confounding,
        cluster_table=audit.clusters,
        label_table=audit.labels,
        overall=asdict(audit.overall),
        suspects=audit.suspects.table,
        expected_right=audit.suspects.expected_right(flagged),
        twins=audit.twins,
        outliers=audit.outliers,
        verdicts=audit.verdicts,
        drifts=audit.drifts,
        people=people,
        costs=costs,
        case=audit_input(prepared, with_profiles=False),
    )


def _labels_choice(prepared: Prepared) -> dict[str, str]:
    """Return in words which labels these are, where they are not those that were brought."""
    if prepared.known is None:
        return {}
    known = prepared.known
    changed = int((known.before != prepared.samples["label"].to_numpy(dtype=str)).sum())
    words = (
        f"{int(known.known.sum()):,} of {len(prepared.samples):,} as people decided or proposed, "
        f"{changed:,} of these otherwise than they were brought"
    )
    if known.renamed is not None:
        renamed = int((known.renamed != known.brought).sum())
        words += f"; under the changed taxonomy, in which {renamed:,} carry another name than the one that was brought"
    return {"labels": words}


def audit_choices() -> dict[str, str]:
    """Return the parameters of the audit's stages in words, for captions."""
    stability, suspects, drifts = StabilityParams(), SuspectParams(), DriftParams()
    return {
        "audit": f"stability over {stability.runs} runs on {stability.share:.0%} of the samples",
        "suspects": f"kernel regression with each group left out, vote of {suspects.neighbours} neighbours, flagged "
        f"above a chance of {suspects.flag_above:.0%}",
        "drift": f"at least {drifts.fewest} samples, {drifts.length_to_width:g} times longer than wide",
    }


def new_report_folder(workspace: Workspace) -> Path:
    """Return a folder in the workspace for the next report, named by the time in UTC; not made yet."""
    return workspace.root / _FOLDER / datetime.now(UTC).strftime("%Y-%m-%d-%H%M%S")


def latest_report(workspace: Workspace) -> Path | None:
    """Return the folder of the workspace's newest whole report; None where there is none."""
    whole = [path.parent for path in (workspace.root / _FOLDER).glob(f"*/{REPORT_FILE}")]
    return max((folder for folder in whole if (folder / MAP_FILE).is_file()), default=None)
