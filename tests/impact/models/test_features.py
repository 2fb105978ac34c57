"""What a model is told, and which channels it must not be told of."""

import dataclasses

import numpy as np
import pytest

from core.detector.coupling.counts import FamilyCounts, count_families, epochs_of, grid_of
from core.detector.coupling.verdicts import CONSTANT, MISSING, UNSAFE
from core.detector.model import Channel, ChannelTable, segments
from core.detector.simulated import NAMES, SimulationParams, simulate_detector
from core.errors import GlitchAuditError
from core.impact.models.features import HOUR, IS_THE_LABEL, before, features_of
from core.impact.models.params import ModelParams

PARAMS = ModelParams()
DRIVER = f"L1:{NAMES['microseism']}"


@pytest.fixture(scope="module")
def simulated():
    return simulate_detector(SimulationParams(days=20, others=1, glitches=600), seed=4)


def told(simulated, channels=None, params=PARAMS, **more):
    table = channels or simulated.channels
    grid = grid_of(table, params.coupling)
    families = count_families(table, simulated.glitches, grid=grid, epochs=epochs_of(table))
    family = next(one for one in families if one.family == "Scattered_Light")
    return features_of(table, family, grid=grid, params=params, **more)


def with_channel(simulated, name, values, safety="safe"):
    table = simulated.channels
    return dataclasses.replace(
        table,
        channels=(*table.channels, Channel(name, "L1", "", safety)),
        values=np.vstack([table.values, np.asarray(values, dtype=np.float32)]),
    )


def test_twins_stand_as_one_group_and_other_detectors_do_not_stand_at_all(simulated):
    features = told(simulated)
    driver = next(group for group in features.groups if DRIVER in group.members)
    assert set(driver.members) == {DRIVER, f"L1:{NAMES['microseism twin']}"}
    assert not any("H1:" in name for name in features.names)
    assert features.groups[-1].name == HOUR
    assert features.tested.tolist() == [True] * (len(features.groups) - 1) + [False]
    assert sorted(column for group in features.groups for column in group.columns) == list(range(len(features.names)))
    assert [features.groups[one].name for one in features.group_of[-2:]] == [HOUR, HOUR]


def test_unsafe_constant_and_missing_channels_are_listed_with_their_reason(simulated):
    minutes = simulated.channels.values.shape[1]
    table = with_channel(simulated, "L1:NOTHING", np.full(minutes, np.nan))
    excluded = told(simulated, table).excluded
    assert excluded == {
        f"L1:{NAMES['dead']}": CONSTANT,
        f"L1:{NAMES['unsafe']}": UNSAFE,
        "L1:NOTHING": MISSING,
    }


def test_a_channel_that_is_the_label_is_found_out(simulated):
    table = simulated.channels
    place = ((simulated.glitches.times - table.start) / 60).astype(int)
    own = place[simulated.glitches.families == "Scattered_Light"]
    counts = np.bincount(own, minlength=table.values.shape[1])
    copy = np.random.default_rng(0).normal(0, 0.1, len(counts)) + 5.0 * counts
    assert told(simulated, with_channel(simulated, "L1:COPY", copy)).excluded["L1:COPY"] == IS_THE_LABEL
    assert told(simulated, with_channel(simulated, "L1:COPY", -copy)).excluded["L1:COPY"] == IS_THE_LABEL


def test_levels_of_an_hour_ago_and_states(simulated):
    params = dataclasses.replace(PARAMS, lags_hours=(0.0, 1.0))
    wind = segments([(simulated.channels.start, simulated.channels.start + 900.0)])
    features = told(simulated, params=params, states={"wind": wind})
    column, earlier = features.names.index(DRIVER), features.names.index(f"{DRIVER}, 1 h before")
    assert features.values[6:, earlier] == pytest.approx(features.values[:-6, column], nan_ok=True)
    assert np.isnan(features.values[:6, earlier]).all()
    assert features.values[:3, features.names.index("wind")].tolist() == [1.0, 0.5, 0.0]
    assert next(group for group in features.groups if group.name == "wind").kind == "state"
    level = np.arange(4.0)
    assert before(level, 0) is level


def test_where_no_channel_is_left_it_says_why(simulated):
    table = simulated.channels
    dead = [
        row for row, one in enumerate(table.channels) if one.name in (f"L1:{NAMES['dead']}", f"L1:{NAMES['unsafe']}")
    ]
    few = dataclasses.replace(table, channels=tuple(table.channels[row] for row in dead), values=table.values[dead])
    with pytest.raises(GlitchAuditError, match=r"None of the 2 channels of L1 .*never changes.*sees the strain"):
        told(simulated, few)
    grid = grid_of(table, PARAMS.coupling)
    other = FamilyCounts("V1", "Blip", epochs_of(table)[0], np.zeros(grid.bins), np.ones(grid.bins), 0)
    with pytest.raises(GlitchAuditError, match="no channels of V1"):
        features_of(ChannelTable(table.channels, table.start, 60.0, table.values, {}), other, grid=grid, params=PARAMS)
