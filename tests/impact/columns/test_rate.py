"""Rates with exact intervals where days scatter as counts do, wider ones where glitches come in showers."""

import numpy as np
import pytest

from core.detector.coupling.counts import Epoch
from core.detector.model import segments
from core.errors import GlitchAuditError
from core.impact.columns.days import days_of
from core.impact.columns.rate import clustered, epoch_columns, rate_column, time_line
from tests.impact.made import BEGIN, DAY, whole_days

# Garwood's interval for 120 counts, from tables of the chi-squared distribution: 99.49 to 143.49.
GARWOOD_120 = (99.49, 143.49)


def test_a_glitch_an_hour_with_the_exact_interval():
    days = days_of(whole_days(5))
    times = {"A": BEGIN + 1800 + 3600 * np.arange(120)}
    found = rate_column(times, days).figures["A"]
    assert found.value == pytest.approx(1.0)
    assert (found.low * 120, found.high * 120) == pytest.approx(GARWOOD_120, abs=0.01)
    assert found.draws.mean() == pytest.approx(1.0, abs=0.02)


def test_a_shower_on_one_day_has_a_wider_interval_than_counts():
    days = days_of(whole_days(10))
    evenly = BEGIN + 900 + 7200 * np.arange(120)
    shower = BEGIN + 3 * DAY + 60 * np.arange(120)
    found = rate_column({"even": evenly, "shower": shower}, days).figures
    assert found["even"].value == pytest.approx(found["shower"].value)
    assert found["shower"].high - found["shower"].low > 3 * (found["even"].high - found["even"].low)
    assert found["shower"].low == 0.0


def test_glitches_outside_of_the_livetime_do_not_count():
    live = segments([(BEGIN + number * DAY, BEGIN + number * DAY + DAY / 2) for number in range(6)])
    times = {"A": BEGIN + 1800 + 3600 * np.arange(144)}
    found = rate_column(times, days_of(live)).figures["A"]
    assert found.value == pytest.approx(1.0)


def test_a_family_never_seen_is_not_surely_rare():
    found = rate_column({"A": np.array([BEGIN - 5.0])}, days_of(whole_days(5))).figures["A"]
    assert (found.value, found.low) == (0.0, 0.0)
    assert found.high == pytest.approx(3.689 / 120, rel=1e-3)
    assert (found.draws > 0).all()


def test_rates_by_epoch():
    days = days_of(whole_days(10))
    times = {"A": np.concatenate([BEGIN + 1800 * np.arange(240), BEGIN + 5 * DAY + 3600 * np.arange(120)])}
    columns = epoch_columns(
        times, days, (Epoch("first", BEGIN, BEGIN + 5 * DAY), Epoch("then", BEGIN + 5 * DAY, BEGIN + 10 * DAY))
    )
    assert [one.figures["A"].value for one in columns] == pytest.approx([2.0, 1.0])
    assert all(one.figures["A"].low < one.figures["A"].value < one.figures["A"].high for one in columns)
    beyond = epoch_columns(times, days, (Epoch("later", BEGIN + 20 * DAY, BEGIN + 30 * DAY),))
    assert np.isnan(beyond[0].figures["A"].value)
    assert "no livetime" in beyond[0].figures["A"].why


def test_the_index_of_dispersion():
    # Ten days of 10: nothing scatters. Chi-squared is 0, and so its chance 1.
    assert clustered(np.full(10, 10.0), np.full(10, DAY)) == pytest.approx(1.0)
    assert clustered(np.array([0, 20] * 5, dtype=float), np.full(10, DAY)) < 1e-12


def test_too_few_days_and_no_livetime_are_said_so():
    with pytest.raises(GlitchAuditError, match="covers 3 days, too few"):
        days_of(whole_days(3))
    with pytest.raises(GlitchAuditError, match="not known when the detector observed"):
        days_of(segments([]))


@pytest.mark.parametrize(("days", "span", "points"), [(60, 1, 60), (61, 7, 9), (420, 7, 60), (460, 28, 17)])
def test_a_long_time_line_goes_by_weeks_or_four_of_them(days, span, points):
    line = time_line({"A": BEGIN + DAY * np.arange(days) + 60.0}, days_of(whole_days(days), draws=1))
    assert line.days == span and len(line.begins) == points
    assert line.glitches[0, 0] == span and line.glitches.sum() == days
    np.testing.assert_allclose(line.rate, 1 / 24)
    np.testing.assert_allclose(np.diff(line.begins), span * DAY)


def test_the_time_line_has_a_rate_a_day_and_none_without_livetime():
    live = segments([(BEGIN + number * DAY, BEGIN + (number + 0.5) * DAY) for number in (0, 1, 2, 4, 5)])
    line = time_line({"A": BEGIN + 3600 * np.arange(6.0), "B": np.array([BEGIN + 4 * DAY])}, days_of(live))
    assert line.glitches.tolist() == [[6, 0, 0, 0, 0, 0], [0, 0, 0, 0, 1, 0]]
    assert line.rate[0, 0] == pytest.approx(0.5)
    # Garwood's interval for 6 counts is 2.202 to 13.059, in 12 hours.
    assert (line.low[0, 0], line.high[0, 0]) == pytest.approx((2.202 / 12, 13.059 / 12), abs=1e-4)
    assert np.isnan(line.rate[:, 3]).all()
    assert line.begins[4] - BEGIN == 4 * DAY
