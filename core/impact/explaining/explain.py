"""Which groups of channels a model uses, how sure their ranks are, and whether chance gives as much.

Nothing is explained of a model without skill. A group's weight is the mean size of the signed sum of its SHAP values
over held-out bins: what two channels of a group take from each other cancels in the sum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.detector.coupling.nuisance import nuisance_design
from core.impact.columns.figure import Figure
from core.impact.columns.group_rate import fit_group
from core.impact.models.features import CHANNELS, FeatureGroup
from core.impact.models.rate_model import RateModel, day_weights
from core.statistics.intervals import drawn_interval
from core.statistics.permutation import ROUNDING, chance_of_as_much
from core.statistics.ranks import rank_correlation

AGREES, DISAGREES, SILENT = "agrees", "disagrees", "says nothing"

_BENT = 0.3


@dataclass(frozen=True)
class UsedMember:
    """A channel of a group: the mean size of its own SHAP values, and its share of the members' sum."""

    channel: str
    weight: float
    share: float


@dataclass(frozen=True, eq=False)
class UsedGroup:
    """A group of channels, or a state, that a model uses.

    Attributes:
        group: which features.
        number: its place among the features' groups.
        weight: mean size of the signed sum of its SHAP values, with 95 % by days (the model is held as it is).
        by_chance: the weight that 95 % of the fits to shifted labels stay below.
        p_value: how often chance gives any group as much as this one has, each measured by its own scatter.
        rank, rank_low, rank_high: by weight, 1 for the most, with 95 % by days.
        direction: rank correlation of its signed sum with its first member's level: above 0 where the model foresees
            more when it is louder.
        members: those of it, most used first.
        listed: whether chance gives as much at most with the level asked for.
        regression: "agrees", "disagrees" or "says nothing".
        sentence, action: for a person.
    """

    group: FeatureGroup
    number: int
    weight: Figure
    by_chance: float
    p_value: float
    rank: int
    rank_low: int
    rank_high: int
    direction: float
    members: tuple[UsedMember, ...]
    listed: bool
    regression: str
    sentence: str
    action: str


@dataclass(frozen=True, eq=False)
class Explanation:
    """What a model uses.

    Attributes:
        groups: those that are listed, most used first; empty where there is no skill, or nothing beyond chance.
        others: groups that were tested and are not listed.
        hour: mean size of what the hour of the day adds.
        sentence: what can be said at all.
        null, shap: how chance was told, and which SHAP values these are.
    """

    groups: tuple[UsedGroup, ...]
    others: tuple[UsedGroup, ...]
    hour: float
    sentence: str
    null: str
    shap: str


def explain(model: RateModel) -> Explanation:
    """Return what the model uses; a list without any group where it has no skill beyond chance."""
    tested = np.flatnonzero(model.features.tested)
    hour = float(model.importance[~model.features.tested].sum())
    if not model.skilled or not len(model.chance_importance):
        return Explanation((), (), hour, model.sentence, model.null, model.shap)
    chances = greatest_chances(model.thin_importance[tested], model.chance_importance[:, tested])
    weights, ranks = _by_days(model, tested)
    order = np.argsort(-model.importance[tested], kind="stable")
    found = []
    for place, one in enumerate(order):
        number = int(tested[one])
        low, high = drawn_interval(weights[:, one])
        first, last = drawn_interval(ranks[:, one])
        value = float(model.importance[number])
        figure = Figure(value, min(float(low), value), max(float(high), value), draws=weights[:, one])
        found.append(
            _used(
                model,
                number,
                figure,
                float(chances[one]),
                rank=(place + 1, int(np.floor(first)), int(np.ceil(last))),
            )
        )
    listed = tuple(one for one in found if one.listed)
    return Explanation(
        groups=listed,
        others=tuple(one for one in found if not one.listed),
        hour=hour,
        sentence=_whole_sentence(model, listed),
        null=model.null,
        shap=model.shap,
    )


def greatest_chances(found: np.ndarray, shifted: np.ndarray) -> np.ndarray:
    """Return how often shifted labels give any group as great a weight, (groups,), from (groups,) and (shifts, groups).

    Each group's weights are measured from their mean, in their deviation over all fits, the one to the labels as they
    are included, so that under chance all fits are alike; then the greatest group of each shifted fit is taken. A
    channel that follows the hour of the day keeps its weight under whole-day shifts, and so stands out in none.
    """
    every = np.vstack([found, shifted])
    spread = every.std(axis=0)
    strength = np.divide(every - every.mean(axis=0), spread, out=np.zeros_like(every), where=spread > 0)
    greatest = strength[1:].max(axis=1)
    return np.array([chance_of_as_much(float(one), greatest, rounding=ROUNDING) for one in strength[0]])


