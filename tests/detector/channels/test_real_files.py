"""Real files of a detector: minutes, segments and triggers, with the counts that are known of them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.commands.parser import main
from core.detector.channels.listing import list_channels
from core.detector.channels.states import read_states
from core.detector.channels.stretches import stretches
from core.detector.channels.tables import channel_table
from core.detector.channels.triggers import read_triggers
from core.workspace import Workspace

REAL = Path(__file__).parents[3].parent / "shared" / "real" / "aux"
pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason=f"the real auxiliary data are not at {REAL}")


def test_nine_days_of_minute_trends_keep_their_units(tmp_path):
    listed = list_channels([REAL / "L1_minute_trends_2020-01-10.h5"])
    units = {one.channel.name: one.channel.unit for one in listed}
    assert len(listed) == 17
    assert units["L1:CDS-SENSEMON_CAL_L1_SNSW_EFFECTIVE_RANGE_MPC.mean"] == "Mpc"
    assert units["L1:PEM-EY_WIND_WEATHER_MPH.mean"] == "mi / h"
    table = channel_table(Workspace(tmp_path, REAL), listed)
    assert (table.start, table.step, table.values.shape) == (1262649600, 60, (17, 12960))
    (found,) = [one for one in stretches(table) if "RANGE" in one.channel.name]
    assert found.recorded == 1 and 100 < found.median < 200


def test_gwpy_reads_the_same_minutes(tmp_path):
    timeseries = pytest.importorskip("gwpy.timeseries")
    path = REAL / "L1_minute_trends_2020-01-10.h5"
    table = channel_table(Workspace(tmp_path, REAL), list_channels([path]))
    for name, series in timeseries.TimeSeriesDict.read(path).items():
        row = [one.name for one in table.channels].index(name)
        np.testing.assert_array_equal(table.values[row], series.value)


def test_scattering_segments_hold_53_of_the_days_756_glitches():
    states = {state.name: state for state in read_states(REAL / "L1-SCATTERING_SEGMENTS_15_HZ-1239148818-86400.h5")}
    times = pd.read_csv(REAL / "L1_scattered_light_O3a.csv")["time"].to_numpy()
    day = times[(times >= 1239148818) & (times < 1239148818 + 86400)]
    assert len(states) == 35 and len(day) == 756
    etmx, om3 = states["L1:SUS-ETMX_M0_DAMP_L_IN1_DQ"], states["L1:SUS-OM3_M1_DAMP_L_IN1_DQ"]
    assert (len(etmx.active.spans), int(etmx.active.contains(day).sum())) == (1005, 53)
    assert int(om3.active.contains(day).sum()) == 21


def test_the_triggers_are_of_the_channel_that_the_file_is_called_after():
    (found,) = read_triggers(REAL / "L1_ASC-X_TR_B_NSUM_OUT_DQ_triggers.csv")
    assert (found.channel.name, len(found.times)) == ("L1:ASC-X_TR_B_NSUM_OUT_DQ", 7445)
    assert (int(found.times[0]), int(found.times[-1])) == (1238105318, 1245972711) and found.snr.min() > 8


def test_the_command_lists_them(capsys):
    main(["channels", str(REAL)])
    said = capsys.readouterr().out
    assert "L1:PEM-EY_WIND_WEATHER_MPH.mean: a value every 60 s, mi / h, GPS 1262649600 to 1263427200, no gap" in said
    assert "state L1:SUS-ETMX_M0_DAMP_L_IN1_DQ: 1,005 stretches" in said and "7,445" in said
    assert "open it as a data set" in said
