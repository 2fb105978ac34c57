"""The small map: lit samples in colour where they lie, the others gray."""

import io

import numpy as np
from PIL import Image

from core.evidence.map_thumbnail import map_thumbnail_png


def pixels(coordinates, lit):
    png = map_thumbnail_png(np.array(coordinates, np.float32), np.array(lit), colour="#ff0000", width=100, height=80)
    return np.asarray(Image.open(io.BytesIO(png)))


def reddest(picture):
    rows, columns = np.nonzero((picture[..., 0] > 200) & (picture[..., 1] < 60))
    return rows.mean() / picture.shape[0], columns.mean() / picture.shape[1]


def test_the_lit_sample_lies_where_the_map_has_it():
    row, column = reddest(pixels([[0, 0], [1, 1], [1, 0]], [False, True, False]))
    assert row < 0.2
    assert column > 0.6


def test_both_axes_have_one_scale():
    picture = pixels([[0, 0], [10, 1]], [True, True])
    rows, columns = np.nonzero(picture[..., 3])
    assert abs((np.ptp(columns) / np.ptp(rows)) - 10) < 4


def test_one_sample_and_none_are_drawn_without_error():
    assert pixels([[3, 3]], [True])[..., 3].any()
    assert not pixels(np.zeros((0, 2)), np.zeros(0, bool))[..., 3].any()
