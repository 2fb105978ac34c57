"""Ordinary pictures keep their colours: decoded, shown whole in their own proportions, gray as gray."""

import io
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from core.dataset import PICTURES, decode
from core.dataset.kind import DataKind, chosen_kind
from core.dataset.pictures import GRAY_ENERGY, ORDINARY_PICTURE, PictureError, decode_colours
from core.dataset.shown import PAPER, letterboxed, read_decoded, reduced, tile_of, whole_picture
from core.dataset.viridis import to_viridis

RED, BLUE = (200, 30, 20), (20, 40, 210)


def encoded(image, kind="PNG", **how):
    data = io.BytesIO()
    image.save(data, kind, **how)
    return data.getvalue()


def halves(height=40, width=60):
    """Red above, blue below."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[: height // 2], pixels[height // 2 :] = RED, BLUE
    return Image.fromarray(pixels)


def test_colours_are_the_pictures_own_and_energy_their_luminance():
    picture = decode_colours(encoded(halves()), where="a.png")
    assert picture.form == ORDINARY_PICTURE
    assert np.array_equal(picture.colours, np.asarray(halves()))
    # ITU-R BT.601: 0.299 red + 0.587 green + 0.114 blue.
    assert abs(int(picture.energy[0, 0]) - (0.299 * 200 + 0.587 * 30 + 0.114 * 20)) <= 1


def test_viridis_is_not_inverted_in_an_ordinary_picture():
    viridis = to_viridis(np.tile(np.arange(60, dtype=np.uint8), (40, 1)))
    assert np.array_equal(decode_colours(encoded(Image.fromarray(viridis)), where="v.png").colours, viridis)


def test_gray_stays_gray():
    gray = np.arange(48, dtype=np.uint8).reshape(6, 8)
    picture = decode_colours(encoded(Image.fromarray(gray)), where="g.png")
    assert picture.form == GRAY_ENERGY
    assert np.array_equal(picture.colours, np.stack([gray] * 3, axis=-1))


@pytest.mark.parametrize(("brightest", "depth"), [(200, 8), (4000, 12), (60_000, 16)])
def test_deep_gray_is_scaled_by_its_depth(brightest, depth):
    values = np.array([[0, brightest // 2], [brightest, 1]], np.uint16)
    picture = decode_colours(encoded(Image.fromarray(values)), where="deep.png")
    assert np.abs(picture.energy - values * (255 / (2**depth - 1))).max() <= 0.51


def test_transparent_parts_are_white_and_exif_turns_the_picture():
    clear = Image.new("RGBA", (6, 4), (*RED, 0))
    assert (decode_colours(encoded(clear), where="c.png").colours == 255).all()
    exif = Image.Exif()
    exif[0x0112] = 3
    turned = decode_colours(encoded(halves(), "JPEG", exif=exif, quality=95), where="t.jpg").colours
    assert turned[0].mean(axis=0).argmax() == 2 and turned[-1].mean(axis=0).argmax() == 0


def test_a_big_jpeg_is_read_at_a_fraction_that_is_large_enough():
    data = encoded(halves(1600, 2400), "JPEG", quality=90)
    small = decode_colours(data, where="big.jpg", least=300).colours
    assert 300 <= small.shape[0] < 1600 and small.shape[1] == round(small.shape[0] * 1.5)
    assert np.abs(small[10, 10].astype(int) - RED).max() <= 4
    assert decode_colours(data, where="big.jpg").colours.shape == (1600, 2400, 3)


def test_what_is_no_picture_is_refused_as_ever():
    with pytest.raises(PictureError, match=r"x\.png: the file is not a picture"):
        decode_colours(b"nothing of the kind", where="x.png")


def test_a_tile_holds_the_whole_picture_in_its_proportions_on_paper():
    tile = letterboxed(np.asarray(halves(40, 20)), height=140, width=170)
    # 40 x 20 fits 140 x 70: 50 columns of paper on either side.
    assert (tile[:, :49] == PAPER).all() and (tile[:, 121:] == PAPER).all()
    assert np.array_equal(tile[5, 85], RED) and np.array_equal(tile[-5, 85], BLUE)


def test_a_spectrogram_fills_its_tile_in_viridis_as_before():
    energy = np.arange(24, dtype=np.uint8).reshape(4, 6)
    picture = decode(encoded(Image.fromarray(energy)), where="e.png")
    assert np.array_equal(tile_of(picture, height=4, width=6), to_viridis(energy))
    assert np.array_equal(whole_picture(picture), to_viridis(energy))


def test_photographs_are_reduced_before_they_are_shown_large():
    assert reduced(np.zeros((3000, 2000, 3), np.uint8), 1600).shape == (1600, 1067, 3)
    assert reduced(np.zeros((30, 20, 3), np.uint8), 1600).shape == (30, 20, 3)


def test_the_kind_of_the_data_set_decides_how_it_is_read():
    store = SimpleNamespace(read=lambda location: encoded(halves()))
    glitches = SimpleNamespace(store=store, kind=DataKind())
    ordinary = SimpleNamespace(store=store, kind=chosen_kind(PICTURES))
    assert read_decoded(glitches, "a").colours is None
    assert np.array_equal(read_decoded(ordinary, "a").colours, np.asarray(halves()))
