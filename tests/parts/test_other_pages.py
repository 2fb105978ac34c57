"""Clusters, corrections, data and settings: what they show, empty and full."""

from core.dataset.selection import Selection
from core.ledger import open_ledger, propose
from core.version import APP_VERSION


def propose_one(workspace, reason="because"):
    ledger = open_ledger(workspace.ledger_path)
    selection = Selection(("Blip/sample000",), how="lasso", polygon=((0, 0), (1, 0), (1, 1)))
    propose(
        ledger,
        selection,
        {"Blip/sample000": "Blip"},
        "Tomte",
        author="Ada",
        reason=reason,
        confidence=0.5,
        app_version=APP_VERSION,
    )
    return ledger


def test_corrections_are_empty_at_first(prepared, open_app):
    app = open_app("pages/corrections.py", workspace=prepared.workspace.name)
    assert "Nothing was proposed yet" in app.info[0].value


def test_corrections_list_what_was_proposed_as_it_was_written(prepared, open_app):
    ledger = propose_one(prepared.workspace, reason="<b>*bold*</b> =1+1")
    app = open_app("pages/corrections.py", workspace=prepared.workspace.name)
    assert app.dataframe[0].value["reason"].tolist() == ["<b>*bold*</b> =1+1"]
    app.text_input(key="corrections_text").set_value("nothing like it").run()
    assert app.dataframe[0].value.empty
    ledger.close()


def test_data_page_says_what_was_recognised(prepared, open_app):
    app = open_app("pages/data.py", workspace=prepared.workspace.name)
    assert [metric.value for metric in app.metric] == ["40", "40", "2", "1"]
    assert any("12 gray energy" in item.value for item in app.markdown)
    assert any("is ready" in item.value for item in app.success)


def test_opening_a_wrong_path_is_one_sentence(prepared, open_app, tmp_path):
    app = open_app("pages/data.py", workspace=prepared.workspace.name)
    (tmp_path / "empty").mkdir()
    app.text_input(key="open_path").set_value(str(tmp_path / "empty"))
    next(item for item in app.button if item.label == "Open").click().run()
    assert "holds no pictures" in app.error[0].value
