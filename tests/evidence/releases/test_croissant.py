"""The description for machines: read by MLCommons' own library, which finds nothing to complain of."""

import io
import json
import zipfile

import mlcroissant
import pytest

from tests.evidence.releases.cases import ROWS, content, packed


@pytest.fixture
def folder(tmp_path):
    with zipfile.ZipFile(io.BytesIO(packed())) as archive:
        archive.extractall(tmp_path)
    return tmp_path / "2026-11"


def test_it_is_valid_and_has_no_warnings(folder):
    found = mlcroissant.Dataset(str(folder / "croissant.json"))
    assert found.metadata.issues.errors == set() and found.metadata.issues.warnings == set()
    assert found.metadata.cite_as.startswith("Lovelace, Ada; Gravity Spy (2026)")


def test_the_labels_are_read_through_it(folder):
    rows = list(mlcroissant.Dataset(str(folder / "croissant.json")).records("labels"))
    assert [row["labels/sample_id"].decode() for row in rows] == [row[0] for row in ROWS]
    assert rows[0]["labels/label"] == b"Tomte" and rows[0]["labels/label_before"] == b"Blip"


def test_a_file_that_was_changed_is_found_out(folder):
    (folder / "labels.csv").write_text("sample_id\nx\n")
    described = json.loads((folder / "croissant.json").read_text())
    sums = {one["name"]: one["sha256"] for one in described["distribution"]}
    assert set(sums) == {path.name for path in folder.iterdir()} - {"croissant.json", "SHA256SUMS"}
    with pytest.raises(mlcroissant.GenerationError, match=r"Download\(labels.csv\)"):
        list(mlcroissant.Dataset(str(folder / "croissant.json")).records("labels"))


def test_without_a_licence_none_is_claimed():
    with zipfile.ZipFile(io.BytesIO(packed(content(licence="")))) as archive:
        assert "license" not in json.loads(archive.read("2026-11/croissant.json"))
