"""No label becomes a key or path in a figure for the component's old Plotly (CVE-2023-46308), nor changes its look."""

import html
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.audit.drift import CurvePoints
from core.dataset import taxonomy_for
from core.evidence.colours import Colouring
from pages.parts.clusters.ranking_chart import ranking_figure
from pages.parts.drifts.figures import curve_figure
from pages.parts.evaluation.figures import f1_figure, matrix_figure
from pages.parts.evaluation.matrix import clicked_cell
from pages.parts.widgets.plotly_view import PlainFigure, plotly_figure
from pages.parts.widgets.text import figure_text

PROJECT = Path(__file__).parents[3]
BARE = ("__proto__", "constructor", "prototype", "toString", "valueOf", "hasOwnProperty")
LABELS = (*BARE, "__proto__.polluted", "constructor.prototype", "x[0].y", "<img src=x onerror=alert(1)>")
COLOURS = taxonomy_for(LABELS)
COUNT = len(LABELS)


def map_view():
    colouring = Colouring(np.arange(COUNT, dtype=np.uint8), tuple(COLOURS[label].colour for label in LABELS), LABELS)
    everything, nothing = np.ones(COUNT, bool), np.zeros(COUNT, bool)
    places = np.zeros((COUNT, 2), np.float32)
    return plotly_figure(places, colouring, visible=everything, selected=nothing, dark=False)


def ranking():
    table = pd.DataFrame({"n": 9, "top_label": LABELS, "ambiguity": 1.0, "purity": 0.5})
    return ranking_figure(table.assign(purity_low=0.4, purity_high=0.6), COLOURS, measure="purity", dark=False)


def matrix():
    confusion = pd.DataFrame(np.eye(COUNT, dtype=int) + 1, index=LABELS, columns=LABELS)
    return matrix_figure(confusion, chosen=(LABELS[0], LABELS[1]), dark=False)


def curve():
    points = CurvePoints(
        by=LABELS[0], value=np.arange(COUNT), position=np.arange(COUNT) / COUNT, labels=np.array(LABELS, object),
        names=LABELS, unit=LABELS[1], logarithmic=False,
    )  # fmt: skip
    return curve_figure(points, COLOURS, cuts=[0.5], chosen=np.zeros(COUNT, bool), dark=False)


FIGURES = {"map": map_view, "ranking": ranking, "matrix": matrix, "curve": curve}


def keys_and_texts(value):
    if isinstance(value, dict):
        for key, inside in value.items():
            yield "key", key
            yield from keys_and_texts(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from keys_and_texts(inside)
    elif isinstance(value, str):
        yield "text", value


@pytest.mark.parametrize("figure", FIGURES)
def test_labels_are_texts_and_never_keys(figure):
    found = list(keys_and_texts(json.loads(FIGURES[figure]().to_json())))
    keys = {name for kind, name in found if kind == "key"}
    assert keys and not {key for key in keys if not key.replace("_", "").isalnum() or key.startswith("_")}
    assert not keys & set(LABELS)
    texts = [name for kind, name in found if kind == "text"]
    assert not [text for text in texts if "<img" in text]
    # No place on an axis and no name of a trace is one that each JavaScript object answers to.
    assert not set(texts) & (set(BARE) - {"prototype"})
    # They are there all the same, as people read them.
    assert all(any(label in html.unescape(text) for text in texts) for label in LABELS)


@pytest.mark.parametrize("key", ["__proto__", "constructor", "prototype", "a.b", "x[0]", "", "transforms", "frames"])
@pytest.mark.parametrize("where", ["traces", "layout", "config"])
def test_a_figure_refuses_keys_that_are_no_attributes_or_hold_paths(key, where):
    parts = {"traces": [{"marker": {}}], "layout": {"xaxis": {}}, "config": {}}
    assert PlainFigure(**parts).to_json()
    bad = {"traces": [{"marker": {key: 1}}], "layout": {"shapes": [{key: 1}]}, "config": {key: 1}}[where]
    with pytest.raises(ValueError, match="cannot be a key of a figure"):
        PlainFigure(**{**parts, where: bad}).to_json()


def test_a_clicked_cell_of_such_labels_is_found_and_nothing_else_is():
    places = matrix().traces[0]["x"]
    assert len(set(places)) == COUNT
    for label, place in zip(LABELS, places, strict=True):
        assert clicked_cell([{"x": places[3], "y": place}], list(LABELS)) == (label, LABELS[3])
    assert clicked_cell([{"x": "__proto__", "y": "constructor"}, {"x": {}, "y": []}], list(LABELS)) is None


def test_streamlits_own_charts_show_such_labels_too():
    bars = pd.DataFrame({"f1": 0.5, "f1_low": 0.4, "f1_high": 0.6, "n": 9}, index=list(LABELS))
    axis = f1_figure(bars, COLOURS, dark=False)["layout"]["yaxis"]
    assert [html.unescape(text) for text in axis["ticktext"]] == list(LABELS)
    assert not set(axis["ticktext"] + axis["tickvals"]) & (set(BARE) - {"prototype"})


def test_a_text_is_as_it_was_written_once_it_is_read_as_html():
    for text in (*LABELS, "Blip", "", "a & b", "'quoted'"):
        assert html.unescape(figure_text(text)) == text
    assert figure_text("constructor") != "constructor" and figure_text("Blip") == "Blip"


def test_nothing_but_the_guarded_view_calls_the_component():
    code = [PROJECT / "app.py", *(PROJECT / "core").rglob("*.py"), *(PROJECT / "pages").rglob("*.py")]
    users = [path.name for path in code if "streamlit_plotly_events" in path.read_text(encoding="utf-8")]
    assert users == ["plotly_view.py"]
