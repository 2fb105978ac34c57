"""Tables beside pictures: their columns become metadata, and labels where the folders tell none."""

import pandas as pd
import pytest

from core.dataset import open_dataset
from core.dataset.readers.beside import says_unused
from core.dataset.readers.beside_csv import NAME_COLUMNS
from core.dataset.readers.table_columns import TABLE_LABELS
from core.errors import GlitchAuditError
from core.workspace import PROJECT_ROOT


@pytest.fixture
def folder(tmp_path, gray):
    """Write pictures at these places and tables with these texts into a folder."""

    def write(*places, **tables):
        for place in places:
            (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / place).write_bytes(gray)
        for name, text in tables.items():
            (tmp_path / f"{name}.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path

    return write


def said(dataset):
    return "\n".join([*dataset.understood, *(f"{problem.where}: {problem.reason}" for problem in dataset.problems)])


ANIMALS = ("cat/one.png", "cat/two.png", "dog/three.png")


@pytest.mark.parametrize(
    "cells",
    [
        ("cat/one.png", "cat/two.png", "dog/three.png"),
        ("cat/one", "cat/two", "dog/three"),
        ("one.png", "two.png", "three.png"),
        ("one", "two", "three"),
        ("./cat/one.png", "cat\\two.png", "/home/me/animals/dog/three.png"),
    ],
)
@pytest.mark.parametrize("heading", ["file", "File Name", "filename", "path", "image", "name", "ID", "sample_id"])
def test_a_column_names_the_pictures_in_any_usual_way(folder, cells, heading):
    rows = zip(cells, ("3.5", "", "12"), ("brown", "black", ""), strict=True)
    text = f"{heading},weight,coat\n" + "".join(",".join(row) + "\n" for row in rows)
    dataset = open_dataset(folder(*ANIMALS, facts=text))
    assert dataset.source_form == "class folders"
    assert dataset.samples["label"].to_dict() == {"cat/one": "cat", "cat/two": "cat", "dog/three": "dog"}
    assert dataset.samples["weight"].dropna().to_dict() == {"cat/one": 3.5, "dog/three": 12.0}
    assert dataset.samples["coat"].dropna().to_dict() == {"cat/one": "brown", "cat/two": "black"}
    assert list(dataset.samples.columns) == ["label", "weight", "coat"]
    assert f"the column {heading} names the pictures (3 of 3 rows do); taken along are weight, coat" in said(dataset)
    assert dataset.problems == ()


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_separators_and_byte_order_mark(folder, separator, encoding):
    text = f"file{separator}größe\none.png{separator}1\ntwo.png{separator}2\nthree.png{separator}3\n"
    dataset = open_dataset(folder(*ANIMALS, facts=text.encode(encoding)))
    assert dataset.samples["größe"].tolist() == [1, 2, 3] or dataset.samples["größe"].to_dict() == {
        "cat/one": 1,
        "cat/two": 2,
        "dog/three": 3,
    }
    assert pd.api.types.is_integer_dtype(dataset.samples["größe"])


def test_numbers_with_leading_zeros_stay_text_and_infinity_is_nothing(folder):
    text = "file,code,size\none,007,inf\ntwo,010,2\nthree,1,3\n"
    samples = open_dataset(folder(*ANIMALS, facts=text)).samples
    assert samples["code"].tolist() == ["007", "010", "1"]
    assert samples["size"].isna().tolist() == [True, False, False]


def test_split_folders_with_a_table_in_each(folder, tmp_path):
    root = folder("train/cat/1.png", "train/dog/2.png", "test/cat/1.png")
    (root / "train" / "metadata.csv").write_text("file_name,age\ncat/1.png,5\ndog/2.png,6\n")
    (root / "test" / "metadata.csv").write_text("file_name,age\ncat/1.png,7\n")
    dataset = open_dataset(root)
    assert dataset.source_form == "Kaggle split folders"
    assert dataset.samples["age"].to_dict() == {"train/cat/1": 5, "train/dog/2": 6, "test/cat/1": 7}
    assert dataset.problems == ()


@pytest.mark.parametrize("place", ["", "images/"])
@pytest.mark.parametrize("heading", ["label", "class", "Category"])
def test_in_one_flat_folder_the_column_of_labels_is_the_label(folder, place, heading):
    text = f"image,{heading},age\na.png,cat,3\nb.png,dog,4\n"
    dataset = open_dataset(folder(f"{place}a.png", f"{place}b.png", f"{place}c.png", labels=text))
    assert dataset.source_form == "a folder of pictures with their labels in a table"
    assert dataset.samples["label"].to_dict() == {f"{place}a": "cat", f"{place}b": "dog"}
    assert dataset.samples["age"].tolist() == [3, 4]
    assert list(dataset.samples.columns) == ["label", "age"]
    assert said(dataset).endswith(f"{place}c.png: no table has a label for it")


def test_splits_without_label_folders_take_the_labels_of_the_table(folder):
    text = "id,label\na,cat\nb,dog\n"
    dataset = open_dataset(folder("train/a.png", "test/b.png", train=text))
    assert dataset.samples["label"].to_dict() == {"test/b": "dog", "train/a": "cat"}
    assert dataset.samples["split"].to_dict() == {"test/b": "test", "train/a": "train"}


def test_the_table_itself_may_be_opened(folder):
    root = folder("a.png", "b.png", labels="file;label;age\na.png;cat;3\nb.png;dog;4\n", other="file,label\na,cow\n")
    dataset = open_dataset(root / "labels.csv")
    assert dataset.source == root / "labels.csv"
    assert dataset.samples["label"].tolist() == ["cat", "dog"]
    assert dataset.samples["age"].tolist() == [3, 4]


def test_the_folder_wins_over_a_column_of_labels(folder):
    same = open_dataset(folder(*ANIMALS, facts="file,label\none,cat\ntwo,cat\n"))
    assert list(same.samples.columns) == ["label"]
    dataset = open_dataset(folder(facts="file,label\none,cat\ntwo,lynx\n"))
    assert dataset.samples["label"].to_dict() == {"cat/one": "cat", "cat/two": "cat", "dog/three": "dog"}
    assert dataset.samples["csv_label"].dropna().to_dict() == {"cat/one": "cat", "cat/two": "lynx"}
    assert "the folder is the label; the table says another one for 1 of 2 samples, such as lynx for cat/two" in said(
        dataset
    )


def test_rows_without_a_picture_are_one_sentence(folder):
    dataset = open_dataset(folder(*ANIMALS, facts="file,age\none,1\ncow/one.png,9\n,8\nfive,7\n"))
    (problem,) = dataset.problems
    assert problem.where == "facts.csv"
    assert problem.reason == (
        "3 rows name no picture that is here, such as line 3 (cow/one.png), line 4, line 5 (five)"
    )
    assert dataset.samples["age"].dropna().to_dict() == {"cat/one": 1}
    assert "no table has a row for 2 of 3 samples, such as cat/two: they have no such values" in said(dataset)


def test_a_name_of_several_pictures_is_not_guessed(folder):
    dataset = open_dataset(folder("cat/1.png", "dog/1.png", "dog/2.png", facts="name,age\n1,5\n2,6\n"))
    assert dataset.samples["age"].dropna().to_dict() == {"dog/2": 6}
    assert "1 row names several pictures, so none of them got the values, such as line 2 (1)" in said(dataset)


def test_of_rows_that_repeat_a_picture_the_first_counts(folder):
    dataset = open_dataset(folder(*ANIMALS, facts="file,age\none,1\none.png,2\ntwo,3\n"))
    assert dataset.samples["age"].dropna().to_dict() == {"cat/one": 1, "cat/two": 3}
    assert "1 row names a picture that a row above names; the first row counts, such as line 3 (one.png)" in said(
        dataset
    )


def test_a_picture_with_two_labels_is_refused(folder):
    with pytest.raises(GlitchAuditError, match=r"sample a has two labels, cat \(t.csv line 2\) and dog \(t.csv line 4"):
        open_dataset(folder("a.png", "b.png", t="file,label\na,cat\nb,cat\na.png,dog\n"))


def test_two_tables_are_joined_and_the_first_value_counts(folder):
    dataset = open_dataset(
        folder(*ANIMALS, a="file,age,coat\none,1,brown\ntwo,,black\n", b="name,age,chip\none,5,x\ntwo,6,y\nthree,7,z\n")
    )
    assert dataset.samples["age"].to_dict() == {"cat/one": 1, "cat/two": 6, "dog/three": 7}
    assert dataset.samples["coat"].dropna().to_dict() == {"cat/one": "brown", "cat/two": "black"}
    assert dataset.samples["chip"].to_dict() == {"cat/one": "x", "cat/two": "y", "dog/three": "z"}
    assert "the column age of b.csv differs for 1 samples from that of a table before it" in said(dataset)


def test_the_column_that_names_most_pictures_is_taken(folder):
    """An ``id`` of digits stands before the file's name in many tables, and is metadata then."""
    text = "id,filename\n1,one.png\n2,two.png\n3,three.png\n"
    dataset = open_dataset(folder(*ANIMALS, facts=text))
    assert dataset.samples["id"].to_dict() == {"cat/one": 1, "cat/two": 2, "dog/three": 3}


def test_columns_called_like_our_own(folder):
    """A photograph's side is no view of a glitch, and must not be taken for one."""
    text = "file,view,glitch,sample_id,split,detector\none,left,no,77,val,1\ntwo,right,no,78,train,2\n"
    samples = open_dataset(folder(*ANIMALS, facts=text)).samples
    assert not {"view", "glitch", "sample_id"} & set(samples.columns)
    assert samples["csv_view"].dropna().tolist() == ["left", "right"]
    assert samples["csv_sample_id"].dropna().tolist() == [77, 78]
    assert samples["split"].dropna().tolist() == ["validation", "train"]
    assert samples["detector"].dropna().tolist() == ["1", "2"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"", "the file is empty"),
        (b"file,age\none,1,2,3\n", "the file cannot be read as a table|more cells than the first line has names"),
        ("file,größe\none,1\n".encode("latin-1"), "the file is not UTF-8 text"),
        (b"day,weather\n1,rain\n", "none of its columns is called file, filename"),
        (b"file,age\nfive,1\n", "its column file names none of them"),
        (b'file,age\n"one,1\n', "not used|names none"),
    ],
)
def test_a_table_of_no_use_is_told_of_and_the_folder_opens(folder, text, why):
    dataset = open_dataset(folder(*ANIMALS, facts=text))
    assert list(dataset.samples.columns) == ["label"]
    assert any(part in said(dataset) for part in why.split("|"))
    assert "facts.csv" in said(dataset)
    # Of these the page says more than of what it understood.
    assert all(says_unused(sentence) == ("facts.csv" in sentence) for sentence in dataset.understood)


