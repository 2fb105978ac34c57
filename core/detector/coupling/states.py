"""States of the detector beside its channels, and rates in and out of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from core.detector.coupling.choosing import family_counts
from core.detector.coupling.counts import STATE_UNIT, grid_of
from core.detector.coupling.params import CouplingParams
from core.detector.coupling.rates import StateRates, state_rates
from core.detector.model import Channel, ChannelTable, GlitchTimes, Segments


def with_states(table: ChannelTable, states: Sequence[tuple[Channel, Segments, Segments]]) -> ChannelTable:
    """Return the table with states as further channels, each the share of a step that lies inside, 0 to 1.

    Each of ``states`` is a channel that names it, when it was on, and when that is known; NaN where it is not. So
    `judge_couplings` compares the rate in and out of them as it does for motions. For states that last for minutes
    and longer; for shorter ones see `judge_states`.
    """
    bins = table.values.shape[1]
    rows = []
    for _, state, known in states:
        inside = state.within(known).per_bin(table.start, table.step, bins) / table.step
        whole = known.per_bin(table.start, table.step, bins) >= table.step * 0.999
        rows.append(np.where(whole, inside, np.nan).astype(np.float32))
    channels = tuple(replace(channel, unit=STATE_UNIT) for channel, _, _ in states)
    values = np.concatenate([table.values, np.stack(rows)]) if rows else table.values
    return replace(table, channels=(*table.channels, *channels), values=values)


def rates_in_state(
    table: ChannelTable,
    glitches: GlitchTimes,
    state: Segments,
    known: Segments,
    *,
    detector: str,
    family: str,
    params: CouplingParams | None = None,
    borders: Sequence[float] = (),
    epoch: str | None = None,
) -> StateRates:
    """Return a family's rate in and out of ``state`` while that is ``known``, counted in the bins of the table's days.

    A bin belongs to the state where the larger part of it does. This is what was counted: a daily cycle that both
    share is not taken out of it, see `judge_couplings` for the verdict.
    """
    params = params or CouplingParams()
    grid = grid_of(table, params)
    counts = family_counts(table, glitches, detector, family, grid, borders, epoch)
    inside, seen = (
        one.per_bin(grid.begin, grid.bin_seconds, grid.bins) > grid.bin_seconds / 2 for one in (state, known)
    )
    return state_rates(counts, inside, seen, grid=grid)
