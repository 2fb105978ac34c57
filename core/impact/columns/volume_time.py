"""Volume times time that a veto keeps and loses, from the detector's range channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.detector.model import ChannelTable, Segments
from core.errors import GlitchAuditError
from core.impact.columns.days import DAY, Days
from core.impact.columns.figure import Column, Figure, cannot, drawn_figure
from core.impact.columns.veto import NONE_LIVE, windows
from core.impact.glitches import Glitches

_MEGAPARSEC = {"kpc": 1e-3, "Mpc": 1.0, "Gpc": 1e3}
_YEAR = 365.25 * DAY


@dataclass(frozen=True, eq=False)
class Range:
    """How far the detector sees: ``values`` is float64 (bins,), Mpc, NaN where it was not recorded or not above 0."""

    name: str
    start: float
    step: float
    values: np.ndarray

    def by_day(self, spans: Segments, days: Days) -> np.ndarray:
        """Volume times time within ``spans`` and the livetime, by day: float64 (days,), Mpc^3 yr."""
        seconds = spans.within(days.live).per_bin(self.start, self.step, len(self.values))
        volume = 4 / 3 * np.pi * np.nan_to_num(self.values) ** 3 * seconds / _YEAR
        middles = self.start + self.step * (np.arange(len(self.values)) + 0.5)
        day = np.floor((middles - days.begin) / DAY).astype(np.int64)
        inside = (day >= 0) & (day < len(days.seconds))
        return np.bincount(day[inside], weights=volume[inside], minlength=len(days.seconds))


@dataclass(frozen=True, eq=False)
class VolumeTime:
    """What a veto keeps.

    Attributes:
        whole: volume times time of the livetime, Mpc^3 yr.
        kept: the same outside of the veto.
        lost: the share lost, with its interval.
    """

    whole: float
    kept: float
    lost: Figure


def range_of(table: ChannelTable, name: str) -> Range:
    """Return the range channel ``name``; raises GlitchAuditError where it is not there or its unit is no distance."""
    found = [row for row, one in enumerate(table.channels) if one.name == name]
    if not found:
        raise GlitchAuditError(f"There is no channel {name} here; choose the detector's range among those brought.")
    unit = table.channels[found[0]].unit
    if unit not in _MEGAPARSEC:
        raise GlitchAuditError(
            f"{name} has the unit “{unit}”, but a range is a distance; choose a channel in {', '.join(_MEGAPARSEC)}."
        )
    values = table.values[found[0]].astype(np.float64) * _MEGAPARSEC[unit]
    with np.errstate(invalid="ignore"):
        values = np.where(values > 0, values, np.nan)
    if not np.isfinite(values).any():
        raise GlitchAuditError(f"{name} has no value above 0; choose a range channel that was recorded.")
    return Range(name, table.start, table.step, values)


def volume_time(veto: Segments, range_: Range, days: Days, *, count: int | None = None) -> VolumeTime:
    """Return what a veto keeps of the volume times time that the detector saw; ``count`` glitches made the veto."""
    whole, lost = range_.by_day(days.live, days), range_.by_day(veto, days)
    total = float(whole.sum())
    if not total > 0:
        return VolumeTime(0.0, 0.0, cannot(f"{range_.name} was not recorded in the livetime."))
    share = float(lost.sum()) / total
    figure = drawn_figure(share, days.draws(lost, whole), count=count, most=1.0)
    return VolumeTime(total, total - float(lost.sum()), figure)


def volume_time_column(families: Mapping[str, Glitches], range_: Range, days: Days, *, pad: float) -> Column:
    """Return the share of the volume times time that is lost if each family's glitches are vetoed."""
    figures: dict[str, Figure] = {}
    for name, own in families.items():
        count = int(days.live.contains(own.times).sum())
        veto = windows(own.times, own.durations, pad=pad)
        figures[name] = volume_time(veto, range_, days, count=count).lost if count else cannot(NONE_LIVE)
    return Column(
        key="volume-time lost",
        title="Volume-time lost if vetoed",
        unit="share",
        definition=f"Sum of the cubed range over the vetoed time, divided by that over the livetime, from "
        f"{range_.name} (Mpc): the cost of vetoing, not of the glitches.",
        figures=figures,
    )
