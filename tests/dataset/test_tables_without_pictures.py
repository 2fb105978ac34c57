"""Tables of ids with labels and coordinates or vectors: what their columns mean, and pictures that are on disk."""

import numpy as np
import pandas as pd
import pytest

from core.dataset import PLAIN_VIEW, open_dataset
from core.dataset.pictures import PictureError
from core.dataset.readers.table_columns import (
    CLUSTER_COLUMNS,
    COORDINATE_COLUMNS,
    KEY_COLUMNS,
    LIST_COLUMNS,
    NUMBERED_COLUMNS,
    PICTURE_COLUMNS,
    TABLE_LABELS,
    table_columns,
)
from core.errors import GlitchAuditError
from core.workspace import PROJECT_ROOT

IDS = ["a", "b", "c", "d"]
LABELS = ["Blip", "Blip", "Whistle", "None"]


def write(path, /, **columns):
    frame = pd.DataFrame({"id": IDS, "label": LABELS} | columns)
    frame.to_csv(path, index=False) if path.suffix == ".csv" else frame.to_parquet(path)
    return path


def refused(path):
    with pytest.raises(GlitchAuditError) as caught:
        open_dataset(path)
    return str(caught.value)


@pytest.mark.parametrize("name", ["t.csv", "t.parquet"])
def test_coordinates_labels_and_clusters(tmp_path, name):
    path = write(
        tmp_path / name, x=[0.5, 1, 2, 3], y=[4.25, 5, 6, 7], cluster=[0, 0, 7, -1], snr=[8.0, 9.0, None, 11.0]
    )
    dataset = open_dataset(path)
    assert dataset.samples["label"].to_dict() == dict(zip(IDS, LABELS, strict=True))
    assert dataset.samples.columns.tolist() == ["label", "snr"]
    assert dataset.brought.coordinates.tolist() == [[0.5, 4.25], [1, 5], [2, 6], [3, 7]]
    assert dataset.brought.clusters.tolist() == [0, 0, 7, -1] and dataset.brought.vectors is None
    assert dataset.pictures.empty and dataset.views == (PLAIN_VIEW,)
    with pytest.raises(PictureError):
        dataset.store.read("0")
    assert dataset.understood == (
        "the column id names the samples, label their labels, x and y are their places on the map, cluster their "
        "clusters",
        "there are no pictures, and the table names none",
    )


def test_vectors_as_numbered_columns_and_as_lists(tmp_path):
    matrix = np.arange(12, dtype=np.float32).reshape(4, 3)
    numbered = {f"dim_{place}": matrix[:, place] for place in (2, 0, 1)}
    one = open_dataset(write(tmp_path / "one.csv", **numbered, snr=[1, 2, 3, 4]))
    two = open_dataset(write(tmp_path / "two.parquet", embedding=matrix.tolist(), snr=[1, 2, 3, 4]))
    for dataset in (one, two):
        assert np.array_equal(dataset.brought.vectors, matrix) and dataset.brought.coordinates is None
        assert dataset.samples["snr"].tolist() == [1, 2, 3, 4]
    assert one.pictures_fingerprint == two.pictures_fingerprint


@pytest.mark.parametrize(
    ("names", "coordinates", "vectors"),
    [
        ("X Y", "X Y", ""),
        ("umap_x umap_y snr", "umap_x umap_y", ""),
        ("umap_1 umap_2", "umap_1 umap_2", ""),
        ("umap_1 umap_2 umap_3", "", "umap_1 umap_2 umap_3"),
        ("x y f0 f1 f2", "x y", "f0 f1 f2"),
        ("0 1 2", "", "0 1 2"),
        ("e1 e2 e10 e3 e4 e5 e6 e7 e8 e9", "", "e1 e2 e3 e4 e5 e6 e7 e8 e9 e10"),
        ("f0 f2 f3", "", ""),
        ("snr1 snr2 snr3", "", ""),
        ("snr duration", "", ""),
    ],
)
def test_what_columns_mean(names, coordinates, vectors):
    table = pd.DataFrame([[float(place) for place in range(len(names.split()))]], columns=names.split())
    found = table_columns(table)
    assert (" ".join(found.coordinates), " ".join(found.vectors)) == (coordinates, vectors)


