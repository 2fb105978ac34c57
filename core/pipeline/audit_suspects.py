"""The suspects of a prepared workspace, in any reading of the labels: what does not hang on labels is kept apart."""

from __future__ import annotations

import numpy as np

from core.audit.duplicates import near_duplicate_groups
from core.audit.model import AuditInput
from core.audit.suspects import (
    Smoother,
    SuspectParams,
    Suspects,
    find_suspects,
    load_smoother,
    load_suspects,
    save_smoother,
    save_suspects,
    smoother_fingerprint,
    suspects_fingerprint,
    suspects_smoother,
)
from core.pipeline.audit_input import audit_fingerprint, audit_input, places_fingerprint
from core.pipeline.stages import Prepared
from core.progress import OnProgress, ignore_progress
from core.workspace import cached_stage


def suspects_key(prepared: Prepared) -> str:
    """Return the name under which the suspects are cached."""
    return suspects_fingerprint(audit_fingerprint(prepared), SuspectParams())


def find_workspace_suspects(
    prepared: Prepared,
    *,
    case: AuditInput | None = None,
    groups: np.ndarray | None = None,
    on_progress: OnProgress = ignore_progress,
) -> Suspects:
    """Return the suspects from the cache, or found now.

    ``case`` and ``groups``, where they are known already, are what :func:`core.pipeline.audit_input.audit_input` and
    :func:`core.audit.duplicates.near_duplicate_groups` give. Raises GlitchAuditError as
    :func:`core.audit.suspects.find_suspects` does.
    """
    params, workspace = SuspectParams(), prepared.workspace

    def build() -> Suspects:
        given = case or audit_input(prepared, with_profiles=False)
        apart = near_duplicate_groups(given) if groups is None else groups

        def smoother(progress: OnProgress) -> Smoother:
            return workspace_smoother(prepared, given, apart, on_progress=progress)

        return find_suspects(given, params, groups=apart, smoother=smoother, on_progress=on_progress)

    return cached_stage(
        workspace, "suspects", suspects_key(prepared), load=load_suspects, save=save_suspects, build=build
    )


def workspace_smoother(
    prepared: Prepared, case: AuditInput, groups: np.ndarray, *, on_progress: OnProgress = ignore_progress
) -> Smoother:
    """Return the part of the suspects that needs no label, from the cache or made now; arguments as above."""
    params = SuspectParams()
    return cached_stage(
        prepared.workspace,
        "smoother",
        smoother_fingerprint(places_fingerprint(prepared), params),
        load=load_smoother,
        save=save_smoother,
        build=lambda: suspects_smoother(case, params, groups, on_progress),
    )
