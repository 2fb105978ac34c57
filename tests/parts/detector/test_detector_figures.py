"""What is drawn, and which place of a chart means what."""

import json

import numpy as np

from core.detector.coupling.figures import ChannelSeries, heat_map
from core.detector.coupling.judge import judge_couplings
from pages.parts.detector.figures import series_figure, short_name
from pages.parts.detector.heat import clicked_pair, heat_figure
from pages.parts.detector.in_time import chosen_ids
from pages.parts.detector.words import about_channel

DAY = 86_400.0


def series(values):
    times = 1e9 + DAY * np.arange(3)
    ids = np.array(["a", "b"], dtype=object)
    live = np.array([True, False, True])
    return ChannelSeries(times, values, values, values, live, ids, times[:2] + 10, np.array([2.0, np.nan]), "nm/s")


def test_what_was_not_recorded_is_a_gap_and_the_figure_is_plain_json():
    drawn = series_figure(
        series(np.array([1.0, np.nan, 3.0])), begin=1e9, channel="L1:A_BLRMS_1_3", log=True, dark=False
    )
    figure = json.loads(drawn.to_json())
    assert figure["data"][2]["y"] == [1.0, None, 3.0]
    assert figure["data"][3]["x"][0] == 10 / DAY and figure["data"][3]["y"] == [2.0, None]
    assert len(figure["layout"]["shapes"]) == 1 and figure["layout"]["yaxis"]["title"]["text"] == "A_BLRMS_1_3 (nm/s)"
    assert figure["layout"]["xaxis"]["title"]["text"] == "days since 2011-09-14 01:46:25 UTC (GPS 1000000000)"


def test_glitches_are_found_by_their_place():
    shown = series(np.ones(3))
    assert chosen_ids([{"x": 10 / DAY, "y": 2.0}], shown, begin=1e9) == ("a",)
    assert chosen_ids([{"x": 10 / DAY, "y": 3.0}, {}], shown, begin=1e9) == ()


def test_a_cell_is_a_family_and_a_channel_by_their_numbers(small_detector):
    heat = heat_map(judge_couplings(small_detector.channels, small_detector.glitches), detector="L1")
    rows = list(range(len(heat.channels)))
    figure = json.loads(heat_figure(heat, rows, chosen=(heat.families[1], heat.channels[2]), dark=True).to_json())
    assert figure["layout"]["shapes"][0]["x0"] == 0.5 and figure["layout"]["shapes"][0]["y0"] == 1.5
    assert clicked_pair([{"x": "family 1", "y": "channel 2"}], heat) == (heat.families[1], heat.channels[2])
    for place in ({"x": "family 99", "y": "channel 2"}, {"x": "constructor", "y": "channel 0"}, {}):
        assert clicked_pair([place], heat) is None
    gray, coloured = figure["data"][0]["z"], figure["data"][1]["z"]
    told = [one is None for row in gray for one in row]
    assert told == [one is not None for row in coloured for one in row] and any(told) and not all(told)


def test_gray_cells_say_why_and_families_that_go_with_a_channel_stand_first(small_detector):
    heat = heat_map(judge_couplings(small_detector.channels, small_detector.glitches), detector="L1")
    assert heat.families == ("Fast_Scattering", "Scattered_Light", "Blip", "Koi_Fish", "Tomte")
    drawn = heat_figure(heat, list(range(len(heat.channels))), chosen=("", ""), dark=False)
    why = json.loads(drawn.to_json())["data"][3]
    by_place = dict(zip(zip(why["x"], why["y"], strict=True), why["text"], strict=True))
    unsafe = heat.channels.index("L1:CAL-DELTAL_RESIDUAL_BLRMS")
    dead = heat.channels.index("L1:ISI-GND_STS_ETMX_Z_BLRMS_30M_100M")
    assert by_place["family 0", f"channel {unsafe}"] == "unsafe"
    assert by_place["family 4", f"channel {dead}"] == "constant"
    assert all(by_place.values())


def test_long_names_are_broken_before_what_is_measured():
    assert short_name("L1:ISI-GND_STS_ETMX_X_BLRMS_1_3.mean") == "ISI-GND_STS_ETMX_X<br>BLRMS_1_3"
    assert short_name("L1:PEM-<b>") == "PEM-&lt;b&gt;"


def test_what_a_channel_measures_stands_in_the_map_and_in_the_headline(small_detector):
    heat = heat_map(judge_couplings(small_detector.channels, small_detector.glitches), detector="L1")
    drawn = json.loads(heat_figure(heat, list(range(len(heat.channels))), chosen=("", ""), dark=False).to_json())
    row = next(number for number, name in enumerate(heat.channels) if name.endswith("BLRMS_100M_300M"))
    said = drawn["data"][0]["text"][row][0]
    assert said.endswith("<br>The channel measures ground motion, 0.1 to 0.3 Hz.")
    assert about_channel(heat.channels[row], 1) == " (ground motion, 0.1 to 0.3 Hz; one other moves like it)"
    assert about_channel("L1:SUS-X", 0) == "" and about_channel("L1:SUS-X", 2) == " (2 others move like it)"