def test_clusters_may_have_names(tmp_path):
    dataset = open_dataset(write(tmp_path / "t.csv", x=1, y=[1, 2, 3, 4], cluster_label=["west", "east", "noise", ""]))
    assert dataset.brought.clusters.tolist() == [1, 0, -1, -1]


def test_what_is_missing_is_said_with_what_is_there(tmp_path):
    text = refused(write(tmp_path / "t.parquet", snr=[1, 2, 3, 4]))
    assert "Without pictures, a table needs 2-D coordinates (x and y)" in text and "it has id, label, snr" in text
    pd.DataFrame({"x": [1.0], "y": [2.0], "id": ["a"]}).to_csv(tmp_path / "u.csv", index=False)
    assert "lacks one of labels (label, ml_label, true_label" in refused(tmp_path / "u.csv")


def test_rows_that_cannot_be_used_are_left_out_with_their_lines(tmp_path):
    rows = [
        "id,label,x,y",
        "a,Blip,1,2",
        "b,,1,2",
        ",Blip,1,2",
        "c,Blip,,2",
        "a,Blip,3,4",
        "d,Whistle,inf,1",
        "NA,NA,5,6",
    ]
    (tmp_path / "t.csv").write_text("\n".join(rows))
    dataset = open_dataset(tmp_path / "t.csv")
    assert dataset.samples["label"].to_dict() == {"a": "Blip", "NA": "NA"}
    assert dataset.brought.coordinates.tolist() == [[1, 2], [5, 6]]
    assert sorted((problem.where, problem.reason) for problem in dataset.problems) == [
        ("t.csv line 3", "the label is empty"),
        ("t.csv line 4", "the sample's id is empty"),
        ("t.csv line 5", "a coordinate or a number of the vector is missing"),
        ("t.csv line 6", "a is there twice; the first is used"),
        ("t.csv line 7", "a coordinate or a number of the vector is missing"),
    ]


def test_one_sample_with_two_labels_is_refused(tmp_path):
    (tmp_path / "t.csv").write_text("id,label,x,y\na,Blip,1,2\na,Whistle,1,2\n")
    assert "sample a has two labels, Blip (t.csv line 2) and Whistle (t.csv line 3)" in refused(tmp_path / "t.csv")


@pytest.mark.parametrize("text", ["id,label,x,y\n", "id,label,x,y\na,,1,2\n"])
def test_a_table_without_a_usable_row_is_one_sentence(tmp_path, text):
    (tmp_path / "t.csv").write_text(text)
    assert "\n" not in refused(tmp_path / "t.csv")


@pytest.mark.parametrize(
    "address",
    [
        "pictures/{}.png",
        "./pictures/{}.png",
        "{root}/pictures/{}.png",
        "file://{root}/pictures/{}.png",
        "https://example.org/elsewhere/{}.png?size=1",
        "C:\\them\\{}.png",
    ],
)
def test_pictures_are_found_by_path_or_address_where_they_are_on_disk(tmp_path, gray, address):
    (tmp_path / "pictures").mkdir()
    for name in ("one a", "b"):
        (tmp_path / "pictures" / f"{name}.png").write_bytes(gray)
    names = ["one a", "b", "gone", ""]
    quoted = [name.replace(" ", "%20") if "://" in address else name for name in names]
    path = [address.format(name, root=tmp_path) if name else None for name in quoted]
    dataset = open_dataset(write(tmp_path / "t.csv", x=1, y=[1, 2, 3, 4], path=path))
    assert dataset.pictures[["sample_id", "location"]].to_numpy().tolist() == [
        ["a", "pictures/one a.png"],
        ["b", "pictures/b.png"],
    ]
    assert dataset.store.read("pictures/b.png") == gray
    assert any("2 of 4 samples have pictures on disk" in sentence for sentence in dataset.understood)


