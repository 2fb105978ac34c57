"""Packing a data set into one Parquet file: it reads as the same samples, labels, views and bytes."""

import pandas as pd
import pyarrow.parquet
import pytest
from PIL import Image

from core.commands.parser import main
from core.dataset import open_dataset
from core.dataset.packed import pack
from core.errors import GlitchAuditError


@pytest.fixture
def folder(tmp_path):
    """Three labels with four pictures each, and one that is none."""
    for label in ("Blip", "Scratchy", "Tomte"):
        (tmp_path / "set" / label).mkdir(parents=True)
        for number in range(4):
            Image.new("L", (17, 14), 10 * number).save(tmp_path / "set" / label / f"{label}{number}.png")
    return tmp_path / "set"


def test_it_reads_as_the_same_data_set(folder, tmp_path, monkeypatch):
    monkeypatch.setattr("core.dataset.packed.GROUP_ROWS", 5)
    before = open_dataset(folder)
    told = []
    assert pack(before, tmp_path / "set.parquet", on_progress=lambda *far: told.append(far)) == ()
    after = open_dataset(tmp_path / "set.parquet")
    assert after.source_form == "Parquet with pictures inside" and after.problems == ()
    pd.testing.assert_frame_equal(
        after.samples[["label"]].sort_index(), before.samples[["label"]].sort_index(), check_dtype=False
    )
    assert after.views == before.views
    for samples, dataset in ((after.pictures, after), (before.pictures, before)):
        assert len(samples) == 12 and len(set(map(dataset.store.read, samples["location"]))) == 4
    where = dict(zip(after.pictures["sample_id"], after.pictures["location"], strict=True))
    for sample, location in zip(before.pictures["sample_id"], before.pictures["location"], strict=True):
        assert after.store.read(where[sample]) == before.store.read(location)
    packed = pyarrow.parquet.ParquetFile(tmp_path / "set.parquet").metadata
    assert [packed.row_group(number).num_rows for number in range(packed.num_row_groups)] == [5, 5, 2]
    assert told == [(5, 12), (10, 12), (12, 12)]


def test_views_and_metadata_travel(tmp_path, folder):
    pack(open_dataset(folder), tmp_path / "one.parquet")
    rows = pd.read_parquet(tmp_path / "one.parquet")
    rows = pd.concat([rows.assign(view=view, snr=8.5, ifo="H1") for view in ("0.5", "1.0")])
    rows.to_parquet(tmp_path / "two.parquet")
    before = open_dataset(tmp_path / "two.parquet")
    pack(before, tmp_path / "three.parquet")
    after = open_dataset(tmp_path / "three.parquet")
    assert after.views == before.views and len(after.views) == 2
    pd.testing.assert_frame_equal(after.samples, before.samples, check_dtype=False)
    assert set(after.samples.columns) >= {"label", "snr", "detector"}


def test_a_picture_that_is_gone_is_left_out(folder, tmp_path):
    dataset = open_dataset(folder)
    (folder / "Blip" / "Blip2.png").unlink()
    left_out = pack(dataset, tmp_path / "set.parquet")
    assert [problem.where for problem in left_out] == ["Blip/Blip2.png"]
    assert len(open_dataset(tmp_path / "set.parquet").samples) == 11


def test_a_table_without_pictures_is_a_sentence(tmp_path):
    pd.DataFrame({"sample_id": ["a", "b"], "label": ["x", "y"], "x": [0.0, 1.0], "y": [0.0, 1.0]}).to_csv(
        tmp_path / "table.csv", index=False
    )
    with pytest.raises(GlitchAuditError, match="no pictures to pack"):
        pack(open_dataset(tmp_path / "table.csv"), tmp_path / "out.parquet")


def test_a_place_that_cannot_be_written_is_a_sentence(folder, tmp_path):
    with pytest.raises(GlitchAuditError, match="cannot be written"):
        pack(open_dataset(folder), tmp_path / "nowhere" / "out.parquet")


def test_the_command_packs_and_says_so(folder, tmp_path, capsys):
    main(["pack", str(folder), str(tmp_path / "set.parquet")])
    assert "12 pictures of 12 samples packed into" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="has to end in"):
        main(["pack", str(folder), str(tmp_path / "set.csv")])
