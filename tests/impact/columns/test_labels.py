"""Loudness shares, the time that open suspects take, and labels in doubt."""

import numpy as np
import pytest

from core.impact.columns.days import days_of
from core.impact.columns.labels import doubt_column, labelling_column, median_interval, snr_column
from tests.impact.made import BEGIN, DAY, glitches, whole_days


def test_the_share_of_the_summed_loudness():
    made = {
        "A": glitches(BEGIN + DAY * np.arange(5) + 9, snr=[10, 10, 10, 20, np.nan]),
        "B": glitches(BEGIN + DAY * np.arange(5) + 5, snr=[30] * 5),
        "C": glitches([BEGIN + 3.0]),
    }
    figures = snr_column(made, days_of(whole_days(5))).figures
    assert figures["A"].value == pytest.approx(50 / 200)
    assert figures["B"].value == pytest.approx(150 / 200)
    assert figures["A"].low < 0.25 < figures["A"].high
    assert "signal-to-noise" in figures["C"].why


def test_open_suspects_times_the_median_of_a_judgement():
    seconds = np.array([2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 100.0])
    figures = labelling_column(("A", "B"), {"A": 900}, seconds).figures
    # 900 x 8 s are 2 h; of seven values the first and the last bound the median with 98 %.
    assert figures["A"].value == pytest.approx(2.0)
    assert (figures["A"].low, figures["A"].high) == pytest.approx((900 * 2 / 3600, 900 * 100 / 3600))
    assert figures["B"].value == 0.0


def test_few_judgements_have_no_interval_and_none_no_value():
    few = labelling_column(("A",), {"A": 10}, np.array([5.0, 7.0])).figures["A"]
    assert few.value == pytest.approx(60 / 3600)
    assert np.isnan(few.low)
    assert "2 judgements are too few" in few.why
    assert "Nobody has judged" in labelling_column(("A",), {"A": 10}, np.zeros(0)).figures["A"].why


def test_the_interval_of_a_median_covers_it():
    # Conover's table: of 15 values the 4th from below and from above, with 96.5 %.
    assert median_interval(np.arange(1.0, 16.0)) == (4.0, 12.0)
    random = np.random.default_rng(2)
    inside = sum(
        low <= 0 <= high for low, high in (median_interval(np.sort(random.normal(size=20))) for _ in range(400))
    )
    assert inside >= 375


def test_disputed_labels():
    made = {"A": glitches(BEGIN + np.arange(10.0), disputed=[True] * 3 + [False] * 7)}
    figure = doubt_column(made).figures["A"]
    assert figure.value == pytest.approx(0.3)
    # Wilson's interval of 3 in 10.
    assert (figure.low, figure.high) == pytest.approx((0.108, 0.603), abs=1e-3)
