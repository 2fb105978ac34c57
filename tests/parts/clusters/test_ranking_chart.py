"""The bubble chart of clusters: what Plotly 1.58 gets, and which clusters a click or lasso means."""

import json

import pandas as pd
import pytest

from core.dataset import taxonomy_for
from pages.parts.clusters.ranking_chart import chosen_clusters, ranking_figure

TAXONOMY = taxonomy_for(("Blip", "Whistle"))
TABLE = pd.DataFrame(
    {
        "n": [30, 12, 12],
        "top_label": ["Blip", "Whistle", "Blip"],
        "ambiguity": [6.0, 3.0, 0.0],
        "purity": [0.8, 0.75, 1.0],
        "purity_low": [0.63, 0.47, 0.76],
        "purity_high": [0.9, 0.91, 1.0],
    },
    index=pd.Index([0, 3, 5], name="cluster"),
)


def test_every_cluster_is_one_bubble_with_its_interval_in_its_labels_colour():
    figure = ranking_figure(TABLE, TAXONOMY, measure="purity", dark=False)
    traces = {trace["name"]: trace for trace in json.loads(figure.to_json())["data"]}
    assert traces["Blip"]["x"] == [30, 12]
    assert traces["Blip"]["marker"]["color"] == TAXONOMY["Blip"].colour
    assert traces["Whistle"]["error_y"]["array"] == pytest.approx([0.16])
    assert traces["Whistle"]["error_y"]["arrayminus"] == pytest.approx([0.28])


def test_a_lasso_means_the_clusters_at_its_places():
    points = [{"x": 12, "y": 0.75, "pointNumber": 0}, {"x": 30, "y": 0.8}]
    assert chosen_clusters(points, TABLE, measure="purity") == [0, 3]


def test_places_that_are_no_cluster_mean_none():
    assert chosen_clusters([{"x": 99, "y": 1}, {"curveNumber": 1}], TABLE, measure="purity") == []


def test_names_are_inert():
    table = TABLE.assign(top_label="<img src=x>")
    figure = ranking_figure(table, taxonomy_for(("<img src=x>",)), measure="purity", dark=True)
    assert "<img" not in figure.to_json()
