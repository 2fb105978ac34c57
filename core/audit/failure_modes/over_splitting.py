"""Over-splitting: one morphology under several labels."""

from __future__ import annotations

from dataclasses import asdict
from itertools import combinations

import numpy as np
import pandas as pd

from core.audit.failure_modes.background import Background
from core.audit.failure_modes.comparison import EMBEDDING, PHYSICAL, PICTURES, Compared, compare
from core.audit.failure_modes.params import FailureModeParams
from core.audit.failure_modes.planted import SIZES
from core.audit.failure_modes.units import Evidence
from core.audit.failure_modes.verdicts import (
    CANNOT_TELL,
    NOT_SUPPORTED,
    OVER_SPLITTING,
    SUPPORTED,
    Verdict,
    listed,
)
from core.dataset.wording import Wording
from core.progress import OnProgress, ignore_progress
from core.statistics.percent import percent
from core.statistics.testing import holm

SHAPE_COLUMNS = ("peak_frequency", "central_freq", "bandwidth", "duration")
"""Physical columns that speak of a glitch's shape; loudness alone cannot show that the embedding is not blind."""

_CERTAIN = 0.05


def judge_over_splitting(
    evidence: Evidence,
    homes: pd.DataFrame,
    params: FailureModeParams,
    *,
    seed: int = 0,
    on_progress: OnProgress = ignore_progress,
) -> list[Verdict]:
    """Return one verdict a cluster, or one a pair of labels where several labels are at home in it.

    "Supported" needs a stable cluster, two labels at home in it, and each kind of evidence (embedding, pictures,
    physical columns) surely below the margin at telling them apart, though it would have shown a difference of the
    margin's size, planted into these very glitches, nine times in ten. Over the data set the chance of any wrong
    "supported" is held by Holm's method on the pairs' largest equivalence p-values (intersection-union test). ``homes``
    comes from :func:`core.audit.failure_modes.enrichment.label_homes`.
    """
    verdicts, compared = [], []
    pairs = []
    for number, found in homes.groupby("cluster", sort=True):
        outcome = _pairs_at_home(int(number), found, evidence, params)
        if isinstance(outcome, Verdict):
            verdicts.append(outcome)
        else:
            pairs += [(int(number), first, second) for first, second in outcome]
    backgrounds: dict[int, Background] = {}
    for place, (number, first, second) in enumerate(pairs):
        on_progress(place, len(pairs))
        compared.append(compare(evidence, number, first, second, params, backgrounds=backgrounds, seed=seed))
    on_progress(len(pairs), len(pairs))
    passed = holm([pair.p_equivalent for pair in compared], params.error_rate)
    verdicts += [_verdict(pair, bool(surely), evidence, params) for pair, surely in zip(compared, passed, strict=True)]
    return sorted(verdicts, key=lambda verdict: -1 if verdict.cluster is None else verdict.cluster)


def _pairs_at_home(
    number: int, found: pd.DataFrame, evidence: Evidence, params: FailureModeParams
) -> Verdict | list[tuple[pd.Series, pd.Series]]:
    found = found.sort_values(["n", "label"], ascending=[False, True])
    total = round(found["n"].iloc[0] / found["share"].iloc[0])
    common = found[found["share"] >= params.least_share]
    settled = common[(common["q_value"] <= _CERTAIN) & (common["home"] >= params.least_home)]
    enough = settled[settled["n"] >= params.fewest_of_label]
    top, many = found.iloc[0], evidence.words.many
    where = f"cluster {number} (stability {evidence.stability_of(number):.2f})"
    numbers = {
        "stability": evidence.stability_of(number),
        "glitches": total,
        "top_label": str(top["label"]),
        "top_share": float(top["share"]),
    }

    def answer(verdict: str, sentence: str, labels: pd.Series) -> Verdict:
        names = tuple(str(label) for label in labels)
        return Verdict(OVER_SPLITTING, verdict, sentence, number, "", numbers, (number,), names)

    if len(common) < 2:
        sentence = (
            f"{percent(top['share'])} of the {total} {many} in cluster {number} are called {top['label']}, and no "
            f"second label reaches {percent(params.least_share)}: what else is here is wrong labels or strays, not a "
            "second name."
        )
        if not len(common):
            sentence = (
                f"No label reaches {percent(params.least_share)} of the {total} {many} in cluster {number}: it is a "
                "mixture of many labels, not one morphology under two or three names."
            )
        return answer(NOT_SUPPORTED, sentence, common["label"])
    if len(settled) < 2:
        sentence = f"{listed(common['label'])} are common in cluster {number}, but {_why_not_at_home(common, params)}."
        return answer(NOT_SUPPORTED, sentence, common["label"])
    if len(enough) < 2:
        sentence = (
            f"{listed(settled['label'])} share cluster {number}, but with {listed(settled['n'])} {many} they are too "
            f"few to compare (at least {params.fewest_of_label} each)."
        )
        return answer(CANNOT_TELL, sentence, settled["label"])
    stability = evidence.stability_of(number)
    if not stability >= params.least_stability:
        why = "nobody measured how stable the cluster is" if np.isnan(stability) else f"{where} is not a stable cluster"
        sentence = f"{listed(enough['label'])} share cluster {number}, but {why}, so that this may be an accident."
        return answer(CANNOT_TELL, sentence, enough["label"])
    return list(combinations([row for _, row in enough.iterrows()], 2))


