"""Over-compression: many morphologies under one label."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from core.audit.failure_modes.gradients import Gradient, gradients, label_spacing
from core.audit.failure_modes.params import FailureModeParams
from core.audit.failure_modes.parts import (
    SAME_GLITCHES,
    Part,
    PartPair,
    find_parts,
    morphologies,
    separate_pairs,
    stable_pairs,
)
from core.audit.failure_modes.units import Evidence
from core.audit.failure_modes.verdicts import (
    CANNOT_TELL,
    NOT_SUPPORTED,
    OVER_COMPRESSION,
    SUPPORTED,
    Verdict,
    listed,
)
from core.audit.physical import PHYSICAL_UNITS
from core.dataset.wording import Wording
from core.progress import OnProgress, ignore_progress
from core.statistics.percent import percent
from core.statistics.testing import holm

_CERTAIN = 0.05
_GRADIENT_SHARE = 0.2
"""Share of the error rate that is left to gradients: theirs are told by their size and length, and hardly use it."""

_FEWEST_LABELS = 3
"""Labels from which the usual length of a gradient is known."""


@dataclass(frozen=True)
class Examined:
    """What was found about one label: parts that are large enough, largest first, and the other clusters it owns.

    ``pairs`` are those of stable parts; ``gradients`` have the best known column first; ``at_home`` is the share of its
    glitches in clusters that it owns.
    """

    label: str
    n: int
    parts: tuple[Part, ...]
    others: tuple[int, ...]
    pairs: tuple[PartPair, ...]
    gradients: tuple[Gradient, ...]
    at_home: float
    too_few: bool = False


def judge_over_compression(
    evidence: Evidence,
    homes: pd.DataFrame,
    params: FailureModeParams,
    *,
    seed: int = 0,
    on_progress: OnProgress = ignore_progress,
) -> list[Verdict]:
    """Return one verdict a label.

    "Supported" in one of two ways, which share the error rate, held over the data set by Holm's method: parts of the
    label own different stable clusters with a gap between them that no nuisance factor explains; or a physical column
    orders its glitches along a gradient (rank correlation out of sample at least ``least_correlation``) whose ends lie
    as far apart as neighbouring labels do, and ``least_excess`` times as far as the same column's ends in the median
    label. These two lengths keep out the dependence on loudness that every label has. ``homes`` comes from
    :func:`core.audit.failure_modes.enrichment.label_homes`.
    """
    owned = homes[(homes["share"] >= params.least_ownership) & (homes["q_value"] <= _CERTAIN)]
    owned_by = dict(list(owned.groupby("label")))
    rows_of = pd.Series(evidence.labels).groupby(evidence.labels, sort=True).indices
    names = sorted(rows_of)
    at_home = {
        name: rows[np.isin(evidence.clusters[rows], owned_by.get(name, owned[:0])["cluster"].to_numpy(dtype=int))]
        for name, rows in rows_of.items()
    }
    spacing = label_spacing(evidence, list(at_home.values()))
    examined = []
    for place, name in enumerate(names):
        on_progress(place, len(names))
        total = len(np.unique(evidence.groups[rows_of[name]]))
        random = np.random.default_rng([seed, *name.encode()])
        examined.append(_examine(evidence, name, total, owned_by.get(name, owned[:0]), at_home[name], params, random))
    on_progress(len(names), len(names))
    return _verdicts(examined, spacing, evidence, params, seed=seed)


def _verdicts(
    examined: list[Examined], spacing: float, evidence: Evidence, params: FailureModeParams, *, seed: int
) -> list[Verdict]:
    for_gradients = _GRADIENT_SHARE * params.error_rate
    candidates = {found.label: found.pairs for found in examined if not found.too_few}
    sure = separate_pairs(candidates, params, level=params.error_rate - for_gradients)
    separate = {
        found.label: morphologies(
            evidence,
            found.label,
            found.parts,
            found.others,
            found.pairs,
            sure.get(found.label, []),
            params,
            np.random.default_rng([seed, 1, *found.label.encode()]),
        )
        for found in examined
    }
    graded = _graded(examined, spacing, params, level=for_gradients)
    return [
        _verdict(
            found,
            separate[found.label],
            graded.get(found.label),
            spacing,
            evidence,
            params,
            bridged=bool(sure.get(found.label)) and not separate[found.label],
        )
        for found in examined
    ]


def _examine(
    evidence: Evidence,
    label: str,
    total: int,
    owned: pd.DataFrame,
    rows: np.ndarray,
    params: FailureModeParams,
    random: np.random.Generator,
) -> Examined:
    at_home = len(np.unique(evidence.groups[rows])) / total
    if total < 2 * params.fewest_in_part:
        return Examined(label, total, (), (), (), (), at_home, too_few=True)
    parts, others = find_parts(evidence, owned, params)
    pairs = stable_pairs(evidence, label, parts, params, random)
    found = gradients(evidence, rows, params=params, random=random)
    return Examined(label, total, parts, others, pairs, tuple(found), at_home)


def _graded(
    examined: list[Examined], spacing: float, params: FailureModeParams, *, level: float
) -> dict[str, Gradient]:
    found = [(label.label, gradient) for label in examined for gradient in label.gradients]
    passed = holm([gradient.p_value for _, gradient in found], level)
    lengths = pd.DataFrame([(item.column, item.length) for _, item in found], columns=["column", "length"])
    usual = lengths.groupby("column")["length"].agg(["median", "size"])
    graded: dict[str, Gradient] = {}
    for (label, gradient), sure in zip(found, passed, strict=True):
        least = params.least_length * spacing
        if usual.loc[gradient.column, "size"] >= _FEWEST_LABELS:
            least = max(least, params.least_excess * usual.loc[gradient.column, "median"])
        if sure and gradient.correlation >= params.least_correlation and gradient.length >= least:
            graded.setdefault(label, gradient)
    return graded


def _verdict(
    found: Examined,
    separate: list[int],
    gradient: Gradient | None,
    spacing: float,
    evidence: Evidence,
    params: FailureModeParams,
    *,
    bridged: bool,
) -> Verdict:
    numbers = {
        "glitches": found.n,
        "at_home": found.at_home,
        "parts": [asdict(part) for part in found.parts],
        "pairs": [asdict(pair) for pair in found.pairs],
        "gradients": [asdict(item) | {"relative_length": item.length / spacing} for item in found.gradients],
        "label_spacing": spacing,
    }
    clusters = tuple(part.cluster for part in found.parts)
    unstable = [part for part in found.parts if not part.stability >= params.least_stability]
    if separate:
        verdict, kind, clusters = SUPPORTED, "separate parts", tuple(separate)
        sentence = _parts_sentence(found, separate, evidence.words)
    elif gradient is not None:
        verdict, kind = SUPPORTED, "gradient"
        sentence = _gradient_sentence(found, gradient, spacing, evidence.words)
    else:
        kind = ""
        verdict, sentence = _without_support(found, unstable, evidence, params, bridged=bridged)
    return Verdict(
        OVER_COMPRESSION, verdict, sentence, None, found.label, numbers | {"kind": kind}, clusters, (found.label,)
    )


def _parts_sentence(found: Examined, separate: list[int], words: Wording) -> str:
    parts = [part for part in found.parts if part.cluster in separate]
    gaps = [pair.gap for pair in found.pairs if pair.gap is not None and set(pair.clusters) <= set(separate)]
    fullest = max(gaps, key=lambda gap: gap.valley)
    return (
        f"{found.label} holds {len(parts)} separate morphologies: {listed(part.n for part in parts)} of its {found.n} "
        f"{words.many} lie in the stable clusters {listed(part.cluster for part in parts)} (stability at least "
        f"{min(part.stability for part in parts):.2f}), of which it owns at least "
        f"{percent(min(part.share for part in parts))}; half-way between them lie at most {fullest.middle} "
        f"{words.many}, in an equally wide place around the thinner part {min(fullest.first, fullest.second)}."
    )


def _gradient_sentence(found: Examined, gradient: Gradient, spacing: float, words: Wording) -> str:
    unit = PHYSICAL_UNITS.get(gradient.column, "")
    ends = f"{gradient.low:.3g} to {gradient.high:.3g}{' ' + unit if unit else ''}"
    return (
        f"{found.label} is one long gradient of {gradient.column.replace('_', ' ')} from {ends}: the embedding puts "
        f"its {words.many} in that order (rank correlation {gradient.correlation:.2f} on {words.many} not used to find "
        f"it), and the two ends lie {gradient.length / spacing:.1f} times as far apart as neighbouring labels."
    )


def _without_support(
    found: Examined, unstable: list[Part], evidence: Evidence, params: FailureModeParams, *, bridged: bool
) -> tuple[str, str]:
    label, many = found.label, evidence.words.many
    if found.too_few:
        return CANNOT_TELL, (
            f"{label} has only {found.n} {many}; two morphologies would need at least {params.fewest_in_part} each."
        )
    if not found.parts or found.at_home < 0.5:
        return CANNOT_TELL, (
            f"Only {percent(found.at_home)} of the {found.n} {many} of {label} lie in clusters that it owns; the "
            "others are in no cluster or among other labels, so its own shape cannot be judged."
        )
    if len(found.parts) > 1 and unstable:
        why = "nobody measured how stable they are" if not evidence.stability else "not all of them are stable"
        return CANNOT_TELL, (
            f"{label} owns the clusters {listed(part.cluster for part in found.parts)}, but {why}, so that its parts "
            "may be an accident."
        )
    if bridged:
        return NOT_SUPPORTED, (
            f"The clusters {listed(part.cluster for part in found.parts)} of {label} lie apart, but its other {many} "
            "lead from one to the next: one morphology that bends or changes, not several."
        )
    tested = [(pair, pair.gap) for pair in found.pairs if pair.gap is not None]
    if found.pairs and not tested:
        pair = found.pairs[0]
        why = (
            f"both show the same {many}"
            if pair.explained_by == SAME_GLITCHES
            else f"{pair.explained_by} explains what sets them apart"
        )
        return NOT_SUPPORTED, f"{label} owns the clusters {listed(pair.clusters)}, but {why}: no other morphology."
    if tested:
        emptiest, gap = min(tested, key=lambda one: one[1].p_value)
        thinner = min(gap.first, gap.second)
        between = (
            f"half-way between the clusters {listed(emptiest.clusters)} lie {gap.middle} {many}, in an equally wide "
            f"place around the thinner part {thinner}"
        )
        if gap.valley <= params.most_in_valley:
            return CANNOT_TELL, f"The parts of {label} may be separate, but are too small to be sure: {between}."
        return NOT_SUPPORTED, f"The parts of {label} flow into each other: {between}."
    best = found.gradients[0] if found.gradients else None
    ordered = (
        f"no physical column spreads them along a long gradient (the best, {best.column.replace('_', ' ')}, has a rank "
        f"correlation of {best.correlation:.2f}, but over too short a range or too weakly)"
        if best
        else "there is no physical column to look for a gradient along"
    )
    return NOT_SUPPORTED if best else CANNOT_TELL, (
        f"{percent(found.parts[0].home)} of the {found.n} {many} of {label} lie in one cluster, "
        f"{found.parts[0].cluster}, no second one of its own is large enough, and {ordered}."
    )
