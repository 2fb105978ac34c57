"""The labels offered to a reviewer before the proposal is shown: from the sample alone, in no telling order."""

import numpy as np
import pytest

from core.audit.blind_labels import blind_labels

LABELS = np.array(["Blip", "Whistle", "Whistle", "Tomte", "Blip", "Helix", "Helix", "Koi_Fish"], dtype=object)
GLITCHES = np.arange(len(LABELS))
# On a circle, so that a sample is the less like the first one the later it comes.
ANGLES = np.linspace(0, 2, len(LABELS))
MATRIX = np.column_stack([np.cos(ANGLES), np.sin(ANGLES)]).astype(np.float32)


def found(row=0, *, neighbours=(), **changes):
    settings = {"labels": LABELS, "glitches": GLITCHES, "matrix": MATRIX} | changes
    return blind_labels(row, neighbours=np.array(neighbours, dtype=int), **settings)


def names(*arguments, **changes):
    return [one.name for one in found(*arguments, **changes)]


def test_the_present_label_comes_first_and_the_others_in_alphabetical_order():
    assert names(neighbours=[1, 2, 3, 4]) == ["Blip", "Helix", "Koi_Fish", "Tomte", "Whistle"]


@pytest.mark.parametrize(
    ("count", "look_alikes", "expected"),
    [
        (1, (), ["Tomte"]),  # The commonest of the neighbours.
        (2, ("Koi_Fish", "Scratchy"), ["Koi_Fish", "Tomte"]),  # Then a look-alike; Scratchy is no label here.
        (3, ("Koi_Fish",), ["Koi_Fish", "Tomte", "Whistle"]),  # Then the label of the nearest sample, Whistle.
    ],
)
def test_neighbours_are_taken_first_then_look_alikes_then_what_is_nearest(count, look_alikes, expected):
    chosen = names(neighbours=[3, 4], count=count, look_alikes=look_alikes)
    assert chosen == ["Blip", *expected]


def test_each_label_shows_its_nearest_sample_and_never_another_view_of_the_same_glitch():
    glitches = np.array([0, 0, 2, 3, 0, 5, 6, 7])
    examples = {one.name: one.example for one in found(neighbours=[1], glitches=glitches)}
    assert examples == {"Blip": None, "Helix": 5, "Koi_Fish": 7, "Tomte": 3, "Whistle": 2}


def test_missing_views_are_weighed():
    # Whistle 2 is the first one's twin in the view that it has; by its row alone Whistle 1 would be nearer.
    matrix = np.array([[1, 0, 1, 0], [0.8, 0.6, 0.8, 0.6], [1, 0, 0, 1], [0, 1, 0, 1]], np.float32) / np.sqrt(2)
    weights = np.array([[1, 1], [1, 1], [1, 0], [1, 1]], np.float32)
    labels = np.array(["Blip", "Whistle", "Whistle", "Tomte"], dtype=object)
    weighed = found(labels=labels, glitches=np.arange(4), matrix=matrix, weights=weights)
    plain = found(labels=labels, glitches=np.arange(4), matrix=matrix)
    assert {one.name: one.example for one in weighed}["Whistle"] == 2
    assert {one.name: one.example for one in plain}["Whistle"] == 1


def test_a_sample_alone_has_its_own_label_to_keep():
    alone = found(labels=LABELS[:1], glitches=GLITCHES[:1], matrix=MATRIX[:1])
    assert [(one.name, one.example) for one in alone] == [("Blip", None)]
