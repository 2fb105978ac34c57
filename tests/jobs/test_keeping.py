"""Data sets in the order of their use, removed to a trash that they come back from."""

import os

import pytest

from core.errors import GlitchAuditError
from core.jobs.job import JobReporter
from core.jobs.keeping import recent_first, remove_workspace, removed_workspaces, restore_workspace
from core.workspace import HOME_VARIABLE, demo_workspace, known_workspaces, open_workspace, workspace_for
from core.workspace_titles import rename_workspace


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "picture.png").write_bytes(b"p")
    return open_workspace(workspace_for(tmp_path / "data"))


def test_the_one_that_changed_last_comes_first(workspace, tmp_path):
    other = open_workspace(workspace_for(tmp_path / "another"))
    for root, seconds in ((workspace.root, 2_000_000_000), (other.root, 1_000_000_000)):
        for path in root.iterdir():
            os.utime(path, (seconds, seconds))
    assert recent_first((other, workspace)) == (workspace, other)


def test_a_removed_one_lies_in_the_trash_with_its_ledger_and_comes_back(workspace, tmp_path):
    workspace.ledger_path.write_bytes(b"ledger")
    place = remove_workspace(workspace, "data")
    assert place.is_relative_to(tmp_path / "home") and (place / "corrections.duckdb").read_bytes() == b"ledger"
    assert known_workspaces() == (demo_workspace(),) and removed_workspaces() == (place,)
    assert (tmp_path / "data" / "picture.png").read_bytes() == b"p"
    assert restore_workspace(place) == workspace.root
    assert workspace in known_workspaces() and removed_workspaces() == ()


def test_it_is_removed_by_its_name_alone(workspace):
    rename_workspace(workspace, "O3 Livingston")
    with pytest.raises(GlitchAuditError, match="Type the data set's name, O3 Livingston"):
        remove_workspace(workspace, "data")
    assert workspace.root.is_dir()


def test_none_is_removed_while_it_is_worked_on(workspace):
    with JobReporter(workspace), pytest.raises(GlitchAuditError, match="under way"):
        remove_workspace(workspace, "data")
    assert workspace.root.is_dir()


def test_the_demo_stays(workspace):
    with pytest.raises(GlitchAuditError, match="demo"):
        remove_workspace(demo_workspace(), "demo")


def test_a_second_click_and_a_foreign_folder_do_no_harm(workspace, tmp_path):
    remove_workspace(workspace, "data")
    with pytest.raises(GlitchAuditError, match="reload the page"):
        remove_workspace(workspace, "data")
    with pytest.raises(GlitchAuditError, match="no removed data set"):
        restore_workspace(tmp_path / "data")
