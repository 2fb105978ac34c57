"""GPS seconds: dates, Unix seconds, leap seconds and missing times are told in one sentence."""

import numpy as np
import pytest

from core.detector.channels.gps import gps_of_utc, gps_times, leap_seconds, now_in_gps
from core.errors import GlitchAuditError


@pytest.mark.parametrize(
    ("utc", "gps"),
    [
        ("2015-09-14T09:50:45.391", 1126259462.391),
        ("2017-08-17 12:41:04.4", 1187008882.4),
        ("1980-01-06", 0.0),
        ("2016-12-31T23:59:59", 1167264016.0),
        ("2016-12-31T23:59:60", 1167264017.0),
        ("2017-01-01T00:00:00Z", 1167264018.0),
    ],
)
def test_utc_and_gps_are_told_apart_by_the_leap_seconds(utc, gps):
    assert gps_of_utc(utc) == pytest.approx(gps, abs=1e-6)


def test_each_leap_second_begins_where_gps_says():
    assert leap_seconds()[-1] == 1167264017 and len(leap_seconds()) == 18


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (["2017-08-17T12:41:04.4", "2017-08-17T12:41:05"], r"are dates.*1187008882\.400 \(leap seconds counted\)"),
        (["soon"], "row 1 has “soon” for a time"),
        ([1187008882.0, np.nan], "1 times are missing, the first in row 2"),
        ([0.0, 1.0], r"begin at 0 \(as GPS seconds 1980-01-06 00:00:00 UTC\), which is before 1995"),
        ([1187008882e9], "nanoseconds"),
        ([1.9e9], "future; Unix seconds are ahead of GPS seconds by 315,964,782"),
    ],
)
def test_what_is_no_gps_second_is_refused_in_one_sentence(values, said):
    with pytest.raises(GlitchAuditError, match=said) as refusal:
        gps_times(values, where="a.csv")
    assert str(refusal.value).startswith("a.csv: ")


def test_numbers_written_as_text_are_read():
    assert gps_times(["1187008882.5"], where="a").tolist() == [1187008882.5]
    assert gps_times([], where="a").shape == (0,)
    assert now_in_gps() > 1_400_000_000
