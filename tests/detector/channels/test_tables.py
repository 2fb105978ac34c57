"""Channels on one grid: means by minute, motion by band, in pieces, resumed, and from the cache."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.detector.channels import tables
from core.detector.channels.bins import Task, binned
from core.detector.channels.gridding import GridParams, batches, plan_grid
from core.detector.channels.hdf5 import hdf5_pieces
from core.detector.channels.listing import list_channels
from core.detector.channels.stretches import stretches
from core.detector.channels.tables import channel_table
from core.detector.model import segments
from core.errors import Cancelled, GlitchAuditError
from core.workspace import Workspace
from tests.detector.channels.making import START, series_file


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path / "workspace", tmp_path)


def test_slow_channels_are_minute_means_with_gaps_and_units(tmp_path, workspace):
    seconds = np.arange(300.0)
    seconds[60:100] = np.nan
    series_file(tmp_path / "a.h5", {"L1:A": seconds}, step=1, unit="m / s")
    series_file(tmp_path / "b.h5", {"L1:B.mean": np.arange(3.0)}, start=START + 240, unit="Mpc")
    table = channel_table(workspace, list_channels([tmp_path / "a.h5", tmp_path / "b.h5"]))
    assert [(one.name, one.unit) for one in table.channels] == [("L1:A", "m / s"), ("L1:B.mean", "Mpc")]
    assert (table.start, table.step, table.end) == (START, 60, START + 420)
    nan = np.nan
    # In the second minute 40 of 60 s are missing, more than half.
    np.testing.assert_allclose(table.values, [[29.5, nan, 149.5, 209.5, 269.5, nan, nan], [nan] * 4 + [0, 1, 2]])
    assert table.live["L1"].spans.tolist() == [[START, START + 60], [START + 120, START + 420]]


def test_the_cache_answers_the_second_time_and_not_when_a_file_changed(tmp_path, workspace, monkeypatch):
    path = series_file(tmp_path / "a.h5", {"L1:A": np.ones(5)})
    first = channel_table(workspace, list_channels([path]))
    listed = list_channels([path])
    with monkeypatch.context() as without:
        without.setattr(tables, "sums_of", None)
        assert channel_table(workspace, listed).fingerprint == first.fingerprint
    series_file(tmp_path / "a.h5", {"L1:A": np.full(6, 2.0)})
    assert channel_table(workspace, list_channels([path])).fingerprint != first.fingerprint


def test_safety_and_livetime_are_taken_along_and_are_no_part_of_what_is_read(tmp_path, workspace, monkeypatch):
    path = series_file(tmp_path / "a.h5", {"L1:A": np.ones(5)})
    channel_table(workspace, list_channels([path]))
    monkeypatch.setattr(tables, "sums_of", None)
    live = {"L1": segments([(START, START + 30)])}
    table = channel_table(workspace, list_channels([path], safety={"L1:A": "unsafe"}), live=live)
    assert table.channels[0].safety == "unsafe" and table.live["L1"].seconds == 30


def test_a_stopped_reading_goes_on_where_it_was(tmp_path, workspace, monkeypatch):
    paths = [series_file(tmp_path / f"{n}.h5", {"L1:A": np.full(5, n)}, start=START + 300 * n) for n in range(3)]
    monkeypatch.setattr("core.detector.channels.gridding._MOST_TASKS", 1)
    asked = []
    reading = tables.sums_of

    def stopped(done, total):
        if done == 2:
            raise Cancelled("stopped")

    monkeypatch.setattr(
        tables, "sums_of", lambda name, *rest, **named: asked.append(name) or reading(name, *rest, **named)
    )
    with pytest.raises(Cancelled):
        channel_table(workspace, list_channels(paths), on_progress=stopped)
    table = channel_table(workspace, list_channels(paths))
    assert asked == paths
    np.testing.assert_array_equal(table.values[0], np.repeat([0, 1, 2], 5))
    assert not list((workspace.cache / "partial").iterdir())


def test_memory_is_bounded_by_batches(tmp_path):
    listed = list_channels([series_file(tmp_path / "a.h5", {f"L1:A{n}": np.ones(9) for n in range(7)})])
    plan = plan_grid(listed)
    assert [len(batch) for batch in batches(plan)] == [7]
    with pytest.MonkeyPatch.context() as narrow:
        narrow.setattr("core.detector.channels.gridding._MOST_SAMPLES", 20)
        assert [len(batch) for batch in batches(plan)] == [2, 2, 2, 1]


@settings(max_examples=40, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.lists(st.one_of(st.integers(-9, 9).map(float), st.just(np.nan)), min_size=1, max_size=80),
    offset=st.integers(-90, 90),
    block=st.integers(1, 30),
    bins=st.integers(1, 20),
)
def test_sums_are_those_of_each_sample_put_into_its_bin_by_hand(tmp_path, values, offset, block, bins):
    (piece,) = hdf5_pieces(series_file(tmp_path / "a.h5", {"L1:A": np.array(values)}, start=START + offset, step=4.0))
    sums, counts = np.zeros(bins), np.zeros(bins)
    for number, value in enumerate(values):
        place = (offset + 4 * number) // 10
        if 0 <= place < bins and not np.isnan(value):
            sums[place] += value
            counts[place] += 1
    got, there = np.zeros(bins), np.zeros(bins)
    for one in binned(Task(piece, ((0, None),)), start=START, step=10.0, bins=bins, block=block):
        got[one.first : one.first + len(one.sums)] += one.sums
        there[one.first : one.first + len(one.counts)] += one.counts
    np.testing.assert_allclose(got, sums)
    np.testing.assert_array_equal(there, counts)


def test_a_fast_channel_becomes_its_motion_by_band(tmp_path, workspace):
    seconds = np.arange(0, 1200, 1 / 32)
    moved = 3 * np.sin(2 * np.pi * 0.2 * seconds) + 0.5 * np.sin(2 * np.pi * 2 * seconds)
    path = series_file(tmp_path / "a.h5", {"L1:STS": moved}, step=1 / 32)
    table = channel_table(workspace, list_channels([path], safety={"L1:STS": "safe"}))
    rows = {
        one.name.rsplit("BLRMS_")[1]: np.asarray(values)
        for one, values in zip(table.channels, table.values, strict=True)
    }
    assert list(rows) == ["30M_100M", "100M_300M", "300M_1", "1_3", "3_10"]
    assert {one.safety for one in table.channels} == {"safe"}
    # The root of the mean square of a sine is its height over the root of two.
    np.testing.assert_allclose(rows["100M_300M"][1:-1], 3 / np.sqrt(2), rtol=0.02)
    np.testing.assert_allclose(rows["1_3"][1:-1], 0.5 / np.sqrt(2), rtol=0.02)
    assert np.nanmax(rows["3_10"]) < 0.02


def test_what_cannot_come_to_the_grid_is_refused(tmp_path, workspace):
    slow = list_channels([series_file(tmp_path / "a.h5", {"L1:A": np.ones(5)}, step=600)])
    with pytest.raises(GlitchAuditError, match="a value every 600 s, and the grid one every 60 s"):
        plan_grid(slow)
    assert plan_grid(slow, params=GridParams(step=600)).bins == 5 + (START % 600 > 0)
    with pytest.raises(GlitchAuditError, match="bring channels of the time of the glitches"):
        plan_grid(slow, within=(START - 100, START - 1))
    with pytest.raises(GlitchAuditError, match="No channel is chosen"):
        plan_grid([])


def test_missing_and_constant_stretches_are_found(tmp_path, workspace):
    rng = np.random.default_rng(0)
    values = rng.normal(size=300)
    values[10:20], values[100:200] = np.nan, 7.0
    path = series_file(tmp_path / "a.h5", {"L1:A": values, "L1:DEAD": np.zeros(300), "L1:NONE": np.full(300, np.nan)})
    alive, dead, none = stretches(channel_table(workspace, list_channels([path])))
    assert alive.missing.spans.tolist() == [[START + 600, START + 1200]]
    assert alive.constant.spans.tolist() == [[START + 6000, START + 12000]]
    assert alive.recorded == pytest.approx(290 / 300) and not alive.dead
    assert dead.dead and dead.constant.seconds == 18000 and none.dead and none.recorded == 0
