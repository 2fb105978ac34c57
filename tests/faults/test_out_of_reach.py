"""A workspace that is missing, read-only, held by another program or damaged: the app starts and says what works."""

import subprocess
import sys

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from core.dataset.selection import Selection
from core.errors import GlitchAuditError
from core.ledger import list_backups, open_ledger, proposals, propose
from core.workspace import HOME_VARIABLE, PROJECT_ROOT, demo_workspace, open_workspace, workspace_for

pytestmark = pytest.mark.faults

PAGES = ("pages/map.py", "pages/clusters.py", "pages/corrections.py", "pages/data.py")
HOLD = "import sys, duckdb; connection = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Sets the folder of workspaces, which is not made."""

    def choose(folder):
        monkeypatch.setenv(HOME_VARIABLE, str(folder))
        return demo_workspace()

    return choose


@pytest.fixture
def open_page():
    """The app on one page, for somebody who has given a name."""

    def start(page):
        app = AppTest.from_file(str(PROJECT_ROOT / "app.py"), default_timeout=60)
        app.session_state["reviewer"] = "Ada"
        app.run()
        app.switch_page(page).run()
        assert not app.exception, [error.value for error in app.exception]
        return app

    return start


def propose_one(ledger, sample="a"):
    return propose(ledger, Selection((sample,), "click"), {sample: "Blip"}, "Tomte", author="Ada", app_version="0.1")


def said(app):
    return " ".join(item.value for kind in (app.error, app.warning, app.info) for item in kind).replace("\\", "")


@pytest.mark.parametrize("page", PAGES)
def test_with_a_missing_workspace_every_page_opens_and_nothing_is_made(home, open_page, tmp_path, page):
    workspace = home(tmp_path / "nowhere" / "yet")
    open_page(page)
    assert not workspace.ledger_path.exists()


def test_with_a_place_that_cannot_be_a_folder_the_app_starts_and_proposing_is_a_sentence(home, open_page, tmp_path):
    (tmp_path / "file").write_text("in the way")
    workspace = home(tmp_path / "file")
    assert "Nothing was proposed yet" in said(open_page("pages/corrections.py"))
    with pytest.raises(GlitchAuditError, match=r"The ledger .* cannot be"):
        propose_one(open_ledger(workspace.ledger_path))


def test_a_read_only_workspace_can_be_read_and_says_that_it_cannot_be_written(home, open_page, read_only_disk):
    folder, freeze = read_only_disk
    workspace = home(folder / "home")
    ledger = open_ledger(workspace.ledger_path)
    propose_one(ledger)
    ledger.close()
    freeze()
    assert "cannot be written" in ledger.problem()
    with pytest.raises(GlitchAuditError, match="cannot be written; choose a workspace"):
        propose_one(ledger, "b")
    assert proposals(ledger)["sample_id"].tolist() == ["a"]
    app = open_page("pages/corrections.py")
    assert "cannot be written" in said(app)
    assert app.dataframe[0].value["sample_id"].tolist() == ["a"]
    for page in PAGES:
        open_page(page)
    ledger.close()


def test_another_data_set_of_a_read_only_home_can_be_chosen(home, open_page, read_only_disk):
    folder, freeze = read_only_disk
    home(folder / "home")
    other = open_workspace(workspace_for(folder / "pictures"))
    freeze()
    app = open_page("pages/data.py")
    app.sidebar.selectbox(key="workspace").select(other.name).run()
    assert not app.exception
    assert app.session_state["workspace"] == other.name


def test_a_ledger_that_another_program_holds_leaves_all_pages_open(home, open_page, tmp_path):
    workspace = home(tmp_path)
    workspace.root.mkdir()
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(workspace.ledger_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout.readline() == "held\n"
    try:
        app = open_page("pages/corrections.py")
        assert f"held by another program (process {holder.pid})" in said(app)
        assert "everything but proposing works" in said(app)
        open_page("pages/map.py")
    finally:
        holder.communicate()
    app.run()
    assert "Nothing was proposed yet" in said(app)
    open_ledger(workspace.ledger_path).close()


def test_a_damaged_ledger_is_mended_with_one_click(home, open_page, tmp_path):
    workspace = home(tmp_path)
    ledger = open_ledger(workspace.ledger_path)
    propose_one(ledger, "in the backup")
    ledger.back_up_if_due()
    propose_one(ledger, "later")
    ledger.close()
    workspace.ledger_path.write_bytes(b"no database" * 5000)
    app = open_page("pages/corrections.py")
    assert "is damaged" in said(app)
    (backup,) = app.selectbox(key="recover_backup").options
    assert backup.startswith("2 rows, up to event 1 (made ")
    app.button(key="recover").click().run()
    assert not app.exception
    assert any("is in place" in item.value for item in app.success)
    assert app.dataframe[0].value["sample_id"].tolist() == ["in the backup"]
    assert len(list(workspace.root.glob("corrections.damaged-*.duckdb"))) == 1
    assert len(list_backups(workspace.ledger_path)) == 1
    ledger.close()


def test_a_ledger_of_a_newer_program_is_a_sentence_on_the_page_and_offers_no_recovery(home, open_page, tmp_path):
    workspace = home(tmp_path)
    ledger = open_ledger(workspace.ledger_path)
    propose_one(ledger)
    with ledger.cursor() as cursor:
        cursor.execute("INSERT INTO schema_version VALUES (99, now()::TIMESTAMP, 'from the future')")
    ledger.close()
    app = open_page("pages/corrections.py")
    assert "newer Glitch Audit" in said(app)
    assert not [button for button in app.button if button.key == "recover"]
    with duckdb.connect(str(workspace.ledger_path), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM correction").fetchone() == (1,)
