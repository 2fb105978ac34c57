"""Which kind of picture it is, and its energy."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.dataset import decode, resize_energy, to_viridis
from core.dataset.pictures import FULL_FIGURE, GRAY_ENERGY, ORDINARY_PICTURE, PLOT_AREA
from core.dataset.viridis import from_viridis

REAL = Path(__file__).parents[2].parent / "shared" / "real" / "training_set"


def close(one, other):
    return np.abs(one.astype(int) - other.astype(int)).max() <= 1


@pytest.fixture
def plot_area():
    rows, columns = np.mgrid[0:466, 0:566]
    return (127 + 127 * np.sin(rows / 40) * np.cos(columns / 60)).astype(np.uint8)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_full_figure_is_cropped_to_its_plot_area(figure, plot_area, encode, mode):
    picture = decode(encode(np.asarray(figure(plot_area).convert(mode))), where="here")
    assert picture.form == FULL_FIGURE
    assert picture.energy.dtype == np.uint8
    assert picture.energy.shape == (466, 566)
    assert close(picture.energy, plot_area)


@pytest.mark.parametrize("width", [360, 400, 1200, 1600])
def test_figures_of_other_sizes_are_cropped_to_scale(figure, plot_area, encode, width):
    small = figure(plot_area).resize((width, width * 3 // 4), Image.Resampling.LANCZOS)
    picture = decode(encode(np.asarray(small), "jpeg", quality=85), where="here")
    assert picture.form == FULL_FIGURE
    assert picture.energy.shape == pytest.approx((466 * width / 800, 566 * width / 800), abs=1)
    difference = resize_energy(picture.energy).astype(int) - resize_energy(plot_area)
    assert np.abs(difference).mean() < 4


def test_a_figure_without_viridis_inside_is_an_ordinary_picture(encode):
    page = np.full((600, 800, 3), 255, dtype=np.uint8)
    page[100:500, 200:600] = (200, 30, 30)
    assert decode(encode(page), where="here").form == ORDINARY_PICTURE


def test_a_figure_on_transparent_paper_is_recognised(figure, plot_area, encode):
    pixels = np.asarray(figure(plot_area).convert("RGBA")).copy()
    paper = (pixels[..., :3] == 255).all(axis=-1)
    pixels[paper] = 0
    picture = decode(encode(pixels), where="here")
    assert picture.form == FULL_FIGURE
    assert close(picture.energy, plot_area)


def test_a_figure_turned_gray_is_cropped_and_its_luminance_inverted(figure, plot_area, encode):
    picture = decode(encode(np.asarray(figure(plot_area).convert("L"))), where="here")
    assert picture.form == FULL_FIGURE
    assert np.abs(picture.energy.astype(int) - plot_area).max() <= 2


def test_a_plot_area_alone_is_left_whole(encode):
    expected = np.linspace(0, 255, 479 * 569).reshape(479, 569).astype(np.uint8)
    picture = decode(encode(to_viridis(expected)), where="here")
    assert picture.form == PLOT_AREA
    assert close(picture.energy, expected)


def test_a_palette_picture_of_viridis_is_a_plot_area(energy, tmp_path):
    image = Image.fromarray(energy).convert("P")
    image.putdata(energy.reshape(-1).tolist())
    image.putpalette(to_viridis(np.arange(256, dtype=np.uint8)).tobytes())
    image.save(tmp_path / "palette.png")
    picture = decode((tmp_path / "palette.png").read_bytes(), where="here")
    assert picture.form == PLOT_AREA
    assert close(picture.energy, energy)


def test_gray_values_are_tenths_of_energy(energy, gray):
    picture = decode(gray, where="here")
    assert picture.form == GRAY_ENERGY
    assert np.array_equal(picture.energy, energy)


def test_16_bit_gray_is_clipped(encode):
    values = np.array([[0, 5, 255, 256, 60000]], dtype=np.uint16)
    picture = decode(encode(values), where="here")
    assert picture.form == GRAY_ENERGY
    assert picture.energy.tolist() == [[0, 5, 255, 255, 255]]


def test_an_ordinary_colour_picture_gives_its_luminance(encode):
    pixels = np.zeros((20, 20, 3), dtype=np.uint8)
    pixels[:10] = (255, 0, 0)
    pixels[10:] = (0, 0, 255)
    picture = decode(encode(pixels), where="here")
    assert picture.form == ORDINARY_PICTURE
    # ITU-R 601-2: 0.299 red, 0.114 blue.
    assert picture.energy[0, 0] == round(0.299 * 255)
    assert picture.energy[-1, -1] == round(0.114 * 255)


def test_gray_with_transparency_lies_on_white_paper(tmp_path):
    image = Image.new("LA", (2, 1))
    image.putdata([(100, 255), (100, 0)])
    image.save(tmp_path / "a.png")
    picture = decode((tmp_path / "a.png").read_bytes(), where="here")
    assert picture.form == GRAY_ENERGY
    assert picture.energy.tolist() == [[100, 255]]


def test_one_bit_and_printing_colours(tmp_path):
    Image.new("1", (4, 4), 1).save(tmp_path / "bit.png")
    assert (decode((tmp_path / "bit.png").read_bytes(), where="here").energy == 255).all()
    Image.new("CMYK", (4, 4), (0, 0, 0, 255)).save(tmp_path / "print.tif")
    picture = decode((tmp_path / "print.tif").read_bytes(), where="here")
    assert picture.form == ORDINARY_PICTURE
    assert (picture.energy == 0).all()


def test_of_an_animation_the_first_frame_counts(tmp_path):
    frames = [Image.new("L", (8, 8), value) for value in (10, 200)]
    frames[0].save(tmp_path / "two.tif", save_all=True, append_images=frames[1:])
    assert (decode((tmp_path / "two.tif").read_bytes(), where="here").energy == 10).all()


def test_one_pixel_is_a_picture(encode):
    assert decode(encode(np.array([[7]], dtype=np.uint8)), where="here").energy.tolist() == [[7]]
    assert decode(encode(to_viridis(np.array([[7]], dtype=np.uint8))), where="here").form == PLOT_AREA


def test_resizing_has_the_analysis_size_by_default_and_averages():
    board = np.indices((280, 340)).sum(axis=0) % 2 * 200
    small = resize_energy(board.astype(np.uint8))
    assert small.shape == (140, 170)
    assert np.abs(small[1:-1, 1:-1].astype(int) - 100).max() <= 30
    assert resize_energy(small).shape == (140, 170)


@pytest.mark.skipif(not REAL.exists(), reason=f"the real pictures are not at {REAL}")
def test_real_figures_are_all_cropped_and_their_background_is_quiet():
    for path in sorted(REAL.rglob("*.png"))[::4]:
        picture = decode(path.read_bytes(), where=path.name)
        assert picture.form == FULL_FIGURE
        assert picture.energy.shape == (466, 566)
        # Whitened noise has exponential energy of mean 1 in a tile; smoothed and drawn, the median stays below 4.
        assert np.median(picture.energy) < 40
        pixels = np.asarray(Image.open(path).convert("RGB"))[66:532, 105:671]
        assert np.array_equal(picture.energy, from_viridis(pixels))
