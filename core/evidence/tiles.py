"""The pictures of chosen samples in one view, decoded and ready to show."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd

from core.dataset import Dataset, decode, resize_energy, to_viridis
from core.errors import GlitchAuditError

TILE_HEIGHT, TILE_WIDTH = 140, 170
_THREADS = 2


def picture_locations(dataset: Dataset, sample_ids: Sequence[str], *, view: str) -> dict[str, str]:
    """Where the pictures of ``sample_ids`` in ``view`` lie; samples without that view are left out."""
    pictures = dataset.pictures
    chosen = pictures[(pictures["view"] == view) & pictures["sample_id"].isin(list(sample_ids))]
    return dict(zip(chosen["sample_id"], chosen["location"], strict=True))


def read_energy(dataset: Dataset, location: str) -> np.ndarray | None:
    """The picture at ``location`` as uint8 (height, width) tenths of normalised energy; None if it is unreadable."""
    try:
        return decode(dataset.store.read(location), where=location).energy
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
    """Return the readable pictures of samples in one view, uint8 (height, width, 3) viridis colours, by id."""
    locations = picture_locations(dataset, sample_ids, view=view)
    with ThreadPoolExecutor(_THREADS) as threads:
        energies = threads.map(lambda location: read_energy(dataset, location), locations.values())
        return {
            sample_id: to_viridis(resize_energy(energy, height, width))
            for sample_id, energy in zip(locations, energies, strict=True)
            if energy is not None
        }


def sample_views(dataset: Dataset, sample_id: str) -> dict[str, np.ndarray]:
    """Every readable view of one sample at its full size, as uint8 (height, width, 3), in the order of the views."""
    rows: pd.DataFrame = dataset.pictures[dataset.pictures["sample_id"] == sample_id]
    by_view = dict(zip(rows["view"], rows["location"], strict=True))
    views = {view: read_energy(dataset, by_view[view]) for view in dataset.views if view in by_view}
    return {view: to_viridis(energy) for view, energy in views.items() if energy is not None}
