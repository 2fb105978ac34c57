"""The tiles of a contact sheet: every one that is asked for comes back, whatever the cache has room for."""

import io
import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from core.dataset import open_dataset
from core.evidence.tile_cache import TileCache

COUNT = 12


@pytest.fixture
def dataset(tmp_path):
    """Pictures of one gray each, a different one a sample."""
    (tmp_path / "data" / "Blip").mkdir(parents=True)
    for number in range(COUNT):
        Image.new("L", (17, 14), 20 * number).save(tmp_path / "data" / "Blip" / f"{number:02d}.png")
    return open_dataset(tmp_path / "data")


def grays(tiles):
    return {name: float(np.asarray(Image.open(io.BytesIO(jpeg)).convert("L")).mean()) for name, jpeg in tiles.items()}


def ids_of(dataset):
    return list(dataset.samples.index)


@pytest.mark.parametrize("room", [1, 5, COUNT])
def test_every_tile_comes_back_however_few_are_kept(dataset, room):
    cache, ids = TileCache(room, quality=88), ids_of(dataset)
    view = dataset.views[0]
    alone = {name: TileCache(1, quality=88).jpegs(dataset, [name], view=view)[name] for name in ids}
    for start in (0, 3, 6, 0):
        page = ids[start : start + 6]
        assert cache.jpegs(dataset, page, view=view) == {name: alone[name] for name in page}
    assert cache.jpegs(dataset, ids, view=view) == alone
    assert len(set(grays(alone).values())) == COUNT


def test_a_kept_tile_is_not_read_again(dataset):
    cache, ids = TileCache(COUNT, quality=88), ids_of(dataset)
    first = cache.jpegs(dataset, ids, view=dataset.views[0])
    for path in dataset.source.rglob("*.png"):
        path.unlink()
    assert cache.jpegs(dataset, ids, view=dataset.views[0]) == first


def test_a_picture_that_could_not_be_read_is_tried_again(dataset):
    cache, ids = TileCache(COUNT, quality=88), ids_of(dataset)
    path = next(iter(sorted(dataset.source.rglob("*.png"))))
    content, then = path.read_bytes(), path.stat().st_mtime_ns
    path.write_bytes(b"no picture")
    assert ids[0] not in cache.jpegs(dataset, ids, view=dataset.views[0])
    path.write_bytes(content)
    os.utime(path, ns=(then, then))
    assert ids[0] in cache.jpegs(dataset, ids, view=dataset.views[0])


def test_threads_share_it(dataset):
    cache, ids, view = TileCache(3, quality=88), ids_of(dataset), dataset.views[0]
    whole = TileCache(COUNT, quality=88).jpegs(dataset, ids, view=view)

    def page(number):
        wanted = [ids[(number + step) % COUNT] for step in range(5)]
        return cache.jpegs(dataset, wanted, view=view) == {name: whole[name] for name in wanted}

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(page, range(200)))
