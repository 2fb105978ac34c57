"""One pair picked out of all: a channel and a family by their names."""

from __future__ import annotations

from collections.abc import Sequence

from core.detector.coupling.counts import (
    Epoch,
    FamilyCounts,
    Grid,
    Motion,
    count_families,
    epochs_of,
    grid_of,
    motion_of,
)
from core.detector.coupling.params import CouplingParams
from core.detector.model import ChannelTable, GlitchTimes, row_of
from core.errors import GlitchAuditError


def chosen(
    table: ChannelTable,
    glitches: GlitchTimes,
    channel: str,
    family: str,
    params: CouplingParams,
    borders: Sequence[float],
    epoch: str | None,
) -> tuple[Grid, FamilyCounts, Motion]:
    """Return grid, counts and channel of one pair; raises GlitchAuditError for a name that is not there."""
    grid = grid_of(table, params)
    row = row_of(table, channel)
    counts = family_counts(table, glitches, table.channels[row].detector, family, grid, borders, epoch)
    return grid, counts, motion_of(table, row, grid=grid)


def family_counts(
    table: ChannelTable,
    glitches: GlitchTimes,
    detector: str,
    family: str,
    grid: Grid,
    borders: Sequence[float],
    epoch: str | None,
) -> FamilyCounts:
    """Return one family's counts in one epoch, by default the first; raises GlitchAuditError for what is not there."""
    epochs: tuple[Epoch, ...] = epochs_of(table, borders)
    wanted = [one for one in epochs if epoch is None or one.name == epoch][:1]
    if not wanted:
        raise GlitchAuditError(f"There is no epoch {epoch}; there are {', '.join(one.name for one in epochs)}.")
    own = (glitches.families == family) & (glitches.detectors == detector)
    if not own.any():
        raise GlitchAuditError(f"There are no glitches of {family} in {detector}; choose another family.")
    part = GlitchTimes(glitches.sample_ids[own], glitches.times[own], glitches.detectors[own], glitches.families[own])
    return count_families(table, part, grid=grid, epochs=wanted)[0]