def _why_not_at_home(common: pd.DataFrame, params: FailureModeParams) -> str:
    away = common[common["home"] < params.least_home].sort_values(["home", "label"])
    if len(away):
        row = away.iloc[0]
        return f"only {percent(row['home'])} of all {row['label']} lie here: wrong labels or a border, no second name"
    by_chance = common.loc[common["q_value"] > _CERTAIN, "label"]
    return f"{listed(by_chance)} no more often than chance would put them here"


def _verdict(pair: Compared, surely: bool, evidence: Evidence, params: FailureModeParams) -> Verdict:
    stability = evidence.stability_of(pair.cluster)
    apart = pair.told_apart_by(params)
    blind = bool(apart) and EMBEDDING not in apart and EMBEDDING in pair.probes
    checked = PICTURES in pair.probes or (PHYSICAL in pair.probes and bool(set(pair.columns) & set(SHAPE_COLUMNS)))
    numbers = {
        "stability": stability,
        "counts": list(pair.counts),
        "shares": list(pair.shares),
        "probes": {kind: asdict(found) for kind, found in pair.probes.items()},
        "planted": {kind: asdict(found) for kind, found in pair.plantings.items()},
        "p_equivalent": pair.p_equivalent,
        "smallest_seen": pair.visible,
        "margin": params.margin,
        "physical_columns": list(pair.columns),
        "blind": blind,
    }
    share = f"{listed(pair.labels)} share cluster {pair.cluster} (stability {stability:.2f})"
    if EMBEDDING not in pair.probes:
        verdict = CANNOT_TELL
        sentence = (
            f"{share}, but too few {evidence.words.many} are left to compare once copies and views are counted once."
        )
    elif EMBEDDING in apart:
        verdict = NOT_SUPPORTED
        sentence = (
            f"{share}, but the embedding tells them apart: shown one of each, a classifier is right "
            f"{percent(pair.right(EMBEDDING))} of the time where guessing gives 50 %."
        )
    elif apart:
        verdict = NOT_SUPPORTED
        sources = [(kind, _source(kind, pair, evidence.words)) for kind in apart]
        by = " and ".join(f"{percent(pair.right(kind))} from {source}" for kind, source in sources)
        sentence = (
            f"{share}, but the embedding is blind here: a classifier that is shown one of each is right "
            f"{percent(pair.right(EMBEDDING))} of the time from the embedding (guessing gives 50 %), "
            f"yet {by}; the labels mean different things."
        )
    elif not checked:
        verdict = CANNOT_TELL
        sentence = (
            f"{share} and the embedding does not tell them apart, but {evidence.words.lacking} "
            "to show that the embedding is not blind."
        )
    elif not pair.visible <= params.margin:
        verdict, sentence = CANNOT_TELL, f"{share}; {_too_little_seen(pair, evidence.words)}"
    elif surely:
        verdict = SUPPORTED
        sentence = f"{share} and nothing tells them apart: {_alike(pair, evidence.words)}"
    else:
        verdict = CANNOT_TELL
        kind = max(pair.plantings, key=lambda kind: pair.plantings[kind].high)
        sentence = (
            f"{share}; with {listed(pair.counts)} {evidence.words.many} it stays open whether they differ: from "
            f"{_source(kind, pair, evidence.words)} a classifier that is shown one of each may be right up to "
            f"{percent(pair.plantings[kind].high)} of the time (guessing gives 50 %)."
        )
    return Verdict(OVER_SPLITTING, verdict, sentence, pair.cluster, "", numbers, (pair.cluster,), pair.labels)


def _alike(pair: Compared, words: Wording) -> str:
    found = pair.probes[EMBEDDING]
    others = [
        f"{percent(each.chance_right)} from {_source(kind, pair, words)}"
        for kind, each in pair.probes.items()
        if kind != EMBEDDING
    ]
    return (
        f"shown one of each, a classifier is right {percent(found.chance_right)} of the time from the embedding "
        f"({100 * found.low:.0f} to {percent(found.high)}; guessing gives 50 %); likewise {listed(others)}. "
        f"A difference along one direction by which it is right {percent(pair.visible)} of the time would have been "
        "seen nine times in ten; a smaller one may be there."
    )


def _too_little_seen(pair: Compared, words: Wording) -> str:
    start = f"nothing found tells them apart, but with {listed(pair.counts)} {words.many} that says little: "
    source = _source(pair.blindest, pair, words)
    if np.isnan(pair.visible):
        return (
            f"{start}from {source}, even a difference by which a classifier is right "
            f"{100 * SIZES[-1]:.1f} % of the time may have been missed."
        )
    return (
        f"{start}from {source}, a difference would have been seen nine times in ten only if a classifier that is shown "
        f"one of each were right {percent(pair.visible)} of the time or more (guessing gives 50 %)."
    )


def _source(kind: str, pair: Compared, words: Wording) -> str:
    if kind == PHYSICAL:
        names = [name.replace("_", " ") for name in pair.columns]
        best = pair.best_column
        return listed(names) if best is None or best[1] < 0.7 else f"{best[0].replace('_', ' ')} and the like"
    return {EMBEDDING: "the embedding", PICTURES: words.shape}[kind]
