"""The public demo: a private sandbox a visitor, a banner, nothing of the server to change, a copy that comes back."""

import pytest
from streamlit.testing.v1 import AppTest

from core.dataset.selection import Selection
from core.ledger import proposals, propose
from core.ledger.exchange.copying import ledger_copy
from core.workspace import HOME_VARIABLE, PROJECT_ROOT, demo_workspace
from pages.parts.desk.identity import DEMO_VARIABLE
from pages.parts.desk.state import Desk
from tests.parts.remembered import remembered


@pytest.fixture
def visit(tmp_path, monkeypatch):
    """A visitor of the public demo, in a session of its own."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    monkeypatch.setenv(DEMO_VARIABLE, "1")

    def start(page=None, **session):
        app = AppTest.from_file(str(PROJECT_ROOT / "app.py"), default_timeout=60)
        for name, value in session.items():
            app.session_state[name] = value
        app.run()
        if page:
            app.switch_page(page).run()
        assert not app.exception, [error.value for error in app.exception]
        return app

    return start


def propose_one(app, label="Tomte"):
    ledger = remembered(app, Desk).sandbox.ledger
    propose(ledger, Selection(("id0",), "click"), {"id0": "Blip"}, label, author="Ada", app_version="0.1")
    return ledger


def hand_in(app, content, name="sandbox.zip"):
    app.file_uploader[0].set_value((name, content, "application/zip")).run()
    assert not app.exception
    return app


def test_visitors_do_not_see_each_other_and_the_workspace_stays_empty(visit):
    one, other = visit("pages/corrections.py"), visit("pages/corrections.py")
    propose_one(one)
    one.run()
    other.run()
    assert one.dataframe[0].value["sample_id"].tolist() == ["id0"]
    assert "Nothing was proposed yet" in other.info[0].value
    assert not demo_workspace().ledger_path.exists()


@pytest.mark.parametrize(
    "page", [None, "pages/clusters.py", "pages/suspects.py", "pages/corrections.py", "pages/data.py"]
)
def test_every_page_says_that_nothing_is_kept(visit, page):
    app = visit(page)
    assert any("Public demo" in item.value and "not kept" in item.value for item in app.markdown)


def test_a_visitor_moderates_the_own_sandbox(visit):
    app = visit(reviewer="Ada")
    assert "moderator" in " ".join(item.value for item in app.sidebar.markdown)


def test_a_visitor_opens_no_folder_of_the_server_and_no_other_data_set(visit):
    app = visit("pages/data.py", workspace="somebody-elses")
    assert not app.text_input or "open_path" not in {item.key for item in app.text_input}
    assert not [item for item in app.selectbox if item.label == "Data set"]
    assert not [item for item in app.button if item.label in ("Open", "Read the data set again", "Prepare the map")]


def test_a_downloaded_sandbox_comes_back(visit):
    first = visit()
    content = ledger_copy(propose_one(first))
    second = hand_in(visit("pages/corrections.py"), content)
    assert second.dataframe[0].value["label_proposed"].tolist() == ["Tomte"]
    assert "restored" in second.toast[0].value


def test_a_wrong_file_is_one_sentence_and_the_sandbox_stays(visit):
    app = visit("pages/corrections.py")
    ledger = propose_one(app)
    hand_in(app, b"not a zip")
    assert "no sandbox that was downloaded here" in app.error[0].value
    assert remembered(app, Desk).sandbox.ledger is ledger
    assert len(proposals(ledger)) == 1


def test_without_the_setting_there_is_one_ledger_for_all(visit, monkeypatch):
    monkeypatch.setenv(DEMO_VARIABLE, "0")
    app = visit()
    assert not any("Public demo" in item.value for item in app.markdown)
    assert remembered(app, Desk).sandbox is None


@pytest.mark.parametrize("path", sorted((PROJECT_ROOT / "pages").rglob("*.py")), ids=lambda path: path.name)
def test_no_page_goes_round_the_sandbox(path):
    """Every page takes the ledger from the session; one that opened a file itself would show it to everybody."""
    if path.name != "who.py":
        text = path.read_text(encoding="utf-8")
        assert "open_ledger(" not in text


def test_nothing_is_reserved_where_everybody_has_a_ledger_of_his_own(visit, tmp_path):
    app = visit("pages/suspects.py", reviewer="Ada")
    assert app.get("progress") and "claim" not in [item.key for item in app.button]
    assert not list(tmp_path.rglob("claims.json"))


def test_a_visitor_finds_what_he_said_under_mine(visit):
    app = visit(reviewer="Ada")
    app.switch_page("pages/corrections.py").run()
    propose_one(app)
    app.switch_page("pages/mine.py").run()
    assert any("Proposed Tomte" in item.value for item in app.markdown)
