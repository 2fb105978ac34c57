"""A classifier's figures: its confusion matrix, F1 by label with the line of the learnt, and three pictures by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.dataset import Taxonomy, to_viridis
from core.evidence.figures.model import ReportFigure, count_of
from core.evidence.figures.paper import (
    BLUE,
    FAINT,
    INK,
    LINE,
    MARGIN,
    SMALL_SIZE,
    SOFT,
    TEXT_SIZE,
    WIDTH,
    Paper,
)

_ORANGE = "#c2410c"
_LEFT, _TOP, _LARGEST_CELL, _SMALLEST_CELL = 230, 210, 44, 14
_BAR = 26
_GAP = 24
_CAPTION = 84


@dataclass(frozen=True)
class NamedPicture:
    """One picture with what it is and what it was named: ``energy`` in tenths, uint8 (rows, columns)."""

    energy: np.ndarray
    label: str
    named: str
    probability: float
    sample_id: str


def confusion_figure(confusion: pd.DataFrame, *, title: str, caption: str) -> ReportFigure | None:
    """True labels down, given names across, counts in the cells; shares of a row as depth of colour; None when empty.

    Rightly named ones are blue, others orange; the depth is the root of the share, so that rare confusions show.
    """
    counts = confusion.to_numpy(dtype=int)
    if not counts.sum():
        return None
    rows, columns = counts.shape
    cell = int(np.clip((WIDTH - _LEFT - MARGIN) // max(1, columns), _SMALLEST_CELL, _LARGEST_CELL))
    paper = Paper(title, caption, body=_TOP + cell * rows + 20)
    totals = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, totals, out=np.zeros(counts.shape), where=totals > 0)
    axes = paper.axes(_LEFT, _TOP, cell * columns, cell * rows)
    right = np.array(confusion.index, dtype=object)[:, None] == np.array(confusion.columns, dtype=object)[None, :]
    axes.imshow(_shades(np.sqrt(shares), right), aspect="auto", interpolation="nearest")
    axes.set_xticks(range(columns), [_short(paper, name) for name in confusion.columns], rotation=60, ha="left")
    axes.set_yticks(range(rows), [_short(paper, name) for name in confusion.index])
    axes.tick_params(axis="x", top=True, labeltop=True, bottom=False, labelbottom=False, labelsize=TEXT_SIZE, pad=1)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    for row, column in zip(*np.nonzero(counts), strict=True):
        dark = shares[row, column] > 0.3
        axes.text(
            column,
            row,
            f"{counts[row, column]:,}",
            ha="center",
            va="center",
            fontsize=SMALL_SIZE,
            color="white" if dark else INK,
        )
    paper.text(MARGIN, _TOP - 26, "label", colour=SOFT)
    paper.text(_LEFT + cell * columns, 4, "named by the classifier", colour=SOFT, align="right")
    reading = "A row is a label, a column what its glitches were named; on the diagonal is what was named rightly."
    return ReportFigure("classifier_confusion", title, reading, caption, paper.png())


def f1_figure(bars: pd.DataFrame, taxonomy: Taxonomy, *, good: float, title: str, caption: str) -> ReportFigure | None:
    """One bar a label, best first, with its 95 % interval, and a line at ``good``; None without labels.

    ``bars`` has the index ``label`` and the columns ``f1``, ``f1_low``, ``f1_high``, ``n``.
    """
    known = bars[bars["f1"].notna()].sort_values("f1", ascending=False, kind="stable")
    if known.empty:
        return None
    paper = Paper(title, caption, body=_BAR * len(known) + 80)
    axes = paper.axes(_LEFT + 60, 28, WIDTH - _LEFT - 60 - MARGIN, _BAR * len(known))
    places = np.arange(len(known)) + 0.5
    colours = [taxonomy[str(label)].colour for label in known.index]
    axes.barh(places, known["f1"], height=0.68, color=colours)
    axes.hlines(places, known["f1_low"], known["f1_high"], color=INK, linewidth=1.1)
    axes.axvline(good, color=INK, linewidth=1.2, linestyle=(0, (4, 3)))
    axes.set(xlim=(0, 1.02), ylim=(len(known), 0), yticks=[])
    axes.grid(axis="x", color=LINE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_xlabel("F1", fontsize=TEXT_SIZE, color=SOFT)
    paper.text(_LEFT + 46, 6, "held out", size=SMALL_SIZE, colour=SOFT, align="right")
    for number, (label, row) in enumerate(known.iterrows()):
        top = 28 + _BAR * number + 5
        paper.text(MARGIN, top, paper.fit(label, _LEFT - MARGIN))
        paper.text(_LEFT + 46, top, f"{row['n']:,.0f}", colour=SOFT, align="right")
    paper.text(_LEFT + 60 + good / 1.02 * (WIDTH - _LEFT - 60 - MARGIN), 6, f"{good}", size=SMALL_SIZE, align="center")
    above = int((known["f1"] >= good).sum())
    reading = f"{above} of {count_of(len(known), 'label')} reach the line at {good}; whiskers are 95 % intervals."
    return ReportFigure("classifier_f1", title, reading, caption, paper.png())


def named_pictures(pictures: Sequence[NamedPicture], *, title: str, caption: str) -> ReportFigure | None:
    """Pictures side by side, each with what it is and what it was named; None without any."""
    if not pictures:
        return None
    width = (WIDTH - 2 * MARGIN - _GAP * (len(pictures) - 1)) // len(pictures)
    drawn = [_enlarged(to_viridis(picture.energy), width) for picture in pictures]
    height = max(pixels.shape[0] for pixels in drawn)
    paper = Paper(title, caption, body=height + _CAPTION)
    for number, (picture, pixels) in enumerate(zip(pictures, drawn, strict=True)):
        left = MARGIN + number * (width + _GAP)
        right = picture.label == picture.named
        paper.picture(left, 0, pixels, size=(width, height))
        paper.text(left, height + 10, paper.fit(f"Label: {picture.label}", width))
        paper.text(
            left,
            height + 32,
            paper.fit(
                f"Named: {picture.named}, {picture.probability:.0%} sure: {'right' if right else 'wrong'}", width
            ),
            colour=BLUE if right else _ORANGE,
        )
        paper.text(
            left, height + 56, paper.fit(picture.sample_id, width, size=SMALL_SIZE), size=SMALL_SIZE, colour=SOFT
        )
    reading = "Held-out glitches at random: what they are labelled, and what the classifier names them."
    return ReportFigure("classifier_pictures", title, reading, caption, paper.png())


def pictures_of(rows: pd.DataFrame, energies: Mapping[str, np.ndarray]) -> list[NamedPicture]:
    """Return the pictures of rows (``sample_id``, ``label``, ``predicted``, ``probability``) that have one."""
    return [
        NamedPicture(
            energies[str(row["sample_id"])],
            str(row["label"]),
            str(row["predicted"]),
            float(row["probability"]),
            str(row["sample_id"]),
        )
        for _, row in rows.iterrows()
        if str(row["sample_id"]) in energies
    ]


def _shades(strength: np.ndarray, right: np.ndarray) -> np.ndarray:
    from matplotlib.colors import to_rgb

    empty, blue, orange = (np.array(to_rgb(colour)) for colour in (FAINT, BLUE, _ORANGE))
    full = np.where(right[:, :, None], blue, orange)
    return empty + (full - empty) * strength[:, :, None]


def _short(paper: Paper, name: object) -> str:
    from core.evidence.figures.paper import plain

    return plain(paper.fit(name, _LEFT - MARGIN - 10))


def _enlarged(pixels: np.ndarray, width: int) -> np.ndarray:
    from PIL import Image

    height = round(pixels.shape[0] * width / pixels.shape[1])
    return np.asarray(Image.fromarray(pixels).resize((width, height), Image.Resampling.BILINEAR))
