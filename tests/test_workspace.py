"""Workspaces: one folder a data set, artifacts whole or not at all, clear words on a disk that refuses."""

import pytest

from core.errors import GlitchAuditError
from core.workspace import (
    HOME_VARIABLE,
    Workspace,
    cached_stage,
    demo_workspace,
    known_workspaces,
    open_workspace,
    store_artifact,
    workspace_for,
)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    return tmp_path / "home"


def test_the_same_source_gets_the_same_folder_and_another_one_another(tmp_path):
    first, again = workspace_for(tmp_path / "a" / "data"), workspace_for(tmp_path / "a" / ".." / "a" / "data")
    other = workspace_for(tmp_path / "b" / "data")
    assert first.root == again.root != other.root
    assert first.name.startswith("data-")


def test_strange_names_make_plain_folders(tmp_path):
    assert workspace_for(tmp_path / "Größe & <b>").name.startswith("gr-e-b-")


def test_opened_workspaces_are_known_beside_the_demo(tmp_path):
    opened = open_workspace(workspace_for(tmp_path / "data"))
    (tmp_path / "home" / "junk").mkdir()
    (tmp_path / "home" / "junk" / "workspace.json").write_text("not JSON")
    assert [workspace.root for workspace in known_workspaces()] == [demo_workspace().root, opened.root]


def test_nothing_is_written_into_the_source(tmp_path):
    source = tmp_path / "data"
    source.mkdir()
    open_workspace(workspace_for(source))
    assert list(source.iterdir()) == []


def test_a_failed_write_leaves_no_artifact(tmp_path):
    workspace = Workspace(tmp_path / "w", tmp_path)

    def fail(folder):
        (folder / "half").write_text("x")
        raise ValueError("power cut")

    with pytest.raises(ValueError, match="power cut"):
        store_artifact(workspace, "layout", "key", fail)
    assert workspace.find("layout", "key") is None
    store_artifact(workspace, "layout", "key", lambda folder: (folder / "whole").write_text("y"))
    assert [path.name for path in workspace.find("layout", "key").glob("[!s]*")] == ["whole"]


def test_a_stage_is_built_once(tmp_path):
    workspace = Workspace(tmp_path / "w", tmp_path)
    built = []

    def build():
        built.append(1)
        return "value"

    def run():
        return cached_stage(
            workspace,
            "stage",
            "key",
            load=lambda folder: (folder / "v").read_text(),
            save=lambda value, folder: (folder / "v").write_text(value),
            build=build,
        )

    assert (run(), run(), built) == ("value", "value", [1])


def test_results_that_came_with_the_project_are_found_and_never_written(tmp_path):
    shipped = tmp_path / "shipped"
    (shipped / "layout-key").mkdir(parents=True)
    workspace = Workspace(tmp_path / "w", tmp_path, shipped=shipped)
    assert workspace.find("layout", "key") == shipped / "layout-key"
    store_artifact(workspace, "layout", "other", lambda folder: None)
    assert [path.name for path in shipped.iterdir()] == ["layout-key"]


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(GlitchAuditError, match=f"cannot be written.*{HOME_VARIABLE}"):
        open_workspace(Workspace(tmp_path / "file" / "w", tmp_path))