def test_loose_pictures_with_a_table_of_no_use_are_refused_with_its_fault(folder):
    with pytest.raises(GlitchAuditError, match=r"add a CSV that names each picture .*notes.csv lies beside"):
        open_dataset(folder("a.png", notes="day,weather\n1,rain\n"))


def test_an_opened_table_has_to_name_pictures(folder):
    root = folder("a.png", notes="file,label\nb,cat\n")
    with pytest.raises(GlitchAuditError, match=r"notes.csv: it names none of the pictures below"):
        open_dataset(root / "notes.csv")


def test_line_breaks_in_cells_and_empty_lines_keep_the_count_of_lines(folder):
    text = 'file,note\none,"a\nb"\n\nnobody,x\ntwo,y\n'
    dataset = open_dataset(folder(*ANIMALS, facts=text))
    assert "1 row names no picture that is here, such as line 5 (nobody)" in said(dataset)
    assert dataset.samples["note"].dropna().to_dict() == {"cat/one": "a\nb", "cat/two": "y"}


def test_four_rows_of_one_glitch_are_one_row(tmp_path, glitch_files):
    glitch_files(tmp_path / "Blip", "aaaaaaaaaa")
    names = [f"H1_aaaaaaaaaa_spectrogram_{view}.png" for view in ("0.5", "1.0", "2.0", "4.0")]
    (tmp_path / "facts.csv").write_text("filename,snr\n" + "".join(f"{name},9.5\n" for name in names))
    dataset = open_dataset(tmp_path)
    assert dataset.samples.loc["aaaaaaaaaa", "snr"] == 9.5
    assert dataset.samples.loc["aaaaaaaaaa", "detector"] == "H1"


