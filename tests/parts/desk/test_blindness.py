"""Whoever is still to review a sample blind learns nowhere else what others said of it."""

import pytest

from core.dataset.selection import Selection
from core.ledger import open_ledger, propose
from core.version import APP_VERSION


@pytest.fixture
def proposed(audited):
    """Ada has proposed a third label for one sample of each group."""
    ledger = open_ledger(audited.workspace.ledger_path)
    for sample_id, label in (("Blip/sample000", "Blip"), ("Whistle/sample020", "Whistle")):
        selection = Selection((sample_id,), how="click")
        propose(ledger, selection, {sample_id: label}, "Tomte", author="Ada", reason="fat", app_version=APP_VERSION)
    yield audited
    ledger.close()


def test_corrections_hide_what_waits_for_ones_review(proposed, open_app):
    app = open_app("pages/corrections.py", workspace=proposed.workspace.name, reviewer="Ben")
    assert app.dataframe[0].value.empty
    assert any("2 more wait for your own review" in item.value for item in app.caption)
    assert app.toggle(key="corrections_mine").value


def test_the_author_sees_his_own(proposed, open_app):
    app = open_app("pages/corrections.py", workspace=proposed.workspace.name, reviewer="Ada")
    assert len(app.dataframe[0].value) == 2
    assert not any("wait for your own review" in item.value for item in app.caption)
