"""Suspects from start to end: probabilities, neighbours, score, and the chance that the label is wrong."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from core.audit.duplicates import near_duplicate_groups
from core.audit.model import AuditInput
from core.audit.suspects.calibration import Known, calibrate
from core.audit.suspects.confident import confident_label
from core.audit.suspects.model import SuspectParams, Suspects, suspects_fingerprint
from core.audit.suspects.neighbour_vote import Voters, choose_voters
from core.audit.suspects.probabilities import Smoother, make_smoother
from core.audit.suspects.ranking import best_other, fit_ranker
from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.progress import OnProgress, ignore_progress

MOST_LABELS = 1000
MOST_VALUES = 50_000_000
"""Samples times labels beyond which the probabilities would not fit a small machine's memory."""

_STEPS = 100
_COLUMNS = (
    "label",
    "suggested",
    "label_probability",
    "suggested_probability",
    "neighbour_disagreement",
    "score",
    "chance_wrong",
    "flagged",
    "confident_label",
    "glitch",
)


def find_suspects(
    case: AuditInput,
    params: SuspectParams | None = None,
    *,
    groups: np.ndarray | None = None,
    smoother: Callable[[OnProgress], Smoother] | None = None,
    calibrated: Suspects | None = None,
    on_progress: OnProgress = ignore_progress,
) -> Suspects:
    """Return how strongly the embedding contradicts each sample's label, one row a sample in the order of the data.

    ``groups`` is int (n,), samples that are not independent and never stand on both sides of a prediction; default:
    :func:`core.audit.duplicates.near_duplicate_groups`. ``smoother`` gives what does not hang on labels, where it is
    kept already; default: :func:`suspects_smoother`. Labels that ``case.known`` says to be right are no suspects, and
    what they were before counts as learnt: see :func:`calibrate`. ``calibrated``, where given, are suspects that were
    found before: a score then has the chance that it had there, which takes a fifth of the time. With a single label,
    or where no label has samples of two groups, no sample is flagged and ``chance_wrong`` is NaN. Raises
    GlitchAuditError where there are too many labels.
    """
    params = params or SuspectParams()
    key = suspects_fingerprint(case.fingerprint, params)
    if calibrated is not None:
        key = fingerprint(key, calibrated.fingerprint)
    names, row_codes = np.unique(case.labels, return_inverse=True)
    _check_size(len(row_codes), len(names))
    if groups is None:
        groups = near_duplicate_groups(case)
    groups = np.unique(groups, return_inverse=True)[1]
    if not _can_tell(row_codes, groups):
        return Suspects(_nothing_told(case), key)

    # Rows of a glitch with different labels, which none of the readers makes, are judged apart.
    pairs = np.stack([np.asarray(case.glitches), row_codes])
    (_, codes), glitch_of = np.unique(pairs, axis=1, return_inverse=True)
    glitch_of = glitch_of.ravel()
    voters = choose_voters(case.neighbours, groups, count=params.neighbours)
    make = smoother or partial(suspects_smoother, case, params, groups)
    by_glitch, log_odds_error = _judge_glitches(
        make(_part(on_progress, 0, 50)),
        params,
        names=names,
        codes=codes,
        glitch_of=glitch_of,
        voters=voters,
        known=_known_glitches(case, names, codes, glitch_of),
        calibrated=calibrated,
        tell=_part(on_progress, 50, _STEPS),
    )
    table = by_glitch.iloc[glitch_of].set_axis(case.samples.index)
    # A sample without a picture lies nowhere, so nothing contradicts its label.
    placed = case.matrix.any(axis=1)
    table["score"] = np.where(placed, table["score"], by_glitch["score"].min())
    table["chance_wrong"] = table["chance_wrong"].where(placed)
    table["neighbour_disagreement"] = voters.disagreement(row_codes)
    table["flagged"] = table["chance_wrong"] >= params.flag_above
    return Suspects(table[list(_COLUMNS)], key, log_odds_error)


def suspects_smoother(
    case: AuditInput, params: SuspectParams, groups: np.ndarray, on_progress: OnProgress = ignore_progress
) -> Smoother:
    """Return the part of the work that needs no label, and most of the time."""
    return make_smoother(
        case.matrix,
        groups,
        width=params.width,
        even_share=params.even_share,
        ridge=params.ridge,
        landmarks=params.landmarks,
        seed=params.seed,
        weights=case.weights,
        on_progress=on_progress,
    )