def test_the_pictures_fingerprint_does_not_know_of_the_table_but_the_data_sets_does(folder):
    before = open_dataset(folder(*ANIMALS))
    after = open_dataset(folder(facts="file,age\none,1\n"))
    assert before.pictures_fingerprint == after.pictures_fingerprint
    assert before.fingerprint != after.fingerprint


def test_a_changed_table_is_noticed(folder):
    root = folder(*ANIMALS, facts="file,age\none,1\n")
    dataset = open_dataset(root)
    assert dataset.files.trouble() == ""
    (root / "facts.csv").write_text("file,age\none,2345\n")
    assert "facts.csv has changed since the data set was read" in dataset.files.trouble()


def test_a_link_out_of_the_folder_is_not_read(folder, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "secret.csv"
    outside.write_text("file,secret\none,1\n")
    root = folder(*ANIMALS)
    (root / "facts.csv").symlink_to(outside)
    assert list(open_dataset(root).samples.columns) == ["label"]


def test_many_columns_and_tables_are_bounded(folder):
    wide = "file," + ",".join(f"c{number}" for number in range(150)) + "\none" + ",1" * 150 + "\n"
    dataset = open_dataset(folder(*ANIMALS, wide=wide))
    assert len(dataset.samples.columns) == 101
    assert "the table has 150 columns; the first 100 are taken along" in said(dataset)


def test_the_guide_names_every_heading():
    guide = (PROJECT_ROOT / "docs" / "any_pictures.md").read_text(encoding="utf-8")
    assert [name for name in (*NAME_COLUMNS, *TABLE_LABELS) if f"`{name}`" not in guide] == []
