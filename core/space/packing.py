"""The map packed: its islands moved together and evened out, so that they fill the screen.

An island is what hangs together in the layout. Inside it everything keeps its place relative to everything else, as it
is only moved and scaled; how far islands lie from each other means nothing afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.fingerprint import fingerprint
from core.space.layout import Layout

VERSION = 1
"""Raised when the same layout would be packed in another way, as outlines are bound to the packing by its name."""

ASPECT = 1.5
"""Width by height of the rectangle that is filled: that of the map's free field beside a selection at 1280 x 800."""

_COARSEST, _FINEST = 16, 128
_CELLS_PER_ROOT = 0.8
_MOST_ISLANDS = 160
_SHAPE_CELLS = 9
_COARSER = 0.8
_SCALES = 0.8, 2.0
_MOST = 0.01, 0.99
_FARTHEST = 1e4
_RASTER = 160
_FULLEST, _EMPTIER = 0.72, 0.95
_GAP = 1


@dataclass(frozen=True)
class Island:
    """Samples that hang together: their rows, the middles (cells, 2) of the cells that they cover, and their scale."""

    rows: np.ndarray
    middles: np.ndarray
    scale: float

    @cached_property
    def centre(self) -> np.ndarray:
        """The middle of its cells' extent, before anything is scaled."""
        return (self.middles.min(axis=0) + self.middles.max(axis=0)) / 2


def packing_fingerprint(layout: str) -> str:
    """Return the name of the packing of the layout with this fingerprint, known before the work is done."""
    return fingerprint("packing", VERSION, layout)


def pack_layout(layout: Layout) -> Layout:
    """Return the layout with its islands moved together, under a fingerprint of its own.

    Coordinates are float32 (n, 2), in units of the same order. The same layout is always packed in the same way. A
    single island, or samples that are all in one place, stay as they are.
    """
    places = np.asarray(layout.coordinates[:, :2], np.float64)
    name = packing_fingerprint(layout.fingerprint)
    islands, side = _islands(places)
    if len(islands) < 2:
        return Layout(places.astype(np.float32), name)
    packed = np.empty_like(places)
    for island, centre in zip(islands, _packed_centres(islands, side), strict=True):
        packed[island.rows] = (places[island.rows] - island.centre) * island.scale + centre
    return Layout(packed.astype(np.float32), name)


def island_numbers(coordinates: np.ndarray) -> np.ndarray:
    """Return the island of each sample, int (n,), from 0 for the one with the largest extent in cells."""
    numbers = np.zeros(len(coordinates), dtype=int)
    for number, island in enumerate(_islands(np.asarray(coordinates, np.float64))[0]):
        numbers[island.rows] = number
    return numbers


def _islands(places: np.ndarray) -> tuple[list[Island], float]:
    """The islands, largest first, and the side of their cells; none where the samples have no extent."""
    extent = _extent(places)
    if extent <= 0:
        return [], 0.0
    origin = places.min(axis=0)
    cells = float(np.clip(_CELLS_PER_ROOT * np.sqrt(len(places)), _COARSEST, _FINEST))
    while True:
        side = extent / cells
        numbers = _connected(np.floor((places - origin) / side).astype(int))
        if numbers.max() < _MOST_ISLANDS:
            break
        # Scattered samples are many islands of one: a coarser grid joins them.
        cells *= _COARSER
    side /= _SHAPE_CELLS
    samples = np.bincount(numbers)
    parts = np.split(np.argsort(numbers, kind="stable"), np.cumsum(samples)[:-1])
    shapes = [_shape(np.floor((places[rows] - origin) / side).astype(int)) for rows in parts]
    usual = len(places) / sum(map(len, shapes))
    found = [
        Island(rows, origin + (shape + 0.5) * side, float(np.clip(np.sqrt(len(rows) / len(shape) / usual), *_SCALES)))
        for rows, shape in zip(parts, shapes, strict=True)
    ]
    return sorted(found, key=lambda island: (-len(island.middles) * island.scale**2, int(island.rows[0]))), side


def _extent(places: np.ndarray) -> float:
    """How far the samples reach, but for a few that lie far outside."""
    if not len(places):
        return 0.0
    low, high = np.quantile(places, _MOST, axis=0)
    whole = float(np.ptp(places, axis=0).max())
    return max(float((high - low).max()), whole / _FARTHEST)


