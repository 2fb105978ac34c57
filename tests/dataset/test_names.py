"""Gravity Spy file names."""

import io

import numpy as np
import pytest

from core.dataset import decode, open_dataset, parse_glitch_name
from core.dataset.names import names_in_words
from core.dataset.pictures import FULL_FIGURE


@pytest.mark.parametrize(
    ("file_name", "expected"),
    [
        ("H1_0VKvV8c8Ra_spectrogram_0.5.png", ("H1", "0VKvV8c8Ra", "0.5")),
        ("L1_abcdefghij_spectrogram_4.0.PNG", ("L1", "abcdefghij", "4.0")),
        ("V1_abcdefghij_spectrogram_2.jpg", ("V1", "abcdefghij", "2.0")),
        ("L1_1261473529.562500000_spectrogram_4.0.png", ("L1", "L1_1261473529.5625", "4.0")),
        ("L1_1261473529.5625_spectrogram_0.5.jpeg", ("L1", "L1_1261473529.5625", "0.5")),
        ("H1_1261473529.000000000_spectrogram_1.0.png", ("H1", "H1_1261473529", "1.0")),
        ("H1_1234567890_spectrogram_1.0.png", ("H1", "1234567890", "1.0")),
    ],
)
def test_names_are_taken_apart(file_name, expected):
    assert parse_glitch_name(file_name) == expected


@pytest.mark.parametrize(
    "file_name",
    [
        "",
        "cat.png",
        "H1_abc_spectrogram_.png",
        "H1__spectrogram_0.5.png",
        "H1_abc_spectrogram_0.5",
        "x/H1_a_spectrogram_1.0.png",
    ],
)
def test_other_names_are_refused(file_name):
    assert parse_glitch_name(file_name) is None


def test_a_gps_time_is_read_to_the_nanosecond():
    assert parse_glitch_name("L1_1261473529.562500000_spectrogram_4.0.png").event_time == 1261473529.5625
    assert parse_glitch_name("H1_0VKvV8c8Ra_spectrogram_0.5.png").event_time is None
    assert parse_glitch_name("H1_1234567890_spectrogram_0.5.png").event_time is None


def test_views_of_one_detector_and_time_are_one_glitch(tmp_path, gray):
    (tmp_path / "scattered_light").mkdir()
    for detector, view in (("L1", "0.5"), ("L1", "4.0"), ("H1", "4.0")):
        name = f"{detector}_1261473529.562500000_spectrogram_{view}.png"
        (tmp_path / "scattered_light" / name).write_bytes(gray)
    (tmp_path / "scattered_light" / "H1_0VKvV8c8Ra_spectrogram_0.5.png").write_bytes(gray)
    dataset = open_dataset(tmp_path)
    assert dataset.labels == ("scattered_light",)
    samples = dataset.samples
    assert sorted(samples.index) == ["0VKvV8c8Ra", "H1_1261473529.5625", "L1_1261473529.5625"]
    assert samples.loc["L1_1261473529.5625", ["detector", "event_time"]].tolist() == ["L1", 1261473529.5625]
    assert np.isnan(samples.loc["0VKvV8c8Ra", "event_time"])
    views = dataset.pictures.groupby("sample_id")["view"].agg(list)
    assert views["L1_1261473529.5625"] == ["0.5", "4.0"] and views["H1_1261473529.5625"] == ["4.0"]


def test_what_names_meant_is_said():
    said = names_in_words(
        [
            "a/L1_1261473529.562500000_spectrogram_4.0.png",
            "a/L1_1261473529.562500000_spectrogram_2.0.png",
            "b/H1_0VKvV8c8Ra_spectrogram_0.5.png",
            "b/cat.png",
        ]
    )
    assert said == (
        "1 picture named by detector and gravityspy_id: H1_0VKvV8c8Ra_spectrogram_0.5.png is the 0.5 s view of the "
        "glitch 0VKvV8c8Ra at H1",
        "2 pictures named by detector and GPS time: L1_1261473529.562500000_spectrogram_4.0.png is the 4.0 s view of "
        "the glitch at L1 at 1261473529.5625, whose id here is L1_1261473529.5625",
        "1 picture, such as b/cat.png: each is a sample of its own, named by its path without the suffix",
    )


def test_small_jpeg_figures_in_lower_case_folders_open(tmp_path, figure):
    folder = tmp_path / "train" / "koi_fish"
    folder.mkdir(parents=True)
    picture = figure(np.linspace(0, 255, 466 * 566).reshape(466, 566).astype(np.uint8)).resize((600, 450))
    out = io.BytesIO()
    picture.save(out, "jpeg", quality=90)
    (folder / "L1_1261473529.562500000_spectrogram_1.0.jpg").write_bytes(out.getvalue())
    dataset = open_dataset(tmp_path)
    assert (dataset.labels, dataset.views) == (("koi_fish",), ("1.0",))
    location = dataset.pictures["location"].iloc[0]
    assert decode(dataset.store.read(location), where=location).form == FULL_FIGURE
