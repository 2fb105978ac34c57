"""Volume times time, by hand and from a real range channel."""

from pathlib import Path

import numpy as np
import pytest

from core.detector.model import Channel, ChannelTable, segments
from core.errors import GlitchAuditError
from core.impact.columns.days import days_of
from core.impact.columns.veto import windows
from core.impact.columns.volume_time import range_of, volume_time, volume_time_column
from tests.impact.made import BEGIN, DAY, glitches, whole_days

REAL = Path(__file__).parents[4] / "shared" / "real" / "aux" / "L1_minute_trends_2020-01-10.h5"


def table_of(values, unit="Mpc", start=BEGIN):
    values = np.asarray(values, dtype=np.float32)[None, :]
    return ChannelTable((Channel("L1:RANGE", "L1", unit, "unsafe"),), start, 60.0, values, {})


def test_an_hour_at_twice_the_range_is_worth_eight():
    values = np.full(5 * 1440, 50.0)
    values[:1440] = 100.0
    found = volume_time(
        segments([(BEGIN, BEGIN + 3600)]), range_of(table_of(values), "L1:RANGE"), days_of(whole_days(5))
    )
    # 1 h of 8 in 24 h of 8 and 96 h of 1.
    assert found.lost.value == pytest.approx(8 / (24 * 8 + 96))
    assert found.kept == pytest.approx(found.whole * (1 - found.lost.value))
    sphere = 4 / 3 * np.pi * 50.0**3
    assert found.whole == pytest.approx(sphere * (8 * 24 + 96) * 3600 / (365.25 * DAY))


def test_units_are_read_and_other_units_refused():
    values = np.full(5 * 1440, 0.05)
    megaparsec = range_of(table_of(values, "Gpc"), "L1:RANGE")
    assert megaparsec.values[0] == pytest.approx(50.0)
    with pytest.raises(GlitchAuditError, match="unit “nm/s”"):
        range_of(table_of(values, "nm/s"), "L1:RANGE")
    with pytest.raises(GlitchAuditError, match="no channel L1:OTHER"):
        range_of(table_of(values), "L1:OTHER")
    with pytest.raises(GlitchAuditError, match="no value above 0"):
        range_of(table_of(np.full(7200, np.nan)), "L1:RANGE")


def test_time_without_a_range_counts_for_nothing():
    values = np.full(5 * 1440, 50.0)
    values[1440:] = 0.0
    values[2000:] = np.nan
    days = days_of(whole_days(5))
    range_ = range_of(table_of(values), "L1:RANGE")
    made = {"A": glitches([BEGIN + 500.0, BEGIN + 3 * DAY], durations=[59.0, 59.0]), "B": glitches([BEGIN - 5.0])}
    column = volume_time_column(made, range_, days, pad=0.5)
    assert column.figures["A"].value == pytest.approx(60 / DAY)
    assert not column.figures["B"].known
    assert "Mpc" in column.definition
    later = days_of(segments([(BEGIN + 10 * DAY, BEGIN + 16 * DAY)]))
    assert "not recorded" in volume_time(segments([]), range_, later).lost.why


def test_the_range_of_nine_real_days():
    if not REAL.exists():
        pytest.skip("the real minute trends are not beside this checkout")
    import h5py

    with h5py.File(REAL) as file:
        own = next(file[name] for name in file if "RANGE" in name)
        unit, start = str(own.attrs["unit"]), float(own.attrs["x0"])
        table = table_of(own[:], unit, start)
    range_ = range_of(table, "L1:RANGE")
    known = range_.values[np.isfinite(range_.values)]
    assert unit == "Mpc"
    assert 100 < np.median(known) < 150
    days = days_of(segments([(start, start + 9 * DAY)]))
    random = np.random.default_rng(1)
    times = start + random.uniform(0, 9 * DAY, 400)
    veto = windows(times, np.full(400, 60.0), pad=0.0)
    found = volume_time(veto, range_, days, count=400)
    share = days.inside(veto).sum() / days.seconds.sum()
    # A veto at random times loses the volume times time that its deadtime says, which is in the interval.
    assert found.lost.low < share < found.lost.high
