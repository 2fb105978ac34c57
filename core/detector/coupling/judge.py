"""All channels against all families: which go together."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.detector.coupling.counts import FamilyCounts, Grid, Motion, count_families, epochs_of, grid_of, motion_of
from core.detector.coupling.groups import ChannelGroup, group_channels
from core.detector.coupling.nuisance import nuisance_design
from core.detector.coupling.pairs import Measured, judge_pair, measure_pair, too_little
from core.detector.coupling.params import CouplingParams
from core.detector.coupling.regression import fit_nuisance
from core.detector.coupling.shifts import plan_shifts, variants_of
from core.detector.coupling.verdicts import ANSWERS, BY_HOUR, CANNOT_TELL, CONSTANT, MISSING, UNSAFE, Coupling, why_not
from core.detector.model import ChannelTable, GlitchTimes
from core.fingerprint import fingerprint
from core.progress import OnProgress, ignore_progress
from core.statistics.testing import false_discovery

VERSION = 4
"""Raised when the same input and parameters would give another result, so that cached ones are dropped."""

_LEAST_HOURS = 24.0
_UNCHANGED = 1e-6


@dataclass(frozen=True)
class CouplingResult:
    """Which families go with which channels.

    Attributes:
        couplings: one for each channel, family and epoch of the same detector, what goes together first.
        groups: channels that move together, by number.
        excluded: by channel, why it was not judged at all: "unsafe", "constant" or "not recorded".
        null: by detector and epoch, how chance was found, one sentence.
        fingerprint: of input and parameters.
    """

    couplings: tuple[Coupling, ...]
    groups: tuple[ChannelGroup, ...]
    excluded: Mapping[str, str]
    null: Mapping[tuple[str, str], str]
    fingerprint: str

    def of_channel(self, channel: str) -> tuple[Coupling, ...]:
        """What was found for one channel, what goes with it first."""
        return tuple(one for one in self.couplings if one.channel == channel)

    def of_family(self, family: str) -> tuple[Coupling, ...]:
        """What was found for one family, what it goes with first."""
        return tuple(one for one in self.couplings if one.family == family)

    def table(self) -> pd.DataFrame:
        """Everything as a table, one row a coupling, with the members of the channel's group."""
        rows = [
            {**dataclasses.asdict(one), "members": " ".join(self.groups[one.group].members) if one.group >= 0 else ""}
            for one in self.couplings
        ]
        names = [field.name for field in dataclasses.fields(Coupling)]
        return pd.DataFrame(rows, columns=[*names, "members"])


def coupling_fingerprint(
    table: ChannelTable, glitches: GlitchTimes, params: CouplingParams, *, borders: Sequence[float] = ()
) -> str:
    """Return the name under which the result is cached, known before the work is done."""
    return fingerprint(
        "coupling",
        VERSION,
        table.fingerprint,
        np.ascontiguousarray(glitches.times, dtype=np.float64).tobytes(),
        *[
            "\n".join(map(str, column)).encode()
            for column in (glitches.sample_ids, glitches.detectors, glitches.families)
        ],
        params,
        [float(border) for border in borders],
    )


