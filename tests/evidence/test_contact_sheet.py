"""The contact sheet as a PNG: every tile where it belongs, a caption, no picture, no sample."""

import io

import numpy as np
from PIL import Image

from core.evidence.contact_sheet import contact_sheet_png

RED, BLUE = np.full((140, 170, 3), (200, 0, 0), np.uint8), np.full((140, 170, 3), (0, 0, 200), np.uint8)


def sheet(ids, pictures, columns=2, caption="what it shows"):
    png = contact_sheet_png(ids, pictures, captions={}, caption=caption, columns=columns)
    return np.asarray(Image.open(io.BytesIO(png)))


def pixels_of(image, colour):
    rows, columns = np.nonzero((image == colour).all(axis=-1))
    return rows.min(), columns.min(), len(rows)


def test_tiles_stand_in_order_row_by_row():
    image = sheet(["a", "b", "c"], {"a": RED, "c": BLUE})
    red_top, red_left, red_count = pixels_of(image, (200, 0, 0))
    blue_top, blue_left, blue_count = pixels_of(image, (0, 0, 200))
    assert red_count == blue_count == 140 * 170
    assert red_left == blue_left
    assert blue_top - red_top == 140 + 16 + 8


def test_a_sample_without_picture_gets_a_gray_tile():
    image = sheet(["a", "b"], {"a": RED})
    assert pixels_of(image, (225, 225, 225))[2] > 0.9 * 140 * 170


def test_a_long_caption_makes_the_sheet_taller_and_not_wider():
    short, long = sheet(["a"], {"a": RED}), sheet(["a"], {"a": RED}, caption="many words " * 60)
    assert long.shape[0] > short.shape[0] and long.shape[1] == short.shape[1]


def test_no_samples_is_a_sheet_with_its_caption_alone():
    assert sheet([], {}).shape[0] < 80
