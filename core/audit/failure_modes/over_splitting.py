"""Over-splitting: one morphology under several labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from core.audit.failure_modes.params import FailureModeParams
from core.audit.failure_modes.probe import Probe, prepare_features, probe
from core.audit.failure_modes.units import Evidence, units_of
from core.audit.failure_modes.verdicts import (
    CANNOT_TELL,
    NOT_SUPPORTED,
    OVER_SPLITTING,
    SUPPORTED,
    Verdict,
    listed,
    percent,
)
from core.progress import OnProgress, ignore_progress

EMBEDDING, PICTURES, PHYSICAL = "embedding", "pictures", "physical columns"
SHAPE_COLUMNS = ("peak_frequency", "central_freq", "bandwidth", "duration")
"""Physical columns that speak of a glitch's shape; loudness alone cannot show that the embedding is not blind."""

_CERTAIN = 0.05


@dataclass(frozen=True)
class Compared:
    """Two labels of one cluster and what tells them apart.

    Attributes:
        cluster: where both are at home.
        labels: the two, the commoner first.
        counts: glitches of each in the cluster.
        shares: of the cluster.
        probes: by kind of evidence, only the kinds that there are.
        columns: the physical columns that were used.
        best_column: the column that tells them apart best, and how well; None without columns.
    """

    cluster: int
    labels: tuple[str, str]
    counts: tuple[int, int]
    shares: tuple[float, float]
    probes: Mapping[str, Probe]
    columns: tuple[str, ...] = ()
    best_column: tuple[str, float] | None = None

    @property
    def p_equivalent(self) -> float:
        """Of any kind of evidence telling the labels apart by more than the margin: the largest, so that all count."""
        return max((found.p_equivalent for found in self.probes.values()), default=1.0)

    def told_apart_by(self, params: FailureModeParams) -> list[str]:
        """The kinds of evidence that tell the labels apart, by more than chance and more than a trifle."""
        level = _CERTAIN / max(len(self.probes), 1)
        return [
            kind
            for kind, found in self.probes.items()
            if found.p_value <= level and found.chance_right > params.negligible
        ]


def judge_over_splitting(
    evidence: Evidence,
    homes: pd.DataFrame,
    params: FailureModeParams,
    *,
    seed: int = 0,
    on_progress: OnProgress = ignore_progress,
) -> list[Verdict]:
    """One verdict a cluster, or one a pair of labels where several labels are at home in it.

    "Supported" needs a stable cluster, two labels at home in it, and each kind of evidence (embedding, pictures,
    physical columns) surely below the margin at telling them apart. Over the data set the chance of any wrong
    "supported" is held by Holm's method on the pairs' largest equivalence p-values (intersection-union test).

    Args:
        evidence: all rows.
        homes: from :func:`core.audit.failure_modes.enrichment.label_homes`.
        params: thresholds.
        seed: draws folds and shuffles.
        on_progress: told how many pairs are compared.
    """
    verdicts, compared = [], []
    pairs = []
    for number, found in homes.groupby("cluster", sort=True):
        outcome = _pairs_at_home(int(number), found, evidence, params)
        if isinstance(outcome, Verdict):
            verdicts.append(outcome)
        else:
            pairs += [(int(number), first, second) for first, second in outcome]
    for place, (number, first, second) in enumerate(pairs):
        on_progress(place, len(pairs))
        compared.append(_compare(evidence, number, first, second, params, seed=seed))
    on_progress(len(pairs), len(pairs))
    passed = holm([pair.p_equivalent for pair in compared], params.error_rate)
    verdicts += [_verdict(pair, bool(surely), evidence, params) for pair, surely in zip(compared, passed, strict=True)]
    return sorted(verdicts, key=lambda verdict: -1 if verdict.cluster is None else verdict.cluster)