def judge_couplings(
    table: ChannelTable,
    glitches: GlitchTimes,
    *,
    params: CouplingParams | None = None,
    borders: Sequence[float] = (),
    on_progress: OnProgress = ignore_progress,
) -> CouplingResult:
    """Judge for each family, channel of the same detector and epoch whether they go together.

    ``borders`` are GPS seconds between epochs. ``on_progress`` is told channels; it may raise Cancelled. Raises
    GlitchAuditError for a table that cannot be compared: no values, steps too long, glitches of another time.
    """
    params = params or CouplingParams()
    grid = grid_of(table, params)
    epochs = epochs_of(table, borders)
    families = count_families(table, glitches, grid=grid, epochs=epochs)
    nuisance = nuisance_design(grid, params)
    motions = [motion_of(table, row, grid=grid) for row in range(len(table.channels))]
    excluded = _exclude(motions, params)
    judged = [one for one in motions if one.channel.name not in excluded]
    groups, group_of = _groups(judged, params)
    plans = {(one.detector, one.epoch.name): plan_shifts(grid, _days(one.livetime, grid), params) for one in families}
    backgrounds = [
        None if too_little(one, grid, params) else fit_nuisance(one.counts, one.livetime, nuisance) for one in families
    ]
    measured: list[Measured] = []
    for done, motion in enumerate(judged):
        on_progress(done, len(judged))
        own = [number for number, one in enumerate(families) if one.detector == motion.channel.detector]
        variants = variants_of(motion.level, nuisance, grid=grid, params=params) if own else np.zeros((0, grid.bins))
        for number in own:
            family = families[number]
            plan = plans[family.detector, family.epoch.name]
            measured.append(
                measure_pair(
                    family, motion, backgrounds[number], variants, nuisance, plan=plan, grid=grid, params=params
                )
            )
    on_progress(len(judged), len(judged))
    q_values = false_discovery(np.array([one.p_value for one in measured]), dependent=True)
    tests = int(np.isfinite(q_values).sum())
    found = [
        judge_pair(one, q_value=float(q), tests=tests, group=groups[group_of[one.motion.channel.name]], params=params)
        for one, q in zip(measured, q_values, strict=True)
    ]
    found += _not_judged(families, motions, excluded, grid)
    order = sorted(
        found, key=lambda one: (ANSWERS.index(one.verdict), one.reason in (UNSAFE, CONSTANT, BY_HOUR), _none_last(one))
    )
    return CouplingResult(
        couplings=tuple(order),
        groups=groups,
        excluded=excluded,
        null={key: plan.sentence for key, plan in plans.items()},
        fingerprint=coupling_fingerprint(table, glitches, params, borders=borders),
    )


def _days(livetime: np.ndarray, grid: Grid) -> int:
    return int((livetime.reshape(grid.days, grid.bins_a_day) > 0).any(axis=1).sum())


def _exclude(motions: Sequence[Motion], params: CouplingParams) -> dict[str, str]:
    excluded = {}
    for motion in motions:
        known = motion.level[np.isfinite(motion.level)]
        if motion.channel.safety == "unsafe" and not params.use_unsafe:
            excluded[motion.channel.name] = UNSAFE
        elif len(known) * params.bin_seconds < _LEAST_HOURS * 3600:
            excluded[motion.channel.name] = MISSING
        elif float(np.ptp(known)) < _UNCHANGED * max(1.0, float(np.abs(known).max())):
            excluded[motion.channel.name] = CONSTANT
    return excluded


def _groups(judged: Sequence[Motion], params: CouplingParams) -> tuple[tuple[ChannelGroup, ...], Mapping[str, int]]:
    """Group within each detector: what another detector's channel does is no explanation."""
    groups: list[ChannelGroup] = []
    place: dict[str, int] = {}
    for detector in sorted({one.channel.detector for one in judged}):
        own = [one for one in judged if one.channel.detector == detector]
        found, _ = group_channels(
            [one.channel.name for one in own], np.stack([one.level for one in own]), likeness=params.likeness
        )
        for group in found:
            place.update(dict.fromkeys(group.members, len(groups)))
            groups.append(dataclasses.replace(group, number=len(groups)))
    return tuple(groups), place


def _not_judged(
    families: Sequence[FamilyCounts], motions: Sequence[Motion], excluded: Mapping[str, str], grid: Grid
) -> list[Coupling]:
    found = []
    for family in families:
        for motion in motions:
            reason = excluded.get(motion.channel.name)
            if reason is None or motion.channel.detector != family.detector:
                continue
            hours = float(family.livetime[np.isfinite(motion.level)].sum()) / 3600
            bare = Coupling(
                detector=family.detector,
                family=family.family,
                epoch=family.epoch.name,
                channel=motion.channel.name,
                verdict=CANNOT_TELL,
                sentence="",
                action="",
                reason=reason,
                glitches=int(family.counts.sum()),
                days=_days(family.livetime, grid),
                hours=hours,
                per=motion.per,
            )
            sentence, action = why_not(reason, bare)
            found.append(dataclasses.replace(bare, sentence=sentence, action=action))
    return found


def _none_last(one: Coupling) -> float:
    return one.p_value if np.isfinite(one.p_value) else 2.0
