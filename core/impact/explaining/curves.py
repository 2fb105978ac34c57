"""What a page draws of an explanation: dependence with the data's density, one minute taken apart, a quiet group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.errors import GlitchAuditError
from core.impact.columns.preventable import Preventable, kept_quiet
from core.impact.explaining.explain import Explanation
from core.impact.models.features import CHANNELS
from core.impact.models.rate_model import RateModel

_BINS = 20


@dataclass(frozen=True, eq=False)
class Dependence:
    """What a group adds to the foreseen rate against its first channel's level.

    Attributes:
        group, channel, unit: what is drawn.
        level, value: float64 (bins,), the middle of each part of the channel's range, as compared and as read.
        middle, low, high: float64 (bins,), median and middle 80 % of what the group adds; NaN where there is no data.
        density: int64 (bins,), how many held-out bins lie there: where there are few, the curve means little.
        hours: float64 (bins,), their livetime.
    """

    group: str
    channel: str
    unit: str
    level: np.ndarray
    value: np.ndarray
    middle: np.ndarray
    low: np.ndarray
    high: np.ndarray
    density: np.ndarray
    hours: np.ndarray


@dataclass(frozen=True, eq=False)
class Waterfall:
    """Why a minute was foreseen as it was.

    Attributes:
        time: GPS seconds asked for.
        begin, end: of the bin that it lies in.
        steps: names from the base on, the largest first; the last one sums up what is small.
        adds: float64 (steps,), what each adds to the natural logarithm of the rate (of a forest, to the rate in 1/s).
        base, total: the same for what all bins have, and for all of it together.
        rate, usual: foreseen glitches an hour, and their mean over all held-out bins.
        chance: of at least one glitch in the bin, if it was observed throughout.
        sentence: the same for a person.
    """

    time: float
    begin: float
    end: float
    steps: tuple[str, ...]
    adds: np.ndarray
    base: float
    total: float
    rate: float
    usual: float
    chance: float
    sentence: str


@dataclass(frozen=True, eq=False)
class Counterfactual:
    """What would be expected if a group of channels had stayed quiet: no proof that quieting them would do it.

    Attributes:
        group: its name.
        spared: by the regression, whose slopes are uncertain too: share, rate now and with the group kept quiet, each
            with 95 % by days, and the quiet level of each channel.
        by_model: the share that the model foresees less; it has no interval, as the model is held as it is, and trees
            stop short of what they have seldom seen.
        sentence: the same for a person.
    """

    group: str
    spared: Preventable
    by_model: float
    sentence: str


def dependence(model: RateModel, explanation: Explanation, name: str) -> Dependence:
    """Return what the listed group ``name`` adds against its first channel's level.

    Raises GlitchAuditError where the group is not listed: without skill beyond chance no curve is drawn.
    """
    number = _listed(explanation, name)
    group, judged = model.features.groups[number], model.judged
    level = model.features.values[:, group.columns[0]].astype(np.float64)
    known = judged & np.isfinite(level)
    adds = model.grouped[known, number]
    edges = np.linspace(float(level[known].min()), float(level[known].max()), _BINS + 1)
    place = np.clip(np.searchsorted(edges, level[known], side="right") - 1, 0, _BINS - 1)
    density = np.bincount(place, minlength=_BINS)
    middle, low, high = (np.full(_BINS, np.nan) for _ in range(3))
    for one in np.flatnonzero(density):
        low[one], middle[one], high[one] = np.quantile(adds[place == one], [0.1, 0.5, 0.9])
    centres = (edges[:-1] + edges[1:]) / 2
    motion = model.features.motions.get(group.members[0])
    return Dependence(
        group=group.name,
        channel=group.members[0],
        unit=motion.channel.unit if motion else "share of the bin",
        level=centres,
        value=motion.as_read(centres) if motion else centres,
        middle=middle,
        low=low,
        high=high,
        density=density,
        hours=np.bincount(place, weights=model.family.livetime[known], minlength=_BINS) / 3600,
    )


def waterfall(model: RateModel, explanation: Explanation, time: float, *, most: int = 6) -> Waterfall:
    """Return why the bin of ``time`` (GPS seconds) was foreseen as it was, with at most ``most`` steps.

    Raises GlitchAuditError where the model may not be explained, and for a time that was not foreseen.
    """
    if not explanation.groups:
        raise GlitchAuditError(f"Nothing can be explained. {explanation.sentence}")
    grid = model.features.grid
    row = int(grid.bin_of(np.array([time]))[0])
    if not 0 <= row < grid.bins or not np.isfinite(model.foreseen[row]) or not model.family.livetime[row] > 0:
        raise GlitchAuditError(
            f"GPS {time:.0f} lies outside of what was foreseen and observed; choose a glitch within the livetime."
        )
    adds = model.grouped[row]
    order = np.argsort(-np.abs(adds), kind="stable")
    names = [model.features.groups[one].name for one in order[:most]]
    values = list(adds[order[:most]])
    if len(order) > most:
        names.append(f"{len(order) - most} others")
        values.append(float(adds[order[most:]].sum()))
    base = float(model.contributions[row, -1])
    per_hour = 3600 * model.foreseen[model.judged] / model.family.livetime[model.judged]
    rate = float(3600 * model.foreseen[row] / model.family.livetime[row])
    usual = float(np.average(per_hour, weights=model.family.livetime[model.judged]))
    chance = float(-np.expm1(-rate * grid.bin_seconds / 3600))
    first = names[0]
    return Waterfall(
        time=time,
        begin=grid.begin + grid.bin_seconds * row,
        end=grid.begin + grid.bin_seconds * (row + 1),
        steps=tuple(names),
        adds=np.array(values),
        base=base,
        total=base + float(adds.sum()),
        rate=rate,
        usual=usual,
        chance=chance,
        sentence=f"For these {minutes_text(grid.bin_seconds)} the model foresees {rate:.3g} {model.family.family} an "
        f"hour, against {usual:.3g} as a rule; the largest step is that of {first}.",
    )


def minutes_text(seconds: float) -> str:
    """Return how long a bin is, in words: "ten minutes", "5 minutes"."""
    return "ten minutes" if seconds == 600 else f"{seconds / 60:g} minutes"


def counterfactual(model: RateModel, explanation: Explanation, name: str) -> Counterfactual:
    """Return what would be expected with the listed group ``name`` never above its quiet level.

    Raises GlitchAuditError where the group is not listed, or is no group of channels.
    """
    number = _listed(explanation, name)
    group, params = model.features.groups[number], model.params
    if group.kind != CHANNELS:
        raise GlitchAuditError(f"{name} is a state, which has no quiet level; choose a group of channels.")
    spared = kept_quiet(
        [model.features.motions[one] for one in group.members],
        model.family,
        grid=model.features.grid,
        params=params.coupling,
        quiet=params.quiet,
        draws=params.draws,
        seed=params.seed,
    )
    judged = model.judged
    by_model = 1 - float(model.quiet[number, judged].sum() / model.foreseen[judged].sum())
    if spared.why:
        return Counterfactual(name, spared, by_model, spared.why)
    low, high = spared.share.low, spared.share.high
    way = "between the two" if low <= by_model <= high else ("less" if by_model < low else "more")
    return Counterfactual(
        group=name,
        spared=spared,
        by_model=by_model,
        sentence=f"With {name} never above its quiet level the regression expects {spared.quiet_rate.value:.3g} "
        f"({spared.quiet_rate.low:.3g} to {spared.quiet_rate.high:.3g}) {model.family.family} an hour in place of "
        f"{spared.rate.value:.3g}, {spared.share.value:.0%} fewer ({low:.0%} to {high:.0%}); the model says {way}, "
        f"{by_model:.0%}. That quieting it would do this is not shown.",
    )


def _listed(explanation: Explanation, name: str) -> int:
    for one in explanation.groups:
        if one.group.name == name:
            return one.number
    listed = ", ".join(one.group.name for one in explanation.groups) or "none"
    raise GlitchAuditError(f"{name} is not among the groups that may be explained ({listed}). {explanation.sentence}")
