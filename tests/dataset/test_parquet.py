"""Parquet with the pictures inside."""

import io
import json
import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pyarrow
import pyarrow.parquet
import pytest
from PIL import Image

from core.dataset import VIEWS, decode, open_dataset
from core.dataset import stores as stores_module
from core.dataset.stores import ParquetStore
from core.errors import GlitchAuditError


def picture(value):
    out = io.BytesIO()
    Image.new("L", (6, 4), value).save(out, "png")
    return out.getvalue()


def rows_of(count):
    return [
        {
            "sample_id": f"s{number:03d}",
            "view": view,
            "picture": picture((number * 4 + place) % 256),
            "label": ["Blip", "Tomte"][number % 2],
            "ifo": "H1",
            "sample_type": "train",
            "snr": 8.0 + number,
        }
        for number in range(count)
        for place, view in enumerate(VIEWS)
    ]


def write(path, rows, **options):
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), path, **options)
    return path


@pytest.fixture
def packed(tmp_path):
    return write(tmp_path / "demo.parquet", rows_of(10), row_group_size=7)


def test_samples_views_and_metadata(packed):
    dataset = open_dataset(packed)
    assert dataset.source_form == "Parquet with pictures inside"
    assert dataset.name == "demo"
    assert dataset.samples.index.tolist() == [f"s{number:03d}" for number in range(10)]
    assert dataset.samples.columns.tolist() == ["label", "detector", "split", "snr"]
    assert dataset.samples.at["s003", "snr"] == 11.0
    assert len(dataset.pictures) == 40
    assert dataset.views == VIEWS
    for number, location in enumerate(dataset.pictures["location"]):
        assert (decode(dataset.store.read(location), where=location).energy == number).all()


def test_rows_in_any_order_give_the_same_pictures(tmp_path):
    rows = rows_of(3)
    shuffled = [rows[place] for place in np.random.default_rng(0).permutation(len(rows))]
    dataset = open_dataset(write(tmp_path / "a.parquet", shuffled))
    for row in rows:
        pictures = dataset.pictures
        place = pictures[(pictures["sample_id"] == row["sample_id"]) & (pictures["view"] == row["view"])]
        assert dataset.store.read(place["location"].item()) == row["picture"]


def test_a_small_cache_and_many_threads_read_the_right_bytes(packed, monkeypatch):
    monkeypatch.setattr(stores_module, "_CACHE_BYTES", 1)
    store = ParquetStore(packed)
    rows = [row["picture"] for row in rows_of(10)]
    order = np.random.default_rng(0).integers(0, 40, size=400).tolist()
    with ThreadPoolExecutor(8) as pool:
        read = list(pool.map(lambda row: store.read(str(row)), order))
    assert read == [rows[row] for row in order]
    assert len(store._groups) == 1


def test_the_store_can_be_pickled(packed):
    store = pickle.loads(pickle.dumps(open_dataset(packed).store))
    assert store.read("5") == rows_of(2)[5]["picture"]


@pytest.mark.parametrize("location", ["40", "-1", "x", "", "1.5"])
def test_a_row_that_is_not_there(packed, location):
    with pytest.raises(GlitchAuditError, match="has no row"):
        ParquetStore(packed).read(location)


def test_gravity_spy_names_and_one_view(tmp_path):
    rows = [{"gravityspy_id": "aaaaaaaaaa", "image": picture(3), "ml_label": "Blip", "url1": "x"}]
    dataset = open_dataset(write(tmp_path / "a.parquet", rows))
    assert dataset.samples.index.tolist() == ["aaaaaaaaaa"]
    assert dataset.samples.columns.tolist() == ["label"]
    assert dataset.views == ("picture",)
    assert dataset.store.read("0") == picture(3)


