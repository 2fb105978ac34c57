"""Glitches by time beside the channels: what fits, and what is told in one sentence."""

import numpy as np
import pandas as pd
import pytest

from core.detector.glitches import glitch_times, refuse_apart, time_column
from core.detector.model import Channel, ChannelTable
from core.errors import GlitchAuditError

START = 1_187_008_800.0
TABLE = ChannelTable((Channel("L1:A", "L1"),), START, 60.0, np.ones((1, 60), dtype=np.float32), {})


def samples(times, detectors=None):
    frame = pd.DataFrame({"event_time": times, "label": "Blip"}, index=[f"g{n}" for n in range(len(times))])
    return frame.assign(detector=detectors or "L1")


def test_samples_without_a_time_are_left_out():
    frame = samples([START, np.nan, START + 5], ["L1", "H1", "H1"])
    found = glitch_times(frame, frame["label"])
    assert found.sample_ids.tolist() == ["g0", "g2"] and found.times.tolist() == [START, START + 5]
    assert found.detectors.tolist() == ["L1", "H1"] and set(found.families) == {"Blip"}
    assert time_column(frame) == "event_time" and time_column(frame[["label"]]) is None


def test_a_data_set_without_times_is_told():
    frame = samples([START]).drop(columns="event_time")
    with pytest.raises(GlitchAuditError, match="no times or no detectors"):
        glitch_times(frame, frame["label"])


@pytest.mark.parametrize(
    ("times", "detector", "said"),
    [
        ([START + 10], "H1", "channels are of L1 and the glitches of H1"),
        ([START - 10], "L1", "none happened while the channels were recorded.$"),
        ([START + 315_964_782 + 10], "L1", "would fit as Unix seconds: take 315,964,782 off"),
    ],
)
def test_glitches_of_another_detector_or_time_are_told(times, detector, said):
    from core.detector.model import GlitchTimes

    glitches = GlitchTimes(np.array(["a"]), np.array(times), np.array([detector]), np.array(["Blip"]))
    with pytest.raises(GlitchAuditError, match=said):
        refuse_apart(TABLE, glitches)


def test_one_glitch_inside_is_enough():
    frame = samples([START + 10, START - 999])
    refuse_apart(TABLE, glitch_times(frame, frame["label"]))
