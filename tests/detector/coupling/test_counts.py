"""Glitches counted and channels averaged, worked by hand."""

import numpy as np
import pytest

from core.detector.coupling.counts import count_families, epochs_of, grid_of, motion_of
from core.detector.coupling.params import CouplingParams
from core.detector.model import Channel, ChannelTable, GlitchTimes, segments
from core.errors import GlitchAuditError

DAY = 86400.0
START = 1000 * DAY
PARAMS = CouplingParams()


def table(values: np.ndarray, *, start: float = START, step: float = 60.0, unit: str = "", live=None) -> ChannelTable:
    channels = tuple(Channel(f"L1:{row}", "L1", unit) for row in range(len(values)))
    end = start + step * values.shape[1]
    return ChannelTable(channels, start, step, values.astype(np.float32), live or {"L1": segments([(start, end)])})


def glitches(times: list[float], *, detector: str = "L1", family: str = "Blip") -> GlitchTimes:
    count = len(times)
    ids = np.array([f"g{row}" for row in range(count)], dtype=object)
    return GlitchTimes(ids, np.array(times), np.full(count, detector, object), np.full(count, family, object))


def test_the_grid_holds_whole_days():
    grid = grid_of(table(np.ones((1, 3000)), start=START + 7200.0), PARAMS)
    assert (grid.begin, grid.days, grid.bins) == (START, 3, 432)
    assert grid.middles[0] == START + 300


def test_glitches_are_counted_in_the_livetime_and_events_listed_twice_once():
    live = {"L1": segments([(START, START + 1200.0), (START + 1800.0, START + 2400.0)])}
    own = table(np.ones((1, 2000)), live=live)
    times = [START + 10, START + 10.01, START + 700, START + 1300, START + 1900, START + 2399]
    grid = grid_of(own, PARAMS)
    (one,) = count_families(own, glitches(times), grid=grid, epochs=epochs_of(own))
    assert one.counts[:5].tolist() == [1, 1, 0, 2, 0]
    assert one.livetime[:5].tolist() == [600, 600, 0, 600, 0]
    assert (one.outside, one.repeated) == (1, 1)


def test_a_detector_without_livetime_has_no_counts():
    own = table(np.ones((1, 2000)))
    (one,) = count_families(own, glitches([START + 5], detector="H1"), grid=grid_of(own, PARAMS), epochs=epochs_of(own))
    assert not one.livetime.any()
    assert not one.counts.any()


def test_epochs_part_the_time_at_their_borders():
    own = table(np.ones((1, 2880)))
    epochs = epochs_of(own, [START + DAY])
    assert [epoch.name for epoch in epochs] == ["epoch 1", "epoch 2"]
    times = [START + DAY - 1, START + DAY]
    first, second = count_families(own, glitches(times), grid=grid_of(own, PARAMS), epochs=epochs)
    assert (np.flatnonzero(first.counts).tolist(), np.flatnonzero(second.counts).tolist()) == ([143], [144])
    assert first.livetime.sum() == second.livetime.sum() == DAY
    with pytest.raises(GlitchAuditError, match="lies outside of the channels' time"):
        epochs_of(own, [START - 1])


def test_glitches_of_another_time_are_one_sentence():
    own = table(np.ones((1, 2000)))
    with pytest.raises(GlitchAuditError, match="All 2 glitches lie outside of the channels' time"):
        count_families(own, glitches([1.5e9, 1.6e9]), grid=grid_of(own, PARAMS), epochs=epochs_of(own))


def test_a_positive_channel_is_compared_by_its_logarithm():
    values = np.full((1, 1440), 100.0)
    values[0, 10:20] = [10, 1000] * 5
    values[0, 20:26] = np.nan
    values[0, 30:34] = np.nan
    motion = motion_of(table(values), 0, grid=grid_of(table(values), PARAMS))
    assert motion.per == "decade"
    # The second bin's mean is that of logarithms; the third has four of ten minutes, the fourth six.
    assert motion.level[:4] == pytest.approx([2, 2, np.nan, 2], nan_ok=True)
    assert motion.as_read(np.array([2.0])) == pytest.approx(100)


def test_a_channel_with_both_signs_is_compared_in_standard_deviations():
    values = np.linspace(-5, 5, 1440)[None]
    motion = motion_of(table(values), 0, grid=grid_of(table(values), PARAMS))
    assert motion.per == "standard deviation"
    assert np.std(motion.level) == pytest.approx(1)
    assert motion.as_read(motion.level[:1]) == pytest.approx(np.mean(values[0, :10]), abs=1e-5)


def test_a_state_is_compared_as_on_or_off():
    values = np.zeros((1, 1440))
    values[0, :15] = 1
    motion = motion_of(table(values, unit="state"), 0, grid=grid_of(table(values), PARAMS))
    assert motion.per == "state"
    assert motion.level[:3].tolist() == [1, 0.5, 0]


def test_steps_longer_than_a_bin_and_empty_tables_are_refused():
    with pytest.raises(GlitchAuditError, match="a value each 3600 s"):
        grid_of(table(np.ones((1, 100)), step=3600.0), PARAMS)
    with pytest.raises(GlitchAuditError, match="no values in the channels"):
        grid_of(table(np.ones((1, 0))), PARAMS)
