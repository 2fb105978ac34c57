"""Clusters compared by numbers: the table ranked by ambiguity, and entropy against shuffled labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.evidence.figures.model import AUDIT_STEPS, ReportFigure, count_of, decimal, percent, provenance
from core.evidence.figures.paper import BLUE, FAINT, INK, LINE, MARGIN, SMALL_SIZE, SOFT, TEXT_SIZE, WIDTH, Paper
from core.evidence.report_input import ReportInput, is_empty

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TABLE_ROWS = 20
ENTROPY_ROWS = 40
FALSE_DISCOVERY_RATE = 0.05
_ROW = 32
_ENTROPY_LEFT, _ENTROPY_TOP, _ENTROPY_ROW = 322, 32, 25


def ambiguity_table(subject: ReportInput) -> ReportFigure | None:
    """The most ambiguous clusters with their purity's 95 % interval; None without clusters."""
    if is_empty(subject.cluster_table):
        return None
    table = with_columns(subject.cluster_table, ("stability", "purity_low", "purity_high", "entropy_corrected"))
    table = table.loc[subject.ranked_clusters()]
    shown = table.head(TABLE_ROWS)
    title = "Clusters ranked by ambiguity" + (
        f": the first {len(shown)} of {len(table)}" if len(shown) < len(table) else ""
    )
    caption = provenance(subject, _counted(table), steps=AUDIT_STEPS)
    paper = Paper(title, caption, body=_ROW * (len(shown) + 1) + 40)
    columns = (
        (80, "cluster", [str(number) for number in shown.index], "right"),
        (175, "samples", [f"{n:,.0f}" for n in shown["n"]], "right"),
        (290, "ambiguity", [f"{value:,.0f}" for value in shown["ambiguity"]], "right"),
        (336, "commonest label", list(shown["top_label"]), "left"),
        (1060, "entropy, bits", [decimal(value) for value in shown["entropy_corrected"]], "right"),
        (1160, "stability", [decimal(value) for value in shown["stability"]], "right"),
    )
    for number in range(0, len(shown), 2):
        paper.rectangle(MARGIN, _ROW * (number + 1), WIDTH - 2 * MARGIN, _ROW, colour=FAINT)
    for place, heading, texts, align in columns:
        paper.text(place, 6, heading, colour=SOFT, align=align)
        for number, words in enumerate(texts):
            paper.text(place, _ROW * (number + 1) + 7, paper.fit(words, 220), align=align)
    for number, label in enumerate(shown["top_label"]):
        paper.swatch(316, _ROW * (number + 1) + 10, subject.taxonomy[str(label)].colour)
    paper.text(590, 6, "purity with its 95 % interval", colour=SOFT)
    _purity_chart(paper.axes(590, _ROW, 330, _ROW * len(shown)), shown)
    reading = (
        "Ambiguity is the number of samples with another than the commonest label, so large clusters come first by "
        "their size alone; purity, its share, says how mixed a cluster is. Small clusters have wide intervals."
    )
    return ReportFigure("clusters_ranked", title, reading, caption, paper.png())


