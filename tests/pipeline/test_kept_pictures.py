"""A picture that was handed in is kept for its address, and compared by the views that it has."""

import os

import numpy as np
import pytest

from core.embed.likeness import Vectors
from core.errors import GlitchAuditError
from core.pipeline import kept_pictures
from core.pipeline.kept_pictures import AskedPicture, example_of, is_picture_id, keep_picture, kept_picture
from core.space.likeness_search import examples_of, likenesses, make_index
from core.workspace import Workspace

VIEWS = ("0.5", "1.0")
RANDOM = np.random.default_rng(0)


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path / "home", tmp_path / "source")


@pytest.fixture
def index():
    blocks = RANDOM.normal(size=(6, 2, 4)).astype(np.float32)
    blocks /= np.linalg.norm(blocks, axis=2, keepdims=True) * np.sqrt(2)
    return make_index(Vectors(blocks.reshape(6, 8)), views=2)


def picture(features, views=VIEWS, *, name="H1_a.png", backbone="net"):
    return AskedPicture(name, views, np.asarray(features, np.float32), backbone, b"jpeg")


def test_it_is_read_back_as_it_was_kept(workspace):
    asked = picture(RANDOM.normal(size=(2, 4)))
    name = keep_picture(workspace, asked)
    found = kept_picture(workspace, name)
    assert is_picture_id(name) and found.picture_id == name == asked.picture_id
    assert (found.name, found.views, found.backbone, found.jpeg) == (asked.name, VIEWS, "net", b"jpeg")
    assert (found.features == asked.features).all()


@pytest.mark.parametrize("name", ["picture-0000000000000000", "../../etc/passwd", ""])
def test_what_is_not_kept_is_none(workspace, name):
    assert kept_picture(workspace, name) is None


def test_what_is_damaged_is_none(workspace):
    name = keep_picture(workspace, picture(np.ones((2, 4))))
    path = next(workspace.cache.glob("*/*.json"))
    path.write_text('{"name": "a", "views": ["1.0"], "features": [["x"]], "backbone": "net", "jpeg": ""}')
    assert kept_picture(workspace, name) is None


def test_only_the_newest_are_kept(workspace, monkeypatch):
    monkeypatch.setattr(kept_pictures, "NEWEST_KEPT", 2)
    names = []
    for number in range(3):
        names.append(keep_picture(workspace, picture(np.full((2, 4), number + 1.0))))
        os.utime(workspace.cache / "asked-pictures" / f"{names[-1]}.json", (number, number))
    # The third was the newest when it was written, and the first is gone.
    assert [kept_picture(workspace, name) is not None for name in names] == [False, True, True]


def test_a_samples_own_views_make_the_same_example(index):
    own = index.matrix[3].reshape(2, 4)
    # In another order than the samples' views, and of any length.
    example = example_of(picture(5 * own[::-1], VIEWS[::-1]), index, views=VIEWS, backbone="net")
    assert likenesses(index, example) == pytest.approx(likenesses(index, examples_of(index, [3])), abs=1e-6)


def test_a_picture_of_one_view_is_compared_by_that_view(index):
    example = example_of(picture(index.matrix[3, 4:][None], ("1.0",)), index, views=VIEWS, backbone="net")
    alone = likenesses(index, examples_of(index, [3]), view=1)
    assert likenesses(index, example) == pytest.approx(alone, abs=1e-6)


def test_one_of_unknown_view_may_be_any(index):
    row = index.matrix[3, 4:]
    example = example_of(picture(row[None], ("",)), index, views=VIEWS, backbone="net")
    unit = row / np.linalg.norm(row)
    expected = (index.matrix.reshape(6, 2, 4) * np.sqrt(2) @ unit).mean(axis=1)
    assert likenesses(index, example)[:, 0] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (picture(np.ones((2, 4)), backbone="other"), "by other and the samples by net"),
        (picture(np.ones((2, 3))), "by net and the samples by net"),
        (picture(np.ones((1, 4)), ("4.0",)), "none of the views 0.5, 1.0"),
    ],
)
def test_what_cannot_be_compared_is_said(index, asked, why):
    with pytest.raises(GlitchAuditError, match=why):
        example_of(asked, index, views=VIEWS, backbone="net")
