"""A source that changed under the open app: a notice with the way out, no picture of it, and no act about it."""

import os

import pandas as pd
import pytest

from core.ledger import open_ledger, proposals
from core.pipeline.settings import Settings, save_settings
from core.pipeline.snapshot import read_dataset, read_snapshot
from core.pipeline.stages import prepare
from core.workspace import workspace_for
from pages.parts.widgets.keys import widget_key
from tests.parts.gestures import last_cluster

SAMPLE = "Blip/sample003"
NOTICE = "changed since the data set was read"


def change(file):
    file.write_bytes(file.read_bytes() + b"x")
    os.utime(file, ns=(1, 1))


def notices(app):
    return [error.value for error in app.error if NOTICE in error.value]


@pytest.fixture
def packed(tmp_path, prepared):
    """The same samples in a Parquet file, prepared: its workspace and its table."""
    files = sorted(prepared.workspace.source.rglob("*.png"))
    table = pd.DataFrame(
        {
            "sample_id": [file.stem for file in files],
            "picture": [file.read_bytes() for file in files],
            "label": [file.parent.name for file in files],
        }
    )
    source = tmp_path / "set.parquet"
    table.to_parquet(source)
    workspace = workspace_for(source)
    read_dataset(workspace)
    (tmp_path / "vectors.txt").write_text("\n".join(table["sample_id"]))
    save_settings(workspace, Settings(vectors=str(tmp_path / "vectors.npy")))
    prepare(workspace, report=lambda progress: None)
    return workspace, table


def unreadable(app):
    return [warning.value for warning in app.warning if "pictures can be read" in warning.value]


def test_another_order_of_rows_is_noticed_on_every_page(packed, open_app):
    workspace, table = packed
    app = open_app("pages/sample.py", workspace=workspace.name, sample_wanted="sample003")
    assert notices(app) == unreadable(app) == []
    table.iloc[::-1].to_parquet(workspace.source, index=False)
    app.switch_page("pages/sample.py").run()
    assert not app.exception and len(notices(app)) == len(unreadable(app)) == 1
    for page in ("pages/map.py", "pages/clusters.py", "pages/data.py"):
        app.switch_page(page).run()
        assert not app.exception and len(notices(app)) == 1, page
    app.button(key="source_read_again").click().run()
    assert notices(app) == []
    assert read_snapshot(workspace).samples.index[0] == table["sample_id"].iloc[-1]


def test_a_change_that_the_page_itself_comes_upon_is_told_at_once(prepared, open_app):
    change(prepared.workspace.source / f"{SAMPLE}.png")
    app = open_app("pages/sample.py", workspace=prepared.workspace.name, sample_wanted=SAMPLE)
    assert len(notices(app)) == len(unreadable(app)) == 1
    # Pictures that did not change are still shown.
    other = open_app("pages/sample.py", workspace=prepared.workspace.name, sample_wanted="Blip/sample004")
    assert unreadable(other) == []


def test_nothing_is_proposed_about_a_changed_picture(prepared, open_app):
    app = open_app(workspace=prepared.workspace.name, reviewer="Ada", gesture=last_cluster(prepared))
    app.selectbox(key="propose_label").set_value("Tomte").run()
    app.text_area(key="propose_reason").set_value("all of them are").run()
    # One in each of the two groups, whichever the cluster is.
    change(prepared.workspace.source / "Blip" / "sample003.png")
    change(prepared.workspace.source / "Whistle" / "sample025.png")
    next(button for button in app.button if button.label.startswith("Propose for")).click().run()
    assert any(NOTICE in error.value for error in app.error)
    ledger = open_ledger(prepared.workspace.ledger_path)
    assert proposals(ledger).empty
    ledger.close()
    app.run()
    app.button(key="source_read_again").click().run()
    assert notices(app) == []


def test_a_range_of_values_that_are_gone_is_let_go(packed, open_app):
    workspace, table = packed
    table.assign(snr=range(40)).to_parquet(workspace.source)
    read_dataset(workspace)
    key = widget_key("filter_range", "snr")
    app = open_app(workspace=workspace.name, filter_ranges=["snr"], **{key: (5.0, 39.0)})
    assert app.slider(key=key).value == (5.0, 39.0)
    table.assign(snr=range(10, 50)).to_parquet(workspace.source)
    app.run()
    app.button(key="source_read_again").click().run()
    assert not app.exception and app.slider(key=key).value == (10.0, 49.0)
