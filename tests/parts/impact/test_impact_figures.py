"""The drawings of costs and models: texts that people brought are escaped, places are the program's own names."""

import numpy as np
import pytest

from core.impact.columns.days import days_of
from core.impact.columns.figure import Figure
from core.impact.columns.rate import time_line
from core.impact.columns.table import cost_table
from core.impact.explaining.curves import Waterfall
from core.impact.rank_changes import tornado
from core.impact.ranking import cumulative_cost, rank_families
from pages.parts.impact.figures import (
    bars_height,
    cumulative_figure,
    date_of,
    days_since,
    number_of,
    place_name,
    ranking_figure,
    short,
    span_name,
    time_figure,
    tornado_figure,
)
from pages.parts.impact.model_figures import waterfall_figure
from pages.parts.impact.words import number_text, place_text, said, skill_text
from pages.parts.widgets.plotly_view import PlainFigure
from tests.impact.made import BEGIN, DAY, glitches, whole_days

NASTY = "<b>__proto__</b>"
WEIGHTS = {"rate": 1.0, "snr share": 1.0}


@pytest.fixture(scope="module")
def table():
    """Three families on ten days: one rare and loud, one frequent, one with a name that is markup."""
    times = np.concatenate([BEGIN + DAY * np.arange(10) + hour * 3600 for hour in range(6)])
    names = np.repeat(["loud", "often", "often", "often", NASTY, NASTY], 10)
    made = glitches(times, names, snr=np.where(names == "loud", 100.0, 8.0), durations=np.ones(60))
    return cost_table(made, whole_days(10), detector="L1")


def drawn(figure):
    if not isinstance(figure, PlainFigure):
        figure = PlainFigure(figure["data"], figure["layout"])
    return figure.to_json()


def test_bars_stand_in_the_order_of_the_ranking_under_names_of_the_programs_own(table):
    ranking = rank_families(table, WEIGHTS)
    figure = ranking_figure(ranking, by="score", dark=False)
    bars, beside = figure.traces
    assert bars["y"] == [place_name(number) for number in range(3)]
    assert bars["x"] == [one.score for one in ranking.families] and bars["x"][0] == max(bars["x"])
    assert beside["text"][0].strip() == "place " + place_text(ranking.families[0])
    low = np.array(bars["x"]) - bars["error_x"]["arrayminus"]
    np.testing.assert_allclose(low, [one.low for one in ranking.families])
    text = drawn(figure)
    assert "<b>" not in text and "&lt;b&gt;" in text
    assert bars_height(3) < bars_height(20) <= 900


@pytest.mark.parametrize("place", ["bar 2", "bar 0"])
def test_a_clicked_place_is_read_back(place):
    assert place_name(number_of(place)) == place


@pytest.mark.parametrize("place", ["bar x", "2", None, 3.5, "family 1"])
def test_what_is_no_place_is_none_of_the_bars(place):
    assert number_of(place) > 1_000_000


def test_the_others_are_drawn_with_the_numbers_of_the_core(table):
    found = cumulative_cost(table, "rate")
    assert drawn(cumulative_figure(found, dark=True)).count(str(found.share[-1])) >= 1
    bars = tornado(table, WEIGHTS)
    figure = tornado_figure(bars, table, dark=False)
    assert figure["data"][0]["x"] == [-one.swapped_without for one in bars]
    assert figure["data"][1]["x"] == [one.swapped_doubled for one in bars]
    drawn(figure)


def test_days_without_livetime_are_left_open():
    live = whole_days(10)
    spans = np.array([[BEGIN, BEGIN + 4 * DAY], [BEGIN + 6 * DAY, BEGIN + 10 * DAY]])
    line = time_line({"A": BEGIN + DAY * np.arange(10) + 60.0}, days_of(type(live)(spans), draws=1))
    figure = time_figure(line, family="A", dark=False)
    assert figure.traces[0]["x"] == [0.5, 1.5, 2.5, 3.5, 6.5, 7.5, 8.5, 9.5]
    assert days_since(line)[6] == 6.5
    drawn(figure)


def test_steps_of_a_waterfall_begin_where_the_last_one_ended():
    found = Waterfall(0.0, 0.0, 600.0, ("a", NASTY), np.array([1.0, -0.25]), -8.0, -7.25, 2.0, 1.0, 0.3, "")
    figure = waterfall_figure(found, dark=False)
    assert figure["data"][0]["base"] == [-8.0, -7.0] and figure["data"][0]["x"] == [1.0, -0.25]
    assert "<b>" not in drawn(figure).replace("<br>", "")
    # The axis is the natural logarithm of a rate a second; it is read as glitches an hour.
    axis = figure["layout"]["xaxis"]
    assert axis["ticktext"] == ["1.5", "2", "3"]
    assert axis["tickvals"] == pytest.approx(np.log(np.array([1.5, 2, 3]) / 3600))


def test_a_narrow_waterfall_has_ticks_too():
    found = Waterfall(0.0, 0.0, 600.0, ("a", "b"), np.array([0.01, 0.02]), -8.0, -7.97, 2.0, 1.0, 0.3, "")
    axis = waterfall_figure(found, dark=False)["layout"]["xaxis"]
    assert len(axis["ticktext"]) >= 3 and float(axis["ticktext"][0]) == pytest.approx(3600 * np.exp(-8), rel=0.01)


def test_figures_are_told_with_their_interval_or_the_reason(table):
    assert said(table.column("snr share").figures["loud"], "share").startswith("71.4 % (")
    assert said(table.column("overlap heavy black holes").figures["loud"], "share").startswith("No glitch")
    assert said(Figure(261.2, 200.0, 1234.5), "") == "261 times chance (200 to 1,230)"
    assert number_text(1e-17, "share") == "0 %" and number_text(float("nan"), "h") == "not known"
    assert short("a" * 40) == "a" * 17 + "…"


@pytest.mark.parametrize(
    ("hourly", "words"),
    [
        ((1.234, 1.0, 1.5), "1.23 per hour (1 to 1.5)"),
        ((0.00661, 0.005, 0.008), "0.159 per day (0.12 to 0.192)"),
        ((0.0005, 0.0001, 0.001), "4.38 per year (0.877 to 8.77)"),
        ((0.0, 0.0, 0.01), "0 per hour (0 to 0.01)"),
    ],
)
def test_rare_glitches_are_told_by_day_or_year(hourly, words):
    assert said(Figure(*hourly), "per hour") == words


@pytest.mark.parametrize(
    ("skill", "skilled", "words"),
    [(0.067, True, "by a little"), (0.2, True, "clearly"), (0.2, False, "no better than the hour")],
)
def test_how_good_a_model_is_stands_in_plain_words(skill, skilled, words):
    assert words in skill_text(skill, skilled=skilled)


def test_time_stands_in_dates_and_a_week_is_called_one():
    line = time_line({"A": BEGIN + DAY * np.arange(70) + 60.0}, days_of(whole_days(70), draws=1))
    figure = time_figure(line, family="A", dark=False)
    assert figure.traces[0]["x"][:2] == [3.5, 10.5] and span_name(line) == "week"
    assert figure.traces[0]["hovertext"][0].startswith(f"week from {date_of(BEGIN)}")
    axis = figure.layout["xaxis"]
    assert len(axis["ticktext"]) <= 6 and axis["ticktext"][0] == date_of(BEGIN)
    # GPS 1126259462 is 2015-09-14 09:50:45 UTC; its GPS day begins some seconds before midnight.
    assert date_of(1126224000.0) == "2015-09-14"
