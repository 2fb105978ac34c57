"""One glitch's minute: ranks counted by hand."""

import numpy as np
import pytest

from core.detector.coupling.around import channels_at
from core.detector.model import Channel, ChannelTable, segments
from core.errors import GlitchAuditError

STEPS = 1000


def table() -> ChannelTable:
    rising = np.arange(STEPS, dtype=np.float32)
    channels = [Channel(f"L1:{name}", "L1") for name in ("RISING", "FALLING", "CONSTANT", "GONE")]
    values = np.stack([rising, -rising, np.ones(STEPS), np.full(STEPS, np.nan)]).astype(np.float32)
    values[3, :10] = 1
    live = {"L1": segments([(0.0, 60.0 * STEPS)]), "H1": segments([(0.0, 60.0 * STEPS)])}
    return ChannelTable((*channels, Channel("H1:A", "H1")), 0.0, 60.0, np.vstack([values, rising]), live)


def test_the_rank_among_the_minutes_of_the_livetime():
    found = channels_at(table(), 60.0 * 998 + 30, detector="L1", level=0.01)
    by_name = {one.channel: one for one in found.channels}
    assert [one.channel for one in found.channels][-1] == "L1:GONE"
    # 998 and 999 are at least as high; one more is counted.
    assert by_name["L1:RISING"].as_high == pytest.approx(3 / 1001)
    assert by_name["L1:FALLING"].as_low == pytest.approx(3 / 1001)
    assert by_name["L1:RISING"].unusual and by_name["L1:FALLING"].unusual
    assert not by_name["L1:CONSTANT"].unusual
    assert [name for name, one in by_name.items() if one.constant] == ["L1:CONSTANT"]
    assert (found.recorded, found.by_chance) == (3, pytest.approx(0.03))
    assert (
        found.sentence
        == "2 of 3 channels were unusual in this minute; by chance alone one is so about once in 33 minutes."
    )


def test_by_chance_as_many_are_unusual_as_is_said():
    random = np.random.default_rng(0)
    values = random.normal(size=(50, STEPS)).astype(np.float32)
    channels = tuple(Channel(f"L1:{row}", "L1") for row in range(50))
    noise = ChannelTable(channels, 0.0, 60.0, values, {"L1": segments([(0.0, 60.0 * STEPS)])})
    counts = [
        sum(one.unusual for one in channels_at(noise, 60.0 * step, detector="L1", level=0.1).channels)
        for step in range(0, STEPS, 5)
    ]
    assert np.mean(counts) == pytest.approx(5.0, abs=0.6)


def test_a_time_outside_and_a_detector_that_did_not_observe():
    with pytest.raises(GlitchAuditError, match="1980-01-06 00:00:00 UTC to 1980-01-06 16:40:00 UTC"):
        channels_at(table(), -5.0, detector="L1")
    blind = ChannelTable(table().channels, 0.0, 60.0, table().values, {})
    found = channels_at(blind, 100.0, detector="L1")
    assert found.recorded == 0
    assert found.sentence == "No channel of L1 was recorded at this time."
