"""All channels against all families, on a simulated detector whose truth is known."""

import dataclasses

import numpy as np
import pytest

from core.detector.coupling.counts import Grid
from core.detector.coupling.figures import (
    channel_series,
    heat_map,
    hours_of_day,
    lag_curve,
    rate_against_motion,
)
from core.detector.coupling.judge import coupling_fingerprint, judge_couplings
from core.detector.coupling.nuisance import daily_share, nuisance_design
from core.detector.coupling.params import CouplingParams
from core.detector.simulated import NAMES, SimulationParams, simulate_detector

MICROSEISM = f"L1:{NAMES['microseism']}"


@pytest.fixture(scope="module")
def simulated():
    return simulate_detector(SimulationParams(days=30), seed=3)


@pytest.fixture(scope="module")
def result(simulated):
    return judge_couplings(simulated.channels, simulated.glitches)


def named(result) -> set[tuple[str, str]]:
    return {(one.family, one.channel) for one in result.couplings if one.verdict == "goes with"}


def test_what_was_planted_goes_together_and_nothing_else(simulated, result):
    truth = simulated.truth
    planted = {(family, channel) for family, channel in truth.goes_with.items()}
    twins = {(family, truth.twins[channel]) for family, channel in planted}
    assert planted <= named(result) <= planted | twins


def test_twins_are_members_of_one_group(simulated, result):
    for channel, twin in simulated.truth.twins.items():
        group = next(one for one in result.groups if channel in one.members)
        assert group.members == (channel, twin)
        assert group.least_likeness > 0.9


def test_what_cannot_be_judged_says_why(simulated, result):
    truth = simulated.truth
    assert result.excluded == {truth.dead: "constant", truth.unsafe: "unsafe"}
    assert {one.verdict for one in result.of_channel(truth.unsafe)} == {"cannot tell"}
    assert result.of_channel(truth.other_detector) == ()


def test_what_only_follows_the_hour_is_not_judged(simulated, result):
    found = result.of_channel(simulated.truth.confounder)
    assert {(one.verdict, one.reason) for one in found} == {("cannot tell", "by the hour")}
    assert "cannot be told from all else that comes by the hour" in found[0].sentence
    # Without that rule it is judged as any other.
    params = CouplingParams(most_daily=1.0)
    judged = judge_couplings(simulated.channels, simulated.glitches, params=params)
    assert all(np.isfinite(one.p_value) for one in judged.of_channel(simulated.truth.confounder))


def test_the_share_of_the_daily_cycle_is_that_of_its_variance():
    random = np.random.default_rng(4)
    grid = Grid(0.0, 40, 144, 600.0)
    design = nuisance_design(grid, CouplingParams())
    hour = 2 * np.pi * np.arange(grid.bins) / 144
    level = 5 + 3 * np.cos(hour + 1) + random.normal(0, 1.5, grid.bins)
    used = random.random(grid.bins) < 0.8
    # Of a cosine of height 3 the variance is 9 / 2, beside 1.5 squared of noise.
    assert daily_share(level, used, design) == pytest.approx(4.5 / (4.5 + 2.25), abs=0.02)
    assert daily_share(random.normal(size=grid.bins), used, design) < 0.01
    assert daily_share(np.ones(grid.bins), used, design) == 0


def test_the_ratio_is_ten_to_the_power_of_beta(result):
    found = next(one for one in result.of_family("Scattered_Light") if one.channel == MICROSEISM)
    assert found.per == "decade"
    assert found.low < 10 < found.high
    assert found.high / found.low < 3


def test_unsafe_channels_are_judged_where_one_asks_for_it(simulated):
    params = CouplingParams(use_unsafe=True)
    found = judge_couplings(simulated.channels, simulated.glitches, params=params)
    assert ("Scattered_Light", simulated.truth.unsafe) in named(found)


def test_the_fingerprint_follows_input_parameters_and_epochs(simulated, result):
    params, glitches = CouplingParams(), simulated.glitches
    assert result.fingerprint == coupling_fingerprint(simulated.channels, glitches, params)
    others = {
        coupling_fingerprint(simulated.channels, glitches, CouplingParams(harmonics=2)),
        coupling_fingerprint(simulated.channels, glitches, params, borders=[simulated.channels.start + 5e5]),
        coupling_fingerprint(simulated.channels, dataclasses.replace(glitches, times=glitches.times + 1), params),
    }
    assert len(others | {result.fingerprint}) == 4


def test_a_table_has_a_row_for_each_with_the_members_of_its_group(result):
    table = result.table()
    assert len(table) == len(result.couplings)
    assert table.iloc[0]["members"].count(" ") == 1


def test_figures_tell_what_was_planted(simulated, result):
    both = (simulated.channels, simulated.glitches)
    heat = heat_map(result, detector="L1")
    assert heat.strength.shape == heat.verdicts.shape == (5, 9)
    assert heat.channels[-2:] == tuple(sorted(result.excluded))
    assert np.isnan(heat.strength[:, -2:]).all()
    assert heat.families == ("Fast_Scattering", "Scattered_Light", "Blip", "Koi_Fish", "Tomte")
    assert [heat.reasons[0, heat.channels.index(name)] for name in result.excluded] == list(result.excluded.values())
    curve = rate_against_motion(*both, channel=MICROSEISM, family="Scattered_Light")
    assert curve.rate[-1] > 4 * curve.rate[0]
    assert (curve.low <= curve.rate).all() and (curve.rate <= curve.high).all()
    assert (curve.line_low <= curve.line + 1e-12).all() and (curve.line <= curve.line_high + 1e-12).all()
    lags = lag_curve(*both, channel=MICROSEISM, family="Scattered_Light")
    assert lags.lags.tolist() == [-6, -3, -1, 0, 1, 3, 6]
    assert lags.statistic[3] == lags.statistic.max() > lags.greatest
    hours = hours_of_day(*both, channel=MICROSEISM, family="Scattered_Light", detector="L1")
    assert hours.glitches.sum() == pytest.approx(hours.expected.sum())
    series = channel_series(
        *both, channel=MICROSEISM, family="Scattered_Light", begin=both[0].start, end=both[0].start + 86400
    )
    assert len(series.times) == 1440
    assert len(series.glitch_times) == len(series.glitch_values) > 0
