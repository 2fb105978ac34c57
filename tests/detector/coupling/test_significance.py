"""Coincidences and their significance: as hveto 2.1.9 has them where it is right, and otherwise by hand.

What hveto gives was recorded by benchmarks/hveto_values.py, which names its command.
"""

import json
from math import exp, factorial, fsum, lgamma, log, log10
from pathlib import Path

import numpy as np
import pytest

from core.detector.coupling.rounds import RoundParams, veto_rounds
from core.detector.coupling.significance import (
    count_coincidences,
    expected_coincidences,
    near_any,
    scattered_significance,
    significance,
)
from core.detector.model import Channel, TriggerTable, segments

HVETO = json.loads((Path(__file__).parent / "hveto_2_1_9.json").read_text(encoding="utf-8"))


def tables() -> list[TriggerTable]:
    return [
        TriggerTable(Channel(name, "X1"), np.array(times), np.array(snr), np.full(len(times), np.nan))
        for name, (times, snr) in HVETO["channels"].items()
    ]


def test_coincidences_counted_by_hand():
    glitches, triggers = np.array([1.0, 5.0, 9.0, 9.2]), np.array([1.5, 4.4, 9.1, 30.0])
    assert near_any(glitches, triggers, 1.0).tolist() == [True, False, True, True]
    assert count_coincidences(glitches, triggers, 0.1) == 0
    assert count_coincidences(glitches, triggers, 1.2) == 4
    assert count_coincidences(glitches, np.zeros(0), 1.0) == count_coincidences(np.zeros(0), triggers, 1.0) == 0
    assert expected_coincidences(10, 20, 0.5, 1000) == 0.1
    assert expected_coincidences(10, 20, 0.5, 0) == 0


@pytest.mark.parametrize(("found", "mean"), [(1, 0.5), (3, 0.1), (10, 12.0), (5, 5.0)])
def test_significance_is_the_tail_of_poisson(found, mean):
    below = fsum(exp(-mean) * mean**k / factorial(k) for k in range(found))
    assert significance(found, mean) == pytest.approx(-log10(1 - below), rel=1e-9)


def test_significance_beyond_what_a_float_holds_is_the_whole_series():
    found, mean = 1346, 9.06
    logs = [k * log(mean) - mean - lgamma(k + 1) for k in range(found, found + 200)]
    tail = logs[0] + log(fsum(exp(value - logs[0]) for value in logs))
    assert significance(found, mean) == pytest.approx(-tail / log(10), rel=1e-12)


def test_significance_is_hvetos_where_that_is_right():
    for found, mean, theirs in HVETO["significance"]:
        # Where the chance underflows hveto takes the first term of the series for all of it.
        assert significance(found, mean) == pytest.approx(theirs, abs=0.005)
    assert significance(0, 3.0) == 0


def test_none_expected_is_no_error_as_it_is_in_hveto():
    assert significance(1, 0.0) == float("inf")
    assert significance(0, 0.0) == 0


def test_the_first_winner_is_hvetos():
    params = RoundParams(thresholds=tuple(HVETO["thresholds"]), windows=tuple(HVETO["windows"]))
    live = segments([(0.0, HVETO["seconds"])])
    first = veto_rounds(np.array(HVETO["primary"]), tables(), live, detector="X1", params=params)[0]
    name, snr, window, strength, mean = HVETO["winner"]
    assert (first.channel, first.threshold, first.window) == (name, snr, window)
    assert first.significance == pytest.approx(strength, rel=1e-9)
    assert first.expected == pytest.approx(mean, rel=1e-9)


def test_the_greatest_significance_of_each_channel_is_hvetos():
    primary = np.array(HVETO["primary"])
    for table in tables():
        order = np.argsort(table.times)
        times, snr = table.times[order], table.snr[order]
        found = [
            significance(
                count_coincidences(primary, times[snr >= limit], window),
                expected_coincidences(len(primary), int((snr >= limit).sum()), window, HVETO["seconds"]),
            )
            for limit in HVETO["thresholds"]
            for window in HVETO["windows"]
        ]
        assert max(found) == pytest.approx(HVETO["each"][table.channel.name], rel=1e-9)


def test_wide_windows_are_counted_whole_where_hvetos_search_stops_at_the_next_glitch():
    glitches, triggers = (np.array(times) for times in HVETO["dense"])
    for window in ("1.0", "60.0"):
        assert count_coincidences(glitches, triggers, float(window)) == HVETO["one by one"][window]
    assert HVETO["search"]["60.0"] < HVETO["one by one"]["60.0"]


def test_against_shifts_that_scatter_as_poisson_it_is_poissons():
    shifted = np.random.default_rng(1).poisson(50, 4000).astype(float)
    shifted[:2] = [50, 50]
    assert scattered_significance(80, shifted) == pytest.approx(significance(80, shifted.mean()), rel=0.05)


def test_against_shifts_that_scatter_more_it_is_the_negative_binomial():
    from scipy.stats import nbinom

    shifted = np.random.default_rng(2).negative_binomial(5, 0.1, 5000).astype(float)
    mean, variance = shifted.mean() + 0.5 / 5000, shifted.var(ddof=1)
    size, share = mean**2 / (variance - mean), mean / variance
    for found in (30, 100, 300):
        expected = -nbinom.logsf(found - 1, size, share) / log(10)
        assert scattered_significance(found, shifted) == pytest.approx(expected, rel=1e-6)
    assert scattered_significance(0, shifted) == 0
    assert scattered_significance(100_000, shifted) > 300


def test_no_coincidence_in_any_shift_is_no_proof():
    assert scattered_significance(1, np.zeros(100)) == pytest.approx(-log10(1 - exp(-0.005)), rel=1e-9)
