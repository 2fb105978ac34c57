"""The contact sheet by label: the commonest labels, each from its faintest to its brightest sample."""

import numpy as np

from core.audit.ordering import examples_by_label

LABELS = np.array(["Blip"] * 9 + ["Tomte"] * 2 + ["Chirp"] * 2 + ["Helix"])
INTENSITY = np.arange(14.0)[::-1]


def test_the_commonest_labels_come_first_and_equals_by_alphabet():
    found = examples_by_label(np.arange(14), labels=LABELS, intensity=INTENSITY, most_labels=3)
    assert list(found) == ["Blip", "Chirp", "Tomte"]


def test_examples_are_spread_from_faint_to_bright():
    found = examples_by_label(np.arange(14), labels=LABELS, intensity=INTENSITY, most_labels=1)
    # Nine samples, faintest is row 8: places 0, 2, 4, 6, 8 of that order.
    assert found["Blip"].tolist() == [8, 6, 4, 2, 0]


def test_a_small_label_shows_all_it_has_and_only_rows_of_the_group():
    found = examples_by_label(np.array([9, 10, 13]), labels=LABELS, intensity=INTENSITY)
    assert {label: sorted(rows.tolist()) for label, rows in found.items()} == {"Tomte": [9, 10], "Helix": [13]}


def test_samples_without_picture_are_examples_only_where_there_are_no_others():
    intensity = INTENSITY.copy()
    intensity[[8, 9, 10]] = np.nan
    found = examples_by_label(np.arange(11), labels=LABELS, intensity=intensity, most_samples=2)
    assert found["Blip"].tolist() == [7, 0]
    assert sorted(found["Tomte"].tolist()) == [9, 10]


def test_an_empty_group_has_no_examples():
    assert examples_by_label(np.zeros(0, int), labels=LABELS, intensity=INTENSITY) == {}
