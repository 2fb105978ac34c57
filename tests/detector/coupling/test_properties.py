"""What holds for any times: coincidences, the livetime's clock, events listed twice, and ranks of one minute."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.detector.coupling.live_clock import distinct, live_clock, live_spans
from core.detector.coupling.significance import near_any, significance
from core.detector.model import segments

TIMES = st.lists(st.integers(0, 2000).map(lambda value: value / 8), max_size=40).map(np.array)
SPANS = st.lists(
    st.tuples(st.integers(0, 240), st.integers(1, 40)).map(lambda pair: (pair[0], pair[0] + pair[1])),
    min_size=1,
    max_size=6,
).map(segments)


@given(TIMES, TIMES, st.integers(1, 40).map(lambda value: value / 4))
def test_coincidences_are_those_of_every_pair(glitches, triggers, window):
    glitches, triggers = np.sort(glitches.astype(float)), np.sort(triggers.astype(float))
    by_pairs = [bool(len(triggers)) and bool((np.abs(triggers - time) <= window / 2).any()) for time in glitches]
    assert near_any(glitches, triggers, window).tolist() == by_pairs


@given(TIMES, SPANS)
def test_the_clock_counts_the_livetime_before(times, live):
    inside = np.sort(times[live.contains(times)]) if len(times) else times
    expected = [live.within(segments([(-1.0, time)])).seconds for time in inside]
    assert np.allclose(live_clock(times, live), expected)


@given(SPANS, SPANS)
def test_a_state_is_as_long_on_the_clock_as_in_the_livetime(state, live):
    found = live_spans(state, live)
    assert np.isclose(found.seconds, state.within(live).seconds)
    assert not len(found.spans) or (found.spans.min() >= 0 and found.spans.max() <= live.seconds + 1e-9)


@given(TIMES, st.integers(0, 8).map(lambda value: value / 8))
def test_distinct_events_are_among_the_times_and_apart(times, apart):
    found = distinct(times, apart=apart)
    assert set(found) <= set(times.astype(float))
    assert (np.diff(found) > apart).all()
    assert len(distinct(found, apart=apart)) == len(found)


@given(st.integers(1, 400), st.floats(1e-3, 300))
def test_more_coincidences_are_more_surprising_and_more_expected_ones_less(found, mean):
    assert significance(found + 1, mean) >= significance(found, mean) >= significance(found, mean * 1.1) >= 0
