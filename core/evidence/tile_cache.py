"""Encoded tiles of contact sheets, kept for as long as they are shown often enough."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

from cachetools import LRUCache

from core.dataset import Dataset
from core.evidence.previews import encode_jpeg
from core.evidence.tiles import tile_pictures


class TileCache:
    """The JPEGs of tiles of one data set; those that were shown longest ago give way. Threads may share it."""

    def __init__(self, tiles: int, *, quality: int) -> None:
        """Make an empty one that keeps at most ``tiles`` JPEGs of ``quality`` 1 to 95."""
        self._kept: LRUCache[tuple[str, str], bytes] = LRUCache(tiles)
        self._lock = Lock()
        self._quality = quality

    def jpegs(self, dataset: Dataset, sample_ids: Sequence[str], *, view: str) -> dict[str, bytes]:
        """Return all tiles of ``sample_ids`` in ``view``, by id, however many are kept; without unreadable pictures.

        A picture that cannot be read is tried again the next time.
        """
        with self._lock:
            found = {name: self._kept[name, view] for name in sample_ids if (name, view) in self._kept}
        missing = [name for name in sample_ids if name not in found]
        if not missing:
            return found
        # Without the lock: reading pictures takes long, and two threads that read the same one agree.
        pictures = tile_pictures(dataset, missing, view=view)
        made = {name: encode_jpeg(picture, quality=self._quality) for name, picture in pictures.items()}
        with self._lock:
            self._kept.update({(name, view): jpeg for name, jpeg in made.items()})
        return found | made