def entropy_comparison(subject: ReportInput) -> ReportFigure | None:
    """Entropy of the clusters' labels with intervals, beside its mean under shuffled labels; None without clusters."""
    if is_empty(subject.cluster_table):
        return None
    wanted = ("entropy_corrected", "entropy_low", "entropy_high", "null_entropy", "q_value")
    table = with_columns(subject.cluster_table, wanted)
    table = table.sort_values("entropy_corrected", ascending=False, kind="stable")
    shown = table.head(ENTROPY_ROWS)
    title = "Entropy of the labels in each cluster, against shuffled labels"
    caption = provenance(subject, _counted(table), steps=AUDIT_STEPS)
    paper = Paper(title, caption, body=_ENTROPY_ROW * len(shown) + 95)
    chart = (_ENTROPY_LEFT, _ENTROPY_TOP, WIDTH - MARGIN - _ENTROPY_LEFT, _ENTROPY_ROW * len(shown))
    axes = paper.axes(*chart)
    _entropy_chart(axes, shown)
    for number, row in enumerate(shown.itertuples()):
        top = _ENTROPY_TOP + _ENTROPY_ROW * number
        words = paper.fit(f"{row.Index} · {row.top_label}", 218, size=SMALL_SIZE)
        paper.swatch(MARGIN, top + 6, subject.taxonomy[str(row.top_label)].colour)
        paper.text(MARGIN + 22, top + 5, words, size=SMALL_SIZE)
        paper.text(_ENTROPY_LEFT - 14, top + 5, f"{row.n:,.0f}", size=SMALL_SIZE, colour=SOFT, align="right")
    _entropy_legend(paper)
    reading = (
        "0 bits is one label only; every further bit doubles the number of equally common labels. Dots carry the "
        "correction for small samples and a 95 % interval. The gray mark is what a cluster of this size would have if "
        "labels were dealt out by chance."
    )
    return ReportFigure("entropy_comparison", title, reading, caption, paper.png())


def with_columns(table: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """The table with a column of NaN for each name that it lacks."""
    return table.assign(**{name: np.nan for name in names if name not in table})


def _counted(table: pd.DataFrame) -> str:
    return f"{count_of(int(table['n'].sum()), 'sample')} in {count_of(len(table), 'cluster')}, noise left out"


def _purity_chart(axes: Axes, shown: pd.DataFrame) -> None:
    places = np.arange(len(shown)) + 0.5
    axes.set_facecolor("none")
    axes.hlines(places, shown["purity_low"], shown["purity_high"], color=BLUE, linewidth=2.4, alpha=0.45)
    axes.plot(shown["purity"], places, "o", color=BLUE, markersize=4.5)
    axes.set(xlim=(0, 1.02), ylim=(len(shown), 0), yticks=[])
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], [percent(share) for share in (0, 0.25, 0.5, 0.75, 1)])
    axes.grid(axis="x", color=LINE, linewidth=0.6)
    axes.spines["left"].set_visible(False)


def _entropy_chart(axes: Axes, shown: pd.DataFrame) -> None:
    places = np.arange(len(shown)) + 0.5
    known = shown["q_value"].notna().to_numpy()
    sure = (shown["q_value"] < FALSE_DISCOVERY_RATE).to_numpy() | ~known
    axes.grid(axis="x", color=LINE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.hlines(places, shown["entropy_low"], shown["entropy_high"], color=BLUE, linewidth=2.4, alpha=0.45)
    axes.plot(shown["null_entropy"], places, "|", color=SOFT, markersize=8, markeredgewidth=1.6)
    values = shown["entropy_corrected"].to_numpy()
    dots: dict[str, Any] = {"color": BLUE, "markersize": 4.5, "clip_on": False, "zorder": 3}
    axes.plot(values[sure], places[sure], "o", **dots)
    axes.plot(values[~sure], places[~sure], "o", **dots, markerfacecolor="white")
    axes.set(ylim=(len(shown), 0), yticks=[])
    axes.set_xlim(left=min(0.0, float(np.nan_to_num(np.nanmin(values))) if np.isfinite(values).any() else 0.0))
    axes.set_xlabel("entropy of the labels, bits", fontsize=TEXT_SIZE, color=SOFT)


def _entropy_legend(paper: Paper) -> None:
    words = (
        f"● lower than by chance (false discovery rate {percent(FALSE_DISCOVERY_RATE)})",
        "○ not lower",
        "| mean of shuffled labels",
    )
    place: float = _ENTROPY_LEFT
    for part in words:
        paper.text(place, 4, part, size=SMALL_SIZE, colour=INK)
        place += paper.measure(part, size=SMALL_SIZE) + 28
    paper.text(MARGIN, 4, "cluster · commonest label", size=SMALL_SIZE, colour=SOFT)
    paper.text(_ENTROPY_LEFT - 14, 4, "samples", size=SMALL_SIZE, colour=SOFT, align="right")
