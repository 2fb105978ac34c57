"""Both failure modes of one workspace, as one table of verdicts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.audit.failure_modes.enrichment import label_homes
from core.audit.failure_modes.over_compression import judge_over_compression
from core.audit.failure_modes.over_splitting import judge_over_splitting
from core.audit.failure_modes.params import FailureModeParams
from core.audit.failure_modes.units import gather
from core.audit.failure_modes.verdicts import verdict_table
from core.audit.model import AuditInput
from core.progress import OnProgress, ignore_progress


def judge_failure_modes(
    case: AuditInput,
    *,
    stability: pd.Series | None = None,
    groups: np.ndarray | None = None,
    params: FailureModeParams | None = None,
    seed: int = 0,
    on_progress: OnProgress = ignore_progress,
) -> pd.DataFrame:
    """Judge whether a cluster is one morphology under many labels, and a label many morphologies, or nobody can tell.

    ``stability`` is the mean best Jaccard of each cluster by number; without it no verdict that needs a stable cluster
    is "supported". ``groups`` is int (n,), samples that are not independent (views, near duplicates), by default the
    glitches; ValueError if they are not as many as the samples. ``on_progress`` is told percent; may raise Cancelled.

    Returns:
        One row a verdict, supported ones first: ``mode`` ("over-splitting", "over-compression"), ``subject``,
            ``cluster``, ``label``, ``verdict`` ("supported", "not supported", "cannot tell"), ``sentence``, ``numbers``
            (JSON), ``clusters`` and ``labels`` (JSON lists). A cluster has one row, or one a pair of labels at home in
            it.
    """
    params = params or FailureModeParams()
    known = {} if stability is None else stability.dropna().to_dict()
    evidence = gather(case, stability=known, groups=groups)
    homes = label_homes(evidence)
    splitting = judge_over_splitting(
        evidence, homes, params, seed=seed, on_progress=lambda done, total: on_progress(_share(done, total, 0), 100)
    )
    compression = judge_over_compression(
        evidence, homes, params, seed=seed, on_progress=lambda done, total: on_progress(_share(done, total, 50), 100)
    )
    on_progress(100, 100)
    return verdict_table([*splitting, *compression])


def _share(done: int, total: int, start: int) -> int:
    return start + round(50 * done / total) if total else start + 50
