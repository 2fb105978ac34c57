"""Which family a glitch will be, from the channels alone: no picture is seen."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.detector.coupling.counts import FamilyCounts, Grid, count_families, epochs_of, grid_of
from core.detector.model import ChannelTable, GlitchTimes, Segments
from core.errors import GlitchAuditError
from core.impact.columns.figure import Figure
from core.impact.models.features import Features, features_of
from core.impact.models.fitting import check_installed
from core.impact.models.folds import Shifts, Turn, shifts_of, turns_of
from core.impact.models.params import ModelParams
from core.impact.models.rate_model import by_group, day_weights
from core.progress import OnProgress, ignore_progress
from core.statistics.intervals import drawn_interval
from core.statistics.permutation import chance_of_as_much

_PARTS_OF_DAY = 4
_PRIOR = 5.0
_SURE = 1e-6


@dataclass(frozen=True, eq=False)
class FamilyModel:
    """Which family each glitch was foreseen to be, by a model that had not seen its block of time.

    Attributes:
        families: that were told apart, by name.
        left_out: by family, how many glitches it has where these are too few.
        sample_ids, given: object (n,), the glitches and their families.
        chances: float64 (n, families), foreseen from the channels; NaN where no turn foresaw the glitch.
        by_hour: float64 (n, families), from how frequent each family is in that quarter of the day.
        skill: share of the log loss of ``by_hour`` that the channels save, with 95 % by days.
        chance_skill, p_value: the same with the channels shifted by whole days, and how often these give as much.
        importance: float64 (families, groups), mean size of the signed sum of each group's SHAP values; empty where
            there is no skill beyond chance, as nothing is explained then.
        groups: names of the groups.
        skilled: whether there is.
        sentence, null: what was found, and how chance was told.
    """

    families: tuple[str, ...]
    left_out: Mapping[str, int]
    sample_ids: np.ndarray
    given: np.ndarray
    chances: np.ndarray
    by_hour: np.ndarray
    skill: Figure
    chance_skill: np.ndarray
    p_value: float
    importance: np.ndarray
    groups: tuple[str, ...]
    skilled: bool
    sentence: str
    null: str


@dataclass(frozen=True, eq=False)
class _Rows:
    """The glitches that are told apart: the bin and the family's number of each, int64 (n,)."""

    bins: np.ndarray
    codes: np.ndarray


