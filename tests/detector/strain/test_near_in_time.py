"""What else happened around a sample, and where others show its instant."""

import pandas as pd
import pytest

from core.dataset.model import GLITCH_COLUMN
from core.detector.strain.links import links_out
from core.detector.strain.near_in_time import has_times, how_many_near, near_in_time, time_of

SAMPLES = pd.DataFrame(
    {
        "label": ["Blip", "Whistle", "Blip", "Tomte", "Blip"],
        "event_time": [1000.0, 1030.0, 941.0, 1060.5, None],
        "detector": ["H1", "L1", "H1", None, "H1"],
    },
    index=list("abcde"),
)


def test_those_within_the_minutes_come_in_the_order_of_time():
    near = near_in_time(SAMPLES, "a", minutes=1, most=10)
    assert near.index.tolist() == ["c", "b"]
    assert near["seconds"].tolist() == [-59.0, 30.0] and near["detector"].tolist() == ["H1", "L1"]
    assert near_in_time(SAMPLES, "a", minutes=2, most=10)["detector"].tolist() == ["H1", "L1", ""]


def test_the_nearest_are_kept_where_there_are_many():
    assert near_in_time(SAMPLES, "a", minutes=2, most=1).index.tolist() == ["b"]
    assert how_many_near(SAMPLES, "a", minutes=2) == 3


def test_a_sample_without_a_time_has_none():
    assert time_of(SAMPLES, "a") == 1000.0 and time_of(SAMPLES, "e") is None
    with pytest.raises(ValueError, match="has no time"):
        near_in_time(SAMPLES, "e", minutes=1, most=10)
    assert has_times(SAMPLES) and not has_times(SAMPLES[["label"]]) and not has_times(SAMPLES.loc[["e"]])
    assert time_of(SAMPLES[["label"]], "a") is None


def test_the_views_of_one_glitch_are_not_near_themselves():
    pictures = pd.DataFrame(
        {"label": "Blip", "event_time": [1000.0, 1000.0, 1010.0, 1010.0], GLITCH_COLUMN: ["x", "x", "y", "y"]},
        index=["x/1", "x/2", "y/1", "y/2"],
    )
    assert near_in_time(pictures, "x/1", minutes=1, most=10).index.tolist() == ["y/1"]


def test_links_lead_to_the_open_data_of_the_run():
    first, *others = links_out(1126259462.4, detector="H1", sample_id="aB3dE5gH1j")
    assert first.url == "https://gwosc.org/archive/links/O1/H1/1126259430/1126259494/simple/" and not first.typed
    assert [one.typed for one in others] == ["id", "time", "time"]
    later = links_out(1250000000.0, detector="L1")
    assert later[0].url.startswith("https://gwosc.org/archive/links/O3a_4KHZ_R1/L1/")


@pytest.mark.parametrize(("time", "detector"), [(1e9, "H1"), (1140000000.0, "H1"), (1126259462.4, "../x")])
def test_times_and_detectors_without_open_data_have_no_link_there(time, detector):
    assert all("gwosc.org" not in one.url for one in links_out(time, detector=detector, sample_id="H1_1.5"))
