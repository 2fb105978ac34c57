"""Where the open data set holds ordinary pictures, no page speaks of glitches and what is measured of them."""

import re

import pytest

from core.workspace import HOME_VARIABLE
from tests.parts.gestures import last_cluster
from tests.parts.said_on_screen import texts_of
from tests.photographs import audited_photographs

OF_GLITCHES = re.compile(r"glitch|detector|\bGPS\b|gravity.?spy|energ|observing run|spectrogram|\bLIGO|\bSNR\b", re.I)
OURS = re.compile(
    # The product, the demo in the picker of data sets, and on the settings' form what may be chosen instead.
    r"Glitch Audit|GLITCH_AUDIT_\w+|Glitch demo|spectrograms of glitches|Spectrograms are read as energy and shown in "
    r"viridis|--weights glitch|glitch-resnet18( was trained on simulated glitches)?",
)
PAGES = (
    *("start", "map", "clusters", "suspects", "search", "practice", "review", "decisions", "corrections", "mine"),
    *("classify", "training", "evaluation", "data"),
)
CLUSTERS_VIEWS = ("Clusters", "Labels", "Failure modes", "Drifts", "What else is sorted")


@pytest.fixture
def photographs(tmp_path, monkeypatch):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    return audited_photographs(tmp_path)


def of_glitches(app):
    """The texts on the screen with a word that only fits glitches."""
    assert not app.exception, [error.value for error in app.exception]
    return [text for text in texts_of(app) if OF_GLITCHES.search(OURS.sub("", text))]


def test_the_texts_are_found(photographs, open_app):
    """Where the walk below finds nothing, it has looked at something."""
    texts = " ".join(texts_of(open_app("pages/clusters.py", workspace=photographs.workspace.name, reviewer="Ben")))
    assert "purity" in texts and "How well clusters and labels agree" in texts
    assert any(OF_GLITCHES.search(OURS.sub("", text)) for text in ("the glitches of H1", "GPS time", "Gravity Spy"))


def test_no_page_says_what_photographs_have_not(photographs, open_app):
    said = {}
    app = open_app("pages/start.py", workspace=photographs.workspace.name, reviewer="Ben")
    for page in PAGES:
        app.switch_page(f"pages/{page}.py").run()
        said[page] = of_glitches(app)
    for view in CLUSTERS_VIEWS:
        app.session_state["clusters_view"] = view
        app.switch_page("pages/clusters.py").run()
        said[view] = of_glitches(app)
    app.query_params["sample"] = "cat/39"
    app.switch_page("pages/sample.py").run()
    said["sample"] = of_glitches(app)
    assert "\n".join(f"{place}: {text[:300]}" for place, texts in said.items() for text in texts) == ""


def test_a_selection_its_pictures_and_what_is_alike_say_nothing_of_glitches(photographs, open_app):
    app = open_app(workspace=photographs.workspace.name, gesture=last_cluster(photographs), reviewer="Ben")
    said = {"selection": of_glitches(app)}
    assert any("dog" in text for text in texts_of(app))
    for path, query in (("search", {"like": "cat/39"}), ("clusters", {"cluster": "0"})):
        for name, value in query.items():
            app.query_params[name] = value
        app.switch_page(f"pages/{path}.py").run()
        said[path] = of_glitches(app)
    assert not any(said.values()), said


def test_the_columns_of_the_table_are_colours_filters_and_metadata(photographs, open_app):
    app = open_app("pages/map.py", workspace=photographs.workspace.name, reviewer="Ben")
    options = next(box for box in app.selectbox if box.label == "Colour by").options
    assert {"weight", "coat"} <= set(options)
    assert not {"detector", "event_time"} & set(options)
    assert next(box for box in app.multiselect if box.label == "Number ranges").options == ["weight"]
    values = app.multiselect(key="filter_values")
    assert values.options == ["coat: black", "coat: brown"]
    values.set_value(["coat: brown"]).run()
    assert any(button.label == "Clear all filters" for button in app.button)
    app.selectbox(key="map_colour").set_value("coat").run()
    assert not app.exception
    app.query_params["sample"] = "cat/39"
    app.switch_page("pages/sample.py").run()
    facts = next(table.value for table in app.dataframe if "weight" in table.value.index)
    assert facts["value"]["coat"] == "black" and facts["value"]["weight"] == "6.9"