def _by_days(model: RateModel, tested: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return drawn weights and drawn ranks, (draws, groups) each."""
    grid, judged = model.features.grid, model.judged
    size = np.where(judged[:, None], np.abs(model.grouped[:, tested]), 0.0)
    sums = size.reshape(grid.days, grid.bins_a_day, -1).sum(axis=1)
    bins = judged.reshape(grid.days, grid.bins_a_day).sum(axis=1).astype(float)
    drawn = day_weights(bins > 0, model.params)
    weights = (drawn @ sums) / (drawn @ bins)[:, None]
    ranks = 1 + (weights[:, None, :] > weights[:, :, None]).sum(axis=2)
    return weights, ranks


def _used(model: RateModel, number: int, weight: Figure, p_value: float, *, rank: tuple[int, int, int]) -> UsedGroup:
    group, judged = model.features.groups[number], model.judged
    signed = model.grouped[judged, number]
    direction = rank_correlation(signed, _level(model, group)[judged])
    regression = _regression(model, group, direction)
    listed = p_value <= model.params.level
    return UsedGroup(
        group=group,
        number=number,
        weight=weight,
        by_chance=float(np.quantile(model.chance_importance[:, number], 0.95)),
        p_value=p_value,
        rank=rank[0],
        rank_low=rank[1],
        rank_high=rank[2],
        direction=direction,
        members=_members(model, group),
        listed=listed,
        regression=regression,
        sentence=_group_sentence(model, group, direction, regression, listed=listed),
        action=_action(model, group),
    )


def _level(model: RateModel, group: FeatureGroup) -> np.ndarray:
    return model.features.values[:, group.columns[0]].astype(np.float64)


def _members(model: RateModel, group: FeatureGroup) -> tuple[UsedMember, ...]:
    each = len(group.columns) // len(group.members)
    parts = model.contributions[model.judged]
    sizes = [
        float(np.abs(parts[:, list(group.columns[each * row : each * (row + 1)])].sum(axis=1)).mean())
        for row in range(len(group.members))
    ]
    whole = sum(sizes) or 1.0
    order = np.argsort([-one for one in sizes], kind="stable")
    return tuple(UsedMember(group.members[row], sizes[row], sizes[row] / whole) for row in order)


def _regression(model: RateModel, group: FeatureGroup, direction: float) -> str:
    """Return whether the coupling's regression on the group's first channel says the same.

    It "says nothing" where its interval has 0 inside, or the model's own use has no direction.
    """
    if group.kind != CHANNELS or abs(direction) < _BENT:
        return SILENT
    family = model.family
    nuisance = nuisance_design(model.features.grid, model.params.coupling)
    fit = fit_group(family.counts, family.livetime, model.features.motions[group.members[0]].level[None, :], nuisance)
    days = (family.livetime.reshape(model.features.grid.days, -1) > 0).any(axis=1).sum()
    error = float(np.sqrt((days - 1) / days * (fit.influence[:, 0] ** 2).sum()))
    if abs(fit.slopes[0]) < 2 * error:
        return SILENT
    return AGREES if (fit.slopes[0] > 0) == (direction > 0) else DISAGREES


def _named(group: FeatureGroup) -> str:
    others = len(group.members) - 1
    if not others:
        return group.members[0]
    return f"{group.members[0]} and the {others} that {'moves' if others == 1 else 'move'} with it"


def _group_sentence(model: RateModel, group: FeatureGroup, direction: float, regression: str, *, listed: bool) -> str:
    family = model.family.family
    if not listed:
        return f"That the model uses {_named(group)} for {family} is not to be told from chance."
    way = "as it likes, neither more nor less when it is louder"
    if abs(direction) >= _BENT:
        way = f"foreseeing {'more' if direction > 0 else 'fewer'} when it is louder"
    said = {
        AGREES: "The regression agrees.",
        DISAGREES: "The regression disagrees: believe neither before more days are in.",
        SILENT: "The regression does not tell.",
    }[regression]
    return f"The model uses {_named(group)} for {family}, {way}. {said}"


def _action(model: RateModel, group: FeatureGroup) -> str:
    if any(
        one in model.features.motions and model.features.motions[one].channel.safety == "unknown"
        for one in group.members
    ):
        return "Ask whether these channels are safe (do not see the strain itself) before anything else."
    if len(group.members) > 1:
        return "Which channel of the group matters, only an experiment tells."
    return "Look at the glitches of its loudest hours, and show them to the detector's experts."


def _whole_sentence(model: RateModel, listed: tuple[UsedGroup, ...]) -> str:
    if not listed:
        return f"{model.sentence} No single group of channels stands out from chance, so none is listed."
    number = len(listed)
    return f"{model.sentence} It uses {number} {'group' if number == 1 else 'groups'} of channels beyond chance."
