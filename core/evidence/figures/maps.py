"""The global map, coloured by label and by cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.evidence.colours import MISSING_COLOUR, OTHERS_NAME, cluster_colour, cluster_name
from core.evidence.figures.model import MAP_STEPS, ReportFigure, count_of, provenance
from core.evidence.figures.paper import INK, MARGIN, PAPER, SOFT, WIDTH, Paper
from core.evidence.report_input import ReportInput
from core.statistics import NOISE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BODY, _LEGEND_WIDTH, _LEGEND_ROW, _LEGEND_MOST = 880, 300, 27, 32
_NUMBERED_FROM = 5
_UPPER_EDGE = 0.97
_SEED = 0


def map_by_label(subject: ReportInput) -> ReportFigure:
    """All samples on the map, each in its label's colour."""
    return _map(
        subject,
        name="map_by_label",
        title=f"Map of {subject.name}: {count_of(len(subject.samples), 'sample')} by label",
        reading="Every point is a sample; samples that look alike lie together. The colour is the label that people "
        "gave. An island of several colours is where to look first.",
        names=subject.labels,
        colour_of={name: subject.taxonomy[name].colour for name in np.unique(subject.labels).tolist()},
        counted=count_of(len(np.unique(subject.labels)), "label"),
        steps=MAP_STEPS,
    )


def map_by_cluster(subject: ReportInput) -> ReportFigure:
    """All samples on the map, each in its cluster's colour and noise in gray; clusters are numbered above them."""
    numbers = np.unique(subject.clusters).tolist()
    noise = int((np.asarray(subject.clusters) == NOISE).sum())
    colours = {cluster_name(n): MISSING_COLOUR if n == NOISE else cluster_colour(n) for n in numbers}
    return _map(
        subject,
        name="map_by_cluster",
        title=f"Map of {subject.name}: {count_of(len(subject.samples), 'sample')} by cluster",
        reading="The same map; the colour is the cluster, found without looking at the labels. Gray samples belong to "
        "no cluster.",
        names=np.array([cluster_name(int(n)) for n in subject.clusters], dtype=str),
        colour_of=colours,
        counted=f"{count_of(len(subject.cluster_numbers), 'cluster')}, {noise:,} samples in none",
        steps=(*MAP_STEPS, "clustering"),
        numbered=True,
    )


def _map(
    subject: ReportInput,
    *,
    name: str,
    title: str,
    reading: str,
    names: np.ndarray,
    colour_of: dict[str, str],
    counted: str,
    steps: tuple[str, ...],
    numbered: bool = False,
) -> ReportFigure:
    counts = pd.Series(names, dtype="object").value_counts(sort=True)
    caption = provenance(subject, f"{count_of(len(names), 'sample')}, {counted}", steps=steps)
    paper = Paper(title, caption, body=_BODY)
    axes = paper.axes(MARGIN, 0, WIDTH - 2 * MARGIN - _LEGEND_WIDTH, _BODY)
    axes.set_axis_off()
    axes.set_aspect("equal", adjustable="datalim")
    if len(names):
        order = np.random.default_rng(_SEED).permutation(len(names))
        x, y = np.asarray(subject.coordinates)[order].T
        axes.scatter(
            x,
            y,
            c=[colour_of[key] for key in names[order]],
            s=_dot_area(len(names)),
            linewidths=0,
        )
    if numbered:
        _number_clusters(axes, subject)
    _legend(paper, counts, colour_of)
    return ReportFigure(name, title, reading, caption, paper.png())


def _dot_area(count: int) -> float:
    return float(np.clip(16_000 / max(count, 1), 1.2, 15.0))


def _number_clusters(axes: Axes, subject: ReportInput) -> None:
    from matplotlib.patheffects import withStroke

    for cluster in subject.cluster_numbers:
        rows = subject.rows_of_cluster(cluster)
        if len(rows) < _NUMBERED_FROM:
            continue
        places = np.asarray(subject.coordinates)[rows]
        above = (np.median(places[:, 0]), np.quantile(places[:, 1], _UPPER_EDGE))
        halo = [withStroke(linewidth=2.4, foreground=PAPER)]
        offset: dict[str, Any] = {"xytext": (0, 3), "textcoords": "offset points"}
        axes.annotate(str(cluster), above, **offset, fontsize=7.5, ha="center", color=INK, path_effects=halo)


def _legend(paper: Paper, counts: pd.Series, colour_of: dict[str, str]) -> None:
    left, right = WIDTH - MARGIN - _LEGEND_WIDTH + 20, WIDTH - MARGIN
    entries: list[tuple[str, int, str | None]] = [(name, int(count), colour_of[name]) for name, count in counts.items()]
    if len(entries) > _LEGEND_MOST:
        rest = entries[_LEGEND_MOST - 1 :]
        others = (f"{OTHERS_NAME} ({len(rest)})", sum(count for _, count, _ in rest), None)
        entries = [*entries[: _LEGEND_MOST - 1], others]
    for row, (name, count, colour) in enumerate(entries):
        top = row * _LEGEND_ROW
        if colour:
            paper.swatch(left, top + 2, colour)
        paper.text(left + 22, top, paper.fit(name, right - left - 90))
        paper.text(right, top, f"{count:,}", colour=SOFT, align="right")
