"""Where the plot lies in a figure: pixels, axes, titles and colour bar of figures are no part of a glitch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Box = tuple[slice, slice]
"""Rows and columns."""

# The plot area of an 800 x 600 Gravity Spy figure: rows 66:532, columns 105:671 (FACTS, section 1), a little inside the
# frame of its axes, which stands at rows 60:541 and columns 100:675.
_HEIGHT, _WIDTH = 600, 800
_ROWS, _COLUMNS = (66, 532), (105, 671)
_FRAME_ROWS, _FRAME_COLUMNS = (60, 541), (100, 675)

_ASPECT_TOLERANCE = 0.01
_SMALLEST_WIDTH = 80
_WHITE = 235
_WHITE_SHARE = 0.95
_PROBES = (0.2, 0.3, 0.4, 0.5)
"""Columns and rows that are followed through the figure, as shares of its width and height: all cross the plot."""
_USUAL = 0.015
"""A frame that lies within so much of the usual place (shares of width and height) is the usual one."""
_AGREE = 2
_SMALLEST_SHARE = 0.3


def plot_area(pixels: NDArray[np.uint8]) -> Box | None:
    """Return rows and columns of the plot in a figure with white margins; None where the picture is no such figure.

    ``pixels`` are gray (height, width) or have channels, the first three of them colours. A figure of Gravity Spy's own
    layout is cut as its classifiers cut it. One whose axes stand elsewhere (other margins, another proportion) is cut
    as far inside its own frame.
    """
    height, width = pixels.shape[:2]
    if width < _SMALLEST_WIDTH or not _white_margins(pixels, round(max(1, 4 * width / _WIDTH))):
        return None
    scale = width / _WIDTH
    proportioned = abs(height / scale - _HEIGHT) <= _ASPECT_TOLERANCE * _HEIGHT
    usual = tuple(slice(round(first * scale), round(last * scale)) for first, last in (_ROWS, _COLUMNS))
    frame = _frame(pixels)
    if frame is None:
        return (usual[0], usual[1]) if proportioned else None
    across = (height, width)
    expected = (_FRAME_ROWS, _FRAME_COLUMNS)
    strays = [
        max(abs(part.start - first * scale), abs(part.stop - last * scale)) / length
        for part, (first, last), length in zip(frame, expected, across, strict=True)
    ]
    if proportioned and max(strays) <= _USUAL:
        return usual[0], usual[1]
    return _inside(frame[0], _ROWS, _FRAME_ROWS), _inside(frame[1], _COLUMNS, _FRAME_COLUMNS)


def _white_margins(pixels: NDArray[np.uint8], strip: int) -> bool:
    """Whether the outermost strips are paper: they lie beyond the titles of the axes."""
    edges = (pixels[:strip], pixels[-strip:], pixels[:, :strip], pixels[:, -strip:])
    return all((edge >= _WHITE).mean() >= _WHITE_SHARE for edge in edges)


def _frame(pixels: NDArray[np.uint8]) -> Box | None:
    """The one large part of the figure without paper in it; None where probes do not agree on one."""
    colours = pixels if pixels.ndim == 2 else pixels[..., :3]
    height, width = pixels.shape[:2]
    found = []
    for axis, length in ((1, width), (0, height)):
        lines = colours.take([int(share * length) for share in _PROBES], axis=axis)
        inked = lines < _WHITE if lines.ndim == 2 else lines.min(axis=2) < _WHITE
        runs = [_longest_run(line) for line in (inked.T if axis else inked)]
        starts, stops = np.array(runs).T
        if np.ptp(starts) > _AGREE or np.ptp(stops) > _AGREE:
            return None
        found.append(slice(int(np.median(starts)), int(np.median(stops))))
    rows, columns = found
    inked_share = (rows.stop - rows.start) * (columns.stop - columns.start) / (height * width)
    return (rows, columns) if inked_share >= _SMALLEST_SHARE else None


def _longest_run(flags: NDArray[np.bool_]) -> tuple[int, int]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    if not len(edges):
        return 0, 0
    longest = int(np.argmax(edges[1::2] - edges[::2]))
    return int(edges[2 * longest]), int(edges[2 * longest + 1])


def _inside(frame: slice, plot: tuple[int, int], usual_frame: tuple[int, int]) -> slice:
    """As much of the frame as the usual plot area is of the usual frame."""
    share = (frame.stop - frame.start) / (usual_frame[1] - usual_frame[0])
    before, after = plot[0] - usual_frame[0], usual_frame[1] - plot[1]
    return slice(round(frame.start + before * share), round(frame.stop - after * share))
