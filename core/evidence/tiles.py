"""The pictures of chosen samples in one view, decoded and ready to show."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd

from core.dataset import Dataset, DecodedPicture
from core.dataset.shown import read_decoded, tile_of, whole_picture
from core.errors import GlitchAuditError

TILE_HEIGHT, TILE_WIDTH = 140, 170
_THREADS = 2


def picture_locations(dataset: Dataset, sample_ids: Sequence[str], *, view: str) -> dict[str, str]:
    """Where the pictures of ``sample_ids`` in ``view`` lie; samples without that view are left out."""
    pictures = dataset.pictures
    chosen = pictures[(pictures["view"] == view) & pictures["sample_id"].isin(list(sample_ids))]
    return dict(zip(chosen["sample_id"], chosen["location"], strict=True))


def read_tile(dataset: Dataset, location: str, *, height: int, width: int) -> np.ndarray | None:
    """The picture at ``location`` as a tile, uint8 (height, width, 3): see ``tile_of``; None if it is unreadable."""
    picture = _read(dataset, location, least=max(height, width))
    return None if picture is None else tile_of(picture, height=height, width=width)


def _read(dataset: Dataset, location: str, *, least: int | None = None) -> DecodedPicture | None:
    try:
        return read_decoded(dataset, location, least=least)
    except (GlitchAuditError, OSError):
        return None


def tile_pictures(
    dataset: Dataset,
    sample_ids: Sequence[str],
    *,
    view: str,
    height: int = TILE_HEIGHT,
    width: int = TILE_WIDTH,
) -> dict[str, np.ndarray]:
    """Return the readable pictures of samples in one view, uint8 (height, width, 3) as they are shown, by id."""
    locations = picture_locations(dataset, sample_ids, view=view)
    with ThreadPoolExecutor(_THREADS) as threads:
        tiles = threads.map(
            lambda location: read_tile(dataset, location, height=height, width=width), locations.values()
        )
        return {sample_id: tile for sample_id, tile in zip(locations, tiles, strict=True) if tile is not None}


def sample_views(dataset: Dataset, sample_id: str) -> dict[str, np.ndarray]:
    """Every readable view of one sample at its full size, as uint8 (height, width, 3), in the order of the views."""
    rows: pd.DataFrame = dataset.pictures[dataset.pictures["sample_id"] == sample_id]
    by_view = dict(zip(rows["view"], rows["location"], strict=True))
    views = {view: _read(dataset, by_view[view]) for view in dataset.views if view in by_view}
    return {view: whole_picture(picture) for view, picture in views.items() if picture is not None}
