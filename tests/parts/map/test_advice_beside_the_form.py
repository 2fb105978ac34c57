"""What the audit says of the selected labels stands over the form, and goes by the label that is in it."""

from dataclasses import replace

import pytest

from core.audit.failure_modes.verdicts import OVER_COMPRESSION, OVER_SPLITTING, SUPPORTED, Verdict, verdict_table
from pages.parts.desk import results
from tests.parts.gestures import last_cluster

VERDICTS = verdict_table(
    [
        Verdict(OVER_SPLITTING, SUPPORTED, "figures", 1, "", {}, (1,), ("Tomte", "Whistle")),
        Verdict(OVER_COMPRESSION, SUPPORTED, "figures", None, "Helix", {}, (0, 1), ("Helix",)),
    ]
)


@pytest.fixture
def app(audited, open_app, monkeypatch):
    """The map with the cluster of whistles chosen; the audit knows two names for them, and a label of many shapes."""
    found = results.load_audit
    monkeypatch.setattr(results, "load_audit", lambda prepared: replace(found(prepared), verdicts=VERDICTS))
    results._audit.clear()
    yield open_app(workspace=audited.workspace.name, gesture=last_cluster(audited), reviewer="Ada")
    results._audit.clear()


def said(app):
    return [item.value for item in app.markdown if "no clear difference" in item.value or "several kinds" in item.value]


def test_names_that_nothing_tells_apart_are_said_once_the_other_one_is_chosen(app):
    assert said(app) == []
    app.selectbox(key="propose_label").set_value("Tomte").run()
    assert len(said(app)) == 1 and "Tomte and Whistle may be" in said(app)[0]


def test_a_label_of_several_shapes_is_said_before_more_get_it(app):
    app.selectbox(key="propose_label").set_value("Helix").run()
    assert len(said(app)) == 1 and "Helix seems to be one name for several kinds" in said(app)[0]
