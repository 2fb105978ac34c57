"""The cluster atlas: every cluster in one tile."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.evidence.colours import cluster_colour
from core.evidence.figures.model import AUDIT_STEPS, ReportFigure, count_of, decimal, percent, provenance
from core.evidence.figures.paper import MARGIN, SMALL_SIZE, SOFT, WIDTH, Paper
from core.evidence.figures.pictures import by_intensity, evenly_spaced, preview_cells
from core.evidence.figures.tables import with_columns
from core.evidence.previews import PREVIEW_HEIGHT, PREVIEW_WIDTH
from core.evidence.report_input import ReportInput, is_empty

ATLAS_CLUSTERS = 60
_PICTURES = 4
_COLUMNS = 2
_TILE_HEIGHT = PREVIEW_HEIGHT + 44
_GAP = 5


def cluster_atlas(subject: ReportInput) -> ReportFigure | None:
    """A few pictures of every cluster with its size, commonest label, purity and stability; None without clusters."""
    if is_empty(subject.cluster_table):
        return None
    table = with_columns(subject.cluster_table, ("purity_low", "purity_high", "stability"))
    largest = table.sort_values("n", ascending=False, kind="stable")
    shown = largest.head(ATLAS_CLUSTERS)
    title = "Cluster atlas" + (f": the {len(shown)} largest" if len(shown) < len(table) else "")
    samples, clusters = count_of(int(shown["n"].sum()), "sample"), count_of(len(shown), "cluster")
    caption = provenance(
        subject,
        f"{samples} in {clusters}, {_PICTURES} pictures each evenly spaced from faint to bright",
        steps=AUDIT_STEPS,
    )
    lines = -(-len(shown) // _COLUMNS)
    paper = Paper(title, caption, body=lines * _TILE_HEIGHT)
    for number, cluster in enumerate(shown.index):
        column, line = divmod(number, lines)
        _tile(paper, subject, shown.loc[cluster], int(cluster), left=_left(column), top=line * _TILE_HEIGHT)
    reading = (
        "Largest cluster first, down the columns. The interval is the 95 % interval of the commonest label's share; "
        "stability is how much of the cluster comes back with other seeds and subsamples (1 is all of it)."
    )
    return ReportFigure("cluster_atlas", title, reading, caption, paper.png())


def _left(column: int) -> int:
    return MARGIN + column * ((WIDTH - 2 * MARGIN) // _COLUMNS + 4)


def _tile(paper: Paper, subject: ReportInput, row: pd.Series, cluster: int, *, left: int, top: int) -> None:
    chosen = evenly_spaced(by_intensity(subject, subject.rows_of_cluster(cluster)), _PICTURES)
    size = (PREVIEW_WIDTH, PREVIEW_HEIGHT)
    words = left + 22
    paper.swatch(left, top + 4, cluster_colour(cluster))
    paper.text(words, top + 1, f"{cluster}", bold=True)
    paper.text(words + 34, top + 1, f"{row['n']:,.0f} samples", colour=SOFT)
    paper.swatch(words, top + 29, subject.taxonomy[str(row["top_label"])].colour, size=10)
    paper.text(words + 18, top + 26, paper.fit(row["top_label"], 160, size=SMALL_SIZE), size=SMALL_SIZE)
    purity = f"{percent(row['purity'])} ({percent(row['purity_low'])} to {percent(row['purity_high'])})"
    paper.text(words, top + 50, purity, size=SMALL_SIZE, colour=SOFT)
    if row["stability"] == row["stability"]:
        paper.text(words, top + 71, f"stability {decimal(row['stability'])}", size=SMALL_SIZE, colour=SOFT)
    cells = preview_cells(subject.previews, subject.positions[chosen])
    for number, (sample, cell) in enumerate(zip(chosen, cells, strict=True)):
        picture = cell if np.isfinite(subject.intensity[sample]) else None
        paper.picture(left + 204 + number * (PREVIEW_WIDTH + _GAP), top, picture, size=size)
