"""The drawings of an evaluation: what Plotly gets, and which cell a click means."""

import json

import numpy as np
import pandas as pd

from core.dataset import taxonomy_for
from pages.parts.evaluation.figures import f1_figure, matrix_figure, place_of, reliability_figure
from pages.parts.evaluation.matrix import clicked_cell

LABELS = ["Blip", "Tomte", "<i>x</i>"]
CONFUSION = pd.DataFrame([[6, 2, 0], [0, 9, 0], [0, 1, 0]], index=LABELS, columns=LABELS)
COLOURS = taxonomy_for(LABELS)


def matrix(**options):
    return json.loads(matrix_figure(CONFUSION, **{"chosen": None, "dark": False, **options}).to_json())


PLACES = [place_of(label) for label in LABELS]


def test_every_cell_is_drawn_with_its_names_as_places():
    heatmap = matrix()["data"][0]
    assert (heatmap["x"], heatmap["y"]) == (PLACES, PLACES)
    assert np.shape(heatmap["z"]) == np.shape(heatmap["text"]) == (3, 3)
    assert heatmap["text"][0][1] == "2 of 8 Blip (25%) named Tomte"


def test_the_diagonal_goes_one_way_and_the_rest_the_other():
    z = np.array(matrix()["data"][0]["z"])
    assert z[1, 1] == -1 and z[0, 1] == 0.5 and z[2, 1] == 1 and z[1, 0] == 0


def test_only_full_cells_have_a_number_and_it_catches_no_click():
    numbers = matrix()["data"][1]
    assert list(zip(numbers["y"], numbers["x"], numbers["text"], strict=True)) == [
        (PLACES[0], PLACES[0], "6"),
        (PLACES[0], PLACES[1], "2"),
        (PLACES[1], PLACES[1], "9"),
        (PLACES[2], PLACES[1], "1"),
    ]
    assert numbers["hoverinfo"] == "skip"


def test_names_are_inert_where_they_are_read():
    figure = matrix()
    assert "&lt;i&gt;x&lt;/i&gt;" in figure["layout"]["xaxis"]["ticktext"]
    assert "<i>" not in "".join(text for row in figure["data"][0]["text"] for text in row)


def test_the_chosen_cell_is_framed():
    (frame,) = matrix(chosen=("Blip", "Tomte"))["layout"]["shapes"]
    assert (frame["x0"], frame["x1"], frame["y0"], frame["y1"]) == (0.5, 1.5, -0.5, 0.5)
    assert matrix(chosen=("gone", "Tomte"))["layout"]["shapes"] == []


def test_a_click_means_the_cell_of_its_names():
    assert clicked_cell([{"x": PLACES[1], "y": PLACES[0], "pointNumber": [7, 7]}], LABELS) == ("Blip", "Tomte")
    assert clicked_cell([{"x": PLACES[1], "y": "gone"}], LABELS) is None
    assert clicked_cell([{"x": 1, "y": 0}, {}], LABELS) is None
    assert clicked_cell([], LABELS) is None


def test_bars_carry_interval_and_colour_of_their_label():
    bars = pd.DataFrame({"f1": [0.9, 0.5], "f1_low": [0.8, 0.2], "f1_high": [1.0, 0.6], "n": [9, 4]}, index=LABELS[:2])
    bar = f1_figure(bars, COLOURS, dark=False)["data"][0]
    assert bar["marker"]["color"] == [COLOURS[name].colour for name in LABELS[:2]]
    np.testing.assert_allclose(bar["error_x"]["arrayminus"], [0.1, 0.3])
    np.testing.assert_allclose(bar["error_x"]["array"], [0.1, 0.1])


def test_empty_bins_are_not_drawn():
    bins = pd.DataFrame(
        {
            "low": [0.0, 0.5],
            "high": [0.5, 1.0],
            "n": [0, 4],
            "confidence": [np.nan, 0.8],
            "accuracy": [np.nan, 0.75],
            "accuracy_low": [np.nan, 0.3],
            "accuracy_high": [np.nan, 0.95],
        }
    )
    trace = reliability_figure(bins, dark=True)["data"][0]
    assert (trace["x"], trace["y"]) == ([0.8], [0.75])