def holm(p_values: list[float], level: float) -> np.ndarray:
    """Which hypotheses Holm's (1979) step-down method rejects with a family-wise error of ``level``, bool (m,)."""
    values = np.asarray(p_values, dtype=float)
    order = np.argsort(values, kind="stable")
    small = values[order] <= level / np.arange(len(values), 0, -1)
    rejected = np.zeros(len(values), dtype=bool)
    rejected[order] = np.logical_and.accumulate(small)
    return rejected


def _pairs_at_home(
    number: int, found: pd.DataFrame, evidence: Evidence, params: FailureModeParams
) -> Verdict | list[tuple[pd.Series, pd.Series]]:
    found = found.sort_values(["n", "label"], ascending=[False, True])
    total = round(found["n"].iloc[0] / found["share"].iloc[0])
    common = found[found["share"] >= params.least_share]
    settled = common[(common["q_value"] <= _CERTAIN) & (common["home"] >= params.least_home)]
    enough = settled[settled["n"] >= params.fewest_of_label]
    top = found.iloc[0]
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
            f"{percent(top['share'])} of the {total} glitches in cluster {number} are called {top['label']}, and no "
            f"second label reaches {percent(params.least_share)}: what else is here is wrong labels or strays, not a "
            "second name."
        )
        if not len(common):
            sentence = (
                f"No label reaches {percent(params.least_share)} of the {total} glitches in cluster {number}: it is a "
                "mixture of many labels, not one morphology under two or three names."
            )
        return answer(NOT_SUPPORTED, sentence, common["label"])
    if len(settled) < 2:
        sentence = f"{listed(common['label'])} are common in cluster {number}, but {_why_not_at_home(common, params)}."
        return answer(NOT_SUPPORTED, sentence, common["label"])
    if len(enough) < 2:
        sentence = (
            f"{listed(settled['label'])} share cluster {number}, but with {listed(settled['n'])} glitches they are too "
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


def _compare(
    evidence: Evidence, number: int, first: pd.Series, second: pd.Series, params: FailureModeParams, *, seed: int
) -> Compared:
    names = (str(first["label"]), str(second["label"]))
    rows = np.flatnonzero((evidence.clusters == number) & np.isin(evidence.labels, names))
    units = units_of(evidence.groups[rows])
    share = units.share(evidence.labels[rows] == names[1])
    # A duplicate under both names cannot be of use to a probe: it is right once and wrong once.
    usable = np.flatnonzero((share == 0) | (share == 1))
    random = np.random.default_rng([seed, number, *"/".join(names).encode()])
    usable = _thinned(usable, share == 1, params.most_in_probe, random)
    is_second = share[usable] == 1

    def features(values: np.ndarray) -> np.ndarray | None:
        return prepare_features(units.mean(values[rows])[usable])

    columns = {name: units.mean(values[rows])[usable] for name, values in evidence.physical.items()}
    columns = {name: values for name, values in columns.items() if np.isfinite(values).mean() > 0.5}
    kinds = {EMBEDDING: features(evidence.matrix)}
    if evidence.profiles is not None:
        kinds[PICTURES] = features(evidence.profiles)
    if columns:
        kinds[PHYSICAL] = prepare_features(np.column_stack([_standardised(values) for values in columns.values()]))
    enough = min(is_second.sum(), (~is_second).sum()) >= params.fewest_of_label
    probes = {
        kind: probe(values, is_second, margin=params.margin, permutations=params.permutations, random=random)
        for kind, values in kinds.items()
        if values is not None and enough
    }
    return Compared(
        cluster=number,
        labels=names,
        counts=(int(first["n"]), int(second["n"])),
        shares=(float(first["share"]), float(second["share"])),
        probes=probes,
        columns=tuple(columns),
        best_column=_best_column(columns, is_second) if enough else None,
    )


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
        "p_equivalent": pair.p_equivalent,
        "margin": params.margin,
        "physical_columns": list(pair.columns),
        "blind": blind,
    }
    both = listed(pair.labels)
    share = f"{both} share cluster {pair.cluster} (stability {stability:.2f})"
    if EMBEDDING not in pair.probes:
        verdict = CANNOT_TELL
        sentence = f"{share}, but too few glitches are left to compare once copies and views are counted once."
    elif EMBEDDING in apart:
        verdict = NOT_SUPPORTED
        sentence = f"{share}, but the embedding tells them apart: {_right(pair.probes[EMBEDDING])}."
    elif apart:
        verdict = NOT_SUPPORTED
        by = " and ".join(f"{percent(pair.probes[kind].chance_right)} from {_source(kind, pair)}" for kind in apart)
        sentence = (
            f"{share}, but the embedding is blind here: a classifier that is shown one of each is right "
            f"{percent(pair.probes[EMBEDDING].chance_right)} of the time from the embedding (guessing gives 50 %), "
            f"yet {by}; the labels mean different things."
        )
    elif not checked:
        verdict = CANNOT_TELL
        sentence = (
            f"{share} and the embedding does not tell them apart, but there are neither pictures nor columns such as "
            "peak frequency to show that the embedding is not blind."
        )
    elif surely:
        verdict = SUPPORTED
        others = [
            f"{percent(found.chance_right)} from {_source(kind, pair)}"
            for kind, found in pair.probes.items()
            if kind != EMBEDDING
        ]
        sentence = f"{share} and nothing tells them apart: {_right(pair.probes[EMBEDDING])}; likewise {listed(others)}."
    else:
        verdict = CANNOT_TELL
        kind, widest = max(pair.probes.items(), key=lambda item: item[1].p_equivalent)
        sentence = (
            f"{share}; with {listed(pair.counts)} glitches it stays open whether they differ: from "
            f"{_source(kind, pair)} a classifier may be right {percent(widest.low)} to {percent(widest.high)} of the "
            "time."
        )
    return Verdict(OVER_SPLITTING, verdict, sentence, pair.cluster, "", numbers, (pair.cluster,), pair.labels)


