"""The window of a sample that was opened from the sheet: its place in the sheet's order, and the form for it alone."""

from contextlib import closing
from dataclasses import replace

import pytest

from core.ledger import open_ledger, proposals
from pages.parts.sample.pictures import WindowState
from tests.parts.gestures import last_cluster
from tests.parts.remembered import remember, remembered

ODD, THEN = "Blip/sample039", "Whistle/sample020"


@pytest.fixture
def app(prepared, open_app):
    """The map with the mixed cluster chosen, and the window of its first two samples open at the first."""
    return open_app(
        None,
        WindowState(asked=ODD, order=(ODD, THEN)),
        workspace=prepared.workspace.name,
        gesture=last_cluster(prepared),
        reviewer="Ada",
    )


def test_the_window_steps_through_the_sheets_order(app):
    assert any(caption.value == "1 of 2" for caption in app.caption)
    assert app.button(key="window_previous").disabled
    assert not app.button(key="window_next").disabled
    app.button(key="window_next").click().run()
    assert remembered(app, WindowState).now == THEN


def test_a_neighbour_that_is_not_on_the_sheet_leads_back(app):
    remember(app, replace(remembered(app, WindowState), asked=ODD, order=(THEN, "Whistle/sample021")))
    app.run()
    assert app.button(key="window_back")


def test_one_sample_is_proposed_in_its_window(app, prepared):
    app.selectbox(key="window_label").set_value("Tomte")
    app.text_input(key="window_reason").set_value("a spike")
    remember(app, replace(remembered(app, WindowState), asked=ODD))
    app.button(key="window_propose").click().run()
    with closing(open_ledger(prepared.workspace.ledger_path)) as ledger:
        rows = proposals(ledger)
    assert rows[["sample_id", "label_proposed", "reason"]].values.tolist() == [[ODD, "Tomte", "a spike"]]
