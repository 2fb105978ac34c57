"""Search by a box with the project's own network: its maps pool to its features, and a moved glitch is found."""

import numpy as np
import pytest
from PIL import Image

from core.dataset import open_dataset
from core.embed.backbones import OFFLINE_DEFAULT, backbone_named
from core.embed.embedder import embed_pictures
from core.embed.feature_maps import make_map_runner
from core.embed.likeness import Vectors
from core.embed.model import EmbedParams
from core.embed.runner import make_runner
from core.errors import GlitchAuditError
from core.pipeline import box_searching
from core.pipeline.box_searching import BoxSearch
from core.space.box_search import Box
from core.space.likeness_search import make_index

RANDOM = np.random.default_rng(2)
BAR_AND_LINE, BAR, LINE, NOISE = "Both/a", "Bar/b", "Line/c", "None/d"


def bar(pixels, column):
    pixels[20:120, column : column + 6] = 240


def line(pixels, row):
    pixels[row : row + 5, 90:] = 240


@pytest.fixture(scope="module")
def searched(tmp_path_factory):
    """A picture with a bar on the left and a line on the right, one with each alone, the bar moved, and noise."""
    folder = tmp_path_factory.mktemp("boxes")
    pictures = {name: RANDOM.integers(0, 16, (140, 170)).astype(np.uint8) for name in (BAR_AND_LINE, BAR, LINE, NOISE)}
    bar(pictures[BAR_AND_LINE], 40)
    line(pictures[BAR_AND_LINE], 60)
    bar(pictures[BAR], 120)
    line(pictures[LINE], 60)
    for name, pixels in pictures.items():
        path = folder / f"{name}.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(pixels).save(path)
    dataset = open_dataset(folder)
    embedding = embed_pictures(dataset, EmbedParams(), folder=tmp_path_factory.mktemp("shards"))
    return dataset, make_index(Vectors(embedding.matrix)), list(embedding.ids)


@pytest.fixture
def boxes(searched):
    dataset, index, _ = searched
    return BoxSearch(dataset, index, views=(), backbone=OFFLINE_DEFAULT)


def test_a_map_pools_to_the_features():
    pixels = RANDOM.integers(0, 255, (3, *backbone_named(OFFLINE_DEFAULT).size)).astype(np.uint8)
    maps = make_map_runner(OFFLINE_DEFAULT)(pixels)
    features = make_runner(backbone_named(OFFLINE_DEFAULT), precision="float32")(pixels)
    assert np.allclose(maps.mean((2, 3)), features, rtol=1e-3, atol=1e-4 * np.abs(features).max())


@pytest.mark.parametrize(
    ("box", "right", "wrong"), [(Box(0.15, 0.36, 0.1, 0.9), BAR, LINE), (Box(0.5, 1.0, 0.4, 0.7), LINE, BAR)]
)
def test_what_is_in_the_box_is_found(searched, boxes, box, right, wrong):
    dataset, _, ids = searched
    (view,) = dataset.views
    allowed = np.array([name != BAR_AND_LINE for name in ids])
    first = boxes.first(BAR_AND_LINE, box, view=view, allowed=allowed)
    closer = boxes.closer(first, ids, BAR_AND_LINE, box, view=view)
    for ranked in (first, closer):
        names = [ids[row] for row in ranked.rows]
        assert names.index(right) < names.index(wrong) and BAR_AND_LINE not in names
        assert sorted(names) == sorted([BAR, LINE, NOISE])


def test_a_picture_is_seen_once(searched, boxes, monkeypatch):
    dataset, _, ids = searched
    (view,) = dataset.views
    box = Box(0.15, 0.36, 0.1, 0.9)
    first = boxes.first(BAR, box, view=view)
    once = boxes.closer(first, ids, BAR, box, view=view)
    read = []
    own = box_searching.read_picture
    monkeypatch.setattr(box_searching, "read_picture", lambda *a, **more: read.append(a[1]) or own(*a, **more))
    again = boxes.closer(first, ids, BAR, box, view=view)
    assert len(read) == 1, "the example alone is read again"
    assert again.rows.tolist() == once.rows.tolist()


def test_an_example_without_that_view_is_refused(boxes):
    with pytest.raises(GlitchAuditError, match="cannot be read"):
        boxes.first(BAR, Box(0, 1, 0, 1), view="4.0")
