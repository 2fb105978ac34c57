"""Long tables of the page Corrections come a page at a time; filters count all rows, downloads hold them."""

import io

import pandas as pd
import pytest

from core.dataset.selection import Selection
from core.ledger import propose
from core.pipeline.snapshot import read_snapshot
from pages.parts.corrections import table


@pytest.fixture
def long_table(prepared, ledger):
    """Fourteen batches of forty proposals each."""
    labels = read_snapshot(prepared.workspace).samples["label"]
    for number in range(14):
        selection = Selection(tuple(labels.index), "click")
        propose(ledger, selection, labels, f"Label {number}", author="Ada", app_version="0")
    assert len(labels) == 40
    return prepared


def turner(app):
    return next(item for item in app.pagination if item.key.startswith("corrections_page"))


def opened(open_app, prepared):
    return open_app("pages/corrections.py", workspace=prepared.workspace.name, reviewer="Ada")


def test_the_second_page_goes_on_where_the_first_ends(long_table, open_app):
    app = opened(open_app, long_table)
    assert any(item.value == "560 of 560 proposals" for item in app.markdown)
    assert any(item.value.startswith("Rows 1 to 500 of 560") for item in app.caption)
    assert any(item.value.startswith("The downloads hold all 560 proposals") for item in app.caption)
    first = app.dataframe[0].value
    app = turner(app).set_value(2).run()
    second = app.dataframe[0].value
    assert any(item.value.startswith("Rows 501 to 560 of 560") for item in app.caption)
    assert (len(first), len(second)) == (500, 60)
    assert list(first["label_proposed"].unique()[:2]) == ["Label 13", "Label 12"]
    assert second["label_proposed"].tolist() == ["Label 1"] * 20 + ["Label 0"] * 40


def test_a_filter_begins_at_its_first_page(long_table, open_app):
    app = opened(open_app, long_table)
    turner(app).set_value(2).run()
    app.multiselect(key="corrections_labels").set_value(["Label 13"]).run()
    assert not app.exception
    assert len(app.dataframe[0].value) == 40
    assert not any(item.value.startswith("The downloads hold") for item in app.caption)
    assert not [item for item in app.pagination if item.key.startswith("corrections_page")]


def test_what_is_withdrawn_meanwhile_may_leave_no_second_page(long_table, open_app, ledger):
    app = opened(open_app, long_table)
    turner(app).set_value(2).run()
    app.button(key="batch_undo").click().run()
    app.button(key="batch_undo").click().run()
    assert not app.exception
    assert any(item.value == "480 of 560 proposals" for item in app.markdown)
    assert len(app.dataframe[0].value) == 480


def test_a_download_holds_every_row(long_table, open_app, monkeypatch):
    offered = {}
    monkeypatch.setattr(
        table.st, "download_button", lambda label, data, **more: offered.__setitem__(label, data) or False
    )
    opened(open_app, long_table)
    assert len(pd.read_csv(io.BytesIO(offered["Download as CSV"]()))) == 560
