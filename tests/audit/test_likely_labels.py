"""The labels offered to somebody who looks at a sample without a suggestion."""

import numpy as np

from core.audit.likely_labels import likely_labels

LABELS = np.array(["Blip", "Whistle", "Whistle", "Tomte", "Blip", "Helix", "Helix", "Helix"], dtype=object)
GLITCHES = np.arange(len(LABELS))


def test_neighbours_come_first_then_look_alikes_then_the_commonest():
    found = likely_labels(
        0, neighbours=np.array([1, 2, 4]), labels=LABELS, glitches=GLITCHES, look_alikes=("Tomte", "Koi_Fish")
    )
    assert found == ("Whistle", "Tomte", "Helix")


def test_no_more_than_asked_for_and_never_its_own():
    found = likely_labels(0, neighbours=np.array([4, 3, 5, 6]), labels=LABELS, glitches=GLITCHES, count=2)
    assert found == ("Helix", "Tomte")


def test_other_views_of_the_same_glitch_have_no_say():
    glitches = np.array([0, 0, 2, 3, 4, 5, 6, 7])
    assert likely_labels(0, neighbours=np.array([1, 3]), labels=LABELS, glitches=glitches)[0] == "Tomte"


def test_a_sample_alone_with_one_label_has_no_other():
    assert likely_labels(0, neighbours=np.array([], dtype=int), labels=LABELS[:1], glitches=GLITCHES[:1]) == ()
