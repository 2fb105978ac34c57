"""A sheet to draw a figure on: title above, caption below, charts, pictures and words placed in pixels.

Matplotlib is used without pyplot, so nothing is shared between the threads of a server.
"""

from __future__ import annotations

import io
from bisect import bisect_right
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from core.dataset import to_viridis
from core.dataset.viridis import distance_to_viridis

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH = 1200
"""Pixels across every figure."""
MARGIN = 28
INK, SOFT, LINE, FAINT, BLUE = "#1f2328", "#5d6670", "#d5d9de", "#eceef1", "#1f6feb"
PAPER = "#ffffff"
_DOTS_PER_INCH = 144
_HEADER, _FOOTER_LINE, _GAP = 68, 20, 16
_TITLE_SIZE, TEXT_SIZE, SMALL_SIZE = 11.5, 8.0, 6.8
_AS_ONE_NUMBER = np.array([65536, 256, 1], dtype=np.int64)
_COLOURS, _COLOURS_OF_PICTURES = 256, 80
_NEAR_VIRIDIS = 30.0
"""As far from viridis as the noise of JPEG and a frame's edges bring it (``core.dataset.pictures``)."""


def plain(text: object) -> str:
    """A data set's text made safe to draw: one line, and no dollar sign read as mathematics."""
    return " ".join(str(text).split()).replace("$", r"\$")


