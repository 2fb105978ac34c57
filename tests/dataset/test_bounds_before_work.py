"""What grows without end is refused before it is worked on: too many columns, and groups that links repeat."""

from __future__ import annotations

import h5py
import pytest

from core.dataset import open_dataset
from core.dataset.readers.bounds import MAX_COLUMNS
from core.dataset.readers.vectors import read_vectors
from core.errors import GlitchAuditError


@pytest.mark.parametrize("read", [open_dataset, read_vectors], ids=["data set", "vectors"])
def test_a_csv_of_too_many_columns(read, tmp_path):
    path = tmp_path / "wide.csv"
    path.write_text("id," + ",".join(f"c{number}" for number in range(MAX_COLUMNS)) + "\na,1\n")
    with pytest.raises(GlitchAuditError, match="over 20,000 columns"):
        read(path)


def test_an_hdf5_whose_links_repeat_a_group_over_and_over(tmp_path):
    path = tmp_path / "linked.h5"
    with h5py.File(path, "w") as file:
        for number in range(120):
            file[f"again{number}"] = file["/"]
    with pytest.raises(GlitchAuditError, match="repeat its groups"):
        open_dataset(path)


def test_an_hdf5_of_many_small_groups_is_read(tmp_path):
    path = tmp_path / "small.h5"
    with h5py.File(path, "w") as file:
        for number in range(1_500):
            file[f"Blip/train/id{number:04d}/1.0.png"] = [[0, 1], [1, 0]]
    assert len(open_dataset(path).samples) == 1_500
