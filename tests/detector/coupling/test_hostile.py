"""Whatever is brought, each pair has a verdict with a sentence, and nothing goes with what says nothing."""

import dataclasses

import numpy as np
import pytest

from core.detector.coupling.judge import judge_couplings
from core.detector.coupling.params import CouplingParams
from core.detector.model import Channel, ChannelTable, GlitchTimes, segments
from core.errors import GlitchAuditError

DAY = 86400.0
START = 1000 * DAY


def table(days: int, values: np.ndarray | None = None, *, live=None) -> ChannelTable:
    random = np.random.default_rng(0)
    minutes = days * 1440
    values = np.exp(random.normal(size=(1, minutes))) if values is None else values
    channels = tuple(Channel(f"L1:{row}", "L1", safety="safe") for row in range(len(values)))
    live = {"L1": segments([(START, START + days * DAY)])} if live is None else live
    return ChannelTable(channels, START, 60.0, values.astype(np.float32), live)


def glitches(count: int, days: float, *, detector: str = "L1", first: float = START) -> GlitchTimes:
    times = np.random.default_rng(1).uniform(first, first + days * DAY, count)
    ids = np.array([f"g{row}" for row in range(count)], dtype=object)
    return GlitchTimes(ids, times, np.full(count, detector, object), np.full(count, "Blip", object))


def reasons(channels: ChannelTable, events: GlitchTimes, **options) -> list[str]:
    result = judge_couplings(channels, events, **options)
    assert all(one.sentence and one.action for one in result.couplings)
    assert all(one.verdict != "goes with" for one in result.couplings)
    assert len(result.table()) == len(result.couplings)
    return [one.reason for one in result.couplings]


def test_no_glitches_at_all():
    assert reasons(table(10), glitches(0, 1)) == []


def test_few_glitches_and_few_days():
    assert reasons(table(30), glitches(10, 30)) == ["too few glitches"]
    assert reasons(table(1), glitches(500, 1)) == ["too few days"]
    assert reasons(table(7), glitches(500, 7)) == ["too few days"]
    assert reasons(table(9), glitches(900, 9)) == [""]


def test_glitches_outside_of_the_livetime():
    live = {"L1": segments([(START, START + 10 * DAY)])}
    outside = glitches(500, 10, first=START + 12 * DAY)
    assert reasons(table(30, live=live), outside) == ["too few glitches"]
    assert reasons(table(30, live={}), glitches(500, 30)) == ["no livetime"]
    with pytest.raises(GlitchAuditError, match="All 500 glitches lie outside of the channels' time"):
        judge_couplings(table(30), glitches(500, 30, first=0.0))


def test_channels_that_say_nothing():
    minutes = 30 * 1440
    values = np.stack([np.full(minutes, np.nan), np.ones(minutes), np.zeros(minutes), np.full(minutes, np.inf)])
    found = judge_couplings(table(30, values), glitches(500, 30))
    assert found.excluded == {
        "L1:0": "not recorded",
        "L1:1": "constant",
        "L1:2": "constant",
        "L1:3": "not recorded",
    }


def test_a_channel_that_was_recorded_for_some_days_only():
    values = np.exp(np.random.default_rng(3).normal(size=(1, 30 * 1440)))
    values[0, 5 * 1440 :] = np.nan
    assert reasons(table(30, values), glitches(500, 30)) == ["too few days"]


def test_a_channel_that_is_constant_in_the_livetime_only():
    values = np.exp(np.random.default_rng(3).normal(size=(1, 30 * 1440)))
    values[0, : 15 * 1440] = 1
    live = {"L1": segments([(START, START + 15 * DAY)])}
    assert reasons(table(30, values, live=live), glitches(500, 15)) == ["constant"]


def test_all_glitches_at_one_instant_are_one_event():
    events = glitches(500, 30)
    assert reasons(table(30), dataclasses.replace(events, times=np.full(500, START + 5000.0))) == ["too few glitches"]


def test_all_glitches_on_one_day_prove_nothing():
    values = np.exp(np.random.default_rng(4).normal(0, 0.3, size=(1, 30 * 1440)))
    values[0, :1440] *= 20
    assert len(reasons(table(30, values), glitches(800, 1))) == 1


def test_glitches_of_another_detector_meet_no_channel_of_this_one():
    assert reasons(table(30), glitches(500, 30, detector="H1")) == []


def test_settings_that_make_no_sense_are_one_sentence():
    for settings, message in (
        ({"error_rate": 0.0}, "between 0 and 1"),
        ({"bin_seconds": 700.0}, "a part of an hour"),
        ({"fewest_days": 1}, "at least 3 days"),
        ({"lags_hours": (1.0, 0.0)}, "first lag is 0 h"),
    ):
        with pytest.raises(GlitchAuditError, match=message):
            CouplingParams(**settings)


def test_infinite_values_and_negative_ones_are_not_recorded_ones():
    values = np.exp(np.random.default_rng(5).normal(size=(1, 30 * 1440)))
    values[0, ::500] = np.inf
    values[0, 1::3000] = -1
    assert reasons(table(30, values), glitches(500, 30)) == [""]
