"""The whole app on a table without pictures: every page runs, and what has no picture says so."""

import numpy as np
import pandas as pd
import pytest

from core.ledger import open_ledger, proposals
from core.pipeline.audit import run_audit
from core.pipeline.snapshot import read_dataset
from core.pipeline.stages import load_prepared, prepare
from core.space.gestures import Gesture
from core.workspace import HOME_VARIABLE, PROJECT_ROOT, workspace_for
from tests.parts.gestures import chosen

PAGES = sorted(path.name for path in (PROJECT_ROOT / "pages").glob("*.py"))


@pytest.fixture
def table(tmp_path, monkeypatch):
    """A prepared and audited workspace of a CSV of two groups; the last sample carries the other group's label."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    generator = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "id": [f"s{number:03d}" for number in range(40)],
            "label": ["Blip"] * 20 + ["Whistle"] * 19 + ["Blip"],
            "x": np.concatenate([generator.normal(0, 0.3, 20), generator.normal(6, 0.3, 20)]),
            "y": generator.normal(0, 0.3, 40),
            "cluster": [3] * 20 + [7] * 20,
        }
    )
    frame.to_csv(tmp_path / "table.csv", index=False)
    workspace = workspace_for(tmp_path / "table.csv")
    read_dataset(workspace)
    run_audit(prepare(workspace, report=lambda progress: None), report=lambda progress: None)
    return workspace


@pytest.mark.parametrize("page", PAGES)
def test_every_page_runs(table, open_app, page):
    app = open_app(f"pages/{page}", workspace=table.name, reviewer="Ada", sample_wanted="s039")
    assert not app.exception, [error.value for error in app.exception]


def test_the_data_page_says_what_the_columns_mean_and_that_there_are_no_pictures(table, open_app):
    app = open_app("pages/data.py", workspace=table.name)
    said = " ".join(item.value for item in (*app.caption, *app.markdown)).replace("\\", "")
    assert "the column id names the samples, label their labels, x and y are their places on the map" in said
    assert "It has no pictures" in said and "clustering: the table's clusters" in said


def test_the_sample_page_says_that_there_are_no_pictures(table, open_app):
    app = open_app("pages/sample.py", workspace=table.name, sample_wanted="s039")
    assert any("has no pictures" in info.value for info in app.info) and not app.warning


def test_intensity_is_not_offered_without_pictures(table, open_app):
    app = open_app(workspace=table.name, gesture=chosen(load_prepared(table), Gesture("cluster", cluster=7)))
    assert "intensity" not in app.selectbox(key="map_colour").options
    assert "intensity" not in app.selectbox(key="sheet_order").options


def test_a_label_is_proposed_from_a_cluster_of_the_table(table, open_app):
    app = open_app(
        workspace=table.name, reviewer="Ada", gesture=chosen(load_prepared(table), Gesture("cluster", cluster=7))
    )
    app.selectbox(key="propose_label").set_value("Whistle").run()
    app.text_area(key="propose_reason").set_value("one island").run()
    next(button for button in app.button if button.label.startswith("Propose for")).click().run()
    ledger = open_ledger(table.ledger_path)
    assert proposals(ledger)["sample_id"].tolist() == ["s039"]
    ledger.close()
