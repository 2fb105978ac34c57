"""A Gravity Spy metadata CSV beside its pictures."""

import pandas as pd
import pytest

from core.dataset import VIEWS, open_dataset
from core.errors import GlitchAuditError

ROW = {
    "event_time": 1126259462.4,
    "ifo": "H1",
    "peak_frequency": 150.5,
    "snr": 9.5,
    "gravityspy_id": "aaaaaaaaaa",
    "label": "Blip",
    "sample_type": "train",
    "url1": "somewhere",
    "url4": "somewhere",
}


@pytest.fixture
def folder(tmp_path, glitch_files):
    glitch_files(tmp_path / "pictures", "aaaaaaaaaa")
    glitch_files(tmp_path / "pictures" / "deeper", "1e10000000", "L1", views=("1.0",))

    def write(*rows, name="trainingset_v1d1_metadata.csv"):
        pd.DataFrame(rows).to_csv(tmp_path / name, index=False)
        return tmp_path

    return write


SECOND = ROW | {"gravityspy_id": "1e10000000", "ifo": "L1", "label": "Tomte", "sample_type": "test", "snr": None}


def problem_texts(dataset):
    return [f"{problem.where}: {problem.reason}" for problem in dataset.problems]


def test_rows_and_pictures_are_joined_by_id(folder):
    dataset = open_dataset(folder(SECOND, ROW))
    assert dataset.source_form == "Gravity Spy metadata CSV beside pictures"
    assert dataset.samples.index.tolist() == ["1e10000000", "aaaaaaaaaa"]
    assert dataset.pictures["sample_id"].tolist() == ["1e10000000"] + ["aaaaaaaaaa"] * 4
    assert dataset.pictures["view"].tolist() == ["1.0", *VIEWS]
    assert dataset.problems == ()
    sample = dataset.samples.loc["aaaaaaaaaa"]
    assert sample["label"] == "Blip"
    assert sample["detector"] == "H1"
    assert sample["split"] == "train"
    assert sample["peak_frequency"] == 150.5
    assert sample["event_time"] == 1126259462.4
    assert not {"url1", "url4", "ifo", "sample_type", "gravityspy_id", "where"} & set(dataset.samples.columns)
    assert dataset.samples["snr"].isna().tolist() == [True, False]


def test_the_csv_itself_may_be_opened(folder):
    root = folder(ROW, SECOND)
    by_file = open_dataset(root / "trainingset_v1d1_metadata.csv")
    assert by_file.samples.equals(open_dataset(root).samples)


def test_ml_label_stands_in_for_label(folder):
    row = {key: value for key, value in ROW.items() if key != "label"} | {"ml_label": "Whistle", "ml_confidence": 0.9}
    dataset = open_dataset(folder(row))
    assert dataset.samples.at["aaaaaaaaaa", "label"] == "Whistle"
    assert dataset.samples.at["aaaaaaaaaa", "ml_confidence"] == 0.9


def test_label_wins_over_ml_label(folder):
    dataset = open_dataset(folder(ROW | {"ml_label": "Whistle"}))
    assert dataset.samples.at["aaaaaaaaaa", "label"] == "Blip"
    assert dataset.samples.at["aaaaaaaaaa", "ml_label"] == "Whistle"


def test_rows_without_pictures_and_pictures_without_rows_are_listed(folder):
    texts = problem_texts(open_dataset(folder(ROW, ROW | {"gravityspy_id": "zzzzzzzzzz"})))
    assert len(texts) == 2
    assert any("deeper/L1_1e10000000_spectrogram_1.0.png: the CSV has no row" in text for text in texts)
    assert any("line 3: no picture of zzzzzzzzzz" in text for text in texts)


def test_pictures_with_other_names_are_listed(folder, gray, tmp_path):
    (tmp_path / "pictures" / "logo.png").write_bytes(gray)
    assert any(
        "pictures/logo.png: the file's name" in text for text in problem_texts(open_dataset(folder(ROW, SECOND)))
    )


def test_a_row_without_label_is_listed(folder):
    texts = problem_texts(open_dataset(folder(ROW, SECOND | {"label": None})))
    assert any("line 3: the row has no label" in text for text in texts)


def test_a_label_may_be_called_none(folder):
    assert open_dataset(folder(ROW | {"label": "None"}, SECOND)).labels == ("None", "Tomte")


def test_two_labels_for_one_id_are_refused(folder):
    with pytest.raises(GlitchAuditError) as caught:
        open_dataset(folder(ROW, SECOND, ROW | {"label": "Tomte"}))
    text = str(caught.value)
    assert "aaaaaaaaaa has two labels" in text
    assert "line 2" in text
    assert "line 4" in text


def test_a_repeated_row_counts_once(folder):
    assert len(open_dataset(folder(ROW, ROW, SECOND)).samples) == 2


@pytest.mark.parametrize(
    ("dropped", "named"),
    [
        (["gravityspy_id"], "gravityspy_id"),
        (["label"], "label"),
        (["gravityspy_id", "label"], "gravityspy_id and label"),
    ],
)
def test_missing_columns_are_named(folder, dropped, named):
    root = folder({key: value for key, value in ROW.items() if key not in dropped})
    with pytest.raises(GlitchAuditError, match=f"lacks the column {named}") as caught:
        open_dataset(root / "trainingset_v1d1_metadata.csv")
    assert "event_time" in str(caught.value)


def test_several_runs_are_joined(folder):
    folder(ROW, name="H1_O1.csv")
    dataset = open_dataset(folder(SECOND, name="L1_O1.csv"))
    assert sorted(dataset.samples.index) == ["1e10000000", "aaaaaaaaaa"]


def test_an_unrelated_table_beside_class_folders_changes_nothing(tmp_path, glitch_files):
    glitch_files(tmp_path / "Blip", "aaaaaaaaaa")
    (tmp_path / "notes.csv").write_text("day,weather\n1,rain\n", encoding="utf-8")
    assert open_dataset(tmp_path).source_form == "class folders"


def test_a_table_beside_loose_pictures_is_meant(tmp_path, glitch_files):
    glitch_files(tmp_path, "aaaaaaaaaa")
    (tmp_path / "notes.csv").write_text("day,weather\n1,rain\n", encoding="utf-8")
    with pytest.raises(GlitchAuditError, match="lacks the column gravityspy_id and label"):
        open_dataset(tmp_path)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00\x01\x02", b'gravityspy_id,label\n"aaa,Blip\n'])
def test_a_broken_csv_is_one_sentence(folder, tmp_path, content):
    (tmp_path / "broken.csv").write_bytes(content)
    with pytest.raises(GlitchAuditError, match=r"broken\.csv") as caught:
        open_dataset(tmp_path / "broken.csv")
    assert "\n" not in str(caught.value)


def test_no_row_fits_any_picture(folder):
    with pytest.raises(GlitchAuditError, match="none of the 1 rows has a picture"):
        open_dataset(folder(ROW | {"gravityspy_id": "zzzzzzzzzz"}))


def test_only_a_header(folder, tmp_path):
    (tmp_path / "empty.csv").write_text("gravityspy_id,label\n", encoding="utf-8")
    with pytest.raises(GlitchAuditError, match="none of the 0 rows"):
        open_dataset(tmp_path / "empty.csv")
