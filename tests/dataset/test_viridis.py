"""Viridis to energy and back."""

import io

import numpy as np
from PIL import Image
from plotly.colors import hex_to_rgb, sequential

from core.dataset.viridis import distance_to_viridis, from_viridis, from_viridis_luminance, to_viridis

ALL = np.arange(256, dtype=np.uint8)


def test_colours_are_those_of_plotlys_viridis():
    # Plotly keeps ten of the colours, evenly spaced over 0 to 1.
    anchors = np.array([hex_to_rgb(colour) for colour in sequential.Viridis])
    places = np.rint(np.linspace(0, 255, len(anchors))).astype(np.uint8)
    assert np.abs(to_viridis(places).astype(int) - anchors).max() <= 2


def test_middle_colour_is_the_published_one():
    assert to_viridis(np.uint8(128)).tolist() == [0x21, 0x91, 0x8C]


def test_each_energy_survives_the_round_trip():
    # Rounded to 8 bits, viridis holds two pairs of equal neighbours, so one tenth may be lost there.
    difference = from_viridis(to_viridis(ALL)).astype(int) - ALL
    assert np.abs(difference).max() <= 1
    assert np.count_nonzero(difference) == 2


def test_one_channel_a_level_lower_costs_at_most_two_tenths():
    # Programs that cut to 8 bits instead of rounding make such colours.
    for channel in range(3):
        cut = to_viridis(ALL).astype(int)
        cut[:, channel] -= 1
        assert np.abs(from_viridis(cut.clip(0).astype(np.uint8)).astype(int) - ALL).max() <= 2


def test_nearest_colour_agrees_with_a_search_close_to_viridis():
    generator = np.random.default_rng(1)
    noisy = to_viridis(ALL).astype(int) + generator.integers(-4, 5, size=(256, 3))
    noisy = noisy.clip(0, 255).astype(np.uint8)
    distances = ((noisy[:, None].astype(int) - to_viridis(ALL)[None].astype(int)) ** 2).sum(axis=-1)
    found = from_viridis(noisy)
    assert np.array_equal(distances[np.arange(256), found], distances.min(axis=1))


def test_fourth_channel_is_ignored():
    colours = np.concatenate([to_viridis(ALL), np.full((256, 1), 17, dtype=np.uint8)], axis=1)
    assert np.array_equal(from_viridis(colours), from_viridis(to_viridis(ALL)))


def test_jpeg_noise_costs_a_tenth_or_two_of_a_unit():
    smooth = np.linspace(0, 255, 200).astype(np.uint8)[None].repeat(120, axis=0)
    out = io.BytesIO()
    Image.fromarray(to_viridis(smooth)).save(out, "jpeg", quality=90)
    back = from_viridis(np.asarray(Image.open(out)))
    assert np.abs(back.astype(int) - smooth).mean() < 4


def test_distance_is_zero_on_viridis_and_large_on_red():
    assert distance_to_viridis(to_viridis(ALL)).max() == 0
    red = np.array([[255, 0, 0]], dtype=np.uint8)
    expected = np.sqrt(((to_viridis(ALL).astype(float) - red) ** 2).sum(axis=1)).min()
    assert abs(distance_to_viridis(red)[0] - expected) < 10


def test_luminance_of_viridis_gives_the_energy_back():
    gray = Image.fromarray(to_viridis(ALL[None])).convert("L")
    assert np.abs(from_viridis_luminance(np.asarray(gray))[0].astype(int) - ALL).max() <= 2
