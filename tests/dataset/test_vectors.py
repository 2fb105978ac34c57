"""Ready-made embeddings and layouts, and putting them beside the samples."""

import json
import pickle

import numpy as np
import pandas as pd
import pytest

from core.dataset import match_vectors, open_dataset, read_vectors
from core.errors import GlitchAuditError

IDS = ["aaaaaaaaaa", "bbbbbbbbbb", "cccccccccc"]
MATRIX = np.arange(12, dtype=np.float32).reshape(3, 4)


@pytest.fixture
def dataset(tmp_path, glitch_files):
    for sample_id, label in zip(IDS, ("Blip", "Blip", "Tomte"), strict=True):
        glitch_files(tmp_path / "data" / label, sample_id, views=("0.5", "1.0"))
    return open_dataset(tmp_path / "data")


@pytest.fixture
def npy(tmp_path):
    def write(matrix):
        np.save(tmp_path / "v.npy", matrix)
        return tmp_path / "v.npy"

    return write


def test_a_matrix_without_keys_is_in_the_order_of_the_data_set(dataset, npy):
    ready = read_vectors(npy(MATRIX))
    assert ready.ids == ()
    assert ready.kind == "embedding"
    matched = match_vectors(dataset, ready)
    assert np.array_equal(matched.matrix, MATRIX)
    assert "order of the data set" in matched.report


def test_a_matrix_without_keys_of_another_length_is_refused(dataset, npy):
    with pytest.raises(GlitchAuditError, match="2 rows without keys and the data set data has 3 samples"):
        match_vectors(dataset, read_vectors(npy(MATRIX[:2])))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("v.txt", "\n".join(reversed(IDS)) + "\n"),
        ("v_ids.txt", "\n".join(reversed(IDS))),
        ("v.json", json.dumps(IDS[::-1])),
        ("v.csv", "\n".join(reversed(IDS))),
        ("v_ids.csv", "number,sample_id\n2,cccccccccc\n1,bbbbbbbbbb\n0,aaaaaaaaaa\n"),
        ("v.csv", "name\n" + "\n".join(reversed(IDS))),
    ],
)
def test_keys_from_a_list_beside_the_matrix(dataset, npy, tmp_path, name, text):
    (tmp_path / name).write_text(text, encoding="utf-8")
    ready = read_vectors(npy(MATRIX[::-1]))
    assert ready.ids == tuple(reversed(IDS))
    assert ready.matched_by == f"the list {name}"
    assert np.array_equal(match_vectors(dataset, ready).matrix, MATRIX)


def test_a_list_of_another_length_is_refused(npy, tmp_path):
    (tmp_path / "v.txt").write_text("a\nb\n", encoding="utf-8")
    with pytest.raises(GlitchAuditError, match=r"v\.txt: it lists 2 ids, but v\.npy has 3 rows"):
        read_vectors(npy(MATRIX))


def test_a_broken_list_is_refused(npy, tmp_path):
    (tmp_path / "mine.json").write_text('{"a": 1}', encoding="utf-8")
    with pytest.raises(GlitchAuditError, match="JSON list"):
        read_vectors(npy(MATRIX), ids_path=tmp_path / "mine.json")


def test_two_columns_are_a_layout(npy):
    assert read_vectors(npy(MATRIX[:, :2])).kind == "layout"


def test_a_table_of_coordinates_keyed_by_sample(dataset, tmp_path):
    table = pd.DataFrame({"gravityspy_id": IDS[::-1], "x": [3.0, 2, 1], "y": [6.0, 5, 4], "cluster": [0, 0, -1]})
    table.to_csv(tmp_path / "layout.csv", index=False)
    ready = read_vectors(tmp_path / "layout.csv")
    assert ready.kind == "layout"
    assert ready.matched_by == "column gravityspy_id"
    assert match_vectors(dataset, ready).matrix.tolist() == [[1, 4], [2, 5], [3, 6]]


@pytest.mark.parametrize("kind", ["lists", "columns", "index"])
def test_parquet_tables(dataset, tmp_path, kind):
    wide = pd.DataFrame(MATRIX, columns=[f"d{number}" for number in range(4)])
    table = {
        "lists": pd.DataFrame({"sample_id": IDS, "embedding": list(MATRIX)}),
        "columns": wide.assign(sample_id=IDS, label="Blip"),
        "index": wide.set_index(pd.Index(IDS, name="sample_id")),
    }[kind]
    table.to_parquet(tmp_path / "v.parquet")
    assert np.array_equal(match_vectors(dataset, read_vectors(tmp_path / "v.parquet")).matrix, MATRIX)


@pytest.mark.parametrize(
    "key",
    [
        "H1_{}_spectrogram_0.5.png",
        "elsewhere/Blip/H1_{}_spectrogram_1.0.png",
        "C:\\data\\H1_{}_spectrogram_4.0.png",
        " {} ",
    ],
)
def test_keys_may_be_file_names_and_paths(dataset, npy, tmp_path, key):
    (tmp_path / "v.txt").write_text("\n".join(key.format(sample_id) for sample_id in IDS), encoding="utf-8")
    assert np.array_equal(match_vectors(dataset, read_vectors(npy(MATRIX))).matrix, MATRIX)


