"""The large pictures of glitches and the tiles of their neighbours, kept, and made beforehand for the next one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

from cachetools import LRUCache

from core.dataset import Dataset
from core.evidence.previews import encode_jpeg
from core.evidence.tile_cache import TileCache
from core.evidence.tiles import sample_views


class ViewCache:
    """The JPEGs that one data set's samples are judged by; those shown longest ago give way. Threads may share it."""

    def __init__(self, *, samples: int, tiles: int, quality: int) -> None:
        """Make an empty one for so many samples at full size and so many tiles, as JPEGs of ``quality`` 1 to 95."""
        self._views: LRUCache[str, dict[str, bytes]] = LRUCache(samples)
        self._tiles = TileCache(tiles, quality=quality)
        self._quality = quality
        self._lock = Lock()
        self._ahead = ThreadPoolExecutor(1, thread_name_prefix="next-pictures")

    def views(self, dataset: Dataset, sample_id: str) -> dict[str, bytes]:
        """Return every readable view of one sample at its full size, in the order of the views.

        A sample of which a picture cannot be read is tried again the next time.
        """
        with self._lock:
            if sample_id in self._views:
                return self._views[sample_id]
        pictures = sample_views(dataset, sample_id)
        made = {view: encode_jpeg(picture, quality=self._quality) for view, picture in pictures.items()}
        if len(made) == int((dataset.pictures["sample_id"] == sample_id).sum()):
            with self._lock:
                self._views[sample_id] = made
        return made

    def tiles(self, dataset: Dataset, sample_ids: Sequence[str], *, view: str) -> dict[str, bytes]:
        """Return the tiles of samples in one view, by id; without unreadable pictures."""
        return self._tiles.jpegs(dataset, sample_ids, view=view)

    def beforehand(self, make: Callable[[], object]) -> None:
        """Do ``make``, which asks for what will be shown next, while the present sample is looked at."""
        self._ahead.submit(make)
