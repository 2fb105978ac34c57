"""A classifier's figures show every count, bar and picture where it belongs."""

import io

import numpy as np
import pandas as pd
from PIL import Image

from core.dataset import taxonomy_for
from core.evidence.figures.classifier import NamedPicture, confusion_figure, f1_figure, named_pictures, pictures_of
from core.evidence.figures.paper import WIDTH

LABELS = ["Blip", "Koi_Fish", "Tomte"]
WORDS = {"title": "A classifier", "caption": "60 glitches."}


def pixels(figure):
    return np.asarray(Image.open(io.BytesIO(figure.png)).convert("RGB")).astype(int)


def near(image, colour, *, within=25):
    return (np.abs(image - np.array(colour)).max(axis=2) <= within).sum()


def test_right_cells_are_blue_and_wrong_ones_orange():
    right = pd.DataFrame(np.diag([20, 20, 20]), LABELS, LABELS)
    wrong = pd.DataFrame(np.roll(np.diag([20, 20, 20]), 1, axis=1), LABELS, LABELS)
    blue, orange = (31, 111, 235), (194, 65, 12)
    for confusion, much, little in ((right, blue, orange), (wrong, orange, blue)):
        image = pixels(confusion_figure(confusion, **WORDS))
        assert image.shape[1] == WIDTH
        assert near(image, much) > 3 * 30**2 and near(image, little) < 100


def test_a_matrix_of_60_labels_fits_and_an_empty_one_is_none():
    names = [f"a label with a long name {n}" for n in range(60)]
    assert pixels(confusion_figure(pd.DataFrame(np.eye(60, dtype=int), names, names), **WORDS)).shape[1] == WIDTH
    assert confusion_figure(pd.DataFrame(np.zeros((2, 2), int), LABELS[:2], LABELS[:2]), **WORDS) is None


def bars(f1):
    f1 = np.array(f1)
    return pd.DataFrame({"f1": f1, "f1_low": f1 - 0.1, "f1_high": np.minimum(1, f1 + 0.1), "n": 20}, index=LABELS)


def test_bars_are_as_long_as_their_f1_and_counted_against_the_line():
    taxonomy = taxonomy_for(LABELS)
    figure = f1_figure(bars([0.9, 0.45, np.nan]), taxonomy, good=0.85, **WORDS)
    assert figure.reading.startswith("1 of 2 labels reach the line at 0.85")
    image = pixels(figure)

    def longest(label):
        colour = tuple(int(taxonomy[label].colour[n : n + 2], 16) for n in (1, 3, 5))
        return (np.abs(image - np.array(colour)).max(axis=2) <= 8).sum(axis=1).max()

    assert abs(longest("Blip") / longest("Koi_Fish") - 2) < 0.1
    assert f1_figure(bars([np.nan] * 3), taxonomy, good=0.85, **WORDS) is None


def test_pictures_stand_side_by_side_with_what_they_were_named():
    energy = np.full((140, 170), 255, np.uint8)
    rows = pd.DataFrame(
        {"sample_id": ["a", "b", "c"], "label": LABELS, "predicted": ["Blip", "Blip", "Tomte"], "probability": 0.5}
    )
    found = pictures_of(rows, {"a": energy, "c": energy})
    assert found == [NamedPicture(energy, "Blip", "Blip", 0.5, "a"), NamedPicture(energy, "Tomte", "Tomte", 0.5, "c")]
    image = pixels(named_pictures(found, **WORDS))
    yellow = (253, 231, 37)
    # Two pictures of 560 pixels, as high as 140 to 170 says.
    assert near(image, yellow, within=12) > 0.95 * 2 * 560 * 461
    assert named_pictures([], **WORDS) is None
