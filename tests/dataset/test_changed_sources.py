"""A source that changed after it was read gives no pictures: they could be another sample's."""

import os
import pickle
import shutil

import h5py
import numpy as np
import pandas as pd
import pytest

from core.dataset import open_dataset
from core.dataset import sources as sources_module
from core.dataset.pictures import PictureError
from core.dataset.sources import SourceChangedError


@pytest.fixture
def pictures(encode) -> list[bytes]:
    return [encode(np.full((6, 8), 40 * number, dtype=np.uint8)) for number in range(4)]


@pytest.fixture
def parquet(tmp_path, pictures):
    path = tmp_path / "set.parquet"
    pd.DataFrame({"sample_id": list("abcd"), "picture": pictures, "label": "Blip"}).to_parquet(path)
    return path


def age(path, seconds=10):
    """Another time of change, as a copy or a download would give the file."""
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + seconds * 10**9))


def test_a_parquet_file_in_another_order_of_rows_is_refused(parquet, pictures):
    dataset = open_dataset(parquet)
    assert dataset.store.read("0") == pictures[0]
    pd.read_parquet(parquet).iloc[::-1].to_parquet(parquet, index=False)
    age(parquet)
    with pytest.raises(
        SourceChangedError, match=r"has changed since the data set was read.*[Rr]ead the data set again"
    ):
        dataset.store.read("0")
    assert "has changed since" in dataset.files.trouble()


def test_a_parquet_file_put_in_its_place_by_renaming_is_refused(tmp_path, parquet):
    dataset = open_dataset(parquet)
    dataset.store.read("0")
    pd.read_parquet(parquet).iloc[::-1].to_parquet(tmp_path / "new.parquet", index=False)
    (tmp_path / "new.parquet").replace(parquet)
    with pytest.raises(SourceChangedError):
        dataset.store.read("0")


def test_a_file_of_which_only_the_time_changed_is_still_the_same(parquet, pictures):
    dataset = open_dataset(parquet)
    age(parquet)
    assert dataset.store.read("2") == pictures[2] and dataset.files.trouble() == ""


def test_a_file_that_was_put_back_is_read_again(tmp_path, parquet, pictures):
    dataset = open_dataset(parquet)
    shutil.copy2(parquet, tmp_path / "kept")
    parquet.write_bytes(b"something else")
    assert dataset.files.trouble()
    with pytest.raises(SourceChangedError):
        dataset.store.read("1")
    (tmp_path / "kept").replace(parquet)
    assert dataset.store.read("1") == pictures[1] and dataset.files.trouble() == ""


def test_the_content_is_looked_at_once_and_not_for_each_picture(parquet, monkeypatch):
    dataset = open_dataset(parquet)
    looks = []
    monkeypatch.setattr(
        sources_module, "content_hash", lambda path, real=sources_module.content_hash: looks.append(path) or real(path)
    )
    for _ in range(3):
        dataset.store.read("0")
    assert looks == []
    age(parquet)
    for _ in range(3):
        dataset.store.read("0")
    assert looks == [parquet.resolve()]
    parquet.write_bytes(b"x" * parquet.stat().st_size)
    for _ in range(3):
        with pytest.raises(SourceChangedError):
            dataset.store.read("0")
    assert len(looks) == 2


def test_a_change_that_size_and_time_hide_is_met_at_the_picture(tmp_path):
    path = tmp_path / "set.parquet"
    table = pd.DataFrame({"sample_id": ["a", "b"], "picture": [b"<picture one>", b"<picture two>"], "label": "Blip"})
    table.to_parquet(path, compression=None, use_dictionary=False)
    dataset = open_dataset(path)
    before = path.stat()
    swapped = path.read_bytes().replace(b"<picture one>", b"<picture 2!!>").replace(b"<picture two>", b"<picture one>")
    path.write_bytes(swapped)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    for location in ("0", "1"):
        with pytest.raises(SourceChangedError, match="another picture"):
            dataset.store.read(location)


def test_a_changed_hdf5_file_is_refused(tmp_path, gray):
    path = tmp_path / "set.h5"
    with h5py.File(path, "w") as file:
        file["Blip/train/a/0.5.png"] = np.frombuffer(gray, dtype=np.uint8)
    dataset = open_dataset(path)
    location = dataset.pictures["location"].iloc[0]
    assert dataset.store.read(location) == gray
    with h5py.File(tmp_path / "new.h5", "w") as file:
        file["Blip/train/a/0.5.png"] = np.frombuffer(gray[::-1], dtype=np.uint8)
    (tmp_path / "new.h5").replace(path)
    with pytest.raises(SourceChangedError):
        dataset.store.read(location)


@pytest.mark.parametrize("change", ["rewritten", "touched", "gone"])
def test_a_picture_file_that_changed_is_refused_and_the_others_are_not(tmp_path, glitch_files, gray, change):
    glitch_files(tmp_path / "Blip", "aaaaaaaaaa")
    dataset = open_dataset(tmp_path)
    assert dataset.files.trouble() == ""
    file = tmp_path / "Blip" / "H1_aaaaaaaaaa_spectrogram_1.0.png"
    if change == "rewritten":
        file.write_bytes(gray + b"x")
    elif change == "touched":
        age(file)
    else:
        file.unlink()
    with pytest.raises(SourceChangedError, match=r"H1_aaaaaaaaaa_spectrogram_1\.0\.png"):
        dataset.store.read(f"Blip/{file.name}")
    assert file.name in dataset.files.trouble()
    assert dataset.store.read("Blip/H1_aaaaaaaaaa_spectrogram_2.0.png") == gray


def test_a_picture_file_that_was_put_back_is_no_trouble_any_more(tmp_path, glitch_files):
    glitch_files(tmp_path / "Blip", "aaaaaaaaaa")
    dataset = open_dataset(tmp_path)
    file = tmp_path / "Blip" / "H1_aaaaaaaaaa_spectrogram_1.0.png"
    age(file)
    with pytest.raises(SourceChangedError):
        dataset.store.read(f"Blip/{file.name}")
    age(file, -10)
    assert dataset.files.trouble() == "" and dataset.store.read(f"Blip/{file.name}")


def test_a_metadata_csv_that_changed_is_told_of(tmp_path, glitch_files):
    glitch_files(tmp_path / "pictures", "aaaaaaaaaa")
    table = tmp_path / "table.csv"
    table.write_text("gravityspy_id,label\naaaaaaaaaa,Blip\n")
    dataset = open_dataset(tmp_path)
    table.write_text("gravityspy_id,label\naaaaaaaaaa,Tomte\n")
    assert "table.csv" in dataset.files.trouble()


def test_a_pickled_store_watches_too(parquet, tmp_path, glitch_files):
    glitch_files(tmp_path / "set" / "Blip", "aaaaaaaaaa")
    packed, folder = open_dataset(parquet).store, open_dataset(tmp_path / "set").store
    there = pickle.loads(pickle.dumps((packed, folder)))
    parquet.write_bytes(b"x")
    file = next((tmp_path / "set" / "Blip").iterdir())
    age(file)
    for store, location in zip(there, ("0", f"Blip/{file.name}"), strict=True):
        with pytest.raises(SourceChangedError):
            store.read(location)


def test_it_is_a_picture_error_so_that_no_page_shows_a_traceback():
    assert issubclass(SourceChangedError, PictureError)
