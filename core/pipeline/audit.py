"""The audit of a prepared workspace, stage by stage, each from the cache where it is there already."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from core.audit.agreement import agreement
from core.audit.cluster_evidence import cluster_evidence
from core.audit.confounding import confounding
from core.audit.drift import (
    Drift,
    DriftParams,
    drifts_fingerprint,
    find_drifts,
    load_drifts,
    named_for,
    save_drifts,
)
from core.audit.duplicates import candidate_samples, find_twins, hash_pictures, near_duplicate_groups
from core.audit.failure_modes import (
    FailureModeParams,
    failure_modes_fingerprint,
    judge_failure_modes,
    load_verdicts,
    save_verdicts,
)
from core.audit.label_evidence import label_evidence
from core.audit.label_noise import label_noise
from core.audit.model import AuditInput
from core.audit.outliers import find_outliers
from core.audit.suspects import Suspects, load_suspects
from core.fingerprint import fingerprint
from core.pipeline.audit_input import audit_fingerprint, audit_input, places_fingerprint
from core.pipeline.audit_results import Audit, Findings, load_findings, save_findings
from core.pipeline.audit_suspects import find_workspace_suspects, suspects_key
from core.pipeline.stage_reports import stage_reports
from core.pipeline.stages import Prepared
from core.progress import OnProgress, ShowProgress
from core.space.stability import (
    Stability,
    StabilityParams,
    cluster_stability,
    load_stability,
    save_stability,
    stability_fingerprint,
)
from core.tasks.dask_cluster import tasks_on
from core.tasks.mapping import IN_PROCESS
from core.workspace import cached_stage, load_stage

FINDINGS_VERSION = 1
"""Raised when the tables of the same samples would come out differently, so that cached ones are dropped."""


@dataclass(frozen=True)
class _Keys:
    stability: str
    suspects: str
    findings: str
    verdicts: str
    drifts: str


def run_audit(prepared: Prepared, *, report: ShowProgress, cluster_address: str = "") -> Audit:
    """Make what is missing of the audit, and return all of it.

    ``report`` is told how far each stage is and may raise Cancelled. ``cluster_address`` is where clusterings are
    repeated, as :func:`core.tasks.dask_cluster.tasks_on` has it. Raises GlitchAuditError where the data set cannot be
    audited.
    """
    whole = load_audit(prepared)
    if whole is not None:
        return whole
    workspace, keys, staged = prepared.workspace, _keys(prepared), stage_reports(report)
    staged("Reading the pictures' profiles")(0, 1)
    case = audit_input(prepared)
    groups = near_duplicate_groups(case)

    suspects = find_workspace_suspects(prepared, case=case, groups=groups, on_progress=staged("Looking for suspects"))
    stability = cached_stage(
        workspace,
        "stability",
        keys.stability,
        load=load_stability,
        save=save_stability,
        build=lambda: _stability(prepared, case, report, cluster_address),
    )
    findings = cached_stage(
        workspace,
        "findings",
        keys.findings,
        load=load_findings,
        save=save_findings,
        build=lambda: _findings(prepared, case, suspects, stability, groups, staged),
    )
    verdicts = cached_stage(
        workspace,
        "verdicts",
        keys.verdicts,
        load=load_verdicts,
        save=save_verdicts,
        build=lambda: _verdicts(case, stability, groups, staged),
    )
    drifts = cached_stage(
        workspace,
        "drifts",
        keys.drifts,
        load=load_drifts,
        save=save_drifts,
        build=lambda: _drifts(prepared, case, staged("Looking for drifts")),
    )
    return _joined(findings, stability, suspects, verdicts, drifts, keys)


def audit_key(prepared: Prepared) -> str | None:
    """Return a hash of all that :func:`load_audit` would return; None where something has not been made yet."""
    keys = _keys(prepared)
    if any(prepared.workspace.find(stage, key) is None for stage, key in asdict(keys).items()):
        return None
    return fingerprint(keys)


def load_audit(prepared: Prepared) -> Audit | None:
    """Return the audit from the cache, computing nothing; None where something is not made yet, or damaged."""
    if audit_key(prepared) is None:
        return None
    keys = _keys(prepared)
    workspace = prepared.workspace
    findings = load_stage(workspace, "findings", keys.findings, load_findings)
    stability = load_stage(workspace, "stability", keys.stability, load_stability)
    suspects = load_stage(workspace, "suspects", keys.suspects, load_suspects)
    verdicts = load_stage(workspace, "verdicts", keys.verdicts, load_verdicts)
    drifts = load_stage(workspace, "drifts", keys.drifts, load_drifts)
    if findings is None or stability is None or suspects is None or verdicts is None or drifts is None:
        return None
    return _joined(findings, stability, suspects, verdicts, drifts, keys)


def _keys(prepared: Prepared) -> _Keys:
    case = audit_fingerprint(prepared)
    stability = stability_fingerprint(prepared.clustering.fingerprint, StabilityParams())
    suspects = suspects_key(prepared)
    return _Keys(
        stability=stability,
        suspects=suspects,
        findings=fingerprint("findings", FINDINGS_VERSION, case, stability, suspects),
        verdicts=failure_modes_fingerprint(fingerprint(case, stability), FailureModeParams()),
        drifts=drifts_fingerprint(case, DriftParams()),
    )


def _verdicts(
    case: AuditInput, stability: Stability, groups: np.ndarray, staged: Callable[[str], OnProgress]
) -> pd.DataFrame:
    mean = pd.Series(stability.mean, index=stability.clusters)
    return judge_failure_modes(case, stability=mean, groups=groups, on_progress=staged("Judging the failure modes"))


def _drifts(prepared: Prepared, case: AuditInput, on_progress: OnProgress) -> tuple[Drift, ...]:
    if prepared.labels_fingerprint:
        # The search for curves asks for no label, and at the size of Gravity Spy takes longer than all the rest.
        as_brought = drifts_fingerprint(places_fingerprint(prepared), DriftParams())
        found = load_stage(prepared.workspace, "drifts", as_brought, load_drifts)
        if found is not None:
            return named_for(case, found)
    return find_drifts(case, intensity=prepared.intensity if prepared.pictured else None, on_progress=on_progress)


def _stability(prepared: Prepared, case: AuditInput, report: ShowProgress, cluster_address: str) -> Stability:
    with tasks_on(cluster_address) as tasks:
        return cluster_stability(
            case.matrix,
            prepared.clustering,
            prepared.cluster_params,
            prepared.settings.layout,
            weights=case.weights,
            glitches=case.glitches,
            coordinates=prepared.layout.coordinates if _is_plane(prepared) else None,
            on_progress=stage_reports(report, tasks)("Clustering again on subsamples (stability)"),
            tasks=tasks or IN_PROCESS,
        )


def _is_plane(prepared: Prepared) -> bool:
    return prepared.embedding.matrix.shape[1] == 2


def _findings(
    prepared: Prepared,
    case: AuditInput,
    suspects: Suspects,
    stability: Stability,
    groups: np.ndarray,
    staged: Callable[[str], OnProgress],
) -> Findings:
    staged("Asking what else the clusters sort")(0, 1)
    sorted_too = confounding(case)
    clusters = cluster_evidence(case, stability=stability, on_progress=staged("Shuffling labels (clusters)"))
    staged("Estimating label noise")(0, 1)
    labels = label_evidence(case, noise=label_noise(suspects, case.labels, groups))
    staged("Comparing clusters, labels and map")(0, 1)
    overall = agreement(case, stability=stability, ready_made_map=_is_plane(prepared))
    staged("Looking for duplicates and outliers")(0, 1)
    hashes = hash_pictures(candidate_samples(case), prepared.dataset.pictures, prepared.dataset.store)
    twins = find_twins(case, picture_hashes=hashes)
    return Findings(sorted_too, clusters, labels, overall, twins, find_outliers(case))


def _joined(
    findings: Findings,
    stability: Stability,
    suspects: Suspects,
    verdicts: pd.DataFrame,
    drifts: tuple[Drift, ...],
    keys: _Keys,
) -> Audit:
    return Audit(
        confounding=findings.confounding,
        clusters=findings.clusters,
        labels=findings.labels,
        overall=findings.overall,
        stability=stability,
        suspects=suspects,
        twins=findings.twins,
        outliers=findings.outliers,
        verdicts=verdicts,
        drifts=drifts,
        fingerprint=fingerprint(keys),
    )
