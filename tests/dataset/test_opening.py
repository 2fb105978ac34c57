"""What is understood, what is refused, and that nothing is ever written into the user's folder."""

from pathlib import Path

import pandas as pd
import pyarrow
import pyarrow.parquet
import pytest

from core.dataset import decode, open_dataset
from core.errors import GlitchAuditError

REAL = Path(__file__).parents[2].parent / "shared" / "real" / "training_set"


def refused(path):
    with pytest.raises(GlitchAuditError) as caught:
        open_dataset(path)
    text = str(caught.value)
    assert str(path) in text
    assert "\n" not in text
    return text


def test_a_path_that_is_not_there(tmp_path):
    assert "no such file or folder" in refused(tmp_path / "gone")


def test_an_empty_folder_names_what_is_understood(tmp_path):
    text = refused(tmp_path)
    for layout in ("class folders", "train/validation/test", "metadata CSV", "HDF5", "Parquet"):
        assert layout in text


def test_a_folder_without_pictures(tmp_path):
    (tmp_path / "Blip").mkdir()
    (tmp_path / "Blip" / "notes.txt").write_text("hello", encoding="utf-8")
    assert "holds no pictures" in refused(tmp_path)


def test_a_folder_with_empty_pictures_only(tmp_path):
    (tmp_path / "Blip").mkdir()
    (tmp_path / "Blip" / "a.png").write_bytes(b"")
    assert "Blip/a.png: the picture is empty" in refused(tmp_path)


def test_a_folder_around_a_packed_data_set_points_to_it(tmp_path):
    (tmp_path / "demo.parquet").write_bytes(b"x")
    assert "open that file itself" in refused(tmp_path)


@pytest.mark.parametrize("name", ["a.zip", "a.png", "a"])
def test_other_files(tmp_path, name):
    (tmp_path / name).write_bytes(b"x")
    assert "not understood" in refused(tmp_path / name)


def test_a_text_path_is_as_good(tmp_path, glitch_files):
    glitch_files(tmp_path / "Blip", "aaaaaaaaaa")
    assert open_dataset(str(tmp_path)).fingerprint == open_dataset(tmp_path).fingerprint


@pytest.mark.parametrize("source", ["folder", "csv", "parquet"])
def test_nothing_is_written_into_the_users_folder(tmp_path, glitch_files, gray, listing, source):
    glitch_files(tmp_path / "Blip", "aaaaaaaaaa")
    (tmp_path / "Blip" / "empty.png").write_bytes(b"")
    path = tmp_path
    if source == "csv":
        pd.DataFrame({"gravityspy_id": ["aaaaaaaaaa"], "label": ["Blip"]}).to_csv(tmp_path / "m.csv", index=False)
    if source == "parquet":
        path = tmp_path / "p.parquet"
        rows = [{"sample_id": "a", "picture": gray, "label": "Blip"}]
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), path)
    before = listing(tmp_path)
    dataset = open_dataset(path)
    for location in dataset.pictures["location"]:
        decode(dataset.store.read(location), where=location)
    assert listing(tmp_path) == before


@pytest.mark.skipif(not REAL.exists(), reason=f"the real pictures are not at {REAL}")
def test_the_real_folder(listing):
    before = listing(REAL)
    dataset = open_dataset(REAL)
    assert dataset.source_form == "class folders"
    assert dataset.samples["label"].value_counts().to_dict() == {"Blip": 20, "Whistle": 20, "Scratchy": 7}
    assert len(dataset.pictures) == 188
    assert (dataset.pictures.groupby("sample_id").size() == 4).all()
    assert dataset.samples["detector"].isin(["H1", "L1"]).all()
    assert dataset.problems == ()
    assert listing(REAL) == before