def _part(tell: OnProgress, begin: int, end: int) -> OnProgress:
    return lambda done, total: tell(begin + (end - begin) * done // max(total, 1), _STEPS)


def _judge_glitches(
    smoother: Smoother,
    params: SuspectParams,
    *,
    names: np.ndarray,
    codes: np.ndarray,
    glitch_of: np.ndarray,
    voters: Voters,
    known: Known | None,
    calibrated: Suspects | None,
    tell: OnProgress,
) -> tuple[pd.DataFrame, float]:
    ranker, logarithms = fit_ranker(
        smoother,
        voters,
        codes,
        glitch_of=glitch_of,
        classes=len(names),
        balance=params.balance,
        vote_weight=params.vote_weight,
    )
    scores = ranker.score(codes, logarithms)
    if calibrated is None:
        calibration = calibrate(
            ranker, codes, logarithms, known=known, plantings=params.plantings, seed=params.seed, on_progress=tell
        )
        chances, log_odds_error = calibration.chance_wrong, calibration.log_odds_error
    else:
        chances, log_odds_error = _chances_as_before(scores, calibrated, known), calibrated.log_odds_error
    glitches = np.arange(len(codes))
    other = best_other(logarithms, codes)
    confident = confident_label(np.exp(logarithms), codes)
    table = pd.DataFrame(
        {
            "label": names[codes],
            "suggested": names[other],
            "label_probability": np.exp(logarithms[glitches, codes].astype(float)),
            "suggested_probability": np.exp(logarithms[glitches, other].astype(float)),
            "score": scores,
            "chance_wrong": chances,
            "confident_label": np.where(confident >= 0, names[confident], ""),
            "glitch": glitches,
        }
    )
    return table, log_odds_error


def _chances_as_before(scores: np.ndarray, calibrated: Suspects, known: Known | None) -> np.ndarray:
    before = calibrated.table.dropna(subset=["chance_wrong"]).sort_values("score")
    if before.empty:
        return np.zeros(len(scores))
    chances = np.interp(scores, before["score"], before["chance_wrong"].cummax())
    return chances if known is None else np.where(known.known, 0.0, chances)


def _known_glitches(case: AuditInput, names: np.ndarray, codes: np.ndarray, glitch_of: np.ndarray) -> Known | None:
    if case.known is None:
        return None
    place = {name: code for code, name in enumerate(names)}
    known, brought = np.zeros(len(codes), bool), codes.copy()
    # A label that nobody carries any more cannot be compared with the others: what it was counts as unknown.
    before = np.array([place.get(name, -1) for name in case.known.before])
    usable = case.known.known & (before >= 0)
    known[glitch_of[case.known.known]] = True
    brought[glitch_of[usable]] = before[usable]
    return Known(known, brought)


def _check_size(samples: int, labels: int) -> None:
    if labels > MOST_LABELS or samples * labels > MOST_VALUES:
        raise GlitchAuditError(
            f"This data set has {labels:,} different labels for {samples:,} samples, too many to judge a label by the "
            "others that carry it: check that the label column names classes and not each sample, or open fewer labels."
        )


def _can_tell(codes: np.ndarray, groups: np.ndarray) -> bool:
    if not len(codes) or codes.max() == 0:
        return False
    apart = np.unique(np.stack([codes, groups]), axis=1)
    return bool((np.bincount(apart[0]) > 1).any())


def _nothing_told(case: AuditInput) -> pd.DataFrame:
    count = len(case.samples)
    unknown = np.full(count, np.nan)
    return pd.DataFrame(
        {
            "label": case.labels,
            "suggested": np.full(count, ""),
            "label_probability": unknown,
            "suggested_probability": unknown,
            "neighbour_disagreement": np.zeros(count),
            "score": np.zeros(count),
            "chance_wrong": unknown,
            "flagged": np.zeros(count, bool),
            "confident_label": np.full(count, ""),
            "glitch": np.unique(case.glitches, return_inverse=True)[1],
        },
        index=case.samples.index,
    )
