"""A model of one family's rate, foreseen block by block, with its skill beside what shifted labels give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.detector.coupling.counts import FamilyCounts, count_families, epochs_of, grid_of
from core.detector.model import ChannelTable, GlitchTimes, Segments
from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.impact.columns.figure import Figure
from core.impact.models.features import Features, features_of
from core.impact.models.fitting import Fitted, Prepared, check_installed, prepare, shap_kind
from core.impact.models.folds import Shifts, shifts_of, turns_of
from core.impact.models.params import ModelParams
from core.impact.models.skill import deviance, explained, hour_rates
from core.progress import OnProgress, ignore_progress
from core.statistics.intervals import drawn_interval
from core.statistics.permutation import chance_of_as_much
from core.statistics.ranks import chance_larger

VERSION = 1
"""Raised when the same input and parameters would give another result, so that cached ones are dropped."""

_EXPLAIN_EACH = 3
"""Bins beside each other are explained alike: shifted fits need not explain all of them."""


@dataclass(frozen=True, eq=False)
class RateModel:
    """What a model foresees of one family, and whether it may be explained.

    Attributes:
        family: the counts that it was fitted to.
        features: what it was told.
        params: how.
        foreseen, by_hour: float64 (bins,), counts that were foreseen for each bin by a model that had not seen its
            block, and by the hour of the day alone; NaN where no turn foresaw it.
        skill: share of the deviance of the rate by hour that the model saves in held-out blocks, with 95 % by days.
        auc: chance that a bin with a glitch was foreseen a higher rate than one without.
        chance_skill: float64 (refits,), the skill of each fit to shifted labels; fewer than asked for where it was sure
            before that chance gives as much.
        p_value: how often chance gives as much skill.
        contributions: float32 (bins, features + 1), SHAP values of the held-out bins, the last what all bins have; NaN
            where no turn foresaw it.
        importance: float64 (groups,), mean size of the signed sum of a group's SHAP values.
        thin_importance: float64 (groups,), the same over each third of those bins, as the shifted fits have it.
        chance_importance: float64 (refits, groups), the same of each fit to shifted labels; empty where the skill did
            not call for it.
        quiet: float64 (groups, bins), counts foreseen if the group's channels never rose above their quiet level.
        skilled: whether there is skill beyond chance: without it nothing is explained.
        sentence, null, shap: what was found, how chance was told, and which SHAP values these are.
        fingerprint: of input and parameters.
    """

    family: FamilyCounts
    features: Features
    params: ModelParams
    foreseen: np.ndarray
    by_hour: np.ndarray
    skill: Figure
    auc: float
    chance_skill: np.ndarray
    p_value: float
    contributions: np.ndarray
    importance: np.ndarray
    thin_importance: np.ndarray
    chance_importance: np.ndarray
    quiet: np.ndarray
    skilled: bool
    sentence: str
    null: str
    shap: str
    fingerprint: str

    @property
    def judged(self) -> np.ndarray:
        """Which bins were foreseen and observed, bool (bins,)."""
        return np.isfinite(self.foreseen) & (self.family.livetime > 0)

    @property
    def grouped(self) -> np.ndarray:
        """The signed sum of each group's SHAP values, float64 (bins, groups)."""
        return by_group(self.contributions[:, :-1], self.features)


def rate_model_fingerprint(
    table: ChannelTable,
    glitches: GlitchTimes,
    *,
    family: str,
    detector: str,
    params: ModelParams,
    states: Mapping[str, Segments] | None = None,
) -> str:
    """Return the name under which the result is cached, known before the work is done."""
    own = (glitches.families == family) & (glitches.detectors == detector)
    times = np.sort(np.asarray(glitches.times, dtype=np.float64)[own])
    told = {name: spans.spans.tobytes() for name, spans in (states or {}).items()}
    names = sorted(told)
    about = [family, detector, *names]
    return fingerprint(
        "rate model", VERSION, table.fingerprint, times.tobytes(), about, params, *[told[name] for name in names]
    )


