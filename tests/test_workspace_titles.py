"""What data sets are called: their folder's name at first, another where somebody gave one, never two alike."""

import pytest

from core.errors import GlitchAuditError
from core.workspace import HOME_VARIABLE, demo_workspace, known_workspaces, open_workspace, workspace_for
from core.workspace_titles import MAX_TITLE, rename_workspace, workspace_title, workspace_titles


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))


def opened(path):
    return open_workspace(workspace_for(path))


def test_a_data_set_is_called_as_its_folder_or_file(tmp_path):
    assert workspace_title(opened(tmp_path / "Training set v1.1")) == "Training set v1.1"
    assert workspace_title(opened(tmp_path / "O3b.parquet")) == "O3b"
    assert workspace_title(demo_workspace()) == "demo"


def test_another_name_stays_when_it_is_opened_again_and_the_address_does_not_change(tmp_path):
    workspace = opened(tmp_path / "data")
    assert rename_workspace(workspace, "  O3 of  Livingston ") == "O3 of Livingston"
    assert workspace_title(opened(tmp_path / "data")) == "O3 of Livingston"
    assert [known.name for known in known_workspaces()] == ["demo", workspace.name]
    assert rename_workspace(workspace, "") == "data"


def test_those_called_alike_are_told_apart(tmp_path):
    one, two, three = (opened(tmp_path / place) for place in ("a/data", "b/data", "c/other"))
    titles = workspace_titles((one, two, three))
    assert titles == {one.name: "data (a)", two.name: "data (b)", three.name: "other"}
    rename_workspace(three, "data (a)")
    assert len(set(workspace_titles((one, two, three)).values())) == 3
    far = opened(tmp_path / "elsewhere" / "a" / "data")
    assert len(set(workspace_titles((one, two, three, far)).values())) == 4


@pytest.mark.parametrize("name", ["x" * (MAX_TITLE + 1), "a\u200bb", "a\x07"])
def test_a_name_that_cannot_be_read_is_refused(tmp_path, name):
    workspace = opened(tmp_path / "data")
    with pytest.raises(GlitchAuditError, match=r"cannot be seen|characters, 80"):
        rename_workspace(workspace, name)
    assert workspace_title(workspace) == "data"


def test_the_demo_keeps_its_name():
    with pytest.raises(GlitchAuditError, match="keeps its name"):
        rename_workspace(demo_workspace(), "mine")