def model_family(
    table: ChannelTable,
    glitches: GlitchTimes,
    *,
    detector: str,
    params: ModelParams | None = None,
    states: Mapping[str, Segments] | None = None,
    on_progress: OnProgress = ignore_progress,
) -> FamilyModel:
    """Return which family each glitch of ``detector`` is foreseen to be, from the channels at its time.

    Families with fewer than ``params.fewest_glitches`` glitches are left out. Raises GlitchAuditError where fewer than
    two are left, for too few days, and where no channel can be used.
    """
    params = params or ModelParams()
    check_installed(dataclasses.replace(params, kind="xgboost"))
    grid = grid_of(table, params.coupling)
    chosen, families, left_out = _chosen(table, glitches, detector, params)
    bins = grid.bin_of(glitches.times[chosen])
    days = len(np.unique(bins // grid.bins_a_day))
    if days < params.fewest_days:
        raise GlitchAuditError(
            f"The glitches of {detector} lie on {days} days, too few for blocks of time that are held out; bring at "
            f"least {params.fewest_days}."
        )
    codes = np.searchsorted(np.array(families), glitches.families[chosen].astype(str))
    rows = _Rows(bins, codes)
    features = features_of(table, _all_of(table, glitches, chosen, grid), grid=grid, params=params, states=states)
    turns = turns_of(grid, params)
    by_hour = _hourly(rows, turns, len(families), grid)
    shifts = shifts_of(grid.days, refits=params.refits, seed=params.seed)
    chances, parts = _foresee(features, rows, rows.bins, turns, len(families), params, explain=True)
    skill = _skill(chances, by_hour, codes)
    chance = _chance(features, rows, turns, by_hour, shifts, skill, params, on_progress)
    complete = len(chance) == len(shifts.order)
    p_value = chance_of_as_much(skill, chance) if complete else float((chance >= skill).mean())
    figure = _figure(chances, by_hour, rows, grid, params)
    skilled = p_value <= params.level and figure.low > 0
    return FamilyModel(
        families=families,
        left_out=left_out,
        sample_ids=glitches.sample_ids[chosen],
        given=glitches.families[chosen],
        chances=chances,
        by_hour=by_hour,
        skill=figure,
        chance_skill=chance,
        p_value=p_value,
        importance=_importance(parts, features) if skilled else np.zeros((0, len(features.groups))),
        groups=tuple(group.name for group in features.groups),
        skilled=skilled,
        sentence=_sentence(families, figure, p_value, level=params.level),
        null=shifts.sentence,
    )


def _chosen(
    table: ChannelTable, glitches: GlitchTimes, detector: str, params: ModelParams
) -> tuple[np.ndarray, tuple[str, ...], dict[str, int]]:
    """Return the rows of the glitches that are told apart, their families, and those that are too rare."""
    live = table.live.get(detector)
    inside = (glitches.times >= table.start) & (glitches.times < table.end) & (glitches.detectors == detector)
    inside &= live.contains(glitches.times) if live is not None else False
    names, counts = np.unique(glitches.families[inside].astype(str), return_counts=True)
    left_out = {str(name): int(n) for name, n in zip(names, counts, strict=True) if n < params.fewest_glitches}
    families = tuple(str(name) for name in names if name not in left_out)
    if len(families) < 2:
        raise GlitchAuditError(
            f"{len(families)} families of {detector} have {params.fewest_glitches} glitches in the livetime, and it "
            "takes two to tell one from another; bring more days, or join families that look alike."
        )
    return np.flatnonzero(inside & np.isin(glitches.families.astype(str), families)), families, left_out


def _all_of(table: ChannelTable, glitches: GlitchTimes, chosen: np.ndarray, grid: Grid) -> FamilyCounts:
    """Return the counts of all these glitches as one family: a channel that sees any of them must not be told of."""
    together = GlitchTimes(
        glitches.sample_ids[chosen],
        glitches.times[chosen],
        glitches.detectors[chosen],
        np.full(len(chosen), "all", dtype=object),
    )
    return count_families(table, together, grid=grid, epochs=epochs_of(table))[0]


def _members(rows: _Rows, turn: Turn, grid_bins: int) -> tuple[np.ndarray, np.ndarray]:
    learnt, held = np.zeros(grid_bins, dtype=bool), np.zeros(grid_bins, dtype=bool)
    learnt[turn.train], held[turn.test] = True, True
    return np.flatnonzero(learnt[rows.bins]), np.flatnonzero(held[rows.bins])


def _hourly(rows: _Rows, turns: tuple[Turn, ...], count: int, grid: Grid) -> np.ndarray:
    """Return each glitch's chances by the quarter of the day alone, drawn towards those of the whole day."""
    quarter = (rows.bins % grid.bins_a_day) * _PARTS_OF_DAY // grid.bins_a_day
    chances = np.full((len(rows.bins), count), np.nan)
    for turn in turns:
        train, test = _members(rows, turn, grid.bins)
        whole = np.bincount(rows.codes[train], minlength=count) + 1.0
        usual = whole / whole.sum()
        for one in range(_PARTS_OF_DAY):
            own = np.bincount(rows.codes[train[quarter[train] == one]], minlength=count) + _PRIOR * usual
            chances[test[quarter[test] == one]] = own / own.sum()
    return chances


def _foresee(
    features: Features,
    rows: _Rows,
    bins: np.ndarray,
    turns: tuple[Turn, ...],
    count: int,
    params: ModelParams,
    *,
    explain: bool,
) -> tuple[np.ndarray, np.ndarray]:
    """Return chances (n, families) and SHAP values (n, families, features + 1), the features read in ``bins``."""
    import xgboost

    values = features.values[bins]
    chances = np.full((len(bins), count), np.nan)
    parts = np.full((len(bins) if explain else 0, count, values.shape[1] + 1), np.nan, dtype=np.float32)
    settings = {
        "objective": "multi:softprob",
        "num_class": count,
        "max_depth": params.depth,
        "eta": params.learning_rate,
        "min_child_weight": params.least_weight,
        "colsample_bynode": 0.5,
        "lambda": 5.0,
        "max_bin": 32,
        "nthread": params.threads,
        "seed": params.seed,
        "verbosity": 0,
    }
    for turn in turns:
        train, test = _members(rows, turn, features.grid.bins)
        if not len(test) or len(np.unique(rows.codes[train])) < 2:
            continue
        learn = xgboost.DMatrix(values[train], label=rows.codes[train], nthread=params.threads)
        booster = xgboost.train(settings, learn, params.trees // 2)
        asked = xgboost.DMatrix(values[test], nthread=params.threads)
        chances[test] = booster.predict(asked)
        if explain:
            parts[test] = booster.predict(asked, pred_contribs=True)
    return chances, parts


def _chance(
    features: Features,
    rows: _Rows,
    turns: tuple[Turn, ...],
    by_hour: np.ndarray,
    shifts: Shifts,
    skill: float,
    params: ModelParams,
    on_progress: OnProgress,
) -> np.ndarray:
    """Return the skill with the channels read on other days, until it is sure that chance gives as much."""
    drawn: list[float] = []
    most = max(1, int(np.floor(params.level * (len(shifts.order) + 1))))
    grid = features.grid
    for number, order in enumerate(shifts.order):
        on_progress(number, len(shifts.order))
        moved = order[rows.bins // grid.bins_a_day] * grid.bins_a_day + rows.bins % grid.bins_a_day
        chances, _ = _foresee(features, rows, moved, turns, by_hour.shape[1], params, explain=False)
        drawn.append(_skill(chances, by_hour, rows.codes))
        if np.count_nonzero(np.array(drawn) >= skill) >= most:
            break
    on_progress(len(shifts.order), len(shifts.order))
    return np.array(drawn)


def _losses(chances: np.ndarray, codes: np.ndarray) -> np.ndarray:
    own = chances[np.arange(len(codes)), codes]
    return -np.log(np.maximum(own, _SURE))


def _skill(chances: np.ndarray, by_hour: np.ndarray, codes: np.ndarray) -> float:
    known = np.isfinite(chances).all(axis=1)
    whole = float(_losses(by_hour[known], codes[known]).sum())
    return 1 - float(_losses(chances[known], codes[known]).sum()) / whole if whole > 0 else 0.0


def _figure(chances: np.ndarray, by_hour: np.ndarray, rows: _Rows, grid: Grid, params: ModelParams) -> Figure:
    known = np.isfinite(chances).all(axis=1)
    day = rows.bins[known] // grid.bins_a_day
    model = np.bincount(day, weights=_losses(chances[known], rows.codes[known]), minlength=grid.days)
    alone = np.bincount(day, weights=_losses(by_hour[known], rows.codes[known]), minlength=grid.days)
    drawn = day_weights(np.bincount(day, minlength=grid.days) > 0, params)
    draws = 1 - (drawn @ model) / np.maximum(drawn @ alone, 1e-12)
    low, high = drawn_interval(draws)
    value = _skill(chances, by_hour, rows.codes)
    return Figure(value, min(float(low), value), max(float(high), value), draws=draws)


def _importance(parts: np.ndarray, features: Features) -> np.ndarray:
    known = np.isfinite(parts).all(axis=(1, 2))
    return np.stack([np.abs(by_group(parts[known, one, :-1], features)).mean(axis=0) for one in range(parts.shape[1])])


def _sentence(families: tuple[str, ...], skill: Figure, p_value: float, *, level: float) -> str:
    saves = f"it saves {skill.value:.1%} of the log loss of the hour of the day ({skill.low:.1%} to {skill.high:.1%})"
    by_chance = f"channels shifted by whole days give as much with a chance of {p_value:.2g}"
    told = f"the {len(families)} families"
    if p_value > level:
        return f"From the channels alone the model tells {told} apart no better than chance: {saves}, and {by_chance}."
    if skill.low <= 0:
        return (
            f"The days differ too much to say whether the model tells {told} apart from the channels: {saves}, which "
            f"may be none, though {by_chance}."
        )
    return f"From the channels alone the model tells {told} apart: {saves}; {by_chance}."
