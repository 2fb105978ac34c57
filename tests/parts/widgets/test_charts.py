"""One look for all charts: nobody else sets fonts and colours of text; labels differ in colour and sign."""

import re
from itertools import combinations
from pathlib import Path

import pandas as pd
import pytest

from core.dataset import SIGNS, taxonomy_for
from pages.parts.clusters.ranking_chart import PURITY, ranking_figure
from pages.parts.training.curves import rate_figure
from pages.parts.widgets.charts import (
    FONT,
    TEXT_SIZE,
    chart_layout,
    ink,
    label_dash,
    label_hatch,
    label_symbol,
    soft_ink,
    tools_config,
)

PARTS = Path(__file__).parents[3] / "pages" / "parts"
_LOOKS = re.compile(r"""#31333f|#2f2d2b|plot_bgcolor|displayModeBar|plotly_chart\(|"title": \{|"family": [A-Z"]""")
LABELS = taxonomy_for([])
TABLE = pd.DataFrame(
    {
        "top_label": ["Blip", "Tomte"],
        "n": [10, 20],
        "purity": [0.9, 0.8],
        "purity_low": [0.8, 0.7],
        "purity_high": [0.95, 0.9],
        "ambiguity": [10.0, 20.0],
    }
)


def test_no_other_file_sets_the_looks_of_a_chart():
    for path in PARTS.rglob("*.py"):
        if path.name == "charts.py":
            continue
        code = path.read_text(encoding="utf-8")
        assert not re.search(_LOOKS, code), path


@pytest.mark.parametrize("dark", [False, True])
def test_charts_have_the_themes_font_and_its_colour_of_text(dark):
    curves = pd.DataFrame({"epoch": [1, 2], "learning_rate": [0.1, 0.01]})
    ranking = ranking_figure(TABLE, LABELS, measure=PURITY, dark=dark)
    for layout in (ranking.layout, rate_figure(curves, epochs=5, dark=dark)["layout"]):
        assert layout["font"] == chart_layout(dark, height=1)["font"]
        assert (layout["font"]["family"], layout["font"]["color"]) == (FONT, ink(dark))
        assert layout["hoverlabel"]["bgcolor"] != ink(dark)
        assert layout["xaxis"]["color"] == layout["yaxis"]["color"] == soft_ink(dark)
        assert layout["xaxis"]["title"]["font"]["size"] == TEXT_SIZE
    assert not tools_config(shown=True)["displaylogo"]
    ranking.to_json()


def test_points_of_the_ranking_have_the_labels_shapes():
    figure = ranking_figure(TABLE, LABELS, measure=PURITY, dark=False)
    assert [trace["marker"]["symbol"] for trace in figure.traces] == [
        label_symbol(LABELS["Blip"]),
        label_symbol(LABELS["Tomte"]),
    ]


def test_no_two_labels_share_colour_and_sign():
    entries = LABELS.entries
    assert len({label_symbol(entry) for entry in entries}) == SIGNS
    for sign in (label_symbol, lambda label: label_hatch(label)["shape"], label_dash):
        for one, other in combinations(entries, 2):
            assert (one.colour, sign(one)) != (other.colour, sign(other))
