"""Files that lie about what they hold, or lead elsewhere: each is refused before anything of it is believed."""

import pickle
import struct
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.dataset import PictureError, open_dataset, read_vectors
from core.dataset.readers import bounds
from core.dataset.readers.assemble import assemble
from core.errors import GlitchAuditError


class Trap:
    """Unpickled, it would leave a file behind."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def test_a_pickle_inside_npy_is_never_loaded(tmp_path):
    trap = tmp_path / "sprung"
    np.save(tmp_path / "x.npy", np.array([[Trap(trap)]], dtype=object), allow_pickle=True)
    (tmp_path / "y.npy").write_bytes(pickle.dumps(Trap(trap)))
    np.savez(tmp_path / "z.npz", np.ones((2, 2)))
    (tmp_path / "z.npz").rename(tmp_path / "z.npy")
    for name in ("x.npy", "y.npy", "z.npy"):
        with pytest.raises(GlitchAuditError, match=r"not a plain NumPy array|matrix of numbers"):
            read_vectors(tmp_path / name)
    assert not trap.exists()


def test_a_header_that_promises_more_than_the_file_holds(tmp_path):
    head = b"{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000, 1000), }".ljust(117) + b"\n"
    (tmp_path / "x.npy").write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head)
    with pytest.raises(GlitchAuditError, match="not a plain NumPy array"):
        read_vectors(tmp_path / "x.npy")


def test_hdf5_never_reads_another_file(tmp_path, gray):
    (tmp_path / "secret.png").write_bytes(gray)
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["Blip/train/a/0.5.png"] = np.frombuffer(gray, dtype=np.uint8)
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["Blip/train/a/1.0.png"] = np.frombuffer(gray, dtype=np.uint8)
        file["Blip/train/b"] = h5py.ExternalLink("other.h5", "Blip/train/a")
        file["Blip/train/a/2.0.png"] = h5py.ExternalLink("other.h5", "Blip/train/a/0.5.png")
        outside = [(str(tmp_path / "secret.png"), 0, len(gray))]
        file["Blip/train/a"].create_dataset("0.5.png", (len(gray),), np.uint8, external=outside)
        layout = h5py.VirtualLayout((len(gray),), np.uint8)
        layout[:] = h5py.VirtualSource(str(tmp_path / "other.h5"), "Blip/train/a/0.5.png", (len(gray),))
        file["Blip/train/a"].create_virtual_dataset("4.0.png", layout)
    dataset = open_dataset(tmp_path / "x.h5")
    assert "a link that leaves the file" in {problem.reason for problem in dataset.problems}
    refused = []
    for location in dataset.pictures["location"]:
        try:
            dataset.store.read(location)
        except PictureError as error:
            refused.append(location)
            assert "another file" in str(error)
    assert refused == [f"Blip/train/a/{view}.png" for view in ("0.5", "2.0", "4.0")]


def test_files_over_the_stated_size_are_refused_unread(tmp_path, glitch_files):
    glitch_files(tmp_path, "a")
    for name, read in (("m.csv", open_dataset), ("v.csv", read_vectors)):
        with (tmp_path / name).open("wb") as file:
            file.truncate(bounds.MAX_TABLE_BYTES + 1)
        with pytest.raises(GlitchAuditError, match="too big"):
            read(tmp_path / name)
        (tmp_path / name).unlink()


def test_a_parquet_bomb_is_refused_unread(tmp_path, monkeypatch):
    from core.dataset.readers import vectors

    monkeypatch.setattr(vectors, "_MAX_UNPACKED_BYTES", 1_000_000)
    pq.write_table(pa.table({"sample_id": ["x" * 1000] * 2_000, "x": [0.0] * 2_000}), tmp_path / "x.parquet",
                   use_dictionary=False)  # fmt: skip
    assert (tmp_path / "x.parquet").stat().st_size < 200_000
    with pytest.raises(GlitchAuditError, match="unpacks to"):
        read_vectors(tmp_path / "x.parquet")


def test_labels_and_ids_that_cannot_be_shown_are_problems_not_samples():
    found = pd.DataFrame(
        [("a", "1", "l1", "x"), ("b", "1", "l2", "x\ny"), ("c\x07", "1", "l3", "x"), ("d", "1", "l4", "y" * 256)],
        columns=["sample_id", "view", "location", "label"],
    )
    dataset = assemble(found, name="n", source=Path("s"), source_form="l", store=None, problems=[])
    assert dataset.samples.index.tolist() == ["a"]
    assert sorted(problem.where for problem in dataset.problems) == ["l2", "l3", "l4"]
