"""What a family's rate would be if a group of channels stayed quiet: the share that might be prevented.

Each glitch counts for 1 - exp(-sum of slope x (level - quiet level)), over the members of the group that were above
their quiet level. This is the sum of rate(x) - rate(quiet) over the sum of the rate, with the rate that was seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.detector.coupling.counts import FamilyCounts, Grid, Motion, motion_of
from core.detector.coupling.groups import ChannelGroup
from core.detector.coupling.nuisance import nuisance_design
from core.detector.coupling.params import CouplingParams
from core.detector.model import ChannelTable
from core.errors import GlitchAuditError
from core.impact.columns.figure import Column, Figure, cannot
from core.impact.columns.group_rate import fit_group
from core.statistics.intervals import drawn_interval

_FEWEST_GLITCHES = 20
_FEWEST_DAYS = 8


@dataclass(frozen=True, eq=False)
class Preventable:
    """What might be prevented of one family by keeping one group of channels quiet.

    Attributes:
        members: the channels.
        quiet: float64 (members,), the level that they would be kept at, in each channel's own unit.
        share: of the family's glitches; below 0 where the family is rarer when the channels are loud.
        rate, quiet_rate: glitches an hour as they were, and with the group kept quiet.
        why: why nothing can be said; "" otherwise.
    """

    members: tuple[str, ...]
    quiet: np.ndarray
    share: Figure
    rate: Figure
    quiet_rate: Figure
    why: str = ""


def preventable(
    table: ChannelTable,
    family: FamilyCounts,
    group: ChannelGroup,
    *,
    grid: Grid,
    params: CouplingParams | None = None,
    quiet: float = 0.1,
    draws: int = 1000,
    seed: int = 0,
) -> Preventable:
    """Return what keeping the group at or below its quantile ``quiet`` would spare, by the regression.

    The interval is that of drawn days, over which the slopes change too. Shares of several groups must not be added:
    channels of different groups are correlated as well.
    """
    rows = [row for row, one in enumerate(table.channels) if one.name in group.members]
    motions = [motion_of(table, row, grid=grid) for row in rows]
    return kept_quiet(motions, family, grid=grid, params=params, quiet=quiet, draws=draws, seed=seed)


def kept_quiet(
    motions: Sequence[Motion],
    family: FamilyCounts,
    *,
    grid: Grid,
    params: CouplingParams | None = None,
    quiet: float = 0.1,
    draws: int = 1000,
    seed: int = 0,
) -> Preventable:
    """Return the same for the channels of a group that are on the grid already."""
    params = params or CouplingParams(bin_seconds=grid.bin_seconds)
    members = tuple(one.channel.name for one in motions)
    if not 0 <= quiet < 1:
        raise GlitchAuditError(
            f"The quiet reference is a share of the channel's time from 0 to below 1, not {quiet:g}."
        )
    levels = np.stack([one.level for one in motions])
    used = (family.livetime > 0) & np.isfinite(levels).all(axis=0)
    counted = np.where(used, family.counts, 0.0)
    by_day = (grid.days, grid.bins_a_day)
    live_days = used.reshape(by_day).any(axis=1)
    if counted.sum() < _FEWEST_GLITCHES or live_days.sum() < _FEWEST_DAYS:
        why = (
            f"{int(counted.sum())} glitches of {family.family} on {int(live_days.sum())} days are too few; "
            f"{_FEWEST_GLITCHES} on {_FEWEST_DAYS} days are needed."
        )
        none = cannot(why)
        return Preventable(members, np.full(len(motions), np.nan), none, none, none, why)
    reference = np.array([np.quantile(level[used], quiet) for level in levels])
    above = np.where(used, np.maximum(levels - reference[:, None], 0.0), 0.0)
    fit = fit_group(family.counts, family.livetime, levels, nuisance_design(grid, params))
    weights = _weights(live_days, draws, seed)
    hours = np.where(used, family.livetime, 0.0).reshape(by_day).sum(axis=1) / 3600
    seen = counted.reshape(by_day).sum(axis=1)
    here = np.flatnonzero(counted)
    owner = here // grid.bins_a_day
    kept = np.exp(np.clip(-(fit.slopes @ above[:, here]), -50, 50)) * counted[here]
    value = float(kept.sum() / seen.sum())
    drawn_kept = np.exp(np.clip(-(fit.drawn(weights) @ above[:, here]), -50, 50)) * counted[here]
    drawn_sum = (drawn_kept * weights[:, owner]).sum(axis=1)
    drawn_seen, drawn_hours = np.maximum(weights @ seen, 0.5), weights @ hours
    wider = np.sqrt(live_days.sum() / (live_days.sum() - 1))
    rate = float(seen.sum() / hours.sum())

    def figure(middle: float, drawn: np.ndarray) -> Figure:
        spread = middle + (drawn - middle) * wider
        low, high = drawn_interval(spread)
        return Figure(middle, float(low), float(high), draws=spread)

    return Preventable(
        members=members,
        quiet=np.array([float(one.as_read(level)) for one, level in zip(motions, reference, strict=True)]),
        share=figure(1 - value, 1 - drawn_sum / drawn_seen),
        rate=figure(rate, drawn_seen / drawn_hours),
        quiet_rate=figure(rate * value, drawn_sum / drawn_hours),
    )


def _weights(live_days: np.ndarray, draws: int, seed: int) -> np.ndarray:
    days = np.flatnonzero(live_days)
    weights = np.zeros((draws, len(live_days)))
    weights[:, days] = np.random.default_rng(seed).multinomial(len(days), np.full(len(days), 1 / len(days)), draws)
    return weights


def preventable_columns(families: Sequence[str], found: Mapping[str, Sequence[Preventable]]) -> list[Column]:
    """Return one column a group of channels; ``found`` by family, what was computed for it."""
    groups: dict[tuple[str, ...], dict[str, Preventable]] = {}
    for name, several in found.items():
        for one in several:
            groups.setdefault(one.members, {})[name] = one
    columns = []
    for members, by_family in groups.items():
        figures = {
            name: by_family[name].share if name in by_family else cannot("Not computed for this family.")
            for name in families
        }
        others = len(members) - 1
        first = members[0] + (f" and {others} that {'moves' if others == 1 else 'move'} with it" if others else "")
        columns.append(
            Column(
                key=f"preventable {members[0]}",
                title=f"Preventable share, {first}",
                unit="share",
                definition=f"Share of the family's glitches that its rate would lose, by the regression, if {first} "
                "never rose above its quiet reference; shares of several groups must not be added.",
                figures=figures,
            )
        )
    return columns