def _shape(grid: np.ndarray) -> np.ndarray:
    """The cells that the samples lie in, and those around these, int (cells, 2)."""
    # One number a cell, and each cell once before its neighbours are counted: pairs of numbers are sorted slowly.
    low, width = grid.min(axis=0) - 1, int(np.ptp(grid[:, 1])) + 3
    cells = np.unique((grid[:, 0] - low[0]) * width + grid[:, 1] - low[1])
    steps = np.add.outer((-width, 0, width), (-1, 0, 1)).ravel()
    around = np.unique(cells[:, None] + steps)
    return np.column_stack([around // width + low[0], around % width + low[1]])


def _connected(grid: np.ndarray) -> np.ndarray:
    """The number of the component of each sample: occupied cells that touch, middles included, are one."""
    width = int(grid[:, 0].max()) + 3
    keys, inverse = np.unique((grid[:, 1] + 1) * width + grid[:, 0] + 1, return_inverse=True)
    at = np.arange(len(keys))
    steps = [keys + step for step in (1, width - 1, width, width + 1)]
    found = [np.searchsorted(keys, wanted).clip(max=len(keys) - 1) for wanted in steps]
    pairs = [(at[keys[f] == w], f[keys[f] == w]) for f, w in zip(found, steps, strict=True)]
    one, other = (np.concatenate(side) for side in zip(*pairs, strict=True))
    while True:
        before = at.copy()
        least = np.minimum(at[one], at[other])
        np.minimum.at(at, one, least)
        np.minimum.at(at, other, least)
        at = at[at]
        if (at == before).all():
            return np.unique(at, return_inverse=True)[1][inverse]


def _packed_centres(islands: list[Island], side: float) -> np.ndarray:
    """Where the middle of each island goes, float (islands, 2)."""
    area = sum(len(island.middles) * (island.scale * side) ** 2 for island in islands)
    fill = _FULLEST
    while True:
        raster = np.sqrt(area / fill * ASPECT) / _RASTER
        # Made one after the other, as most tries end early.
        masks = (_mask(island, side, raster) for island in islands)
        placed = _place(masks, _wishes(islands), (round(_RASTER / ASPECT), _RASTER))
        if placed is not None:
            return placed * raster
        fill *= _EMPTIER


def _mask(island: Island, side: float, raster: float) -> np.ndarray:
    """The island's own cells on the raster, with a gap around them, bool (rows, columns); its middle is its centre."""
    finer = int(np.ceil(side * island.scale / raster)) + 1
    steps = np.linspace(-0.5, 0.5, finer) * side
    inside = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(1, -1, 2)
    places = ((island.middles[:, None] + inside - island.centre) * island.scale / raster).reshape(-1, 2)
    half = np.ceil(np.abs(places).max(axis=0)).astype(int) + _GAP
    mask = np.zeros((2 * half[1] + 1, 2 * half[0] + 1), dtype=bool)
    columns, rows = (np.rint(places) + half).astype(int).T
    mask[rows, columns] = True
    inner = mask[_GAP:-_GAP, _GAP:-_GAP].copy()
    for down in range(2 * _GAP + 1):
        for right in range(2 * _GAP + 1):
            mask[down : down + inner.shape[0], right : right + inner.shape[1]] |= inner
    return mask


def _wishes(islands: list[Island]) -> np.ndarray:
    """Where each island would lie if the layout were stretched over the rectangle, in cells of its raster."""
    centres = np.array([island.centre for island in islands])
    extent = np.maximum(np.ptp(centres, axis=0), 1e-9)
    return (centres - centres.min(axis=0)) / extent * (_RASTER - 1, round(_RASTER / ASPECT) - 1)


def _place(masks: Iterable[np.ndarray], wishes: np.ndarray, shape: tuple[int, int]) -> np.ndarray | None:
    """The middles (column, row) at which the masks lie in the rectangle and not on each other, or None."""
    taken = np.zeros(shape, dtype=bool)
    middles = np.zeros_like(wishes)
    for number, mask in enumerate(masks):
        if mask.shape[0] > shape[0] or mask.shape[1] > shape[1]:
            return None
        free = _free_corners(taken, mask)
        if not free.any():
            return None
        half_row, half_column = mask.shape[0] // 2, mask.shape[1] // 2
        rows, columns = np.nonzero(free)
        far = np.hypot(columns + half_column - wishes[number, 0], rows + half_row - wishes[number, 1])
        # Rounded, so that the last digit of another processor breaks no tie.
        best = int(np.argmin(far.round(6)))
        row, column = int(rows[best]), int(columns[best])
        taken[row : row + mask.shape[0], column : column + mask.shape[1]] |= mask
        middles[number] = column + half_column, row + half_row
    return middles


def _free_corners(taken: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Where the mask's first corner can lie so that it covers nothing that is taken, bool."""
    shape = (taken.shape[0] - mask.shape[0] + 1, taken.shape[1] - mask.shape[1] + 1)
    # The correlation counts shared cells; it is whole numbers but for rounding.
    shared = np.fft.irfft2(np.fft.rfft2(taken) * np.conj(np.fft.rfft2(mask, taken.shape)), taken.shape)
    return shared[: shape[0], : shape[1]] < 0.5
