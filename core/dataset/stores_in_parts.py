"""A part of a store, small enough to be sent to another process with each shard of a large data set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.dataset.model import PictureStore
from core.dataset.stores import FolderStore, ParquetStore


def store_of(store: PictureStore, locations: Sequence[str]) -> PictureStore:
    """Return a store that reads these locations as ``store`` does, and knows the stamps of no others.

    The stamps of all pictures of O1 to O3 are some hundred megabytes. A store without stamps is returned as it is.
    """
    if isinstance(store, FolderStore):
        return FolderStore(store.root, stamps=_of(store.stamps, locations), files=store.files)
    if isinstance(store, ParquetStore):
        return ParquetStore(store.path, store.column, stamps=_of(store.stamps, locations), files=store.files)
    return store


def _of(stamps: Mapping[str, str], locations: Sequence[str]) -> dict[str, str]:
    return {location: stamps[location] for location in locations if location in stamps}
