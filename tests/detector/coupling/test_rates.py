"""Rates in parts of the time, and in and out of a state."""

import numpy as np
import pytest

from core.detector.channels.states import above
from core.detector.coupling.counts import Epoch, FamilyCounts, Grid
from core.detector.coupling.rates import exact_rate, rate_interval, state_rates
from core.detector.coupling.states import rates_in_state, with_states
from core.detector.model import Channel, ChannelTable, GlitchTimes, segments
from core.errors import GlitchAuditError

DAY = 86400.0
GRID = Grid(0.0, 20, 144, 600.0)
ALL = np.ones(GRID.bins, dtype=bool)


def counted(counts: np.ndarray) -> FamilyCounts:
    return FamilyCounts("L1", "Blip", Epoch("all of it", 0.0, 20 * DAY), counts, np.full(GRID.bins, 600.0), 0)


def test_the_exact_interval_is_garwoods():
    from scipy.stats import poisson

    low, high = exact_rate(10, 2.0)
    assert poisson.sf(9, low * 2) == pytest.approx(0.025)
    assert poisson.cdf(10, high * 2) == pytest.approx(0.025)
    assert exact_rate(0, 1.0)[0] == 0
    assert np.isnan(exact_rate(3, 0.0)).all()


def test_an_even_rate_has_about_the_exact_interval_and_showers_a_wider_one():
    counts = np.random.default_rng(0).poisson(0.2, GRID.bins).astype(float)
    even = rate_interval(counts, np.full(GRID.bins, 600.0), ALL, grid=GRID)
    assert even.rate == pytest.approx(counts.sum() / 480)
    exact = exact_rate(int(counts.sum()), 480.0)
    assert even.high - even.low < 1.6 * (exact[1] - exact[0])
    shower = np.zeros(GRID.bins)
    shower[:144] = counts.sum() / 144
    one = rate_interval(shower, np.full(GRID.bins, 600.0), ALL, grid=GRID)
    assert one.low < 0.3 * one.rate


def test_no_livetime_and_no_glitches():
    nothing = rate_interval(np.zeros(GRID.bins), np.zeros(GRID.bins), ALL, grid=GRID)
    assert np.isnan(nothing.rate)
    assert nothing.hours == 0
    none = rate_interval(np.zeros(GRID.bins), np.full(GRID.bins, 600.0), ALL, grid=GRID)
    assert (none.rate, none.low) == (0, 0)
    assert none.high > 0


def test_rates_in_and_out_of_a_state_and_their_ratio():
    random = np.random.default_rng(1)
    inside = np.arange(GRID.bins) % 6 == 0
    counts = random.poisson(np.where(inside, 0.9, 0.3)).astype(float)
    found = state_rates(counted(counts), inside, ALL, grid=GRID)
    assert found.inside.glitches + found.outside.glitches == counts.sum()
    assert found.ratio == pytest.approx(counts[inside].mean() / counts[~inside].mean())
    assert found.low < 3 < found.high
    assert found.p_value < 1e-6
    never = state_rates(counted(counts), np.zeros(GRID.bins, bool), ALL, grid=GRID)
    assert (never.low, never.high, never.p_value) == (0, np.inf, 1)


def test_the_ratios_interval_holds_one_in_nineteen_of_twenty_slow_rates():
    held = 0
    inside = np.arange(GRID.bins) % 6 == 0
    for seed in range(200):
        random = np.random.default_rng(seed)
        daily = np.repeat(random.gamma(2, 0.1, 20), 144)
        found = state_rates(counted(random.poisson(daily).astype(float)), inside, ALL, grid=GRID)
        held += found.low <= 1 <= found.high
    assert held >= 180


def table() -> ChannelTable:
    values = np.ones((1, 20 * 1440), dtype=np.float32)
    values[0, 100:200] = 5
    values[0, 300:320] = np.nan
    channel = Channel("L1:A", "L1", "um/s")
    return ChannelTable((channel,), 0.0, 60.0, values, {"L1": segments([(0.0, 20 * DAY)])})


def test_a_threshold_makes_a_state():
    assert above(table(), "L1:A", 4.0).active.spans.tolist() == [[6000, 12000]]
    assert above(table(), "L1:A", 9.0).active.seconds == 0
    assert above(table(), "L1:A", 4.0).known.spans.tolist() == [[0, 18000], [19200, 20 * DAY]]
    with pytest.raises(GlitchAuditError, match="no channel L1:B"):
        above(table(), "L1:B", 1.0)


def test_states_become_channels():
    state, known = segments([(0.0, 90.0)]), segments([(0.0, 600.0)])
    wider = with_states(table(), [(Channel("L1:STATE", "L1"), state, known)])
    assert wider.channels[1].unit == "state"
    assert wider.values[1, :3].tolist() == [1, 0.5, 0]
    assert np.isnan(wider.values[1, 10:]).all()
    assert with_states(table(), []).values.shape == (1, 20 * 1440)


def test_rates_by_a_threshold():
    times = np.concatenate([np.linspace(6100, 11900, 50), np.linspace(13000, 19 * DAY, 50)])
    names = [np.full(100, name, object) for name in ("L1", "Blip")]
    glitches = GlitchTimes(np.arange(100).astype(object), times, *names)
    loud = above(table(), "L1:A", 4.0)
    found = rates_in_state(table(), glitches, loud.active, loud.known, detector="L1", family="Blip")
    assert found.inside.glitches == 50
    assert found.inside.hours == pytest.approx(10 / 6)
    assert found.ratio > 100
