"""Pictures that a camera took sideways are turned as their EXIF data say, wherever pictures are decoded."""

import io

import numpy as np
import pytest
from PIL import Image

from core.dataset import decode, open_dataset
from core.embed.decoding import read_picture
from core.evidence.tiles import sample_views

ORIENTATION = 0x0112

# How the upright pixels lie in the file, by the value of the EXIF field (EXIF 2.3, section 4.6.4).
STORED = {
    1: lambda upright: upright,
    2: np.fliplr,
    3: lambda upright: np.rot90(upright, 2),
    4: np.flipud,
    5: np.transpose,
    6: lambda upright: np.rot90(upright, 1),
    7: lambda upright: np.rot90(np.transpose(upright), 2),
    8: lambda upright: np.rot90(upright, -1),
}


@pytest.fixture
def upright() -> np.ndarray:
    """A gray picture, wider than high, in which no two rows, columns or corners are alike."""
    return np.arange(6 * 10, dtype=np.uint8).reshape(6, 10) * 4


def stored(upright, orientation, kind="png", **options) -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    out = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(STORED[orientation](upright))).save(out, kind, exif=exif, **options)
    return out.getvalue()


@pytest.mark.parametrize("orientation", STORED)
def test_every_orientation_comes_out_upright(upright, orientation):
    assert np.array_equal(decode(stored(upright, orientation), where="x").energy, upright)


def test_a_turned_tiff_comes_out_upright(upright):
    assert np.array_equal(decode(stored(upright, 6, "tiff"), where="x").energy, upright)


def test_colour_photographs_are_turned_too():
    upright = np.zeros((40, 80, 3), dtype=np.uint8)
    upright[:, :40] = (200, 40, 40)
    out = io.BytesIO()
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    Image.fromarray(np.ascontiguousarray(np.rot90(upright, 1))).save(out, "jpeg", quality=95, exif=exif)
    energy = decode(out.getvalue(), where="x").energy
    assert energy.shape == (40, 80)
    assert energy[:, :36].mean() > 50 > 20 > energy[:, 44:].mean()


def test_the_network_and_the_screen_see_the_same_upright_picture(tmp_path, upright):
    (tmp_path / "cat").mkdir()
    (tmp_path / "cat" / "one.png").write_bytes(stored(upright, 6))
    (tmp_path / "cat" / "two.png").write_bytes(stored(upright, 1))
    dataset = open_dataset(tmp_path)
    first, second = (
        read_picture(dataset.store, location, row=0, size=(12, 20)) for location in dataset.pictures["location"]
    )
    assert np.array_equal(first.pixels, second.pixels)
    one, two = (sample_views(dataset, sample_id)["picture"] for sample_id in dataset.samples.index)
    assert one.shape == (6, 10, 3) and np.array_equal(one, two)


@pytest.mark.parametrize("value", [0, 9, 65535])
def test_an_orientation_that_does_not_exist_turns_nothing(upright, value):
    exif = Image.Exif()
    exif[ORIENTATION] = value
    out = io.BytesIO()
    Image.fromarray(upright).save(out, "png", exif=exif)
    assert np.array_equal(decode(out.getvalue(), where="x").energy, upright)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_damaged_exif_data_hide_no_picture(upright):
    out = io.BytesIO()
    Image.fromarray(upright).save(out, "png", exif=b"Exif\x00\x00II*\x00\xff\xff\xff\xff garbage")
    assert np.array_equal(decode(out.getvalue(), where="x").energy, upright)
