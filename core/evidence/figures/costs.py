"""Families by what they cost, as bars with intervals: for the report, and as a file from the page."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.evidence.figures.model import MAP_STEPS, ReportFigure, count_of, provenance
from core.evidence.figures.paper import BLUE, INK, LINE, MARGIN, SMALL_SIZE, SOFT, TEXT_SIZE, WIDTH, Paper
from core.evidence.report_input import ReportInput

_ROW, _LEFT, _RIGHT, _TOP = 28, 300, 180, 30
_MOST = 30


def family_rates(subject: ReportInput) -> ReportFigure | None:
    """Each family's rate with its 95 % interval, the first detector's; None where no costs were counted."""
    if subject.costs is None or subject.costs.table.empty:
        return None
    table = subject.costs.table
    detector = str(table["detector"].iloc[0])
    own = table[table["detector"] == detector]
    title = f"How often each family comes in {detector}"
    caption = provenance(subject, count_of(len(own), "family").replace("familys", "families"), steps=MAP_STEPS)
    png = cost_bars(
        title,
        caption,
        names=own["family"].astype(str).tolist(),
        values=own["rate"].to_numpy(),
        low=own["rate_low"].to_numpy(),
        high=own["rate_high"].to_numpy(),
        beside=[f"place {place:.0f}" for place in own["place"]],
        axis="glitches an hour",
    )
    reading = (
        "Bars are glitches an hour of livetime, whiskers 95 % intervals. Families whose rates cannot be told apart may "
        "share a place. How often a family comes is not what it costs: other columns stand in the table."
    )
    return ReportFigure("family_rates", title, reading, caption, png)


def cost_bars(
    title: str,
    caption: str,
    *,
    names: Sequence[str],
    values: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    beside: Sequence[str],
    axis: str,
) -> bytes:
    """Return a figure of one bar a family as a PNG: (families,) each, the first 30, with a text beside each."""
    count = min(len(names), _MOST)
    values, low, high = (np.asarray(one, dtype=np.float64)[:count] for one in (values, low, high))
    paper = Paper(title, caption, body=_TOP + _ROW * count + 50)
    axes = paper.axes(_LEFT, _TOP, WIDTH - MARGIN - _LEFT - _RIGHT, _ROW * count)
    places = np.arange(count) + 0.5
    axes.grid(axis="x", color=LINE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.barh(places, values, height=0.62, color=BLUE)
    axes.hlines(places, low, high, color=INK, linewidth=1.2)
    axes.set(ylim=(count, 0), yticks=[])
    axes.set_xlim(left=0.0, right=1.05 * float(np.nanmax(np.maximum(values, high), initial=1e-12)))
    axes.set_xlabel(axis, fontsize=TEXT_SIZE, color=SOFT)
    for number in range(count):
        top = _TOP + _ROW * number + 7
        words = paper.fit(names[number], _LEFT - MARGIN - 20, size=SMALL_SIZE)
        paper.text(_LEFT - 12, top, words, size=SMALL_SIZE, align="right")
        paper.text(WIDTH - MARGIN - _RIGHT + 14, top, beside[number], size=SMALL_SIZE, colour=SOFT)
    return paper.png()
