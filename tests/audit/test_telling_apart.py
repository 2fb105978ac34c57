"""What tells two labels apart: the measure that does it best, with figures that were counted; by luck hardly ever."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import mannwhitneyu

from core.audit.physical import physical_columns
from core.audit.telling_apart import (
    LUCK,
    Difference,
    Spread,
    best_difference,
    difference_in_words,
    seen_measures,
)

BLIPS, TOMTES = np.arange(0, 9), np.arange(9, 18)
UNITS = {"duration": "s", "peak frequency": "Hz", "loudness (SNR)": ""}


def measures():
    """Blips take 4 to 12 ms, Tomtes 20 to 60 ms; one Tomte is as high as the blips; loudness says nothing."""
    steps = np.arange(9)
    return {
        "peak frequency": np.concatenate([100.0 + steps, [108.5, *(50.0 + steps[1:])]]),
        "duration": np.concatenate([0.004 + 0.001 * steps, 0.02 + 0.005 * steps]),
        "loudness (SNR)": np.concatenate([10.0 + steps, 10.0 + steps]),
    }


def test_the_measure_that_tells_them_apart_best_is_named_with_its_middle_half():
    found = best_difference(measures(), BLIPS, TOMTES, units=UNITS)
    assert (found.measure, found.unit, found.chance) == ("duration", "s", 1.0)
    # Of nine values in steps the third, fifth and seventh.
    assert found.first == Spread(*(pytest.approx(value) for value in (0.008, 0.006, 0.010)))
    assert found.second == Spread(*(pytest.approx(value) for value in (0.040, 0.030, 0.050)))
    words = "Measured, they differ most in duration. Blip: 8 ms (6 to 10). Tomte: 40 ms (30 to 50)."
    assert difference_in_words(found, "Blip", "Tomte") == words


def test_the_chance_is_that_of_mann_and_whitney():
    values = measures()["peak frequency"]
    found = best_difference({"peak frequency": values}, BLIPS, TOMTES, units=UNITS)
    expected = mannwhitneyu(values[BLIPS], values[TOMTES]).statistic / 81
    # One of nine Tomtes lies above all blips, the others below.
    assert expected == 72 / 81 and found.chance == pytest.approx(expected)


def test_what_says_nothing_is_not_named_nor_is_a_measure_of_few():
    assert best_difference({"loudness (SNR)": measures()["loudness (SNR)"]}, BLIPS, TOMTES, units=UNITS) is None
    assert best_difference(measures(), BLIPS, TOMTES[:4], units=UNITS) is None
    missing = {"duration": np.where(np.arange(18) < 5, np.nan, measures()["duration"])}
    assert best_difference(missing, BLIPS, TOMTES, units=UNITS) is None
    assert best_difference({}, BLIPS, TOMTES, units={}) is None


def test_by_luck_a_measure_is_hardly_ever_named():
    random = np.random.default_rng(5)
    units = dict.fromkeys("abcde", "")
    named = sum(
        best_difference({name: random.normal(size=18) for name in "abcde"}, BLIPS, TOMTES, units=units) is not None
        for _ in range(300)
    )
    # Three are expected at the most; nine and more would come once in 250 times.
    assert LUCK == 0.01 and named <= 8


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Spread(1.25, 0.9, 2.04), "1.2 s (0.9 to 2)"),
        (Spread(0.58, 0.29, 1.4), "580 ms (290 to 1,400)"),
    ],
)
def test_a_duration_is_told_in_the_unit_of_its_middle(found, words):
    difference = Difference("duration", "s", found, found, 0.9)
    assert difference_in_words(difference, "A", "B").endswith(f"A: {words}. B: {words}.")


def test_digits_are_added_where_the_brackets_would_say_nothing():
    narrow = Difference("peak frequency", "Hz", Spread(1081, 1076, 1084), Spread(1400, 1300, 1500), 1.0)
    words = difference_in_words(narrow, "1080Lines", "1400Ripples")
    assert "1080Lines: 1,081 Hz (1,076 to 1,084). 1400Ripples: 1,400 Hz (1,300 to 1,500)." in words
    plain = Difference("loudness (SNR)", "", Spread(81, 63, 100), Spread(17, 14, 21), 1.0)
    assert "Koi_Fish: 81 (63 to 100). Blip: 17 (14 to 21)." in difference_in_words(plain, "Koi_Fish", "Blip")


def test_measures_are_those_that_can_be_seen_as_they_were_brought():
    table = pd.DataFrame({"duration": [0.1, 0.2, 0.3, 0.4, 0.5], "amplitude": [1.0, 2, 3, 4, 5]})
    values, units = seen_measures(physical_columns(table))
    assert units == {"duration": "s"}
    assert values["duration"] == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.5])
