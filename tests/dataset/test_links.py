"""Nothing is read outside the data set's folder, and links never make a reader run in circles."""

import pickle

import pytest

from core.dataset import PictureError, open_dataset
from core.dataset.stores import FolderStore
from core.errors import GlitchAuditError


@pytest.fixture
def root(tmp_path, glitch_files):
    glitch_files(tmp_path / "data" / "Blip", "aaaaaaaaaa")
    return tmp_path / "data"


def reasons(dataset):
    return {problem.where: problem.reason for problem in dataset.problems}


def test_links_out_of_the_folder_are_listed_not_followed(root, tmp_path, gray):
    (tmp_path / "secret.png").write_bytes(gray)
    (tmp_path / "Tomte").mkdir()
    (tmp_path / "Tomte" / "b.png").write_bytes(gray)
    (root / "Blip" / "out.png").symlink_to(tmp_path / "secret.png")
    (root / "Tomte").symlink_to(tmp_path / "Tomte")
    dataset = open_dataset(root)
    assert dataset.labels == ("Blip",)
    assert "leaves the data set's folder" in reasons(dataset)["Blip/out.png"]
    assert "leaves the data set's folder" in reasons(dataset)["Tomte"]


def test_link_loops_end(root):
    (root / "Blip" / "again").symlink_to(root)
    (root / "Blip" / "self.png").symlink_to(root / "Blip" / "self.png")
    (root / "Blip" / "nowhere.png").symlink_to(root / "gone.png")
    dataset = open_dataset(root)
    assert len(dataset.pictures) == 4
    assert set(reasons(dataset)) == {"Blip/again", "Blip/self.png", "Blip/nowhere.png"}


def test_links_inside_the_folder_are_read(root):
    (root / "Blip" / "same.png").symlink_to(root / "Blip" / "H1_aaaaaaaaaa_spectrogram_0.5.png")
    dataset = open_dataset(root)
    assert "Blip/same" in dataset.samples.index
    assert dataset.problems == ()


def test_the_data_set_itself_may_be_a_link(root, tmp_path):
    (tmp_path / "link").symlink_to(root)
    dataset = open_dataset(tmp_path / "link")
    assert dataset.store.read(dataset.pictures["location"].iloc[0])


@pytest.mark.parametrize("location", ["../secret.png", "Blip/../../secret.png", "/etc/passwd", "Blip/out.png"])
def test_the_store_refuses_to_leave_the_folder(root, tmp_path, gray, location):
    (tmp_path / "secret.png").write_bytes(gray)
    (root / "Blip" / "out.png").symlink_to(tmp_path / "secret.png")
    with pytest.raises(GlitchAuditError, match="leaves the data set's folder"):
        FolderStore(root).read(location)


@pytest.mark.parametrize("location", ["Blip/gone.png", "Blip", "Blip/\0.png"])
def test_what_is_not_there_is_a_picture_error(root, location):
    with pytest.raises(PictureError):
        FolderStore(root).read(location)


def test_the_store_can_be_pickled(root, gray):
    store = pickle.loads(pickle.dumps(FolderStore(root)))
    assert store.read("Blip/H1_aaaaaaaaaa_spectrogram_0.5.png") == gray