def test_a_picture_outside_the_tables_folder_is_not_read(tmp_path, gray):
    (tmp_path / "secret.png").write_bytes(gray)
    (tmp_path / "set").mkdir()
    paths = [str(tmp_path / "secret.png"), "../secret.png", f"file://{tmp_path}/secret.png", "/etc/passwd"]
    dataset = open_dataset(write(tmp_path / "set" / "t.csv", x=1, y=[1, 2, 3, 4], path=paths))
    assert dataset.pictures.empty


def test_views_of_glitches_are_found_by_their_id(tmp_path, glitch_files):
    glitch_files(tmp_path / "them", "aaaaaaaaaa")
    (tmp_path / "t.csv").write_text("gravityspy_id,label,x,y\naaaaaaaaaa,Blip,1,2\nbbbbbbbbbb,Blip,1,3\n")
    dataset = open_dataset(tmp_path / "t.csv")
    assert dataset.views == ("0.5", "1.0", "2.0", "4.0")
    assert dataset.pictures["sample_id"].unique().tolist() == ["aaaaaaaaaa"]


def test_a_row_a_picture_as_the_reference_audit_has_them(tmp_path, glitch_files):
    glitch_files(tmp_path / "them", "aaaaaaaaaa")
    names = [f"H1_aaaaaaaaaa_spectrogram_{view}.png" for view in ("0.5", "4.0")]
    rows = [*(f"{name},Blip,1,2" for name in names), "L1_1261473529.5000_spectrogram_1.0.png,Whistle,3,4"]
    (tmp_path / "t.csv").write_text("\n".join(["filename,true_label,x,y", *rows]))
    samples = open_dataset(tmp_path / "t.csv").samples
    assert samples.index.tolist() == ["aaaaaaaaaa/0.5", "aaaaaaaaaa/4.0", "L1_1261473529.5/1.0"]
    assert samples[["glitch", "view", "detector"]].to_numpy().tolist() == [
        ["aaaaaaaaaa", "0.5", "H1"],
        ["aaaaaaaaaa", "4.0", "H1"],
        ["L1_1261473529.5", "1.0", "L1"],
    ]
    assert samples["event_time"].iloc[2] == 1261473529.5
    said = open_dataset(tmp_path / "t.csv").understood
    assert any(sentence.startswith("2 rows named by detector and gravityspy_id: ") for sentence in said)
    assert any(sentence.startswith("1 row named by detector and GPS time: ") for sentence in said)
    pictures = open_dataset(tmp_path / "t.csv").pictures
    assert pictures["location"].tolist() == [f"them/{name}" for name in names]


def test_a_metadata_csv_beside_its_pictures_is_read_as_before(tmp_path, glitch_files):
    glitch_files(tmp_path / "them", "aaaaaaaaaa")
    (tmp_path / "t.csv").write_text("gravityspy_id,label,snr,q1,q2,q3\naaaaaaaaaa,Blip,8,1,2,3\n")
    assert open_dataset(tmp_path / "t.csv").brought is None


@pytest.mark.parametrize("change", ["label", "x", "cluster", "snr"])
def test_every_change_counts_and_the_map_hangs_on_the_places_alone(tmp_path, change):
    columns = {"x": [1, 2, 3, 4], "y": [1, 2, 3, 4], "cluster": [0, 0, 1, 1], "snr": [1, 2, 3, 4], "label": LABELS}
    before = open_dataset(write(tmp_path / "t.csv", **columns))
    values = {"label": ["Tomte", *LABELS[1:]]}.get(change, [9, *columns[change][1:]])
    after = open_dataset(write(tmp_path / "t.csv", **columns | {change: values}))
    assert after.fingerprint != before.fingerprint
    assert (after.pictures_fingerprint == before.pictures_fingerprint) == (change != "x")


def test_every_name_that_is_guessed_is_in_the_document():
    text = (PROJECT_ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
    names = {*KEY_COLUMNS, *TABLE_LABELS, *CLUSTER_COLUMNS, *LIST_COLUMNS, *NUMBERED_COLUMNS, *PICTURE_COLUMNS}
    names |= {pair[0].removesuffix("x") for pair in COORDINATE_COLUMNS}
    # The last of the four addresses stands for those between.
    missing = {name for name in names - {"", "url2", "url3"} if f"`{name}`" not in text}
    assert not missing
