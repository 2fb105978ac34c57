"""Glitches with triggers and short states, against shifted times inside the livetime."""

import numpy as np
import pytest

from core.detector.coupling.live_clock import distinct, live_clock, live_spans, short_shifts
from core.detector.coupling.triggers import TriggerParams, judge_states, judge_triggers
from core.detector.model import Channel, GlitchTimes, Segments, TriggerTable, segments
from core.errors import GlitchAuditError

LIVE = segments([(0.0, 40_000.0), (50_000.0, 90_000.0)])


def glitches(times: np.ndarray, *, detector: str = "L1") -> GlitchTimes:
    ids = np.array([f"g{number}" for number in range(len(times))], dtype=object)
    return GlitchTimes(ids, times, np.full(len(times), detector, object), np.full(len(times), "Whistle", object))


def triggers(times: np.ndarray, *, name: str = "L1:A", detector: str = "L1", safety: str = "safe") -> TriggerTable:
    channel = Channel(name, detector, safety=safety)
    return TriggerTable(channel, times, np.full(len(times), 9.0), np.full(len(times), np.nan))


def test_the_clock_of_the_livetime_stands_still_in_gaps():
    assert live_clock(np.array([60_000.0, 10.0, 45_000.0, 39_999.0]), LIVE).tolist() == [10, 39_999, 50_000]
    state = segments([(39_990.0, 50_010.0), (95_000.0, 96_000.0)])
    assert live_spans(state, LIVE).spans.tolist() == [[39_990, 40_010]]
    assert len(live_clock(np.array([45_000.0]), LIVE)) == 0


def test_events_listed_again_and_again_count_once():
    assert distinct(np.array([5.0, 1.0, 1.0, 1.05, 1.2])).tolist() == [1.0, 1.2, 5.0]
    assert len(distinct(np.zeros(0))) == 0


def test_shifts_go_both_ways_and_none_is_short():
    shifts = short_shifts(20, 3600, 10)
    assert sorted(shifts) == sorted(-shifts)
    assert np.abs(shifts).min() == 20
    assert np.abs(shifts).max() == 3600


def test_glitches_that_follow_triggers_go_with_them():
    random = np.random.default_rng(0)
    times = np.sort(random.uniform(0, 90_000, 400))
    own = np.sort(np.concatenate([times[::4] + 0.1, random.uniform(0, 90_000, 200)]))
    (found,) = judge_triggers([triggers(own)], glitches(times), LIVE, detector="L1")
    inside = LIVE.contains(times)
    assert found.verdict == "goes with"
    assert found.glitches == inside.sum()
    assert found.found >= LIVE.contains(times[::4]).sum()
    assert found.shifted_mean < 5
    assert found.sentence.startswith(f"{found.found} of {found.glitches} glitches of Whistle lie within 0.")


@pytest.mark.parametrize("seed", range(8))
def test_two_slow_rates_alone_are_not_told_from_chance(seed):
    random = np.random.default_rng(seed)
    # Both come in the same few hours: evenly spread ones would meet far more seldom.
    own, others = (np.sort(random.normal(20_000, 3000, count)) for count in (500, 500))
    (found,) = judge_triggers([triggers(others)], glitches(own), LIVE, detector="L1")
    assert found.found > 2 * found.expected
    assert found.verdict == "not to be told from chance"
    assert "would have been seen nine times in ten" in found.sentence


def test_why_nothing_can_be_told():
    times = np.linspace(10, 39_000, 100)
    unsafe, few, other = (
        triggers(times, name="L1:S", safety="unsafe"),
        triggers(times[:3], name="L1:F"),
        triggers(times, name="H1:A", detector="H1"),
    )
    found = judge_triggers([unsafe, few, other], glitches(times), LIVE, detector="L1")
    assert {one.channel: one.reason for one in found} == {"L1:S": "unsafe", "L1:F": "too few triggers"}
    assert {one.verdict for one in found} == {"cannot tell"}
    (found,) = judge_triggers([triggers(times)], glitches(times[:5]), LIVE, detector="L1")
    assert found.reason == "too few glitches"
    short = segments([(0.0, 3600.0)])
    (found,) = judge_triggers([triggers(times)], glitches(times), short, detector="L1")
    assert found.reason == "too few hours"
    assert judge_triggers([], glitches(times), LIVE, detector="L1") == ()
    assert judge_triggers([triggers(times)], glitches(np.zeros(0)), LIVE, detector="L1") == ()


def test_glitches_inside_of_short_states_go_with_them():
    random = np.random.default_rng(1)
    begins = np.sort(random.uniform(0, 90_000, 300))
    state = segments(np.column_stack([begins, begins + 2.0]))
    inside = begins[::5] + 1.0
    times = np.sort(np.concatenate([inside, random.uniform(0, 90_000, 200)]))
    (found,) = judge_states([(Channel("L1:STATE", "L1"), state)], glitches(times), LIVE, detector="L1")
    assert found.verdict == "goes with"
    assert found.expected == pytest.approx(found.glitches * state.within(LIVE).seconds / LIVE.seconds)
    (chance,) = judge_states(
        [(Channel("L1:STATE", "L1"), state)], glitches(random.uniform(0, 90_000, 300)), LIVE, detector="L1"
    )
    assert chance.verdict == "not to be told from chance"


def test_long_states_are_left_to_the_regression():
    state = segments([(begin, begin + 1500.0) for begin in np.arange(0, 80_000, 4000.0)])
    times = np.linspace(10, 39_000, 100)
    (found,) = judge_states([(Channel("L1:STATE", "L1"), state)], glitches(times), LIVE, detector="L1")
    assert found.reason == "long stretches"
    empty = Segments(np.zeros((0, 2)))
    (none,) = judge_states([(Channel("L1:STATE", "L1"), empty)], glitches(times), LIVE, detector="L1")
    assert none.reason == "too few stretches"


def test_windows_wider_than_the_shifts_are_refused():
    with pytest.raises(GlitchAuditError, match="narrower windows"):
        TriggerParams(windows=(10.0,))
