"""The preventable share, by hand where the rate is known, and on a simulated detector."""

import numpy as np
import pytest

from core.detector.coupling.counts import count_families, epochs_of, grid_of, motion_of
from core.detector.coupling.groups import ChannelGroup
from core.detector.coupling.nuisance import nuisance_design
from core.detector.coupling.params import CouplingParams
from core.detector.coupling.regression import fit_rate
from core.detector.model import Channel, ChannelTable, GlitchTimes
from core.detector.simulated import MINUTE, NAMES, START, SimulationParams, simulate_detector
from core.errors import GlitchAuditError
from core.impact.columns.group_rate import fit_group
from core.impact.columns.preventable import preventable, preventable_columns
from tests.impact.made import BEGIN, whole_days

PARAMS = CouplingParams()


def two_levels(counts_quiet, counts_loud, days=20):
    """A channel that is 1 and 10 in turn for an hour each, and glitches at even steps in both."""
    minutes = np.arange(days * 1440)
    loud = (minutes // 60) % 2 == 1
    values = np.where(loud, 10.0, 1.0).astype(np.float32)[None, :]
    table = ChannelTable((Channel("L1:X", "L1", "nm/s", "safe"),), BEGIN, 60.0, values, {"L1": whole_days(days)})
    hours = np.arange(days * 24)
    number = np.where(hours % 2 == 1, counts_loud, counts_quiet)
    times = np.concatenate(
        [BEGIN + 3600 * hour + 3600 * (np.arange(n) + 0.5) / n for hour, n in zip(hours, number, strict=True)]
    )
    glitches = GlitchTimes(
        np.arange(len(times)).astype(object), times, np.full(len(times), "L1", object), np.full(len(times), "A", object)
    )
    grid = grid_of(table, PARAMS)
    return table, count_families(table, glitches, grid=grid, epochs=epochs_of(table))[0], grid


def test_a_rate_three_times_as_high_in_half_of_the_time():
    table, family, grid = two_levels(2, 6)
    found = preventable(table, family, ChannelGroup(0, ("L1:X",), 1.0), grid=grid)
    # 8 glitches in two hours; at the quiet level there would be 4.
    assert found.share.value == pytest.approx(0.5, abs=0.01)
    assert found.rate.value == pytest.approx(4.0)
    assert found.quiet_rate.value == pytest.approx(2.0, abs=0.04)
    assert found.quiet.tolist() == pytest.approx([1.0])
    assert found.share.low <= 0.5 <= found.share.high + 0.01


def test_nothing_is_preventable_where_the_rate_does_not_change():
    table, family, grid = two_levels(4, 4)
    assert preventable(table, family, ChannelGroup(0, ("L1:X",), 1.0), grid=grid).share.value == pytest.approx(
        0, abs=0.01
    )


def test_the_truth_of_a_simulated_detector_is_in_the_interval():
    params = SimulationParams(days=40, beta=1.0, glitches=1200)
    simulated = simulate_detector(params, seed=11)
    name, twin = (f"L1:{NAMES[plant]}" for plant in ("microseism", "microseism twin"))
    grid = grid_of(simulated.channels, PARAMS)
    families = count_families(simulated.channels, simulated.glitches, grid=grid, epochs=epochs_of(simulated.channels))
    family = next(one for one in families if one.family == "Scattered_Light")
    found = preventable(simulated.channels, family, ChannelGroup(0, (name, twin), 0.9), grid=grid)
    row = [one.name for one in simulated.channels.channels].index(name)
    values = simulated.channels.values[row].astype(float)
    place = ((simulated.glitches.times - START) / MINUTE).astype(int)[simulated.glitches.families == "Scattered_Light"]
    limit = found.quiet[0]
    truth = 1 - np.minimum(limit / values[place], 1.0).mean()
    assert found.share.low < truth < found.share.high
    assert found.share.high - found.share.low < 0.4


def test_one_member_gives_the_slope_of_the_coupling():
    simulated = simulate_detector(SimulationParams(days=15, glitches=400), seed=2)
    grid = grid_of(simulated.channels, PARAMS)
    family = count_families(simulated.channels, simulated.glitches, grid=grid, epochs=epochs_of(simulated.channels))[4]
    level = motion_of(simulated.channels, 0, grid=grid).level
    nuisance = nuisance_design(grid, PARAMS)
    alone = fit_rate(family.counts, family.livetime, level, nuisance)
    group = fit_group(family.counts, family.livetime, level[None, :], nuisance)
    assert group.slopes[0] == pytest.approx(alone.slope, rel=1e-3)
    assert group.influence[:, 0] == pytest.approx(alone.influence, abs=1e-3 * abs(alone.influence).max() + 1e-6)


def test_too_few_glitches_or_days_are_said_so():
    table, family, grid = two_levels(2, 6, days=4)
    found = preventable(table, family, ChannelGroup(0, ("L1:X",), 1.0), grid=grid)
    assert "on 4 days are too few" in found.why
    assert not found.share.known
    column = preventable_columns(("A", "B"), {"A": [found]})[0]
    assert "must not be added" in column.definition
    assert "Not computed" in column.figures["B"].why
    with pytest.raises(GlitchAuditError, match="quiet reference"):
        preventable(table, family, ChannelGroup(0, ("L1:X",), 1.0), grid=grid, quiet=1.0)
