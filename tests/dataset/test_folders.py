"""Walking through folders: what is counted, what is left out, and that nothing outside the allowed ones is shown."""

import pytest

from core.dataset import folders
from core.dataset.folders import folder_above, list_folder, place_beside
from core.errors import GlitchAuditError


@pytest.fixture
def root(tmp_path):
    made = tmp_path / "root"
    for place in ("Blip/a.png", "Blip/b.JPG", "train/Tomte/c.png", "train/Tomte/deep/d.png", "train/e.png", "x.png"):
        (made / place).parent.mkdir(parents=True, exist_ok=True)
        (made / place).write_bytes(b"x")
    for place in (".hidden/a.png", "__MACOSX/a.png", "Blip/.b.png", "Blip/notes.txt"):
        (made / place).parent.mkdir(parents=True, exist_ok=True)
        (made / place).write_bytes(b"x")
    (made / "empty").mkdir()
    return made


def counts(listing):
    return {one.path.name: (one.here, one.below) for one in listing.subfolders}


def test_pictures_are_counted_in_each_folder_and_below_it(root):
    listing = list_folder(root, (root,))
    assert listing.here == 1 and listing.more == 0
    assert counts(listing) == {"Blip": (2, 0), "empty": (0, 0), "train": (1, 2)}


def test_a_folder_called_like_a_picture_is_a_folder(root):
    (root / "pictures.png").mkdir()
    (root / "train" / "more.png").mkdir()
    listing = list_folder(root, (root,))
    assert listing.here == 1 and counts(listing)["pictures.png"] == (0, 0) and counts(listing)["train"] == (1, 2)


def test_links_that_lead_out_are_left_out_and_no_link_is_counted_through(root, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.png").write_bytes(b"x")
    (root / "out").symlink_to(outside)
    (root / "inside").symlink_to(root / "Blip")
    (root / "empty" / "out").symlink_to(outside)
    (root / "circle").symlink_to(root / "circle")
    found = counts(list_folder(root, (root,)))
    assert "out" not in found and "circle" not in found
    assert found["inside"] == (2, 0) and found["empty"] == (0, 0)
    assert counts(list_folder(root, None))["out"] == (1, 0)


@pytest.mark.parametrize("place", ["..", "../outside", "train/../.."])
def test_nothing_outside_is_listed(root, tmp_path, place):
    (tmp_path / "outside").mkdir()
    with pytest.raises(GlitchAuditError, match="does not lie in a folder that this server opens files from"):
        list_folder(root / place, (root,))


def test_counting_and_listing_are_bounded(root, monkeypatch):
    monkeypatch.setattr(folders, "MOST_FOLDERS", 2)
    listing = list_folder(root, (root,))
    assert [one.path.name for one in listing.subfolders] == ["Blip", "empty"] and listing.more == 1
    monkeypatch.setattr(folders, "MOST_ENTRIES", 2)
    blip = list_folder(root, (root,)).subfolders[0]
    assert not blip.all_counted and blip.here <= 1


def test_a_folder_that_is_gone_is_said_in_a_sentence(root):
    with pytest.raises(GlitchAuditError, match="cannot be listed"):
        list_folder(root / "nothing", (root,))
    with pytest.raises(GlitchAuditError, match="cannot be listed"):
        list_folder(root / "x.png", (root,))


def test_one_walks_up_as_far_as_is_allowed(root):
    assert folder_above(root / "Blip", (root,)) == root
    assert folder_above(root, (root,)) is None
    assert folder_above(root, None) == root.parent
    assert folder_above(type(root)("/"), None) is None


def test_one_begins_beside_the_first_data_set_that_is_still_there_and_may_be_opened(root, tmp_path):
    table = root / "train" / "table.csv"
    table.write_text("sample_id,label,x,y\n")
    gone, outside = root / "gone" / "set", tmp_path / "elsewhere" / "set"
    outside.mkdir(parents=True)
    assert place_beside((gone, outside, root / "Blip", table), (root,)) == root
    assert place_beside((table,), (root,)) == root / "train"
    assert place_beside((root,), (root,)) == root
    assert place_beside((gone, outside), (root,)) is place_beside((), None) is None
    assert place_beside((outside,), None) == outside.parent
