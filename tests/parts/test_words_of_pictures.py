"""Where the open data set holds ordinary pictures, no page speaks of glitches and what is measured of them."""

import re

import numpy as np
import pytest
from PIL import Image

from core.dataset import PICTURES
from core.dataset.selection import Selection
from core.ledger import open_ledger, propose
from core.pipeline.audit import run_audit
from core.pipeline.settings import Settings, save_settings
from core.pipeline.snapshot import read_dataset
from core.pipeline.stages import prepare
from core.workspace import HOME_VARIABLE, workspace_for
from tests.parts.said_on_screen import texts_of

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
    """40 small colour pictures of cats and dogs with a CSV beside them, prepared and audited; one label is wrong."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    folder, random = tmp_path / "animals", np.random.default_rng(5)
    labels = ["cat"] * 20 + ["dog"] * 19 + ["cat"]
    lines = ["file,weight,coat"]
    for number, label in enumerate(labels):
        (folder / label).mkdir(parents=True, exist_ok=True)
        pixels = random.integers(0, 256, (16, 20, 3)).astype(np.uint8)
        Image.fromarray(pixels).save(folder / label / f"{number:02d}.png")
        lines.append(f"{label}/{number:02d}.png,{3 + number / 10},{('brown', 'black')[number % 2]}")
    (folder / "facts.csv").write_text("\n".join(lines))
    plane = np.concatenate([random.normal(0, 0.3, (20, 2)), random.normal((6, 0), 0.3, (20, 2))])
    np.save(tmp_path / "vectors.npy", plane.astype(np.float32))
    (tmp_path / "vectors.txt").write_text("\n".join(f"{label}/{n:02d}" for n, label in enumerate(labels)))
    workspace = workspace_for(folder)
    assert read_dataset(workspace).kind.kind == PICTURES
    save_settings(workspace, Settings(vectors=str(tmp_path / "vectors.npy")))
    prepared = prepare(workspace, report=lambda progress: None)
    run_audit(prepared, report=lambda progress: None)
    ledger = open_ledger(workspace.ledger_path)
    selection = Selection(("cat/39", "cat/00"), how="click")
    propose(ledger, selection, prepared.samples["label"], "dog", author="Ada", reason="barks", app_version="0.1")
    ledger.close()
    return prepared


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


def test_the_columns_of_the_table_are_colours_filters_and_metadata(photographs, open_app):
    app = open_app("pages/map.py", workspace=photographs.workspace.name, reviewer="Ben")
    options = next(box for box in app.selectbox if box.label == "Colour by").options
    assert {"weight", "coat"} <= set(options)
    assert not {"detector", "event_time"} & set(options)
    assert next(box for box in app.multiselect if box.label == "Number ranges").options == ["weight"]
    app.selectbox(key="map_colour").set_value("coat").run()
    assert not app.exception
    app.query_params["sample"] = "cat/39"
    app.switch_page("pages/sample.py").run()
    facts = next(table.value for table in app.dataframe if "weight" in table.value.index)
    assert facts["value"]["coat"] == "black" and facts["value"]["weight"] == "6.9"
