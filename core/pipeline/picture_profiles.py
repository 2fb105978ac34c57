"""What the pictures look like without any network: how bright each frequency row and each time column is."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from core.dataset.viridis import from_viridis
from core.evidence.previews import PAGE_COLUMNS, PAGE_SIZE, PREVIEW_HEIGHT, PREVIEW_WIDTH, Previews


def picture_profiles(previews: Previews, positions: np.ndarray) -> np.ndarray | None:
    """Return the mean energy by frequency row and by time column of each sample's preview picture, float32 (n, 155).

    A pooled network feature hardly holds at which frequency something lies; these profiles do. 70 frequency rows from
    the top (high) to the bottom, then 85 time columns, in tenths of normalised energy; rows of zeros where no picture
    could be read, None where none could. ``positions`` is int64 (n,), the samples' numbers in the data set.
    """
    if not len(positions) or not np.isfinite(previews.intensity[positions]).any():
        return None
    found = np.zeros((previews.count, PREVIEW_HEIGHT + PREVIEW_WIDTH), np.float32)
    for number in range(previews.pages):
        first = number * PAGE_SIZE
        cells = _cells(previews.page(number), min(PAGE_SIZE, previews.count - first))
        found[first : first + len(cells), :PREVIEW_HEIGHT] = cells.mean(axis=2)
        found[first : first + len(cells), PREVIEW_HEIGHT:] = cells.mean(axis=1)
    profiles = found[positions]
    profiles[~np.isfinite(previews.intensity[positions])] = 0
    return profiles


def _cells(jpeg: bytes, count: int) -> np.ndarray:
    energy = from_viridis(np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB")))
    rows = energy.shape[0] // PREVIEW_HEIGHT
    grid = energy.reshape(rows, PREVIEW_HEIGHT, PAGE_COLUMNS, PREVIEW_WIDTH).swapaxes(1, 2)
    return grid.reshape(-1, PREVIEW_HEIGHT, PREVIEW_WIDTH)[:count].astype(np.float32)
