"""Folders of labels, with and without train, validation and test."""

import pytest

from core.dataset import VIEWS, decode, open_dataset
from core.errors import GlitchAuditError


def test_four_views_are_one_sample(tmp_path, glitch_files):
    glitch_files(tmp_path / "Blip", "aaaaaaaaaa")
    glitch_files(tmp_path / "Whistle", "bbbbbbbbbb", "L1", views=("1.0", "4.0"))
    dataset = open_dataset(tmp_path)
    assert dataset.source_form == "class folders"
    assert dataset.name == tmp_path.name
    assert dataset.samples.index.name == "sample_id"
    assert dataset.samples["label"].to_dict() == {"aaaaaaaaaa": "Blip", "bbbbbbbbbb": "Whistle"}
    assert dataset.samples["detector"].to_dict() == {"aaaaaaaaaa": "H1", "bbbbbbbbbb": "L1"}
    assert "split" not in dataset.samples
    assert dataset.pictures["view"].tolist() == [*VIEWS, "1.0", "4.0"]
    assert dataset.problems == ()
    for location in dataset.pictures["location"]:
        assert decode(dataset.store.read(location), where=location).form == "gray energy"


@pytest.mark.parametrize("wrapper", ["", "archive/gravity", "train"])
def test_kaggle_splits(tmp_path, glitch_files, wrapper):
    glitch_files(tmp_path / wrapper / "train" / "Blip", "aaaaaaaaaa")
    glitch_files(tmp_path / wrapper / "validation" / "Blip", "bbbbbbbbbb")
    glitch_files(tmp_path / wrapper / "test" / "Tomte", "cccccccccc")
    dataset = open_dataset(tmp_path)
    assert dataset.source_form == "Kaggle split folders"
    assert dataset.samples["split"].to_dict() == {
        "aaaaaaaaaa": "train",
        "bbbbbbbbbb": "validation",
        "cccccccccc": "test",
    }
    assert dataset.labels == ("Blip", "Tomte")


def test_a_folder_around_everything_is_passed_over(tmp_path, glitch_files):
    glitch_files(tmp_path / "download" / "training_set" / "Blip", "aaaaaaaaaa")
    glitch_files(tmp_path / "download" / "training_set" / "Tomte", "bbbbbbbbbb")
    assert open_dataset(tmp_path).labels == ("Blip", "Tomte")


def test_folders_below_a_label_belong_to_it(tmp_path, glitch_files):
    glitch_files(tmp_path / "Blip" / "O1", "aaaaaaaaaa")
    glitch_files(tmp_path / "Blip" / "O2", "bbbbbbbbbb")
    assert open_dataset(tmp_path).labels == ("Blip",)


def test_labels_may_be_called_train_where_other_labels_stand_beside(tmp_path, gray):
    for label in ("train", "bus"):
        (tmp_path / label).mkdir()
        (tmp_path / label / "a.png").write_bytes(gray)
    assert open_dataset(tmp_path).labels == ("bus", "train")


def test_plain_pictures_are_samples_named_by_their_path(tmp_path, gray):
    for place in ("cat/one.png", "cat/deep/two.JPG", "dog/one.png"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_bytes(gray)
    dataset = open_dataset(tmp_path)
    assert dataset.samples["label"].to_dict() == {"cat/deep/two": "cat", "cat/one": "cat", "dog/one": "dog"}
    assert set(dataset.pictures["view"]) == {"picture"}
    assert "detector" not in dataset.samples


def test_names_in_other_scripts_and_upper_case_suffixes(tmp_path, gray):
    (tmp_path / "Größe ✓").mkdir()
    (tmp_path / "Größe ✓" / "日本 語.PNG").write_bytes(gray)
    dataset = open_dataset(tmp_path)
    assert dataset.samples["label"].to_dict() == {"Größe ✓/日本 語": "Größe ✓"}
    assert dataset.store.read(dataset.pictures["location"].iloc[0]) == gray


def test_litter_is_ignored(tmp_path, glitch_files, gray):
    glitch_files(tmp_path / "Blip", "aaaaaaaaaa")
    for litter in (".hidden.png", "Blip/._a.png", "Blip/Thumbs.db", "Blip/desktop.ini", "Blip/notes.txt"):
        (tmp_path / litter).write_bytes(gray)
    for folder in ("__MACOSX/Blip", ".git/Blip"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "b.png").write_bytes(gray)
    dataset = open_dataset(tmp_path)
    assert dataset.samples.index.tolist() == ["aaaaaaaaaa"]
    assert dataset.problems == ()


def test_pictures_without_a_label_and_empty_files_are_listed(tmp_path, glitch_files, gray):
    glitch_files(tmp_path / "Blip", "aaaaaaaaaa")
    (tmp_path / "stray.png").write_bytes(gray)
    (tmp_path / "Blip" / "H1_bbbbbbbbbb_spectrogram_0.5.png").write_bytes(b"")
    problems = {problem.where: problem.reason for problem in open_dataset(tmp_path).problems}
    assert set(problems) == {"stray.png", "Blip/H1_bbbbbbbbbb_spectrogram_0.5.png"}
    assert "no label" in problems["stray.png"]
    assert "empty" in problems["Blip/H1_bbbbbbbbbb_spectrogram_0.5.png"]


def test_a_file_over_50_megabytes_is_listed(tmp_path, glitch_files):
    glitch_files(tmp_path / "Blip", "aaaaaaaaaa")
    with (tmp_path / "Blip" / "big.png").open("wb") as file:
        file.truncate(50_000_001)
    (problem,) = open_dataset(tmp_path).problems
    assert problem.where == "Blip/big.png"
    assert "too big" in problem.reason


def test_a_view_that_is_there_twice_is_listed(tmp_path, glitch_files):
    glitch_files(tmp_path / "train" / "Blip", "aaaaaaaaaa")
    glitch_files(tmp_path / "test" / "Blip", "aaaaaaaaaa", views=("0.5",))
    dataset = open_dataset(tmp_path)
    assert len(dataset.pictures) == 4
    (problem,) = dataset.problems
    assert "0.5" in problem.reason
    assert "aaaaaaaaaa" in problem.reason
    assert problem.where.startswith("train/")


def test_one_glitch_under_two_labels_is_refused(tmp_path, glitch_files):
    glitch_files(tmp_path / "Blip", "aaaaaaaaaa", views=("0.5", "1.0"))
    glitch_files(tmp_path / "Tomte", "aaaaaaaaaa", views=("2.0",))
    with pytest.raises(GlitchAuditError) as caught:
        open_dataset(tmp_path)
    text = str(caught.value)
    assert "aaaaaaaaaa has two labels" in text
    assert "Blip/H1_aaaaaaaaaa_spectrogram_0.5.png" in text
    assert "Tomte/H1_aaaaaaaaaa_spectrogram_2.0.png" in text


@pytest.mark.parametrize("place", ["a.png", "train/a.png"])
def test_pictures_without_any_label_are_refused(tmp_path, gray, place):
    (tmp_path / place).parent.mkdir(exist_ok=True)
    (tmp_path / place).write_bytes(gray)
    with pytest.raises(GlitchAuditError, match="folder named after the label"):
        open_dataset(tmp_path)


def test_one_sample_is_a_data_set(tmp_path, gray):
    (tmp_path / "cat").mkdir()
    (tmp_path / "cat" / "a.png").write_bytes(gray)
    dataset = open_dataset(tmp_path)
    assert dataset.samples.shape == (1, 1)
    assert dataset.views == ("picture",)
