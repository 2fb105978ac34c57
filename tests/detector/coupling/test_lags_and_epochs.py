"""Couplings that come later than the channel, that change in mid-run, and states as channels."""

import dataclasses

import numpy as np
import pytest

from core.detector.channels.states import above
from core.detector.coupling.judge import judge_couplings
from core.detector.coupling.states import with_states
from core.detector.model import Channel
from core.detector.simulated import NAMES, SimulationParams, simulate_detector

MICROSEISM = f"L1:{NAMES['microseism']}"


def one_channel(simulated, row: int = 0):
    """Only one channel and one family, so that little is computed."""
    table, glitches = simulated.channels, simulated.glitches
    own = glitches.families == "Scattered_Light"
    columns = {field.name: getattr(glitches, field.name)[own] for field in dataclasses.fields(glitches)}
    only = dataclasses.replace(table, channels=table.channels[row : row + 1], values=table.values[row : row + 1])
    return only, dataclasses.replace(glitches, **columns)


@pytest.mark.parametrize("hours", [3, -3])
def test_glitches_later_than_the_channel_are_found_at_their_lag(hours):
    table, glitches = one_channel(simulate_detector(SimulationParams(days=30, gaps=False, daily_motion=0.0), seed=6))
    earlier = dataclasses.replace(table, values=np.roll(table.values, -60 * hours, axis=1))
    (found,) = judge_couplings(earlier, glitches).couplings
    assert found.verdict == "goes with"
    assert found.lag_hours == hours
    assert found.lag_low < 10 < found.lag_high
    assert f"best 3 h {'later' if hours > 0 else 'earlier'} than it" in found.sentence


def test_a_coupling_that_begins_in_mid_run_is_found_in_its_epoch():
    params = SimulationParams(days=50, glitches=2000, beta=0.0, later_beta=1.2, gaps=False)
    table, glitches = one_channel(simulate_detector(params, seed=7))
    result = judge_couplings(table, glitches, borders=[table.start + 25 * 86400])
    by_epoch = {one.epoch: one for one in result.couplings}
    assert by_epoch["epoch 1"].verdict != "goes with"
    assert by_epoch["epoch 2"].verdict == "goes with"
    assert by_epoch["epoch 1"].low < 1 < by_epoch["epoch 1"].high
    assert set(result.null) == {("L1", "epoch 1"), ("L1", "epoch 2")}


def test_a_state_is_compared_on_against_off():
    table, glitches = one_channel(simulate_detector(SimulationParams(days=30), seed=8))
    limit = float(np.nanquantile(table.values[0], 0.8))
    loud = above(table, MICROSEISM, limit)
    state = (Channel("L1:LOUD", "L1"), loud.active, loud.known)
    result = judge_couplings(with_states(table, [state]), glitches)
    (found,) = result.of_channel("L1:LOUD")
    assert (found.verdict, found.per) == ("goes with", "state")
    assert found.ratio > 1.5
    assert "-fold" in found.sentence and "while it is on" in found.sentence
    assert "safe" in found.action