def model_rate(
    table: ChannelTable,
    glitches: GlitchTimes,
    *,
    family: str,
    detector: str,
    params: ModelParams | None = None,
    states: Mapping[str, Segments] | None = None,
    on_progress: OnProgress = ignore_progress,
) -> RateModel:
    """Return a model of one family's rate in one detector, with its honest skill.

    ``states`` are stretches of time by name that the model is told of too. ``on_progress`` is told fits; it may raise
    Cancelled. Raises GlitchAuditError for too few days or glitches, and where no channel can be used.
    """
    params = params or ModelParams()
    check_installed(params)
    grid = grid_of(table, params.coupling)
    counts = _family(table, glitches, family, detector, params)
    _enough(counts, grid.days, params)
    features = features_of(table, counts, grid=grid, params=params, states=states)
    prepared = [prepare(features.values, turn, params) for turn in turns_of(grid, params)]
    shifts = shifts_of(grid.days, refits=params.refits, seed=params.seed)
    on_progress(0, len(shifts.order) + 1)
    found = _foresee(counts.counts, counts.livetime, features, prepared, params)
    skill = _skill_figure(found, counts, features, params)
    chance_skill, chance_importance = _chance(counts, features, prepared, shifts, found, params, on_progress)
    p_value = _p_value(found.skill, chance_skill, len(shifts.order))
    skilled = p_value <= params.level and skill.low > 0
    seen = np.isfinite(found.foreseen) & (counts.livetime > 0)
    return RateModel(
        family=counts,
        features=features,
        params=params,
        foreseen=found.foreseen,
        by_hour=found.by_hour,
        skill=skill,
        auc=chance_larger(found.foreseen[seen] / counts.livetime[seen], counts.counts[seen] > 0),
        chance_skill=chance_skill,
        p_value=p_value,
        contributions=found.contributions,
        importance=found.importance,
        thin_importance=_thin_importance(found, counts.livetime, features, prepared),
        chance_importance=chance_importance,
        quiet=found.quiet,
        skilled=skilled,
        sentence=_sentence(family, skill, p_value, level=params.level),
        null=shifts.sentence,
        shap=shap_kind(params),
        fingerprint=rate_model_fingerprint(
            table, glitches, family=family, detector=detector, params=params, states=states
        ),
    )


def _enough(counts: FamilyCounts, days: int, params: ModelParams) -> None:
    live_days = int((counts.livetime.reshape(days, -1) > 0).any(axis=1).sum())
    if live_days < params.fewest_days:
        raise GlitchAuditError(
            f"{live_days} days of livetime of {counts.detector} are too few for blocks of time that are held out; "
            f"bring at least {params.fewest_days}."
        )
    if counts.counts.sum() < params.fewest_glitches:
        raise GlitchAuditError(
            f"{int(counts.counts.sum())} glitches of {counts.family} in the livetime are too few to model their rate; "
            f"{params.fewest_glitches} are needed: bring more days, or join families that look alike."
        )


@dataclass(frozen=True, eq=False)
class _Foreseen:
    foreseen: np.ndarray
    by_hour: np.ndarray
    skill: float
    contributions: np.ndarray
    importance: np.ndarray
    quiet: np.ndarray


def _family(
    table: ChannelTable, glitches: GlitchTimes, family: str, detector: str, params: ModelParams
) -> FamilyCounts:
    own = (glitches.families == family) & (glitches.detectors == detector)
    if not own.any():
        raise GlitchAuditError(f"There are no glitches of {family} in {detector}; choose another family.")
    part = GlitchTimes(glitches.sample_ids[own], glitches.times[own], glitches.detectors[own], glitches.families[own])
    grid = grid_of(table, params.coupling)
    return count_families(table, part, grid=grid, epochs=epochs_of(table))[0]


def _foresee(
    counts: np.ndarray,
    exposure: np.ndarray,
    features: Features,
    prepared: list[Prepared],
    params: ModelParams,
    *,
    explain_each: int = 1,
    intervene: bool = True,
) -> _Foreseen:
    """Fit each turn, and put together what is foreseen of all held-out blocks.

    SHAP values are of each ``explain_each``-th held-out bin; of none where it is 0.
    """
    bins, count = features.values.shape
    log_rate = np.full(bins, np.nan)
    parts = np.full((bins, count + 1), np.nan, dtype=np.float32)
    quiet = np.full((len(features.groups), bins), np.nan) if intervene else np.zeros((0, bins))
    levels = _quiet_levels(features, exposure > 0, params.quiet)
    for one in prepared:
        fitted = one.fit(counts, exposure)
        rows = features.values[one.turn.test]
        log_rate[one.turn.test] = fitted.log_rate(rows)
        if explain_each:
            parts[one.turn.test[::explain_each]] = fitted.contributions(rows[::explain_each])
        if intervene:
            quiet[:, one.turn.test] = _kept_quiet(fitted, rows, features, levels)
    by_hour = exposure * hour_rates(
        counts, exposure, tuple(one.turn for one in prepared), grid=features.grid, harmonics=params.harmonics
    )
    foreseen = exposure * np.exp(np.clip(log_rate, -60, 10))
    seen = np.isfinite(foreseen) & (exposure > 0)
    skill = explained(deviance(counts[seen], foreseen[seen]), deviance(counts[seen], by_hour[seen]))
    importance = _importance(parts[seen], features)
    return _Foreseen(foreseen, by_hour, skill, parts, importance, exposure * quiet)


def _importance(parts: np.ndarray, features: Features) -> np.ndarray:
    known = np.isfinite(parts[:, -1])
    return np.abs(by_group(parts[known, :-1], features)).mean(axis=0) if known.any() else np.zeros(len(features.groups))


def _thin_importance(
    found: _Foreseen, exposure: np.ndarray, features: Features, prepared: list[Prepared]
) -> np.ndarray:
    rows = np.concatenate([one.turn.test[::_EXPLAIN_EACH] for one in prepared])
    return _importance(found.contributions[rows[exposure[rows] > 0]], features)


