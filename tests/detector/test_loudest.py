"""The glitches of a channel's loudest tenth."""

import numpy as np
import pytest

from core.detector.loudest import loudest_glitches
from core.detector.model import Channel, ChannelTable, GlitchTimes, segments
from core.errors import GlitchAuditError

START = 1_187_008_800.0


def table(live=((0, 6000),)):
    values = np.arange(100, dtype=np.float32)[None]
    spans = segments([(START + a, START + b) for a, b in live])
    return ChannelTable((Channel("L1:A", "L1"),), START, 60.0, values, {"L1": spans})


def glitches(minutes, families="Blip"):
    times = START + 60.0 * np.array(minutes) + 1
    count = len(minutes)
    ids = np.array([f"g{one}" for one in minutes], dtype=object)
    return GlitchTimes(ids, times, np.full(count, "L1", object), np.full(count, families, object))


def test_they_are_those_above_what_a_tenth_of_the_livetime_exceeds_loudest_first():
    # 99 minutes' values from 0 to 99: a tenth of the time lies above 89.1.
    assert loudest_glitches(table(), glitches([5, 92, 89, 99, 200, -3]), channel="L1:A", family="Blip") == (
        "g99",
        "g92",
    )
    assert loudest_glitches(table(), glitches([99]), channel="L1:A", family="Tomte") == ()


def test_only_the_livetime_says_what_is_loud():
    # In the first half hour of livetime the values go to 29, of which 26.1 is exceeded for a tenth.
    found = loudest_glitches(table(live=((0, 1800),)), glitches([25, 27]), channel="L1:A", family="Blip")
    assert found == ("g27",)
    assert loudest_glitches(table(live=()), glitches([25]), channel="L1:A", family="Blip") == ()


def test_a_channel_that_is_not_there_is_told():
    with pytest.raises(GlitchAuditError, match="no channel L1:B here"):
        loudest_glitches(table(), glitches([1]), channel="L1:B", family="Blip")
