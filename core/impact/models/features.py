"""What a model is told: each channel's level now and before, states of the detector, and the hour of the day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.detector.coupling.counts import FamilyCounts, Grid, Motion, motion_of
from core.detector.coupling.groups import group_channels
from core.detector.coupling.nuisance import hour_of_day
from core.detector.coupling.verdicts import CONSTANT, MISSING, UNSAFE
from core.detector.model import ChannelTable, Segments
from core.errors import GlitchAuditError
from core.impact.models.params import ModelParams
from core.statistics.ranks import chance_larger, rank_correlation

IS_THE_LABEL = "sees the glitches"
HOUR = "hour of the day"

CHANNELS, STATE, TIME = "channels", "state", "time"

_LEAST_SHARE = 0.1
_UNCHANGED = 1e-6
_SAME = 0.95
_FEWEST_BINS = 20

_WHY = {
    UNSAFE: "sees the strain itself",
    CONSTANT: "never changes",
    MISSING: "was hardly recorded",
    IS_THE_LABEL: "is nearly the glitches themselves",
}


@dataclass(frozen=True)
class FeatureGroup:
    """Features that stand together.

    Attributes:
        name: of the group: its first channel, a state, or the hour of the day.
        kind: "channels", "state" or "time".
        members: channels that move together, or the one state.
        columns: of the feature matrix.
    """

    name: str
    kind: str
    members: tuple[str, ...]
    columns: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Features:
    """What a model is told of each bin.

    Attributes:
        grid: the bins.
        values: float32 (bins, features), NaN where not known.
        names: of the features.
        groups: channels first, then states, then the hour.
        motions: by channel, its level in each bin.
        excluded: by channel of this detector, why the model is not told of it.
    """

    grid: Grid
    values: np.ndarray
    names: tuple[str, ...]
    groups: tuple[FeatureGroup, ...]
    motions: Mapping[str, Motion]
    excluded: Mapping[str, str]

    @property
    def group_of(self) -> np.ndarray:
        """The group of each feature, int (features,)."""
        owner = np.zeros(len(self.names), dtype=np.int64)
        for number, group in enumerate(self.groups):
            owner[list(group.columns)] = number
        return owner

    @property
    def tested(self) -> np.ndarray:
        """Which groups chance can be told of: all but the hour, which whole-day shifts leave as it is: bool."""
        return np.array([group.kind != TIME for group in self.groups])


def features_of(
    table: ChannelTable,
    family: FamilyCounts,
    *,
    grid: Grid,
    params: ModelParams,
    states: Mapping[str, Segments] | None = None,
) -> Features:
    """Return the features of one family's detector; other detectors' channels are not among them.

    ``states`` are stretches of time by name, such as "wind above 10 m/s". Raises GlitchAuditError where no channel is
    left, with the reasons.
    """
    rows = [row for row, one in enumerate(table.channels) if one.detector == family.detector]
    if not rows:
        raise GlitchAuditError(
            f"There are no channels of {family.detector} here, so nothing can be foreseen from them."
        )
    motions = [motion_of(table, row, grid=grid) for row in rows]
    live = family.livetime > 0
    excluded = {}
    for one in motions:
        reason = why_excluded(one, family.counts, live, use_unsafe=params.use_unsafe)
        if reason:
            excluded[one.channel.name] = reason
    kept = [one for one in motions if one.channel.name not in excluded]
    if not kept:
        told = "; ".join(f"{name} {_WHY[reason]}" for name, reason in list(excluded.items())[:3])
        raise GlitchAuditError(
            f"None of the {len(motions)} channels of {family.detector} can be used ({told}); bring others."
        )
    levels = np.stack([one.level for one in kept])
    found, _ = group_channels([one.channel.name for one in kept], levels, likeness=params.likeness)
    return _assemble(kept, [one.members for one in found], excluded, grid, params, states or {})


def _assemble(
    kept: Sequence[Motion],
    members: Sequence[tuple[str, ...]],
    excluded: Mapping[str, str],
    grid: Grid,
    params: ModelParams,
    states: Mapping[str, Segments],
) -> Features:
    motions = {one.channel.name: one for one in kept}
    columns: list[np.ndarray] = []
    names: list[str] = []
    groups: list[FeatureGroup] = []

    def add(values: np.ndarray, name: str) -> int:
        columns.append(values.astype(np.float32))
        names.append(name)
        return len(columns) - 1

    for own in members:
        places = []
        for channel in own:
            for lag in params.lags_hours:
                moved = before(motions[channel].level, round(lag * 3600 / grid.bin_seconds))
                places.append(add(moved, channel if not lag else f"{channel}, {lag:g} h before"))
        groups.append(FeatureGroup(own[0], CHANNELS, own, tuple(places)))
    for name, spans in states.items():
        share = spans.per_bin(grid.begin, grid.bin_seconds, grid.bins) / grid.bin_seconds
        groups.append(FeatureGroup(name, STATE, (name,), (add(share, name),)))
    angle = 2 * np.pi * hour_of_day(grid.middles) / 24
    waves = tuple(add(wave(angle), f"{HOUR}, {name}") for wave, name in ((np.sin, "sine"), (np.cos, "cosine")))
    groups.append(FeatureGroup(HOUR, TIME, (HOUR,), waves))
    return Features(grid, np.stack(columns, axis=1), tuple(names), tuple(groups), motions, excluded)


def before(level: np.ndarray, bins: int) -> np.ndarray:
    """Return ``level`` as it was ``bins`` earlier, NaN where there is nothing before."""
    if not bins:
        return level
    moved = np.full(len(level), np.nan)
    moved[bins:] = level[:-bins]
    return moved


def why_excluded(motion: Motion, counts: np.ndarray, live: np.ndarray, *, use_unsafe: bool) -> str:
    """Return why a model must not be told of a channel; "" where it may.

    A channel that nearly is the count of the glitches, or nearly tells each bin that has one, sees the glitches.
    """
    if motion.channel.safety == "unsafe" and not use_unsafe:
        return UNSAFE
    known = np.isfinite(motion.level) & live
    level = motion.level[known]
    if len(level) < _LEAST_SHARE * max(live.sum(), 1) or not len(level):
        return MISSING
    if float(np.ptp(level)) < _UNCHANGED * max(1.0, float(np.abs(level).max())):
        return CONSTANT
    seen = counts[known] > 0
    if min(seen.sum(), (~seen).sum()) >= _FEWEST_BINS:
        chance = chance_larger(level, seen)
        if max(chance, 1 - chance) >= _SAME + (1 - _SAME) / 2:
            return IS_THE_LABEL
    if abs(rank_correlation(level, counts[known])) >= _SAME:
        return IS_THE_LABEL
    return ""
