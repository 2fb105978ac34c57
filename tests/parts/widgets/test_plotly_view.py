"""The Plotly view: plain lists for its old Plotly, excluded points out of reach, coordinates back, never numbers."""

import json

import numpy as np

from core.evidence.colours import Colouring
from core.space.gestures import Gesture, gesture_mask
from pages.parts.widgets.plotly_view import plotly_figure, read_gesture

PLACES = np.random.default_rng(3).normal(size=(6, 2)).astype(np.float32)
COLOURING = Colouring(np.array([0, 1, 0, 1, 0, 1], np.uint8), ("#112233", "#445566"), ("Blip", "<b>Tomte</b>"))


def figure(visible=None):
    visible = np.ones(6, bool) if visible is None else visible
    return json.loads(
        plotly_figure(PLACES, COLOURING, visible=visible, selected=np.zeros(6, bool), dark=False).to_json()
    )


def test_every_array_is_a_plain_list_of_numbers():
    for trace in figure()["data"]:
        assert all(isinstance(value, float) for value in trace["x"] + trace["y"])


def test_one_trace_a_colour_with_inert_names():
    assert [(trace["name"], len(trace["x"])) for trace in figure()["data"]] == [
        ("Blip", 3),
        ("&lt;b&gt;Tomte&lt;/b&gt;", 3),
    ]


def test_excluded_points_are_gray_and_without_hover():
    gray = figure(np.array([True, True, False, False, True, True]))["data"][0]
    assert (gray["name"], len(gray["x"]), gray["hoverinfo"]) == ("filtered out", 2, "skip")


def test_the_points_it_says_lead_to_exactly_those_samples():
    trace = figure()["data"][1]
    said = [{"x": x, "y": y, "curveNumber": 0, "pointIndex": 99} for x, y in zip(trace["x"], trace["y"], strict=True)]
    gesture = read_gesture(json.loads(json.dumps(said)))
    mask = gesture_mask(gesture, PLACES, clusters=np.zeros(6, int), allowed=np.ones(6, bool))
    assert mask.tolist() == [False, True, False, True, False, True]


def test_one_point_is_a_click_and_none_is_nothing():
    assert read_gesture([{"x": 1.0, "y": 2.0}]) == Gesture("click", points=((1.0, 2.0),))
    assert read_gesture([]) is None
    assert read_gesture([{"x": None, "y": "a"}]) is None