class Paper:
    """One figure in the making; places are in pixels from the left edge and from below the title.

    ``body`` is the height in pixels between the title and the caption, which is wrapped.
    """

    def __init__(self, title: str, caption: str, *, body: int) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        self.figure = Figure(figsize=(WIDTH / _DOTS_PER_INCH, 1), dpi=_DOTS_PER_INCH)
        self.figure.patch.set_facecolor(PAPER)
        self._canvas = FigureCanvasAgg(self.figure)
        self._renderer = self._canvas.get_renderer()
        lines = self._wrap(caption, WIDTH - 2 * MARGIN)
        self.height = _HEADER + body + _GAP + len(lines) * _FOOTER_LINE + _GAP
        self.figure.set_size_inches(WIDTH / _DOTS_PER_INCH, self.height / _DOTS_PER_INCH)
        self._picture_boxes: list[tuple[int, int, int, int]] = []
        self._colours = {PAPER: None}
        self.text(MARGIN, 26 - _HEADER, self.fit(title, WIDTH - 2 * MARGIN, size=_TITLE_SIZE), size=_TITLE_SIZE)
        for number, line in enumerate(lines):
            self.text(MARGIN, body + _GAP + number * _FOOTER_LINE, line, size=SMALL_SIZE, colour=SOFT)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = TEXT_SIZE,
        colour: str = INK,
        align: str = "left",
        bold: bool = False,
    ) -> None:
        """Words with their upper edge at ``y``."""
        self._colours[colour] = None
        self.figure.text(
            x / WIDTH,
            1 - (y + _HEADER) / self.height,
            plain(words),
            fontsize=size,
            color=colour,
            ha=align,
            va="top",
            fontweight="bold" if bold else "normal",
        )

    def fit(self, words: object, width: float, *, size: float = TEXT_SIZE) -> str:
        """The words, shortened with an ellipsis to at most ``width`` pixels."""
        words = " ".join(str(words).split())
        if self.measure(words, size=size) <= width:
            return words
        kept = bisect_right(range(len(words)), width, key=lambda end: self.measure(words[:end] + "…", size=size))
        return words[: max(0, kept - 1)] + "…"

    def picture(self, x: int, y: int, pixels: np.ndarray | None, *, size: tuple[int, int]) -> None:
        """A picture uint8 (height, width, 3) at its own size, or a gray tile of ``size`` (width, height)."""
        width, height = size
        if pixels is None:
            self.rectangle(x, y, width, height, colour=FAINT)
            self.text(x + width / 2, y + height / 2 - 8, "no picture", size=SMALL_SIZE, colour=SOFT, align="center")
            return
        bottom = self.height - (_HEADER + y) - pixels.shape[0]
        self._picture_boxes.append((x, _HEADER + y, x + pixels.shape[1], _HEADER + y + pixels.shape[0]))
        self.figure.figimage(pixels, xo=x, yo=bottom, origin="upper", zorder=2)

    def rectangle(self, x: float, y: float, width: float, height: float, *, colour: str) -> None:
        """A filled rectangle."""
        from matplotlib.patches import Rectangle

        self._colours[colour] = None
        lower_left = (x / WIDTH, 1 - (y + height + _HEADER) / self.height)
        self.figure.add_artist(
            Rectangle(lower_left, width / WIDTH, height / self.height, facecolor=colour, edgecolor="none", zorder=-1)
        )

    def swatch(self, x: float, y: float, colour: str, *, size: float = 13) -> None:
        """A small square of a label's or cluster's colour."""
        self.rectangle(x, y, size, size, colour=colour)

    def axes(self, x: float, y: float, width: float, height: float) -> Axes:
        """Axes over a rectangle, with quiet lines."""
        axes = self.figure.add_axes(
            (x / WIDTH, 1 - (y + height + _HEADER) / self.height, width / WIDTH, height / self.height)
        )
        axes.tick_params(labelsize=TEXT_SIZE, colors=SOFT, width=0.6, length=3)
        axes.spines[:].set_color(LINE)
        axes.spines[["top", "right"]].set_visible(False)
        return axes

    def png(self) -> bytes:
        """The figure as a PNG; with spectrograms on it, in 256 colours, which halves its size."""
        self.figure.canvas.draw()
        pixels = np.asarray(self._canvas.buffer_rgba())[:, :, :3].copy()
        few = self._picture_boxes and self._shows_spectrograms(pixels)
        image = self._in_few_colours(pixels) if few else Image.fromarray(pixels)
        buffer = io.BytesIO()
        image.save(buffer, "PNG", optimize=True)
        return buffer.getvalue()

    def _shows_spectrograms(self, pixels: np.ndarray) -> bool:
        """Whether the pictures are in viridis: ordinary ones would lose their colours in a palette made for it."""
        inside = [pixels[top:bottom:4, left:right:4].reshape(-1, 3) for left, top, right, bottom in self._picture_boxes]
        near = distance_to_viridis(np.concatenate(inside)[None]) <= _NEAR_VIRIDIS
        return bool(near.mean() > 0.5)

    def _in_few_colours(self, pixels: np.ndarray) -> Image.Image:
        """Every pixel in the palette's nearest colour; Pillow's own search is too coarse to keep labels' colours."""
        from scipy.spatial import cKDTree

        palette = self._palette(pixels)
        numbers, which = np.unique(pixels.astype(np.int64) @ _AS_ONE_NUMBER, return_inverse=True)
        colours = numbers[:, None] // _AS_ONE_NUMBER % 256
        nearest = cKDTree(palette).query(colours)[1].astype(np.uint8)
        image = Image.fromarray(nearest[which].reshape(pixels.shape[:2]))
        image.putpalette(palette.tobytes())
        return image

    def _palette(self, pixels: np.ndarray) -> np.ndarray:
        """The colours of swatches and words, those of pictures, and the commonest others around the pictures."""
        from matplotlib.colors import to_rgb

        around = np.ones(pixels.shape[:2], dtype=bool)
        for left, top, right, bottom in self._picture_boxes:
            around[top:bottom, left:right] = False
        numbers, counts = np.unique(pixels[around].astype(np.int64) @ _AS_ONE_NUMBER, return_counts=True)
        commonest = numbers[np.argsort(-counts, kind="stable")][:, None] // _AS_ONE_NUMBER % 256
        drawn = np.array([to_rgb(colour) for colour in self._colours]) * 255
        steps = np.linspace(0, 255, _COLOURS_OF_PICTURES).round().astype(np.uint8)
        wanted = np.concatenate([drawn.round(), to_viridis(steps[None])[0], commonest])[:_COLOURS]
        return wanted.astype(np.uint8)

    def _wrap(self, words: str, width: float) -> list[str]:
        lines = [""]
        for word in words.split():
            longer = f"{lines[-1]} {word}".strip()
            if lines[-1] and self.measure(longer, size=SMALL_SIZE) > width:
                lines.append(word)
            else:
                lines[-1] = longer
        return lines

    def measure(self, words: str, *, size: float = TEXT_SIZE) -> float:
        """Width of the words in pixels."""
        from matplotlib.font_manager import FontProperties

        return self._renderer.get_text_width_height_descent(words, FontProperties(size=size), False)[0]