def _right(found: Probe) -> str:
    return (
        f"shown one of each, a classifier is right {percent(found.chance_right)} of the time "
        f"({100 * found.low:.0f} to {percent(found.high)}) where guessing gives 50 %"
    )


def _source(kind: str, pair: Compared) -> str:
    if kind == PHYSICAL:
        names = [name.replace("_", " ") for name in pair.columns]
        best = pair.best_column
        return listed(names) if best is None or best[1] < 0.7 else f"{best[0].replace('_', ' ')} and the like"
    return {EMBEDDING: "the embedding", PICTURES: "the pictures' energy by frequency and time"}[kind]


def _best_column(columns: Mapping[str, np.ndarray], second: np.ndarray) -> tuple[str, float] | None:
    from scipy.stats import rankdata

    best = None
    for name, values in columns.items():
        known = np.isfinite(values)
        ones = int((second & known).sum())
        zeros = int(known.sum()) - ones
        if not ones or not zeros:
            continue
        ranks = rankdata(values[known])[second[known]]
        area = (ranks.sum() - ones * (ones + 1) / 2) / (ones * zeros)
        if best is None or max(area, 1 - area) > best[1]:
            best = name, float(max(area, 1 - area))
    return best


def _standardised(values: np.ndarray) -> np.ndarray:
    spread = np.nanstd(values)
    return (values - np.nanmean(values)) / (spread if spread > 0 else 1)


def _thinned(places: np.ndarray, second: np.ndarray, most: int, random: np.random.Generator) -> np.ndarray:
    """At most ``most`` places, of the rarer kind as many as of the commoner one where they are to be had."""
    if len(places) <= most:
        return places
    ones, zeros = places[second[places]], places[~second[places]]
    rarer = min(len(ones), len(zeros), most // 2)
    kept = [
        random.permutation(group)[: rarer if len(group) == min(len(ones), len(zeros)) else most - rarer]
        for group in (ones, zeros)
    ]
    return np.sort(np.concatenate(kept))
