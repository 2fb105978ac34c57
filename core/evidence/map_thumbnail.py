"""A small picture of the map with some samples lit up: where on it they lie."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageDraw

_MARGIN = 8
_OTHERS = (150, 150, 150, 90)
_DOT, _OTHER_DOT = 2.2, 1.2
_RING, _RING_COLOUR = 7, "#e03131"
_SHARPER = 2


def map_thumbnail_png(
    coordinates: np.ndarray,
    lit: np.ndarray,
    *,
    colour: str,
    width: int = 420,
    height: int = 320,
    ringed: int | None = None,
) -> bytes:
    """Return the map as a PNG of small dots, the lit ones larger and in colour; transparent, to suit any theme.

    ``coordinates`` is float32 (n, 2), ``lit`` bool (n,), ``colour`` "#rrggbb", ``ringed`` a row; sizes in pixels.
    """
    picture = Image.new("RGBA", (width * _SHARPER, height * _SHARPER), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture, "RGBA")
    places = _places(coordinates, width=width, height=height) * _SHARPER
    for rows, fill, radius in ((~lit, _OTHERS, _OTHER_DOT), (lit, colour, _DOT)):
        reach = radius * _SHARPER
        for x, y in places[rows]:
            draw.ellipse((x - reach, y - reach, x + reach, y + reach), fill=fill)
    if ringed is not None:
        x, y = places[ringed]
        for radius, fill in ((_RING + 1, "#ffffff"), (_RING, _RING_COLOUR)):
            reach = radius * _SHARPER
            draw.ellipse((x - reach, y - reach, x + reach, y + reach), outline=fill, width=2 * _SHARPER)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def _places(coordinates: np.ndarray, *, width: int, height: int) -> np.ndarray:
    if not len(coordinates):
        return np.zeros((0, 2))
    low, high = coordinates.min(axis=0), coordinates.max(axis=0)
    # One scale for both axes: stretching the map would bend the islands' shapes.
    scale = min((width - 2 * _MARGIN, height - 2 * _MARGIN) / np.maximum(high - low, 1e-9))
    middle = np.array([width, height]) / 2
    centred = (coordinates - (low + high) / 2) * scale
    return middle + centred * np.array([1, -1])
