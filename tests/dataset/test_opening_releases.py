"""A release is opened as a data set: its labels, over the pictures of its workspace or of its own folder."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest

from core.dataset import decode, open_dataset
from core.errors import GlitchAuditError
from core.gate.wire import INSIDE
from core.pipeline.snapshot import read_dataset, read_snapshot
from core.workspace import HOME_VARIABLE, Workspace
from tests.evidence.releases.cases import content, packed


def release_of(**labels):
    rows = [(name.replace("__", "/"), label, "Blip", "", "", "", "", label) for name, label in labels.items()]
    return packed(content(rows))


@pytest.fixture
def pictures(tmp_path, glitch_files):
    folder = tmp_path / "data"
    for label, glitch in (("Blip", "aaaaaaaaaa"), ("Blip", "bbbbbbbbbb"), ("Tomte", "cccccccccc")):
        glitch_files(folder / label, glitch)
    return folder


def test_beside_its_pictures_it_gives_them_its_labels(pictures):
    (pictures / "release.zip").write_bytes(release_of(aaaaaaaaaa="Whistle", bbbbbbbbbb="Blip", gone="Blip"))
    found, whole = open_dataset(pictures / "release.zip"), open_dataset(pictures)
    assert found.samples["label"].to_dict() == {"aaaaaaaaaa": "Whistle", "bbbbbbbbbb": "Blip"}
    assert set(found.pictures["sample_id"]) == set(found.samples.index)
    assert found.source_form == "release of labels" and found.name == "O3 of Livingston, release 2026-11"
    assert {problem.reason for problem in found.problems} == {
        "1 samples have no label in the release",
        "1 samples of the release are not there",
    }
    location = found.pictures["location"].iloc[0]
    assert decode(found.store.read(location), where=location).energy.size and found.fingerprint != whole.fingerprint


def test_with_all_samples_the_pictures_count_as_the_same(pictures):
    (pictures / "release.zip").write_bytes(release_of(aaaaaaaaaa="Whistle", bbbbbbbbbb="Blip", cccccccccc="Tomte"))
    assert open_dataset(pictures / "release.zip").pictures_fingerprint == open_dataset(pictures).pictures_fingerprint


def test_kept_in_a_workspace_it_finds_the_workspaces_pictures(pictures, tmp_path, monkeypatch):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    folder = tmp_path / "home" / "data-1" / "releases"
    folder.mkdir(parents=True)
    (folder.parent / "workspace.json").write_text(json.dumps({"source": str(pictures)}))
    (folder / "2026-11.zip").write_bytes(release_of(aaaaaaaaaa="Whistle"))
    # The process behind the gate began with another home than the one that this test has set.
    monkeypatch.setenv(INSIDE, "1")
    workspace = Workspace(tmp_path / "opened", folder / "2026-11.zip")
    read = read_dataset(workspace)
    assert read.samples["label"].tolist() == ["Whistle"]
    kept = read_snapshot(workspace)
    assert kept.fingerprint == read.fingerprint and kept.store.read(kept.pictures["location"].iloc[0])


def test_a_folder_that_only_looks_like_a_workspace_leads_nowhere(pictures, tmp_path, monkeypatch):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    folder = tmp_path / "elsewhere" / "releases"
    folder.mkdir(parents=True)
    (folder.parent / "workspace.json").write_text(json.dumps({"source": str(pictures)}))
    (folder / "2026-11.zip").write_bytes(release_of(aaaaaaaaaa="Whistle"))
    with pytest.raises(GlitchAuditError, match="put it into the folder of its data set"):
        open_dataset(folder / "2026-11.zip")


def test_without_a_sample_in_common_it_is_refused(pictures):
    (pictures / "release.zip").write_bytes(release_of(nobody="Blip"))
    with pytest.raises(GlitchAuditError, match="none of the 1 samples of the release"):
        open_dataset(pictures / "release.zip")


def test_a_table_of_vectors_keeps_the_rows_that_are_named(tmp_path, monkeypatch):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    table = pd.DataFrame({"sample_id": list("abc"), "label": "Blip", "x": np.arange(3.0), "y": np.arange(3.0) * 2})
    table.to_csv(tmp_path / "table.csv", index=False)
    folder = tmp_path / "home" / "table-1" / "releases"
    folder.mkdir(parents=True)
    (folder.parent / "workspace.json").write_text(json.dumps({"source": str(tmp_path / "table.csv")}))
    (folder / "r.zip").write_bytes(release_of(a="Tomte", c="Blip"))
    found = open_dataset(folder / "r.zip")
    assert found.samples["label"].tolist() == ["Tomte", "Blip"]
    assert found.brought.coordinates.tolist() == [[0.0, 0.0], [2.0, 4.0]]
    shutil.rmtree(folder)
