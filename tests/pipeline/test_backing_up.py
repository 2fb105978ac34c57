"""A backup holds what cannot be computed again, comes back through “Bring in”, and holds nothing else."""

import io
import zipfile

import pandas as pd
import pytest

from core.dataset import Dataset
from core.detector.strain.kept_place import keep_place, kept_place
from core.errors import GlitchAuditError
from core.ledger import Person, open_ledger, proposals, sample_states
from core.ledger.exchange import fill_ledger, whole_ledger_in
from core.pipeline import backing_up
from core.pipeline.backing_up import back_up_workspace
from core.pipeline.detector import Bringing, bringing_of, keep_bringing
from core.workspace import Workspace
from tests.detector.strain.strain_files import noise, write_gwosc
from tests.ledger.conftest import Desk


@pytest.fixture
def workspace(tmp_path):
    root = tmp_path / "work"
    (root / "cache").mkdir(parents=True)
    (root / "cache" / "map.bin").write_bytes(b"0" * 1000)
    (root / "roles.toml").write_text('default = "viewer"\n')
    (root / "decisions.toml").write_text("agreeing = 3\n")
    (root / "settings.json").write_text("{}")
    return Workspace(root=root, source=tmp_path / "source")


@pytest.fixture
def dataset(tmp_path):
    samples = pd.DataFrame({"label": ["Blip"]}, index=pd.Index(["id0"], name="sample_id"))
    return Dataset("corpus", tmp_path, "test", samples, pd.DataFrame(), None, (), "d0d0")


@pytest.fixture
def ledger(workspace):
    opened = open_ledger(workspace.ledger_path)
    yield opened
    opened.close()


def files_in(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_it_comes_back_with_everything_that_was_said(workspace, dataset, ledger, tmp_path):
    Desk(ledger).tell("id0", "Ada proposes Tomte", "Bob accepts Ada")
    made = back_up_workspace(ledger, workspace, dataset)
    assert made.events > 0 and made.trouble == ""
    _, copy = whole_ledger_in(made.data, name=made.name)
    other = open_ledger(tmp_path / "other" / "corrections.duckdb")
    fill_ledger(other, copy, author=Person("Mo", "moderator"))
    try:
        assert sample_states(other).loc["id0", "label"] == "Tomte"
        assert proposals(other)["author"].tolist() == ["Ada"]
    finally:
        other.close()


def test_it_holds_settings_roles_and_the_rule_and_neither_map_nor_pictures(workspace, dataset, ledger):
    files = files_in(back_up_workspace(ledger, workspace, dataset).data)
    assert set(files) == {"READ ME.txt", *(f"workspace/{name}.toml" for name in ("roles", "decisions"))} | {
        "workspace/settings.json"
    }
    assert files["workspace/roles.toml"] == (workspace.root / "roles.toml").read_bytes()
    assert "Bring in" in files["READ ME.txt"].decode() and "The pictures are not in it" in files["READ ME.txt"].decode()


def test_the_sizes_it_names_are_those_of_its_files(workspace, dataset, ledger):
    Desk(ledger).tell("id0", "Ada proposes Tomte")
    made = back_up_workspace(ledger, workspace, dataset)
    assert dict(made.holds) == {name: len(content) for name, content in files_in(made.data).items()}


def test_a_link_out_of_the_workspace_is_not_followed(workspace, dataset, ledger, tmp_path):
    secret = tmp_path / "secret.toml"
    secret.write_text("do not tell")
    (workspace.root / "roles.toml").unlink()
    (workspace.root / "roles.toml").symlink_to(secret)
    assert not any(
        "do not tell" in content.decode("latin1")
        for content in files_in(back_up_workspace(ledger, workspace, dataset).data).values()
    )


def test_nothing_is_made_for_a_ledger_that_is_not_there(workspace, dataset, ledger):
    assert back_up_workspace(ledger, workspace, dataset).events == 0
    assert not workspace.ledger_path.exists()


def test_a_damaged_ledger_and_a_huge_file_are_said_in_a_sentence(workspace, dataset, ledger, monkeypatch):
    monkeypatch.setattr(backing_up, "_MOST_BYTES", 1)
    with pytest.raises(GlitchAuditError, match="too large to be packed"):
        back_up_workspace(ledger, workspace, dataset)
    workspace.ledger_path.write_bytes(b"no ledger")
    with pytest.raises(GlitchAuditError):
        back_up_workspace(ledger, workspace, dataset)


def test_a_ledger_that_no_page_takes_back_is_said_so(workspace, dataset, ledger, monkeypatch):
    Desk(ledger).tell("id0", "Ada proposes Tomte")
    monkeypatch.setattr(backing_up, "MAX_BYTES", 10)
    assert str(workspace.root) in back_up_workspace(ledger, workspace, dataset).trouble


def test_where_strain_and_a_detector_lie_comes_back(workspace, dataset, ledger, tmp_path):
    strain = write_gwosc(tmp_path / "strain.hdf5", noise(8))
    keep_place(workspace, strain)
    bringing = Bringing((str(tmp_path / "strain.hdf5"),), "", (1_200_000_000.0,))
    keep_bringing(workspace, bringing)
    files = files_in(back_up_workspace(ledger, workspace, dataset).data)
    other = Workspace(root=tmp_path / "other", source=workspace.source)
    other.root.mkdir()
    for name, content in files.items():
        if name.startswith("workspace/"):
            (other.root / name.removeprefix("workspace/")).write_bytes(content)
    assert kept_place(other) == strain and bringing_of(other) == bringing
    assert "where other files that were brought lie" in files["READ ME.txt"].decode()
