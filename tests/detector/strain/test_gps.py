"""GPS and UTC: the leap seconds lie between them."""

import datetime as dt

import pytest

from core.detector.strain.gps import gps_to_utc, leap_seconds, read_utc, utc_to_gps, utc_words


@pytest.mark.parametrize(
    ("gps", "utc"),
    [
        # GW150914 and GW170817, as published with both times.
        (1126259462, "2015-09-14T09:50:45"),
        (1187008882, "2017-08-17T12:41:04"),
        (0, "1980-01-06T00:00:00"),
        # Around the leap second at the end of 2016.
        (1167264016, "2016-12-31T23:59:59"),
        (1167264018, "2017-01-01T00:00:00"),
    ],
)
def test_known_moments(gps, utc):
    moment = dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC)
    assert gps_to_utc(gps) == moment
    assert utc_to_gps(moment) == gps


def test_the_inserted_second_is_there_in_gps_alone():
    assert leap_seconds(1167264017.9) == 17 and leap_seconds(1167264018) == 18
    # 23:59:60, which a datetime cannot say.
    assert gps_to_utc(1167264017) == gps_to_utc(1167264018)
    assert leap_seconds(1126259462) == 17 and leap_seconds(2e9) == 18


def test_it_agrees_with_astropy():
    time = pytest.importorskip("astropy.time", reason="astropy is not installed")
    for gps in (1e8, 5e8, 9.1e8, 1.126259462e9, 1.3e9):
        theirs = time.Time(gps, format="gps").utc.to_datetime(timezone=dt.UTC)
        assert abs((gps_to_utc(gps) - theirs).total_seconds()) < 1e-5


def test_texts_are_read_as_utc_or_not_at_all():
    assert utc_to_gps(read_utc(" 2015-09-14 09:50:45 ")) == 1126259462
    assert utc_to_gps(read_utc("2015-09-14T11:50:45+02:00")) == 1126259462
    assert read_utc("yesterday") is None and read_utc("") is None
    assert utc_words(1126259462.4) == "2015-09-14 09:50:45 UTC"


@pytest.mark.parametrize("gps", [float("nan"), float("inf"), 1e30])
def test_what_is_no_time_raises(gps):
    with pytest.raises((ValueError, OverflowError)):
        gps_to_utc(gps)
