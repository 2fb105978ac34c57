"""The HDF5 training set, with encoded pictures or decoded pixels."""

import pickle

import h5py
import numpy as np
import pytest

from core.dataset import VIEWS, PictureError, decode, open_dataset, to_viridis
from core.dataset.stores import Hdf5Store
from core.dataset.viridis import SCIKIT_IMAGE_LUMINANCE
from core.errors import GlitchAuditError


@pytest.fixture
def write(tmp_path):
    def write(**pictures):
        with h5py.File(tmp_path / "trainingsetv1d1.h5", "w") as file:
            for location, value in pictures.items():
                file[location] = value
        return tmp_path / "trainingsetv1d1.h5"

    return write


def energy_of(path, location):
    return decode(Hdf5Store(path).read(location), where=location).energy


def test_levels_are_label_split_id_and_view(write, gray):
    raw = np.frombuffer(gray, dtype=np.uint8)
    path = write(
        **{f"Blip/train/aaaaaaaaaa/{view}.png": raw for view in VIEWS},
        **{"Whistle/test/bbbbbbbbbb/1.0.png": raw},
    )
    dataset = open_dataset(path)
    assert dataset.source_form == "HDF5 training set"
    assert dataset.samples.to_dict("index") == {
        "aaaaaaaaaa": {"label": "Blip", "split": "train"},
        "bbbbbbbbbb": {"label": "Whistle", "split": "test"},
    }
    assert dataset.pictures["view"].tolist() == [*VIEWS, "1.0"]
    assert all(dataset.store.read(location) == gray for location in dataset.pictures["location"])
    assert pickle.loads(pickle.dumps(dataset.store)).read("Whistle/test/bbbbbbbbbb/1.0.png") == gray


def test_encoded_pictures_as_one_opaque_value_or_a_string(write, gray):
    path = write(**{"Blip/train/a/0.5.png": np.void(gray), "Blip/train/a/1.0.png": np.bytes_(gray)})
    assert Hdf5Store(path).read("Blip/train/a/0.5.png") == gray
    assert Hdf5Store(path).read("Blip/train/a/1.0.png") == gray


@pytest.mark.parametrize("shape", [(64, 80), (1, 64, 80), (1, 1, 64, 80)])
def test_8_bit_pixels_are_tenths_of_energy(write, energy, shape):
    path = write(**{"Blip/train/a/0.5.png": energy.reshape(shape)})
    assert np.array_equal(energy_of(path, "Blip/train/a/0.5.png"), energy)


def test_fractions_are_the_gray_of_viridis(write, energy):
    luminance = to_viridis(energy) @ np.array(SCIKIT_IMAGE_LUMINANCE) / 255
    path = write(**{"Blip/train/a/0.5.png": luminance.astype(np.float32)[None]})
    assert np.abs(energy_of(path, "Blip/train/a/0.5.png").astype(int) - energy).max() <= 1


def test_larger_numbers_are_energy_in_units(write):
    path = write(**{"Blip/train/a/0.5.png": np.array([[0.0, 1.5], [25.5, 99.0]])})
    assert energy_of(path, "Blip/train/a/0.5.png").tolist() == [[0, 15], [255, 255]]


def test_not_a_number_is_no_energy(write):
    path = write(**{"Blip/train/a/0.5.png": np.array([[np.nan, 2.0]])})
    assert energy_of(path, "Blip/train/a/0.5.png").tolist() == [[0, 20]]


def test_colour_pixels(write, energy):
    path = write(**{"Blip/train/a/0.5.png": to_viridis(energy), "Blip/train/a/1.0.png": to_viridis(energy) / 255.0})
    for view in ("0.5", "1.0"):
        assert np.abs(energy_of(path, f"Blip/train/a/{view}.png").astype(int) - energy).max() <= 1


@pytest.mark.parametrize("value", [np.zeros((2, 3, 4, 5)), np.arange(5.0), 3.5])
def test_an_array_that_is_no_picture(write, value):
    path = write(**{"Blip/train/a/0.5.png": value})
    with pytest.raises(PictureError, match=r"0\.5\.png"):
        Hdf5Store(path).read("Blip/train/a/0.5.png")


@pytest.mark.parametrize("location", ["Blip/train/a/9.png", "Blip", "Blip/train/a/0.5.png/deeper"])
def test_a_picture_that_is_not_there(write, energy, location):
    path = write(**{"Blip/train/a/0.5.png": energy})
    with pytest.raises(PictureError, match="holds no picture there"):
        Hdf5Store(path).read(location)


def test_what_lies_at_another_depth_is_listed(write, energy):
    path = write(**{"Blip/train/a/0.5.png": energy, "readme": "hello", "Blip/train/stray.png": energy})
    dataset = open_dataset(path)
    assert [problem.where for problem in dataset.problems] == ["Blip/train/stray.png", "readme"]
    assert len(dataset.pictures) == 1


@pytest.mark.parametrize("value", [np.zeros(0, dtype=np.uint8), np.zeros((1, 0, 5), dtype=np.float32)])
def test_an_empty_picture_is_found_when_decoded(write, energy, value):
    path = write(**{"Blip/train/a/0.5.png": energy, "Blip/train/a/1.0.png": value})
    with pytest.raises(PictureError, match=r"1\.0\.png: the picture is empty"):
        energy_of(path, "Blip/train/a/1.0.png")


def test_a_group_in_place_of_a_picture_is_found_when_read(write, energy):
    path = write(**{"Blip/train/a/0.5.png/deeper": energy})
    dataset = open_dataset(path)
    with pytest.raises(PictureError, match="holds no picture there"):
        dataset.store.read("Blip/train/a/0.5.png")


def test_two_labels_for_one_id_are_refused(write, energy):
    path = write(**{"Blip/train/a/0.5.png": energy, "Tomte/train/a/1.0.png": energy})
    with pytest.raises(GlitchAuditError, match="sample a has two labels"):
        open_dataset(path)


def test_no_picture_at_the_expected_depth(write):
    with pytest.raises(GlitchAuditError, match="holds no picture at <label>"):
        open_dataset(write(matrix=np.zeros((3, 3))))


def test_not_hdf5(tmp_path):
    (tmp_path / "a.h5").write_bytes(b"no")
    with pytest.raises(GlitchAuditError, match="cannot be read as HDF5"):
        open_dataset(tmp_path / "a.h5")