def test_plain_pictures_match_by_path_name_or_stem(tmp_path, gray):
    for place in ("cat/one.png", "dog/two.png"):
        (tmp_path / "data" / place).parent.mkdir(parents=True)
        (tmp_path / "data" / place).write_bytes(gray)
    dataset = open_dataset(tmp_path / "data")
    for keys in (["cat/one.png", "dog/two.png"], ["one.png", "two.png"], ["one", "two"], ["cat/one", "./dog/two.png"]):
        pd.DataFrame({"file": keys, "a": [1, 2], "b": [3, 4], "c": [5, 6]}).to_csv(tmp_path / "v.csv", index=False)
        assert match_vectors(dataset, read_vectors(tmp_path / "v.csv")).matrix.tolist() == [[1, 3, 5], [2, 4, 6]]


def test_a_name_that_two_samples_share_fits_none(tmp_path, gray):
    for place in ("cat/one.png", "dog/one.png"):
        (tmp_path / "data" / place).parent.mkdir(parents=True)
        (tmp_path / "data" / place).write_bytes(gray)
    pd.DataFrame({"file": ["one.png", "cat/one.png"], "a": [1, 2]}).to_csv(tmp_path / "v.csv", index=False)
    matched = match_vectors(open_dataset(tmp_path / "data"), read_vectors(tmp_path / "v.csv"))
    assert matched.unused == 1
    assert matched.missing == ("dog/one",)
    assert matched.matrix[0].tolist() == [2]


def test_views_are_put_side_by_side(dataset, npy, tmp_path):
    names = [f"H1_{IDS[0]}_spectrogram_0.5.png", f"H1_{IDS[0]}_spectrogram_1.0.png", f"H1_{IDS[1]}_spectrogram_1.0.png"]
    (tmp_path / "v.txt").write_text("\n".join(names), encoding="utf-8")
    vectors = np.array([[3, 4, 0], [0, 0, 2], [5, 0, 0]], dtype=np.float32)
    matched = match_vectors(dataset, read_vectors(npy(vectors)))
    root = np.sqrt(0.5)
    assert matched.matrix[0] == pytest.approx([0.6 * root, 0.8 * root, 0, 0, 0, root])
    assert matched.matrix[1] == pytest.approx([0, 0, 0, 1, 0, 0])
    assert np.isnan(matched.matrix[2]).all()
    assert matched.missing == (IDS[2],)
    assert "side by side" in matched.report
    assert matched.views == 2


def test_layout_points_of_one_sample_are_averaged(dataset, npy, tmp_path):
    (tmp_path / "v.txt").write_text("\n".join([IDS[0], IDS[0], IDS[1], "stranger"]), encoding="utf-8")
    matched = match_vectors(dataset, read_vectors(npy(np.array([[0, 0], [2, 4], [1, 1], [9, 9]], dtype=np.float32))))
    assert matched.matrix[:2].tolist() == [[1, 2], [1, 1]]
    assert matched.unused == 1
    assert "2 of 3 samples have a vector" in matched.report
    assert "1 of 4 rows belong to no sample" in matched.report


def test_rows_with_values_that_are_not_finite_are_listed(dataset, npy, tmp_path):
    broken = MATRIX.copy()
    broken[1, 2] = np.nan
    without_keys = read_vectors(npy(broken))
    assert [problem.where for problem in without_keys.problems] == ["v.npy row 1"]
    assert match_vectors(dataset, without_keys).missing == (IDS[1],)
    (tmp_path / "v.txt").write_text("\n".join(IDS), encoding="utf-8")
    with_keys = read_vectors(npy(broken))
    assert [problem.where for problem in with_keys.problems] == [IDS[1]]
    assert match_vectors(dataset, with_keys).missing == (IDS[1],)


def test_no_key_fits(dataset, npy, tmp_path):
    (tmp_path / "v.txt").write_text("x\ny\nz", encoding="utf-8")
    with pytest.raises(GlitchAuditError, match="none of the 3 keys, such as x"):
        match_vectors(dataset, read_vectors(npy(MATRIX)))


class Bomb:
    def __reduce__(self):
        return print, ("run",)


@pytest.mark.parametrize("content", ["objects", "pickle", "text", "vector", "words", "empty"])
def test_what_is_no_matrix_of_numbers_is_refused(tmp_path, content, capsys):
    path = tmp_path / "v.npy"
    if content == "objects":
        np.save(path, np.array([[Bomb()]], dtype=object), allow_pickle=True)
    elif content == "pickle":
        path.write_bytes(pickle.dumps(Bomb()))
    elif content == "text":
        path.write_text("1 2 3", encoding="utf-8")
    else:
        np.save(path, {"vector": np.arange(3.0), "words": np.array([["a"]]), "empty": np.zeros((0, 5))}[content])
    with pytest.raises(GlitchAuditError, match=r"v\.npy"):
        read_vectors(path)
    assert "run" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "text", "named"),
    [
        ("v.csv", "x,y\n1,2\n", "lacks a column that names the samples"),
        ("v.csv", "sample_id,note\na,b\n", "no columns of numbers"),
        ("v.csv", "", "cannot be read"),
        ("v.parquet", "no", "cannot be read"),
        ("v.xls", "no", "from .npy, .parquet or .csv"),
    ],
)
def test_tables_that_do_not_fit(tmp_path, name, text, named):
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(GlitchAuditError, match=named):
        read_vectors(tmp_path / name)


def test_lists_of_unequal_length(tmp_path):
    pd.DataFrame({"sample_id": ["a", "b"], "embedding": [[1.0], [1.0, 2.0]]}).to_parquet(tmp_path / "v.parquet")
    with pytest.raises(GlitchAuditError, match="equal length"):
        read_vectors(tmp_path / "v.parquet")


def test_a_missing_file(tmp_path):
    with pytest.raises(GlitchAuditError, match="no such file"):
        read_vectors(tmp_path / "v.npy")
