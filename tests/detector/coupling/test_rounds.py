"""Rounds of vetoes: worked by hand."""

import numpy as np
import pytest

from core.detector.coupling.rounds import RoundParams, veto_rounds
from core.detector.model import Channel, TriggerTable, segments
from core.errors import GlitchAuditError

LIVE = segments([(0.0, 10_000.0)])
PARAMS = RoundParams(thresholds=(8.0,), windows=(1.0,), least_significance=3.0)


def triggers(name: str, times: list[float], *, safety: str = "safe") -> TriggerTable:
    return TriggerTable(
        Channel(name, "L1", safety=safety), np.array(times), np.full(len(times), 10.0), np.zeros(len(times))
    )


GLITCHES = np.arange(100.0, 1100.0, 100.0)
"""Ten, at 100 s, 200 s, ..., 1000 s."""


def test_two_rounds_worked_by_hand():
    first = triggers("L1:A", [*(GLITCHES[:6] + 0.25), 5000.0, 6000.0])
    second = triggers("L1:B", [*(GLITCHES[4:9] - 0.25), 7000.0])
    one, two = veto_rounds(GLITCHES, [second, first], LIVE, detector="L1", params=PARAMS)
    assert (one.channel, one.found, one.triggers, one.used) == ("L1:A", 6, 8, 6)
    assert one.expected == pytest.approx(10 * 8 * 1.0 / 10_000)
    assert (one.use_percentage, one.efficiency) == (75.0, 0.6)
    assert one.deadtime == pytest.approx(8 / 10_000)
    assert one.after_trials == pytest.approx(one.significance - np.log10(2))
    # Two of B's triggers lie in what A vetoed: 4.75 s of the glitches at 500 and 600 s are gone.
    assert (two.channel, two.glitches, two.found, two.triggers) == ("L1:B", 4, 3, 4 + 0)
    assert two.expected == pytest.approx(4 * 4 / (10_000 - 8))
    assert two.all_vetoed == pytest.approx(0.9)
    assert two.all_dead == pytest.approx((8 + 4) / 10_000)


def test_what_is_not_significant_is_no_round():
    assert veto_rounds(GLITCHES, [triggers("L1:A", [5000.0, 6000.0])], LIVE, detector="L1", params=PARAMS) == ()
    assert veto_rounds(GLITCHES, [], LIVE, detector="L1", params=PARAMS) == ()


def test_unsafe_channels_and_those_of_another_detector_do_not_win():
    perfect = triggers("L1:STRAIN", list(GLITCHES), safety="unsafe")
    assert veto_rounds(GLITCHES, [perfect], LIVE, detector="L1", params=PARAMS) == ()
    assert veto_rounds(GLITCHES, [triggers("L1:A", list(GLITCHES))], LIVE, detector="H1", params=PARAMS) == ()


def test_shifted_times_tell_two_slow_rates_from_coincidence():
    random = np.random.default_rng(4)
    # Glitches and triggers come in the same ten hours of a hundred, and know nothing of each other beyond.
    live = segments([(0.0, 360_000.0)])
    glitches, others = (np.sort(random.uniform(100_000, 136_000, count)) for count in (800, 2000))
    params = RoundParams(thresholds=(8.0,), windows=(1.0,))
    one = veto_rounds(glitches, [triggers("L1:A", list(others))], live, detector="L1", params=params)[0]
    assert one.significance > 5
    assert one.shifted_significance < 3
    assert one.shifted_mean > 5 * one.expected


def test_no_glitch_in_the_livetime_is_one_sentence():
    with pytest.raises(GlitchAuditError, match="None of 10 glitches lies in the livetime of L1"):
        veto_rounds(GLITCHES, [], segments([(20_000.0, 30_000.0)]), detector="L1")
