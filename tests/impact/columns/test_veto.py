"""Deadtime is that of a union; a veto at random times removes no more than its share of the time."""

import numpy as np
import pytest

from core.detector.model import segments
from core.impact.columns.days import days_of
from core.impact.columns.veto import loud_time, state_veto_column, veto_columns, veto_worth, windows
from tests.impact.made import BEGIN, DAY, glitches, whole_days


def test_windows_that_overlap_count_once():
    days = days_of(whole_days(5))
    # [98, 102] and [99, 103] after the beginning, and one that lies before it: 5 s.
    made = glitches(BEGIN + np.array([100.0, 101.0, -50.0]), durations=[2.0, 2.0, 2.0])
    deadtime = veto_columns({"A": made}, days, pad=1.0)[0].figures["A"]
    assert deadtime.value * 5 * DAY == pytest.approx(5.0)
    assert deadtime.low < deadtime.value < deadtime.high


def test_only_livetime_counts_as_dead():
    live = segments([(BEGIN + number * DAY + 100, BEGIN + (number + 1) * DAY) for number in range(5)])
    made = glitches(BEGIN + np.array([101.0]), durations=[4.0])
    deadtime = veto_columns({"A": made}, days_of(live), pad=0.0)[0].figures["A"]
    # Of [99, 103] after the beginning the last 3 s are live.
    assert deadtime.value * (5 * DAY - 500) == pytest.approx(3.0)


def test_a_duration_that_is_not_known_counts_as_the_median():
    veto = windows(BEGIN + np.array([10.0, 100.0, 200.0]), np.array([2.0, 4.0, np.nan]), pad=0.0)
    assert np.diff(veto.spans, axis=1).ravel().tolist() == [2.0, 4.0, 3.0]
    assert windows(np.array([10.0]), np.array([np.nan]), pad=0.5).spans.tolist() == [[9.5, 10.5]]


def test_a_veto_that_takes_each_tenth_glitch_and_a_tenth_of_the_time():
    days = days_of(whole_days(5))
    times = BEGIN + 5 + 10 * np.arange(43_200)
    veto = segments([(BEGIN + 100 * number, BEGIN + 100 * number + 10) for number in range(4320)])
    found = veto_worth(times, veto, days)
    assert found.efficiency.value == pytest.approx(0.1)
    assert found.deadtime.value == pytest.approx(0.1)
    assert found.ratio.value == pytest.approx(1.0)


def test_random_vetoes_have_efficiency_over_deadtime_of_one():
    days = days_of(whole_days(10), draws=300)
    random = np.random.default_rng(4)
    ratios, covered = [], 0
    for _ in range(40):
        times = BEGIN + random.uniform(0, 10 * DAY, 500)
        begins = BEGIN + random.uniform(0, 10 * DAY, 800)
        found = veto_worth(times, segments(np.column_stack([begins, begins + 120])), days).ratio
        ratios.append(found.value)
        covered += found.low <= 1 <= found.high
    assert np.mean(ratios) == pytest.approx(1.0, abs=0.06)
    assert covered >= 34


def test_a_veto_on_the_glitches_removes_more_than_its_share():
    days = days_of(whole_days(5))
    times = BEGIN + 50 + 1000 * np.arange(432)
    made = glitches(times, durations=np.full(432, 1.0))
    removed = veto_columns({"A": made}, days, pad=4.5)[1].figures["A"]
    # All glitches in 10 s of each 1,000.
    assert removed.value == pytest.approx(100.0)
    assert removed.low > 1


def test_a_loud_channel_as_veto():
    values = np.zeros(5 * 1440)
    values[::10] = 1.0
    veto = loud_time(values, start=BEGIN, step=60.0)
    assert veto.seconds == pytest.approx(0.1 * 5 * DAY)
    days = days_of(whole_days(5))
    made = {"A": glitches(BEGIN + 30 + 600 * np.arange(720)), "B": glitches(BEGIN + 330 + 600 * np.arange(720))}
    found = state_veto_column({**made, "C": made["A"]}, {"A": veto, "B": veto}, days).figures
    assert found["A"].value == pytest.approx(10.0)
    assert found["B"].value == 0.0
    assert found["B"].high == pytest.approx(10 * 3.689 / 720, rel=1e-3)
    assert "No veto was given" in found["C"].why
    assert not len(loud_time(np.full(3, np.nan), start=0.0, step=60.0).spans)


def test_a_family_without_a_glitch_in_the_livetime():
    made = {"A": glitches([BEGIN - 100.0], durations=[1.0]), "B": glitches([BEGIN + 100.0], durations=[1.0])}
    for column in veto_columns(made, days_of(whole_days(5)), pad=0.5):
        assert not column.figures["A"].known
        assert "livetime" in column.figures["A"].why
        assert column.figures["B"].known
    nothing = veto_worth(np.array([BEGIN + 1.0]), segments([]), days_of(whole_days(5)))
    assert "covers none" in nothing.ratio.why
