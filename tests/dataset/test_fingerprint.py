"""The fingerprint changes with the content, and with nothing else."""

import os
import shutil

import h5py
import numpy as np
import pyarrow
import pyarrow.parquet
import pytest

from core.dataset import content as content_module
from core.dataset import open_dataset
from core.dataset.content import content_hash


def test_a_folder_read_twice(tmp_path, glitch_files):
    glitch_files(tmp_path / "Blip", "aaaaaaaaaa")
    assert open_dataset(tmp_path).fingerprint == open_dataset(tmp_path).fingerprint


@pytest.mark.parametrize("change", ["label", "added", "removed", "rewritten", "touched"])
def test_a_folder_that_changed(tmp_path, glitch_files, change):
    glitch_files(tmp_path / "Blip", "aaaaaaaaaa")
    glitch_files(tmp_path / "Tomte", "bbbbbbbbbb")
    before = open_dataset(tmp_path).fingerprint
    first = tmp_path / "Blip" / "H1_aaaaaaaaaa_spectrogram_0.5.png"
    if change == "label":
        (tmp_path / "Blip").rename(tmp_path / "Whistle")
    elif change == "added":
        glitch_files(tmp_path / "Blip", "cccccccccc")
    elif change == "removed":
        first.unlink()
    elif change == "rewritten":
        first.write_bytes(first.read_bytes() + b"x")
    else:
        os.utime(first, ns=(1, 1))
    assert open_dataset(tmp_path).fingerprint != before


def test_copies_of_packed_data_sets_have_the_same_fingerprint(tmp_path, gray):
    rows = [{"sample_id": "a", "picture": gray, "label": "Blip"}]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "a.parquet")
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["Blip/train/a/0.5.png"] = np.frombuffer(gray, dtype=np.uint8)
    (tmp_path / "elsewhere").mkdir()
    for name in ("a.parquet", "a.h5"):
        copy = tmp_path / "elsewhere" / f"copy_{name}"
        shutil.copyfile(tmp_path / name, copy)
        os.utime(copy, ns=(5, 5))
        assert open_dataset(copy).fingerprint == open_dataset(tmp_path / name).fingerprint


def test_a_packed_data_set_with_another_picture(tmp_path, gray, encode):
    for name, data in (("a", gray), ("b", encode(np.zeros((4, 4), dtype=np.uint8)))):
        rows = [{"sample_id": "a", "picture": data, "label": "Blip"}]
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / f"{name}.parquet")
    assert open_dataset(tmp_path / "a.parquet").fingerprint != open_dataset(tmp_path / "b.parquet").fingerprint


@pytest.mark.parametrize("place", [0, 500, 999])
def test_of_a_big_file_pieces_are_hashed(tmp_path, monkeypatch, place):
    monkeypatch.setattr(content_module, "_WHOLE_BELOW", 100)
    monkeypatch.setattr(content_module, "_PIECE_BYTES", 20)
    data = bytearray(range(250)) * 4
    (tmp_path / "a").write_bytes(data)
    before = content_hash(tmp_path / "a")
    data[place] ^= 1
    (tmp_path / "a").write_bytes(data)
    assert content_hash(tmp_path / "a") != before
    (tmp_path / "a").write_bytes(data + b"x")
    assert content_hash(tmp_path / "a") != before
