"""Gravity Spy file names."""

import pytest

from core.dataset import parse_glitch_name


@pytest.mark.parametrize(
    ("file_name", "expected"),
    [
        ("H1_0VKvV8c8Ra_spectrogram_0.5.png", ("H1", "0VKvV8c8Ra", "0.5")),
        ("L1_abcdefghij_spectrogram_4.0.PNG", ("L1", "abcdefghij", "4.0")),
        ("V1_abcdefghij_spectrogram_2.jpg", ("V1", "abcdefghij", "2.0")),
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
