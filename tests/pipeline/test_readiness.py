"""Readiness: the ledger can be written, the data set is prepared, the store answers; each is told by itself."""

import duckdb
import pytest

from core.artifact_store import store
from core.artifact_store.store import STORE_VARIABLE
from core.ledger import open_ledger
from core.pipeline.readiness import DATA_SET, LEDGER, STORE, readiness
from core.workspace import HOME_VARIABLE, demo_workspace, open_workspace, workspace_for


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    monkeypatch.delenv(STORE_VARIABLE, raising=False)
    yield
    open_ledger(demo_workspace().ledger_path).close()
    store._store.cache_clear()


def found(named=""):
    return {check.what: check.well for check in readiness(named)}


def test_the_demo_is_ready_and_looking_writes_nothing(tmp_path):
    assert found() == {LEDGER: True, DATA_SET: True, STORE: True}
    assert not (tmp_path / "home").exists()


def test_a_data_set_that_is_not_prepared_is_told(tmp_path):
    (tmp_path / "pictures").mkdir()
    workspace = open_workspace(workspace_for(tmp_path / "pictures"))
    assert found(workspace.name) == {LEDGER: True, DATA_SET: False, STORE: True}


def test_a_name_that_nobody_knows_is_not_repeated():
    (check,) = readiness("<script>")
    assert not check.well and "script" not in check.wrong


def test_a_ledger_of_a_newer_program_is_told():
    path = demo_workspace().ledger_path
    with open_ledger(path).cursor():
        pass
    open_ledger(path).close()
    with duckdb.connect(str(path)) as connection:
        connection.execute("INSERT INTO schema_version VALUES (999, now() AT TIME ZONE 'UTC', 'from the future')")
    (ledger,) = (check for check in readiness() if check.what == LEDGER)
    assert "newer Glitch Audit" in ledger.wrong and ledger.needed


def test_a_store_out_of_reach_is_told_and_work_goes_on_without(monkeypatch):
    monkeypatch.setenv(STORE_VARIABLE, "s3://bucket/x")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    (check,) = (check for check in readiness() if check.what == STORE)
    assert "cannot be reached" in check.wrong and not check.needed


def test_a_store_that_is_no_address_is_told(monkeypatch):
    monkeypatch.setenv(STORE_VARIABLE, "nonsense")
    wrong = {check.what: check.wrong for check in readiness()}
    assert "nonsense is no address" in wrong[STORE]
