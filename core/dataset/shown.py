"""How a decoded picture is shown: energy in viridis, an ordinary picture whole and in its own colours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.dataset.model import Dataset, PictureStore
from core.dataset.pictures import DecodedPicture, decode, decode_colours, resize_energy
from core.dataset.viridis import to_viridis

PAPER = (128, 128, 128)
"""What fills a tile beside a picture of other proportions: neither a white nor a black picture is lost on it."""
LONGEST_SIDE = 1600
"""Pixels to which a photograph is reduced before it is shown large: more than any screen gives to one picture."""


def read_decoded(dataset: Dataset, location: str, *, least: int | None = None) -> DecodedPicture:
    """Return the picture at ``location``, in colours where the data set is one of ordinary pictures.

    ``least`` is as in :func:`core.dataset.pictures.decode_colours`. Raises PictureError or OSError where it cannot be
    read.
    """
    return read_from(dataset.store, location, ordinary=dataset.kind.in_colour, least=least)


def read_from(store: PictureStore, location: str, *, ordinary: bool, least: int | None = None) -> DecodedPicture:
    """Return the picture at ``location`` of a store, in colours where it is an ``ordinary`` one.

    The rest is as for :func:`read_decoded`.
    """
    data = store.read(location)
    return decode_colours(data, where=location, least=least) if ordinary else decode(data, where=location)


def tile_of(picture: DecodedPicture, *, height: int, width: int) -> NDArray[np.uint8]:
    """Return a picture as a tile, uint8 (height, width, 3).

    Energy fills it, because a spectrogram's proportions mean nothing; an ordinary picture is shown whole in its own
    proportions, with :data:`PAPER` beside it.
    """
    if picture.colours is None:
        return to_viridis(resize_energy(picture.energy, height, width))
    return letterboxed(picture.colours, height=height, width=width)


def whole_picture(picture: DecodedPicture) -> NDArray[np.uint8]:
    """Return a picture at its full size, uint8 (height, width, 3); a photograph's longer side at most 1,600 pixels."""
    if picture.colours is None:
        return to_viridis(picture.energy)
    return reduced(picture.colours, LONGEST_SIDE)


def as_shown(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return energy (h, w) in viridis, and colours (h, w, 3) as they are."""
    return picture if picture.ndim == 3 else to_viridis(picture)


def letterboxed(colours: NDArray[np.uint8], *, height: int, width: int) -> NDArray[np.uint8]:
    """Return colours (h, w, 3) as uint8 (height, width, 3): all of the picture in the middle, paper beside it."""
    scale = min(height / colours.shape[0], width / colours.shape[1])
    rows = min(height, max(1, round(colours.shape[0] * scale)))
    columns = min(width, max(1, round(colours.shape[1] * scale)))
    tile = np.full((height, width, 3), PAPER, np.uint8)
    top, left = (height - rows) // 2, (width - columns) // 2
    tile[top : top + rows, left : left + columns] = resize_colours(colours, rows, columns)
    return tile


def reduced(colours: NDArray[np.uint8], longest: int) -> NDArray[np.uint8]:
    """Return colours (h, w, 3) with their longer side at most ``longest`` pixels; what is smaller stays as it is."""
    scale = longest / max(colours.shape[:2])
    if scale >= 1:
        return colours
    return resize_colours(colours, max(1, round(colours.shape[0] * scale)), max(1, round(colours.shape[1] * scale)))


def resize_colours(colours: NDArray[np.uint8], height: int, width: int) -> NDArray[np.uint8]:
    """Return colours (h, w, 3) at another size, by Pillow's antialiased bilinear filter."""
    if colours.shape[:2] == (height, width):
        return colours
    return np.asarray(Image.fromarray(np.ascontiguousarray(colours)).resize((width, height), Image.Resampling.BILINEAR))
