"""A sheet that puts real example pictures beside simulated ones, class by class, to be judged by eye."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from core.dataset.model import VIEWS
from core.dataset.viridis import from_viridis, viridis_colours
from core.errors import GlitchAuditError
from core.simulate.corpus import draw_pictures, simulate_sample
from core.simulate.waveforms import CLASSES

_EXAMPLE_SIZE = (360, 270)
_INSIDE = (120, 60)
"""A column and a row that cross the plot of every example, whatever its margins."""
_NEARLY_WHITE = 230

_TILE = (136, 112)
_GAP = 4
_CAPTION = 14
_WHITE, _BLACK = 255, 254
_SEED = 7


def write_comparison(out: Path, *, golden: Path, rows: int = 2, seed: int = _SEED) -> Path:
    """Draw for each class ``rows`` real glitches (left, four views each) beside as many simulated ones; return ``out``.

    ``out`` is a PNG of indexed colour, at two rows about 3 MB. ``golden`` holds ``<label>.png`` sheets, each row one
    glitch with its four views, 360 x 270 a figure. Raises GlitchAuditError where a class has no such sheet.
    """
    labels = [label for label in CLASSES for _ in range(rows)]
    samples = (simulate_sample(label, seed=seed, index=index) for index, label in enumerate(labels))
    simulated = [views for _, views in draw_pictures(samples, total=len(labels))]
    block = _CAPTION + rows * (_TILE[1] + _GAP)
    width = 2 * len(VIEWS) * (_TILE[0] + _GAP) + 4 * _GAP
    sheet = Image.new("P", (width, block * len(CLASSES)), _WHITE)
    sheet.putpalette(_palette())
    pen = ImageDraw.Draw(sheet)
    ours_from = len(VIEWS) * (_TILE[0] + _GAP) + 4 * _GAP
    for number, label in enumerate(CLASSES):
        top = number * block
        pen.text((2, top + 1), f"{label}: real", fill=_BLACK)
        pen.text((ours_from, top + 1), f"{label}: simulated", fill=_BLACK)
        real = _examples(golden / f"{label}.png", rows)
        for row in range(rows):
            y = top + _CAPTION + row * (_TILE[1] + _GAP)
            for column in range(len(VIEWS)):
                x = column * (_TILE[0] + _GAP)
                if row < len(real):
                    _paste(sheet, real[row][column], (x, y))
                _paste(sheet, simulated[number * rows + row][column], (ours_from + x, y))
    out.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(out, optimize=True)
    return out


def _palette() -> list[int]:
    colours = viridis_colours().copy()
    colours[_BLACK], colours[_WHITE] = 0, 255
    return colours.flatten().tolist()


def _examples(path: Path, rows: int) -> list[list[np.ndarray]]:
    try:
        sheet = Image.open(path).convert("RGB")
    except OSError as error:
        raise GlitchAuditError(f"The example sheet {path} cannot be read: {error}.") from error
    pixels = np.asarray(sheet)
    width, height = _EXAMPLE_SIZE
    found = []
    for row in range(min(rows, sheet.height // height)):
        figures = [pixels[row * height : (row + 1) * height, k * width : (k + 1) * width] for k in range(len(VIEWS))]
        found.append([from_viridis(_plot_area(figure)) for figure in figures])
    return found


def _plot_area(figure: np.ndarray) -> np.ndarray:
    """The plot of a figure with axes: the longest unbroken stretch of colour down and across it."""
    coloured = figure.min(axis=2) < _NEARLY_WHITE
    column, row = _INSIDE
    # One pixel less on each side leaves out the frame.
    return figure[_longest_run(coloured[:, column]), _longest_run(coloured[row])][1:-1, 1:-1]


def _longest_run(flags: np.ndarray) -> slice:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(int)))
    longest = int(np.argmax(edges[1::2] - edges[::2]))
    return slice(int(edges[2 * longest]), int(edges[2 * longest + 1]))


def _paste(sheet: Image.Image, energy: np.ndarray, place: tuple[int, int]) -> None:
    tile = Image.fromarray(energy).resize(_TILE, Image.Resampling.BOX)
    sheet.paste(Image.fromarray(np.minimum(np.asarray(tile), _BLACK - 1)), place)
