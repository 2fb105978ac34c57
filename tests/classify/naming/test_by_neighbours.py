"""Ordinary pictures are named by the votes of the nearest labelled samples, calibrated on the samples themselves."""

import io

import numpy as np
import pytest
from PIL import Image

from core.classify.naming.by_neighbours import NEIGHBOURS, neighbour_classifier, neighbours_vote
from core.classify.naming.inputs import from_bytes, sort_out
from core.classify.naming.name_glitches import name_glitches
from core.embed import runner
from core.embed.backbones import BACKBONES, GENERAL_DEFAULT
from core.errors import GlitchAuditError

LITE = BACKBONES[GENERAL_DEFAULT]
RED, BLUE = (200, 30, 20), (20, 40, 210)


@pytest.fixture(autouse=True)
def mean_colour(monkeypatch):
    """A network that sees the mean colour of a picture, and remembers the shapes it was given."""
    shapes = []

    def make(backbone, *, precision, colours):
        assert colours and backbone is LITE

        def run(pictures):
            shapes.append(pictures.shape)
            return pictures.reshape(len(pictures), -1, 3).mean(axis=1).astype(np.float32)

        return run

    monkeypatch.setattr(runner, "make_runner", make)
    return shapes


def samples(each=30, *, mistaken=0):
    generator = np.random.default_rng(0)
    matrix = np.concatenate([generator.normal(colour, 12, (each, 3)) for colour in (RED, BLUE)]).astype(np.float32)
    labels = ["red"] * each + ["blue"] * each
    for row in range(mistaken):
        labels[row] = "blue"
    return matrix, labels


def classifier(**how):
    matrix, labels = samples(**how)
    return neighbour_classifier(matrix, labels, backbone=LITE, precision="float32", ordinary=True)


def picture(colour, name="a.png"):
    data = io.BytesIO()
    Image.new("RGB", (300, 200), colour).save(data, "PNG")
    return from_bytes(name, data.getvalue())


def test_a_photograph_is_named_by_its_nearest_samples_and_shown_in_its_colours(mean_colour):
    handed = sort_out([picture((190, 40, 30)), picture((30, 30, 200), "b.png")])
    red, blue = name_glitches(handed.glitches, classifier())
    assert (red.label, blue.label, red.problem) == ("red", "blue", "")
    assert mean_colour[0] == (1, *LITE.size, 3)
    _, shown = red.pictures[0]
    assert shown.shape == (200, 300, 3) and np.array_equal(shown[0, 0], (190, 40, 30))
    assert not red.unlike


def test_votes_are_counted_as_by_hand():
    labels = np.array([0] * 7 + [1] * 5)
    cosines = np.linspace(0.9, 0.1, 12)[None]
    assert NEIGHBOURS == 10
    # The ten nearest are seven of the first label and three of the second; a third one was never given.
    assert np.allclose(np.exp(neighbours_vote(cosines, labels, 3))[0], [7.1, 3.1, 0.1])


def test_the_very_picture_has_no_vote():
    cosines = np.array([[1.0, 0.8, 0.7]])
    assert np.allclose(np.exp(neighbours_vote(cosines, np.array([0, 1, 1]), 2))[0], [0.1, 2.1])


def test_labels_that_contradict_the_pictures_make_it_less_sure():
    sure, unsure = classifier(), classifier(mistaken=12)
    assert "100 %" in sure.about
    assert sure.said.samples == 60 and sure.said.right == 1 and sure.said.sure > 0.95
    # Twelve of sixty carry the other label, and the votes of others cannot tell all of them.
    assert unsure.said.right < 1 and unsure.said.sure < sure.said.sure - 0.05
    asked = np.full((1, 1, *LITE.size, 3), RED, np.uint8)
    shares = []
    for one in (sure, unsure):
        scores, _ = one.score(asked, np.ones((1, 1), bool))
        shares.append(np.exp(scores / one.temperature_for(1))[0])
    certain, doubtful = (share.max() / share.sum() for share in shares)
    assert doubtful < certain


def test_one_label_names_nothing():
    with pytest.raises(GlitchAuditError, match="fewer than two labels"):
        neighbour_classifier(np.eye(3, dtype=np.float32), ["a"] * 3, backbone=LITE, precision="float32", ordinary=True)
