"""A folder opened one level too high or too low is noticed, and the likely right one is named."""

import numpy as np
import pytest
from PIL import Image

from core.dataset import open_dataset
from core.dataset.levels import level_above, level_hint
from core.errors import GlitchAuditError


@pytest.fixture
def make(tmp_path):
    """Makes pictures at these places below a folder, and returns the folder."""

    def act(*places):
        root = tmp_path / "root"
        for number, place in enumerate(places):
            path = root / place
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(np.full((8, 8), 10 * number, np.uint8)).save(path)
        return root

    return act


def hint(folder, roots=None):
    return level_hint(open_dataset(folder), roots)


def test_labels_one_level_deeper_are_found(make):
    root = make("data/cover.png", "data/round/a.png", "data/long/b.png")
    found = hint(root)
    assert found.folder == root / "data"
    assert "the one label data" in found.sentence and "2 folders with pictures (long, round)" in found.sentence
    assert hint(found.folder) is None


def test_labels_one_level_higher_are_found(make):
    root = make("round/left/a.png", "long/left/b.png")
    found = hint(root / "round")
    assert found.folder == root and "the one label left" in found.sentence and "(long)" in found.sentence
    assert hint(root) is None


def test_a_known_label_that_was_opened_itself_leads_higher(make):
    root = make("Blip/H1/a.png", "Blip/L1/b.png", "Koi_Fish/H1/c.png")
    found = hint(root / "Blip")
    assert found.folder == root and "No label here is one that Gravity Spy knows" in found.sentence


def test_pictures_in_the_opened_folder_itself_lead_higher(make):
    root = make("round/a.png", "long/b.png")
    with pytest.raises(GlitchAuditError, match="have no labels"):
        open_dataset(root / "round")
    assert level_above(root / "round", None).folder == root
    assert level_above(root / "round", (root,)).folder == root


def test_nothing_outside_the_allowed_folders_is_named(make):
    root = make("round/left/a.png", "long/left/b.png")
    assert hint(root / "round", (root / "round",)) is None
    assert hint(root / "round", ()) is None
    assert level_above(root / "round", (root / "round",)) is None


@pytest.mark.parametrize(
    "places",
    [
        ("Blip/a.png", "Koi_Fish/b.png"),
        ("train/Blip/a.png", "test/Blip/b.png"),
        ("Blip/H1/a.png", "Blip/L1/b.png"),
        ("only/a.png", "only/b.png"),
        ("set/Blip/a.png", "set/Tomte/b.png"),
    ],
)
def test_what_looks_right_is_left_alone(make, places):
    assert hint(make(*places)) is None


def test_a_table_of_labels_has_no_levels(make):
    root = make("one/H1_abc_spectrogram_0.5.png", "one/x/H1_def_spectrogram_0.5.png")
    (root / "meta.csv").write_text("gravityspy_id,label\nabc,Whistle\ndef,Whistle\n")
    assert hint(root) is None
