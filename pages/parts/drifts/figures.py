"""The drawings of a drift: its points, its label mix and the mean of a column, as plain lists for Plotly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.audit.drift import AlongCurve, CurvePoints
from core.audit.drift.along import SUSPICION
from core.dataset import Taxonomy
from pages.parts.widgets.charts import LINE, accent, chart_layout, label_hatch, label_symbol, tools_config
from pages.parts.widgets.plotly_view import PlainFigure
from pages.parts.widgets.text import figure_text

CURVE_HEIGHT = 440
_SMALL_HEIGHT = 280
# Powers of ten with ticks: from tenths of thousandths to millions, whatever a column measures.
_TICK_POWERS = range(-4, 7)
_PLACE = "place along the curve"


def curve_figure(
    points: CurvePoints, colours: Taxonomy, *, cuts: Sequence[float], chosen: np.ndarray, dark: bool
) -> PlainFigure:
    """One trace a label, commonest first, in the taxonomy's colours.

    Args:
        points: of the drift.
        colours: the labels' colours.
        cuts: places where segments begin, drawn as dotted lines.
        chosen: bool (m,), the samples drawn larger.
        dark: whether the page is dark.
    """
    drawn = np.isfinite(points.value)
    if points.logarithmic:
        drawn &= points.value > 0
    labels, counts = np.unique(points.labels[drawn], return_counts=True)
    traces = []
    for label in labels[np.argsort(-counts, kind="stable")]:
        rows = drawn & (points.labels == label)
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": figure_text(label),
                "x": points.position[rows].tolist(),
                "y": points.value[rows].tolist(),
                "marker": {
                    "color": colours[str(label)].colour,
                    "symbol": label_symbol(colours[str(label)]),
                    "size": np.where(chosen[rows], 12, 8).tolist(),
                },
                "hoverinfo": "x+y+name",
            }
        )
    return PlainFigure(traces, _curve_layout(points, cuts, dark=dark), tools_config(shown=True))


def _curve_layout(points: CurvePoints, cuts: Sequence[float], *, dark: bool) -> dict[str, Any]:
    layout = _layout(dark, height=CURVE_HEIGHT)
    # Room for the tools above, which would cover the legend, and for the title below, which the frame would cut.
    layout["margin"] |= {"t": 40, "b": 65}
    layout["xaxis"]["range"] = [-0.03, 1.03]
    layout["yaxis"] |= {
        "title": {"text": figure_text(f"{points.by} ({points.unit})" if points.unit else points.by)},
        "type": "log" if points.logarithmic else "linear",
    }
    if points.logarithmic:
        layout["yaxis"] |= _log_ticks()
    if points.names:
        layout["yaxis"] |= {
            "tickmode": "array",
            "tickvals": list(range(len(points.names))),
            "ticktext": [figure_text(name) for name in points.names],
            "automargin": True,
        }
    layout |= {
        "dragmode": "lasso",
        # Without "select", Plotly 1.58 answers a click in lasso mode with an empty selection, on which the component
        # stumbles before it hears of the click.
        "clickmode": "event+select",
        "hovermode": "closest",
        "uirevision": "curve",
        "shapes": [
            {
                "type": "line",
                "xref": "x",
                "yref": "paper",
                "x0": float(cut),
                "x1": float(cut),
                "y0": 0,
                "y1": 1,
                "line": {"color": LINE, "width": 1, "dash": "dot"},
            }
            for cut in cuts
        ],
    }
    return layout


def mix_figure(along: AlongCurve, colours: Taxonomy, *, dark: bool) -> dict[str, Any]:
    """The share of each label in each bin, as stacked bars as wide as their bin."""
    edges = _edges(along)
    middles, widths = ((edges[1:] + edges[:-1]) / 2).tolist(), np.diff(edges).tolist()
    order = along.labels.groupby("label")["n"].sum().sort_values(ascending=False, kind="stable").index
    traces = []
    for label in order:
        rows = along.labels[along.labels["label"] == label].sort_values("bin")
        texts = [
            f"{figure_text(label)}: {n} of {total}, {share:.0%} ({low:.0%} to {high:.0%})"
            for n, total, share, low, high in zip(
                rows["n"], along.bins["n"], rows["share"], rows["low"], rows["high"], strict=True
            )
        ]
        traces.append(
            {
                "type": "bar",
                "name": figure_text(label),
                "x": middles,
                "width": widths,
                "y": rows["share"].tolist(),
                "marker": {"color": colours[str(label)].colour, "pattern": label_hatch(colours[str(label)])},
                "hovertext": texts,
                "hoverinfo": "text",
            }
        )
    layout = _layout(dark, height=_SMALL_HEIGHT)
    layout["xaxis"]["range"] = [0, 1]
    layout["yaxis"] |= {"title": {"text": "share"}, "range": [0, 1], "tickformat": ".0%"}
    layout |= {"barmode": "stack", "showlegend": False}
    return {"data": traces, "layout": layout}


def column_figure(along: AlongCurve, by: str, *, dark: bool) -> dict[str, Any] | None:
    """The mean of a column in each bin with its 95 % interval; None for a column that has no mean."""
    rows = along.columns[along.columns["column"] == by].dropna(subset=["value"])
    if rows.empty:
        return None
    unit = along.tests.at[by, "unit"]
    trace = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": rows["centre"].tolist(),
        "y": rows["value"].tolist(),
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": (rows["high"] - rows["value"]).fillna(0).tolist(),
            "arrayminus": (rows["value"] - rows["low"]).fillna(0).tolist(),
        },
        "line": {"color": accent(dark)},
        "hoverinfo": "x+y",
    }
    layout = _layout(dark, height=_SMALL_HEIGHT)
    layout["xaxis"]["range"] = [0, 1]
    layout["yaxis"] |= {
        "title": {"text": figure_text(f"{by} ({unit})" if unit else by)},
        "type": "linear" if by == SUSPICION else "log",
    }
    if by != SUSPICION:
        layout["yaxis"] |= _log_ticks()
    return {"data": [trace], "layout": layout}


def _log_ticks() -> dict[str, Any]:
    """Ticks at 1, 2 and 5 of every power of ten, in full: by itself Plotly writes "2" where 20 is meant."""
    values = [digit * 10.0**power for power in _TICK_POWERS for digit in (1, 2, 5)]
    return {"tickmode": "array", "tickvals": values, "ticktext": [f"{value:,.6g}" for value in values]}


def _edges(along: AlongCurve) -> np.ndarray:
    between = (along.bins["stop"].to_numpy()[:-1] + along.bins["start"].to_numpy()[1:]) / 2
    return np.concatenate([[0.0], between, [1.0]])


def _layout(dark: bool, *, height: int) -> dict[str, Any]:
    layout = chart_layout(dark, height=height)
    layout["xaxis"] |= {"title": {"text": _PLACE}}
    return layout
