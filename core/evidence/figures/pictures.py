"""Pictures of samples at the size that a figure needs, and which samples to show."""

from __future__ import annotations

import io
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from PIL import Image

from core.evidence.previews import PAGE_COLUMNS, PAGE_SIZE, PREVIEW_HEIGHT, PREVIEW_WIDTH, Previews, preview_rows
from core.evidence.report_input import ReportInput
from core.evidence.tiles import read_tile

_THREADS = 2


def sample_pictures(
    subject: ReportInput, rows: Sequence[int] | np.ndarray, *, size: tuple[int, int]
) -> list[np.ndarray | None]:
    """Return for each row of ``subject.samples`` the picture that stands for it (the 1.0 s view where there is one).

    uint8 (height, width, 3) each, None where no picture can be read; ``size`` is (width, height) in pixels.
    """
    width, height = size
    picture_rows = preview_rows(subject.dataset)[subject.positions[np.asarray(rows, dtype=int)]]
    locations = subject.dataset.pictures["location"]

    def read(row: int) -> np.ndarray | None:
        return read_tile(subject.dataset, locations.iloc[row], height=height, width=width) if row >= 0 else None

    with ThreadPoolExecutor(_THREADS) as threads:
        return list(threads.map(read, picture_rows.tolist()))


def preview_cells(previews: Previews, positions: Sequence[int]) -> list[np.ndarray]:
    """The previews of samples of the data set, uint8 (70, 85, 3) each, read without decoding the pictures anew."""
    cells = []
    for start in range(0, len(positions), PAGE_SIZE):
        part = np.asarray(positions[start : start + PAGE_SIZE], dtype=int)
        page = np.asarray(Image.open(io.BytesIO(previews.sprite(part))).convert("RGB"))
        for number in range(len(part)):
            top, left = (number // PAGE_COLUMNS) * PREVIEW_HEIGHT, (number % PAGE_COLUMNS) * PREVIEW_WIDTH
            cells.append(page[top : top + PREVIEW_HEIGHT, left : left + PREVIEW_WIDTH])
    return cells


def by_intensity(subject: ReportInput, rows: np.ndarray) -> np.ndarray:
    """These rows from the faintest picture to the brightest; those without one only where none of them has one."""
    rows = np.asarray(rows, dtype=int)
    intensity = np.asarray(subject.intensity, dtype=float)[rows]
    pictured = np.isfinite(intensity)
    if not pictured.any():
        return rows
    return rows[pictured][np.argsort(intensity[pictured], kind="stable")]


def evenly_spaced(rows: np.ndarray, count: int) -> np.ndarray:
    """At most ``count`` of the rows, evenly spaced in their order, the first and the last among them."""
    if len(rows) <= count:
        return rows
    if count == 1:
        return rows[[len(rows) // 2]]
    return rows[np.linspace(0, len(rows) - 1, count).round().astype(int)]
