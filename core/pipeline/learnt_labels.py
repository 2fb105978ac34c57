"""The same classifier, taught with the labels as they were brought and with those of a reading, on the same samples.

It is the one by which suspects are found (:mod:`core.audit.suspects.probabilities`), on the embedding: it names every
sample without it, its siblings and its near duplicates, so both readings are judged with the same folds, none of them
drawn by chance, in seconds. Networks are compared by :mod:`core.classify.evaluation.twins`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from core.audit.duplicates import near_duplicate_groups
from core.audit.model import AuditInput
from core.audit.suspects import Smoother
from core.classify.evaluation.before_after import classifier_change
from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.pipeline.audit_input import audit_fingerprint, audit_input, places_fingerprint
from core.pipeline.audit_suspects import workspace_smoother
from core.pipeline.moved_by import moved_by
from core.pipeline.stages import Prepared
from core.progress import OnProgress, ignore_progress
from core.space.artifacts import load_artifact, save_artifact
from core.workspace import cached_stage, load_stage

VERSION = 1
"""Raised when the same labels would give other figures."""

_STAGE = _KIND = "learnt_labels"


@dataclass(frozen=True)
class LearntLabels:
    """What learning from other labels changed.

    Attributes:
        figures: see :func:`core.classify.evaluation.before_after.classifier_change`.
        relabelled: samples whose label differs between the two.
        touched: samples that are not judged by: those, and those whose label somebody confirmed.
    """

    figures: pd.DataFrame
    relabelled: int
    touched: int


def learnt_labels(before: Prepared, after: Prepared, *, on_progress: OnProgress = ignore_progress) -> LearntLabels:
    """Return what the classifier learnt from the labels ``after`` that it had not from those ``before``, or from cache.

    Both are of the same samples, and ``before`` has the labels as they were brought. Samples that nobody touched are
    judged by. Raises GlitchAuditError where the two are not of the same samples, where no label differs, there are
    fewer than two labels, or nothing is left to judge by.
    """
    _check(before, after)
    return cached_stage(
        before.workspace,
        _STAGE,
        learnt_labels_key(before, after),
        load=_load,
        save=_save,
        build=lambda: _learnt(before, after, on_progress),
    )


def load_learnt_labels(before: Prepared, after: Prepared) -> LearntLabels | None:
    """Return the same from the cache, computing nothing; None where it was not made yet."""
    return load_stage(before.workspace, _STAGE, learnt_labels_key(before, after), _load)


def learnt_labels_key(before: Prepared, after: Prepared) -> str:
    """Return the hash of all that the figures depend on."""
    return fingerprint(_STAGE, VERSION, audit_fingerprint(before), audit_fingerprint(after))


def compare_labels(
    case: AuditInput,
    smoother: Smoother,
    labels: tuple[np.ndarray, np.ndarray],
    *,
    known: np.ndarray,
    groups: np.ndarray,
) -> LearntLabels:
    """Return the comparison for ``labels`` before and after, str (n,) each.

    ``known``, bool (n,), says of which samples somebody has said something; ``groups``, int (n,), which samples leave
    together, numbered from 0.
    """
    names, codes = np.unique(np.concatenate(labels), return_inverse=True)
    first, second = np.split(codes, 2)
    changed = first != second
    named = [_named(smoother, one, len(names)) for one in (first, second)]
    asked = ~(changed | known)
    if not asked.any():
        raise GlitchAuditError("Every label was decided, so that nothing is left by which to judge a classifier.")
    causes = groups[moved_by(case, changed)][asked] if changed.any() else None
    figures = classifier_change(first[asked], named[0][asked], named[1][asked], groups=groups[asked], causes=causes)
    return LearntLabels(figures, int(changed.sum()), int((~asked).sum()))


def _named(smoother: Smoother, codes: np.ndarray, classes: int) -> np.ndarray:
    """The label that each sample is given by those of all other groups, int (n,)."""
    scores = smoother.left_out(np.eye(classes, dtype=np.float32)[codes])
    # A label that nobody carries in this reading is not named, or rounding would choose it where nothing is known.
    scores[:, np.bincount(codes, minlength=classes) == 0] = -np.inf
    return scores.argmax(axis=1)


def _learnt(before: Prepared, after: Prepared, on_progress: OnProgress) -> LearntLabels:
    case = audit_input(before, with_profiles=False)
    groups = np.unique(near_duplicate_groups(case), return_inverse=True)[1]
    smoother = workspace_smoother(before, case, groups, on_progress=on_progress)
    labels = (case.labels, after.samples["label"].to_numpy(dtype=str))
    known = np.zeros(len(groups), bool) if after.known is None else after.known.known
    return compare_labels(case, smoother, labels, known=known, groups=groups)


def _check(before: Prepared, after: Prepared) -> None:
    if places_fingerprint(before) != places_fingerprint(after):
        raise GlitchAuditError("Only two readings of the same labels can be compared, on the same map and clusters.")
    if (before.samples["label"].astype("str") == after.samples["label"].astype("str")).all():
        raise GlitchAuditError("No label differs from what was brought, so a classifier learns the same from both.")
    if min(one.samples["label"].nunique() for one in (before, after)) < 2:
        raise GlitchAuditError("All samples carry one label: a classifier needs two.")


def _save(found: LearntLabels, folder: Path) -> None:
    facts = {name: value for name, value in asdict(found).items() if name != "figures"}
    found.figures.to_parquet(folder / "figures.parquet")
    save_artifact(folder, kind=_KIND, arrays={}, facts=facts)


def _load(folder: Path) -> LearntLabels:
    _, facts = load_artifact(folder, kind=_KIND)
    try:
        return LearntLabels(pd.read_parquet(folder / "figures.parquet"), **facts)
    except (OSError, ValueError, TypeError) as error:
        raise GlitchAuditError(f"{folder} is damaged.") from error
