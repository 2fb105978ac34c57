"""Energy becomes the same network input whatever form it comes in."""

from __future__ import annotations

import numpy as np
from PIL import Image

from core.embed.preprocess import as_tenths, network_input


def test_float_energy_becomes_tenths() -> None:
    energy = np.array([[0.0, 0.04, 0.06, 12.34, 25.5]], dtype=np.float32)
    assert as_tenths(energy).tolist() == [[0, 0, 1, 123, 255]]


def test_energy_out_of_range_is_clipped_and_holes_are_dark() -> None:
    energy = np.array([[-3.0, 90.0, np.nan, np.inf, -np.inf]])
    assert as_tenths(energy).tolist() == [[0, 255, 0, 255, 0]]


def test_picture_of_the_right_size_is_untouched() -> None:
    energy = np.random.default_rng(0).integers(0, 256, (140, 170), dtype=np.uint8)
    assert np.array_equal(network_input(energy, size=(140, 170)), energy)


def test_other_sizes_are_resized_as_pillow_does() -> None:
    energy = np.random.default_rng(0).integers(0, 256, (466, 566), dtype=np.uint8)
    expected = np.asarray(Image.fromarray(energy).resize((170, 140), Image.Resampling.BILINEAR))
    assert np.array_equal(network_input(energy, size=(140, 170)), expected)


def test_one_pixel_fills_the_picture() -> None:
    assert np.array_equal(network_input(np.array([[99]], dtype=np.uint8), size=(4, 5)), np.full((4, 5), 99))