def _kept_quiet(fitted: Fitted, rows: np.ndarray, features: Features, levels: np.ndarray) -> np.ndarray:
    found = np.empty((len(features.groups), len(rows)))
    for number, group in enumerate(features.groups):
        changed = rows.copy()
        columns = [column for column in group.columns if np.isfinite(levels[column])]
        changed[:, columns] = np.minimum(rows[:, columns], levels[columns])
        found[number] = np.exp(np.clip(fitted.log_rate(changed), -60, 10))
    return found


def _quiet_levels(features: Features, live: np.ndarray, quiet: float) -> np.ndarray:
    """Return the quantile ``quiet`` of each channel's feature over the livetime, float32 (features,), else NaN."""
    levels = np.full(features.values.shape[1], np.nan, dtype=np.float32)
    for group in features.groups:
        if group.kind != "channels":
            continue
        for column in group.columns:
            known = features.values[live & np.isfinite(features.values[:, column]), column]
            if len(known):
                levels[column] = np.quantile(known, quiet)
    return levels


def by_group(parts: np.ndarray, features: Features) -> np.ndarray:
    """Return the signed sum over each group of ``parts`` (rows, features): float64 (rows, groups)."""
    return np.stack([parts[:, list(group.columns)].sum(axis=1, dtype=np.float64) for group in features.groups], axis=1)


def day_weights(live_days: np.ndarray, params: ModelParams) -> np.ndarray:
    """Return how often each day is drawn, float64 (draws, days); only ``live_days``, bool (days,), are."""
    days = np.flatnonzero(live_days)
    weights = np.zeros((params.draws, len(live_days)))
    random = np.random.default_rng(params.seed)
    weights[:, days] = random.multinomial(len(days), np.full(len(days), 1 / len(days)), params.draws)
    return weights


def _skill_figure(found: _Foreseen, counts: FamilyCounts, features: Features, params: ModelParams) -> Figure:
    seen = np.isfinite(found.foreseen) & (counts.livetime > 0)
    expected = np.where(seen, found.foreseen, 1.0)
    by_day = (features.grid.days, features.grid.bins_a_day)
    model = np.where(seen, deviance(counts.counts, expected), 0.0).reshape(by_day).sum(axis=1)
    alone = np.where(seen, deviance(counts.counts, found.by_hour), 0.0).reshape(by_day).sum(axis=1)
    weights = day_weights(seen.reshape(by_day).any(axis=1), params)
    drawn = 1 - (weights @ model) / np.maximum(weights @ alone, 1e-12)
    low, high = drawn_interval(drawn)
    return Figure(found.skill, min(float(low), found.skill), max(float(high), found.skill), draws=drawn)


def _most_by_chance(shifts: int, params: ModelParams) -> int:
    """Return how many shifts may have as much skill before chance surely gives it (Besag and Clifford 1991)."""
    return max(1, int(np.floor(params.level * (shifts + 1))))


def _chance(
    counts: FamilyCounts,
    features: Features,
    prepared: list[Prepared],
    shifts: Shifts,
    found: _Foreseen,
    params: ModelParams,
    on_progress: OnProgress,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the skill, and the importance of the groups, of fits to shifted labels."""
    skills: list[float] = []
    importances: list[np.ndarray] = []
    total, most = len(shifts.order), _most_by_chance(len(shifts.order), params)
    for number in range(total):
        on_progress(number + 1, total + 1)
        seen, live = (shifts.of(number, one, features.grid.bins_a_day) for one in (counts.counts, counts.livetime))
        thin = _EXPLAIN_EACH if found.skill > 0 else 0
        drawn = _foresee(seen, live, features, prepared, params, explain_each=thin, intervene=False)
        skills.append(drawn.skill)
        importances.append(drawn.importance)
        if np.count_nonzero(np.array(skills) >= found.skill) >= most:
            break
    on_progress(total + 1, total + 1)
    complete = len(skills) == total and found.skill > 0
    return np.array(skills), np.array(importances) if complete else np.zeros((0, len(features.groups)))


def _p_value(skill: float, chance: np.ndarray, total: int) -> float:
    if len(chance) < total:
        return float(np.count_nonzero(chance >= skill) / len(chance))
    return chance_of_as_much(skill, chance)


def _sentence(family: str, skill: Figure, p_value: float, *, level: float) -> str:
    saves = (
        f"it saves {skill.value:.1%} of the deviance of the hour of the day alone ({skill.low:.1%} to {skill.high:.1%})"
    )
    by_chance = f"labels shifted by whole days give as much with a chance of {p_value:.2g}"
    nothing = "; so there is nothing to explain."
    if p_value > level:
        return f"The model foresees {family} no better than chance: {saves}, and {by_chance}{nothing}"
    if skill.low <= 0:
        return (
            f"The days differ too much to tell whether the model foresees {family}: {saves}, which may be none, though "
            f"{by_chance}{nothing}"
        )
    return f"The model foresees {family} in held-out blocks from the channels: {saves}; {by_chance}."
