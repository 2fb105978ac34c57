"""The simulated detector has what it says it has, and the truth apart from it."""

import numpy as np
import pytest

from core.detector.simulated import NAMES, SimulationParams, simulate_detector, slow_process
from core.errors import GlitchAuditError
from core.statistics.ranks import rank_correlation


@pytest.fixture(scope="module")
def simulated():
    return simulate_detector(SimulationParams(days=40), seed=1)


def row(simulated, name: str) -> np.ndarray:
    names = [one.name for one in simulated.channels.channels]
    return simulated.channels.values[names.index(name)]


def test_a_slow_process_has_its_scatter_and_its_time_constant():
    values = slow_process(400_000, 120.0, 0.5, np.random.default_rng(0))
    assert values.std() == pytest.approx(0.5, abs=0.03)
    assert np.corrcoef(values[:-120], values[120:])[0, 1] == pytest.approx(np.exp(-1), abs=0.05)


def test_it_is_a_table_of_minutes_with_glitches_in_the_livetime(simulated):
    assert simulated.channels.values.shape == (10, 40 * 1440)
    assert simulated.channels.values.dtype == np.float32
    assert simulated.channels.live["L1"].contains(simulated.glitches.times).all()
    counts = {name: int((simulated.glitches.families == name).sum()) for name in set(simulated.glitches.families)}
    assert len(counts) == 5
    assert all(800 < count < 1200 for count in counts.values())
    assert (np.diff(simulated.glitches.times) >= 0).all()


def test_the_plants_are_there(simulated):
    truth = simulated.truth
    for channel, twin in truth.twins.items():
        assert rank_correlation(row(simulated, channel)[::60], row(simulated, twin)[::60]) > 0.9
    assert np.ptp(row(simulated, truth.dead)) == 0
    assert {one.name for one in simulated.channels.channels if one.safety == "unsafe"} == {truth.unsafe}
    assert {one.name for one in simulated.channels.channels if one.detector == "H1"} == {truth.other_detector}
    assert np.isnan(row(simulated, "L1:PEM-CS_ACC_1_BLRMS")).mean() == pytest.approx(0.1, abs=0.01)
    assert simulated.channels.live["L1"].seconds < 40 * 86400 * 0.95
    daily = row(simulated, truth.confounder).reshape(40, 1440)
    assert np.log(daily).mean(axis=0).std() > np.log(daily).std(axis=0).mean()


def test_a_coupled_familys_glitches_come_when_its_channel_is_loud(simulated):
    channel = simulated.truth.goes_with["Scattered_Light"]
    values = row(simulated, channel)
    for family, louder in (("Scattered_Light", True), ("Blip", False)):
        times = simulated.glitches.times[simulated.glitches.families == family]
        then = values[((times - simulated.channels.start) / 60).astype(int)]
        assert (np.median(then) > 1.4 * np.median(values)) == louder


def test_a_seed_gives_the_same_again_and_beta_may_change():
    params = SimulationParams(days=3, glitches=50, beta=0.0, later_beta=1.0)
    one, two = (simulate_detector(params, seed=4) for _ in range(2))
    assert one.channels.fingerprint == two.channels.fingerprint
    assert np.array_equal(one.glitches.times, two.glitches.times)
    assert one.truth.beta == (0.0, 1.0)
    assert one.truth.goes_with["Fast_Scattering"] == f"L1:{NAMES['traffic']}"
    assert simulate_detector(params, seed=5).channels.fingerprint != one.channels.fingerprint


def test_without_plants_without_couplings_and_without_sense():
    bare = simulate_detector(SimulationParams(days=2, beta=0.0, plants=False, others=6, correlated=True), seed=2)
    assert bare.truth.goes_with == {}
    assert len(bare.channels.channels) == 8
    assert rank_correlation(bare.channels.values[3][::60], bare.channels.values[4][::60]) > 0.7
    with pytest.raises(GlitchAuditError, match="at least one day"):
        SimulationParams(days=0)
