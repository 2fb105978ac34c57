"""Pictures are decoded once, shared between runs, and what cannot be read is left out with its reason."""

import json
from dataclasses import replace

import numpy as np
import pytest

from core.classify.training.picture_array import picture_array
from core.dataset import PICTURES
from core.dataset.kind import chosen_kind
from core.dataset.pictures import decode, decode_colours
from core.embed.preprocess import network_input
from core.errors import Cancelled, GlitchAuditError

SIZE = (16, 20)


def test_pixels_are_what_the_network_reads(make_drawn, tmp_path):
    dataset = make_drawn(5)
    array = picture_array(dataset, SIZE, tmp_path)
    for row, location in enumerate(dataset.pictures["location"]):
        energy = decode(dataset.store.read(location), where=location).energy
        np.testing.assert_array_equal(array.pixels[row], network_input(energy, size=SIZE))
    assert array.readable.all() and array.problems == () and array.pixels.dtype == np.uint8


def test_of_ordinary_pictures_a_network_that_sees_gray_reads_the_luminance(make_drawn, tmp_path):
    dataset = replace(make_drawn(3), kind=chosen_kind(PICTURES))
    array = picture_array(dataset, SIZE, tmp_path)
    for row, location in enumerate(dataset.pictures["location"]):
        luminance = decode_colours(dataset.store.read(location), where=location).energy
        np.testing.assert_array_equal(array.pixels[row], network_input(luminance, size=SIZE))
    # The other kind is kept beside it.
    picture_array(make_drawn(3), SIZE, tmp_path)
    assert len(list(tmp_path.glob("*.npy"))) == 2


def test_a_second_run_reads_no_picture(make_drawn, tmp_path):
    dataset = make_drawn(70)
    first = picture_array(dataset, SIZE, tmp_path)
    unreadable = replace(dataset, store=None)
    again = picture_array(unreadable, SIZE, tmp_path)
    np.testing.assert_array_equal(again.pixels, first.pixels)
    with pytest.raises(AttributeError):
        picture_array(unreadable, (8, 8), tmp_path)


def test_unreadable_pictures_become_problems(make_drawn, tmp_path):
    dataset = make_drawn(5, broken=((1, "2.0"),))
    for _ in range(2):
        array = picture_array(dataset, SIZE, tmp_path)
        assert array.readable.tolist() == [row != 3 for row in range(10)]
        assert [problem.where for problem in array.problems] == ["glitch001/2.0.png"]
        assert "not a picture" in array.problems[0].reason and not array.pixels[3].any()


def test_stopping_leaves_nothing_half_done(make_drawn, tmp_path):
    dataset = make_drawn(80)

    def stop(done, total):
        if done:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        picture_array(dataset, SIZE, tmp_path, on_progress=stop)
    assert list(tmp_path.iterdir()) == []
    seen = []
    picture_array(dataset, SIZE, tmp_path, on_progress=lambda done, total: seen.append((done, total)))
    assert seen[0] == (0, 160) and seen[-1] == (160, 160)


def test_a_truncated_file_is_made_again(make_drawn, tmp_path):
    dataset = make_drawn(5)
    whole = np.array(picture_array(dataset, SIZE, tmp_path).pixels)
    path = next(tmp_path.glob("*.npy"))
    path.write_bytes(path.read_bytes()[:500])
    np.testing.assert_array_equal(picture_array(dataset, SIZE, tmp_path).pixels, whole)


def test_a_flipped_bit_is_noticed_and_the_file_made_again(make_drawn, tmp_path):
    dataset = make_drawn(5)
    whole = np.array(picture_array(dataset, SIZE, tmp_path).pixels)
    path = next(tmp_path.glob("*.npy"))
    content = bytearray(path.read_bytes())
    content[-7] ^= 1
    path.write_bytes(content)
    np.testing.assert_array_equal(picture_array(dataset, SIZE, tmp_path).pixels, whole)


def test_a_file_of_an_older_version_without_a_sum_is_used(make_drawn, tmp_path):
    dataset = make_drawn(5)
    picture_array(dataset, SIZE, tmp_path)
    about = next(tmp_path.glob("*.json"))
    about.write_text(json.dumps({name: part for name, part in json.loads(about.read_text()).items() if name != "sum"}))
    assert picture_array(replace(dataset, store=None), SIZE, tmp_path).readable.all()


def test_a_place_that_cannot_be_written_is_named(make_drawn, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(GlitchAuditError, match="cannot be written"):
        picture_array(make_drawn(5), SIZE, tmp_path / "file")
