"""Profiles: mean energy by frequency row and time column of the preview pictures."""

import json

import numpy as np
import pytest

from core.dataset import to_viridis
from core.evidence.previews import PREVIEW_HEIGHT, PREVIEW_WIDTH, encode_jpeg, load_previews
from core.pipeline.picture_profiles import picture_profiles


@pytest.fixture
def previews(tmp_path):
    """Three samples: a bright row 10, a bright column 20, and one whose picture could not be read."""
    page = np.zeros((PREVIEW_HEIGHT, 16 * PREVIEW_WIDTH), np.uint8)
    page[8:12, :PREVIEW_WIDTH] = 200
    page[:, PREVIEW_WIDTH + 18 : PREVIEW_WIDTH + 22] = 200
    (tmp_path / "page-0000.jpg").write_bytes(encode_jpeg(to_viridis(page), quality=95))
    np.save(tmp_path / "intensity.npy", np.array([5.0, 6.0, np.nan], np.float32))
    (tmp_path / "previews.json").write_text(json.dumps({"count": 3}))
    return load_previews(tmp_path)


def test_a_line_shows_in_the_rows_and_a_spike_in_the_columns(previews):
    line, spike, missing = picture_profiles(previews, np.array([0, 1, 2]))
    assert 8 <= line[:PREVIEW_HEIGHT].argmax() < 12
    assert 18 <= spike[PREVIEW_HEIGHT:].argmax() < 22
    # Four of 70 rows at 200: the mean of every column.
    assert line[PREVIEW_HEIGHT:].mean() == pytest.approx(4 / 70 * 200, rel=0.15)
    assert not missing.any()


def test_the_order_of_the_samples_is_kept(previews):
    assert np.array_equal(
        picture_profiles(previews, np.array([1, 0])), picture_profiles(previews, np.array([0, 1]))[::-1]
    )


def test_no_readable_picture_gives_no_profiles(previews):
    assert picture_profiles(previews, np.array([2])) is None
    assert picture_profiles(previews, np.zeros(0, int)) is None
