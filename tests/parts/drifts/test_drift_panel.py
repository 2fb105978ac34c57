"""The drift panel without a browser: the curve, its segments, a chosen part, a proposal; and its drawings."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.audit.drift import along_the_curve, curve_points, order_along
from core.audit.drift.model import DriftParams
from core.audit.model import AuditInput
from core.dataset import taxonomy_for
from core.ledger import open_ledger, proposals
from core.pipeline.stages import prepare
from core.space.neighbours import find_neighbours
from pages.parts.drifts.chosen import DriftState
from pages.parts.drifts.figures import column_figure, curve_figure, mix_figure
from tests.parts.proposing import propose_button
from tests.parts.remembered import remember, remembered

LABELS = ["Blip"] * 15 + ["Whistle", "Blip"] + ["Whistle"] * 15
COUNT = len(LABELS)


def arc():
    angle = np.linspace(0, 0.75 * np.pi, COUNT)
    return np.column_stack([np.cos(angle), np.sin(angle), np.zeros((COUNT, 2)), np.full(COUNT, 10.0)])


def script(prepared, case, drift, suspicion):
    from pages.parts.desk.shown import sheet_of
    from pages.parts.desk.who import at_desk
    from pages.parts.drifts.chosen import OneDrift
    from pages.parts.drifts.panel import drift_panel

    drift_panel(at_desk(), OneDrift(drift, case, suspicion, sheet_of(prepared)))


@pytest.fixture
def shown(make_workspace):
    """The panel after its first run: blips that turn into whistles, one of each on the wrong side."""
    prepared = prepare(make_workspace(LABELS, arc()), report=lambda progress: None)
    case = AuditInput(
        samples=prepared.samples,
        matrix=prepared.embedding.matrix,
        neighbours=prepared.neighbours,
        coordinates=prepared.layout.coordinates,
        clusters=prepared.clustering.labels,
        glitches=np.arange(COUNT),
        fingerprint="arc",
    )
    drift = order_along(case, np.arange(COUNT), params=DriftParams(shuffles=9, subsamples=4), name="an arc")
    suspicion = np.where(prepared.samples.index.str.contains("sample015|sample016"), 0.9, 0.05)
    app = AppTest.from_function(script, args=(prepared, case, drift, suspicion), default_timeout=60)
    app.session_state["reviewer"] = "Ada"
    app.session_state["workspace"] = prepared.workspace.name
    app.run()
    assert not app.exception, [error.value for error in app.exception]
    return app, prepared, drift


def table(app, column):
    return next(frame.value for frame in app.dataframe if column in frame.value)


def test_the_order_and_its_agreement_are_shown(shown):
    app, _prepared, drift = shown
    metrics = {metric.label: metric for metric in app.metric}
    assert metrics["Samples on the curve"].value == str(COUNT)
    assert metrics["Agreement of the order"].value == f"{drift.agreement:.2f}"


def test_what_changes_is_tested(shown):
    tests = table(shown[0], "q_value").set_index("column")
    assert {"label", "suspicion", "intensity"} == set(tests.index)
    assert tests.at["label", "p_value"] < 0.05


def test_segments_follow_the_labels_and_the_choice(shown):
    app, _prepared, _drift = shown
    # The blip among the whistles may stand on either side of the cut.
    assert sorted(table(app, "suggestion")["samples"]) == [15, 17]
    app.segmented_control(key="drift_how").set_value("thirds").run()
    assert table(app, "suggestion")["samples"].tolist() == [11, 11, 10]
    assert not app.exception


def test_a_segment_is_relabelled_through_the_form(shown):
    app, prepared, _drift = shown
    mixed = table(app, "suggestion").set_index("samples").loc[17]
    other = mixed["suggestion"].rsplit(" to ", 1)[-1]
    assert mixed["labels"] == f"16 {other}, 1 {({'Blip', 'Whistle'} - {other}).pop()}"
    app.segmented_control(key="drift_part").set_value(f"segment {mixed['segment']}").run()
    app.button(key="drift_take").click().run()
    assert app.selectbox(key="propose_label").value == other
    app.text_area(key="propose_reason").set_value("one shape all along").run()
    propose_button(app).click().run()
    assert not app.exception
    ledger = open_ledger(prepared.workspace.ledger_path)
    written = proposals(ledger)
    assert len(written) == 1 and written["label_proposed"].iloc[0] == other
    ledger.close()


def test_a_lasso_of_the_curve_is_looked_at_and_forgotten_with_the_button(shown):
    app, _prepared, drift = shown
    remember(app, replace(remembered(app, DriftState), places=(0, 1, 2)))
    app.run()
    app.segmented_control(key="drift_part").set_value("lasso").run()
    assert any(button.label == "Propose for 3 samples" for button in app.button)
    app.button(key="drift_clear").click().run()
    assert any(button.label == f"Propose for {len(drift)} samples" for button in app.button)
    assert not app.exception


@pytest.fixture
def line():
    matrix = np.column_stack([np.linspace(0, 1, 20), np.full(20, 10.0)]).astype(np.float32)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    samples = pd.DataFrame(
        {"label": ["<b>Blip</b>"] * 12 + ["Chirp"] * 8, "snr": [np.nan, *np.linspace(5, 60, 19)]},
        index=pd.Index([f"s{number}" for number in range(20)], name="sample_id"),
    )
    case = AuditInput(
        samples, matrix, find_neighbours(matrix), matrix, np.zeros(20, np.int32), np.arange(20), fingerprint="line"
    )
    return case, order_along(case, np.arange(20), params=DriftParams(shuffles=1, subsamples=1))


def colours_of(case):
    return taxonomy_for(tuple(np.unique(case.labels)))


def test_the_curve_is_drawn_with_plain_numbers_and_inert_names(line):
    case, drift = line
    points = curve_points(case, drift, "snr")
    figure = curve_figure(points, colours_of(case), cuts=[0.5], chosen=np.zeros(20, bool), dark=False)
    content = json.loads(figure.to_json())
    # The sample without SNR cannot be drawn.
    assert [len(trace["x"]) for trace in content["data"]] == [11, 8]
    assert content["data"][0]["name"] == "&lt;b&gt;Blip&lt;/b&gt;"
    assert all(isinstance(value, float) for trace in content["data"] for value in trace["x"] + trace["y"])
    assert content["layout"]["yaxis"]["type"] == "log" and content["layout"]["shapes"][0]["x0"] == 0.5
    # Every tick says its whole value: Plotly's own between powers of ten say "2" for 20.
    ticks = content["layout"]["yaxis"]
    named = dict(zip(ticks["tickvals"], ticks["ticktext"], strict=True))
    assert (named[0.5], named[20], named[2000]) == ("0.5", "20", "2,000")


def test_labels_are_drawn_on_named_lines(line):
    case, drift = line
    points = curve_points(case, drift, "label")
    figure = curve_figure(points, colours_of(case), cuts=[], chosen=np.zeros(20, bool), dark=True)
    assert figure.layout["yaxis"]["ticktext"] == ["&lt;b&gt;Blip&lt;/b&gt;", "Chirp"]
    assert figure.layout["yaxis"]["type"] == "linear"


def test_the_mix_fills_every_bin(line):
    case, drift = line
    along = along_the_curve(case, drift, bins=4, shuffles=9)
    traces = mix_figure(along, colours_of(case), dark=False)["data"]
    assert np.sum([trace["y"] for trace in traces], axis=0) == pytest.approx([1.0] * 4)
    assert sum(traces[0]["width"]) == pytest.approx(1.0)


def test_a_columns_mean_is_drawn_with_its_interval(line):
    case, drift = line
    along = along_the_curve(case, drift, bins=4, shuffles=9)
    figure = column_figure(along, "snr", dark=False)
    rows = along.columns
    trace = figure["data"][0]
    assert np.add(trace["y"], trace["error_y"]["array"]) == pytest.approx(rows["high"].to_numpy())
    assert column_figure(along, "label", dark=False) is None