def test_hugging_face_structs_and_class_names(tmp_path):
    rows = [
        {"image": {"bytes": picture(1), "path": "H1_aaaaaaaaaa_spectrogram_0.5.png"}, "label": 1},
        {"image": {"bytes": picture(2), "path": "H1_aaaaaaaaaa_spectrogram_1.0.png"}, "label": 1},
        {"image": {"bytes": picture(3), "path": "plain.png"}, "label": 0},
        {"image": {"bytes": picture(4), "path": None}, "label": 0},
    ]
    names = {"info": {"features": {"label": {"names": ["Blip", "Tomte"]}}}}
    table = pyarrow.Table.from_pylist(rows).replace_schema_metadata({"huggingface": json.dumps(names)})
    pyarrow.parquet.write_table(table, tmp_path / "a.parquet")
    dataset = open_dataset(tmp_path / "a.parquet")
    assert dataset.samples["label"].to_dict() == {"aaaaaaaaaa": "Tomte", "plain": "Blip", "row-3": "Blip"}
    assert dataset.samples.at["aaaaaaaaaa", "detector"] == "H1"
    assert dataset.pictures["view"].tolist() == ["0.5", "1.0", "picture", "picture"]
    assert [dataset.store.read(location) for location in dataset.pictures["location"]] == [
        row["image"]["bytes"] for row in rows
    ]


def test_a_missing_picture_is_empty_bytes(tmp_path):
    rows = [*rows_of(1), {**rows_of(1)[0], "sample_id": "other", "picture": None}]
    dataset = open_dataset(write(tmp_path / "a.parquet", rows))
    assert dataset.store.read("4") == b""


def test_rows_without_label_or_id_are_listed(tmp_path):
    rows = rows_of(2)
    rows[0]["label"] = None
    rows[5]["sample_id"] = None
    dataset = open_dataset(write(tmp_path / "a.parquet", rows))
    assert [(problem.where, problem.reason) for problem in dataset.problems] == [
        ("a.parquet row 0", "the row has no label"),
        ("a.parquet row 5", "the row has no sample id"),
    ]
    assert len(dataset.pictures) == 6


def test_two_labels_for_one_sample_are_refused(tmp_path):
    rows = rows_of(1)
    rows[2]["label"] = "Tomte"
    with pytest.raises(
        GlitchAuditError, match=r"s000 has two labels, Blip \(a.parquet row 0\) and Tomte \(a.parquet row 2"
    ):
        open_dataset(write(tmp_path / "a.parquet", rows))


@pytest.mark.parametrize(("dropped", "named"), [("picture", "picture or image"), ("label", "label or ml_label")])
def test_missing_columns_are_named(tmp_path, dropped, named):
    rows = [{key: value for key, value in row.items() if key != dropped} for row in rows_of(1)]
    with pytest.raises(GlitchAuditError, match=f"lacks the column {named}"):
        open_dataset(write(tmp_path / "a.parquet", rows))


def test_pictures_that_are_no_bytes_are_refused(tmp_path):
    with pytest.raises(GlitchAuditError, match="not the encoded bytes"):
        open_dataset(write(tmp_path / "a.parquet", [{"picture": "a.png", "label": "Blip"}]))


@pytest.mark.parametrize("content", [b"", b"PAR1", b"no parquet at all" * 100])
def test_not_parquet(tmp_path, content):
    (tmp_path / "a.parquet").write_bytes(content)
    with pytest.raises(GlitchAuditError, match="cannot be read as Parquet"):
        open_dataset(tmp_path / "a.parquet")


def test_no_rows(tmp_path):
    frame = pd.DataFrame({"sample_id": ["a"], "picture": [b"x"], "label": ["Blip"]}).iloc[:0]
    pyarrow.parquet.write_table(
        pyarrow.Table.from_pandas(
            frame, schema=pyarrow.schema({"sample_id": "str", "picture": "binary", "label": "str"})
        ),
        tmp_path / "a.parquet",
    )
    with pytest.raises(GlitchAuditError, match="no usable picture"):
        open_dataset(tmp_path / "a.parquet")


def test_the_default_view_of_a_row_without_one(tmp_path):
    rows = [
        {"sample_id": "a", "view": None, "picture": picture(1), "label": "Blip"},
        {**rows_of(1)[0], "sample_id": "b"},
    ]
    dataset = open_dataset(write(tmp_path / "a.parquet", rows))
    assert dataset.pictures["view"].tolist() == ["picture", "0.5"]
