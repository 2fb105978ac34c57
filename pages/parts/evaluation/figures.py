"""The drawings of an evaluation, as plain lists for Plotly."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from core.classify.evaluation.views import GOOD_F1, row_shares
from core.dataset import Taxonomy
from pages.parts.widgets.charts import (
    LINE,
    SMALL_SIZE,
    accent,
    chart_layout,
    ink,
    label_dash,
    second_accent,
    tools_config,
)
from pages.parts.widgets.plotly_view import PlainFigure
from pages.parts.widgets.text import figure_text

FRAME_MARGIN = 16
"""The component's frame has a margin of its own, which would cut the lowest line off."""

_CELL, _NARROW_CELL, _AROUND, _TALLEST = 25, 20, 190, 1500
_NUMBERS_UP_TO = 40
_BAR, _BARS_AROUND = 22, 90
_SMALL_HEIGHT = 360


def place_of(label: str) -> str:
    """The label's place on an axis of labels: Plotly looks them up by name, so none may be called ``constructor``."""
    return f"label {figure_text(label)}"


def matrix_height(confusion: pd.DataFrame) -> int:
    """Height of the confusion matrix's frame, CSS pixels."""
    return min(_TALLEST, _AROUND + _CELL * len(confusion)) + FRAME_MARGIN


def matrix_width(confusion: pd.DataFrame) -> int:
    """Width below which its numbers would run into each other, CSS pixels."""
    return _AROUND + _NARROW_CELL * len(confusion)


def matrix_figure(confusion: pd.DataFrame, *, chosen: tuple[str, str] | None, dark: bool) -> PlainFigure:
    """The confusion matrix: true labels down, given names across, on the diagonal what is named rightly.

    Args:
        confusion: counts by true label (index) and given name (columns).
        chosen: the cell (true label, given name) that is framed.
        dark: whether the page is dark.
    """
    true, named = [str(name) for name in confusion.index], [str(name) for name in confusion.columns]
    counts, shares = confusion.to_numpy(dtype=int), row_shares(confusion)
    right = np.array(true)[:, None] == np.array(named)[None, :]
    # The root lets rare confusions be seen; rightly named ones go the other way, into the other colour.
    strength = np.where(right, -1, 1) * np.sqrt(shares)
    empty = "#22262f" if dark else "#f1f3f5"
    scale = [[0, accent(False)], [0.5, empty], [1, second_accent(False)]]
    traces: list[dict[str, Any]] = [
        {
            "type": "heatmap",
            "x": [place_of(name) for name in named],
            "y": [place_of(name) for name in true],
            "z": strength.tolist(),
            "zmin": -1,
            "zmax": 1,
            "colorscale": scale,
            "showscale": False,
            "xgap": 1,
            "ygap": 1,
            "text": _cell_texts(true, named, counts, shares),
            "hoverinfo": "text",
        }
    ]
    if len(true) <= _NUMBERS_UP_TO:
        traces.append(_numbers(true, named, counts, strength, dark=dark))
    layout = chart_layout(dark, height=matrix_height(confusion) - FRAME_MARGIN)
    axis = {
        "type": "category",
        "showgrid": False,
        "fixedrange": True,
        "automargin": True,
        "tickfont": {"size": SMALL_SIZE},
    }
    layout["xaxis"] |= axis | _names(named) | {"side": "top", "tickangle": -60}
    layout["yaxis"] |= axis | _names(true)
    # The trace of numbers would have Plotly leave a margin around the cells.
    layout["xaxis"] |= {"range": [-0.5, len(named) - 0.5], "title": {"text": "named by the classifier", "standoff": 12}}
    layout["yaxis"] |= {"range": [len(true) - 0.5, -0.5], "title": {"text": "label", "standoff": 12}}
    layout |= {
        "margin": {"l": 40, "r": 10, "t": 40, "b": 10},
        "hovermode": "closest",
        "dragmode": False,
        "clickmode": "event",
        "showlegend": False,
        "shapes": _frame(true, named, chosen, dark=dark),
    }
    # Plotly's own buttons would cover the labels above.
    return PlainFigure(traces, layout, tools_config(shown=False))


def f1_figure(bars: pd.DataFrame, colours: Taxonomy, *, dark: bool) -> dict[str, Any]:
    """One bar a label, best first, each with its interval, and the line that a learnt label reaches."""
    names = [str(name) for name in bars.index]
    value, low, high = (bars[column].astype(float) for column in ("f1", "f1_low", "f1_high"))
    text = ink(dark)
    trace = {
        "type": "bar",
        "orientation": "h",
        "x": value.tolist(),
        "y": [place_of(name) for name in names],
        "marker": {"color": [colours[name].colour for name in names]},
        "hovertext": [
            f"{figure_text(name)}: F1 {f1:.2f} ({a:.2f} to {b:.2f}), {n:,} held out"
            for name, f1, a, b, n in zip(names, value, low, high, bars["n"], strict=True)
        ],
        "hoverinfo": "text",
        "error_x": _whiskers(value, low, high) | {"color": text},
    }
    layout = chart_layout(dark, height=_BARS_AROUND + _BAR * len(bars))
    layout["xaxis"] |= {"range": [0, 1.02], "title": {"text": "F1"}, "dtick": 0.2}
    layout["yaxis"] |= {"type": "category", "autorange": "reversed", "automargin": True, "showgrid": False}
    layout["yaxis"] |= _names(names)
    layout |= {
        "showlegend": False,
        "bargap": 0.25,
        "shapes": [_line(GOOD_F1, GOOD_F1, 0, 1, yref="paper", colour=text, width=2)],
        "annotations": [
            {"x": GOOD_F1, "y": 1, "yref": "paper", "yanchor": "bottom", "text": f"{GOOD_F1}", "showarrow": False}
        ],
    }
    layout["margin"] |= {"t": 25}
    return {"data": [trace], "layout": layout}


def precision_recall_figure(points: pd.DataFrame, colours: Taxonomy, *, dark: bool) -> dict[str, Any]:
    """One curve a label, in its colour."""
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": figure_text(label),
            "x": rows["recall"].tolist(),
            "y": rows["precision"].tolist(),
            "line": {"color": colours[str(label)].colour, "width": 2, "dash": label_dash(colours[str(label)])},
            "hovertemplate": "recall %{x:.2f}, precision %{y:.2f}",
        }
        for label, rows in points.groupby("label", sort=False)
    ]
    layout = chart_layout(dark, height=_SMALL_HEIGHT)
    layout["xaxis"] |= {"range": [0, 1.02], "title": {"text": "recall: found, of those that are"}}
    layout["yaxis"] |= {"range": [0, 1.02], "title": {"text": "precision: right, of those named"}}
    layout |= {"legend": {"orientation": "h", "y": -0.25}, "showlegend": True}
    return {"data": traces, "layout": layout}


def reliability_figure(bins: pd.DataFrame, *, dark: bool) -> dict[str, Any]:
    """How often it is right, by how sure it says it is, with the line on which the two agree."""
    known = bins[bins["n"] > 0]
    texts = [
        f"{n:,} answers {low:.0%} to {high:.0%} sure, on average {message:.0%}: {share:.0%} right ({a:.0%} to {b:.0%})"
        for n, low, high, message, share, a, b in known[
            ["n", "low", "high", "confidence", "accuracy", "accuracy_low", "accuracy_high"]
        ].itertuples(index=False)
    ]
    value, blue = known["accuracy"].astype(float), accent(dark)
    trace = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": known["confidence"].tolist(),
        "y": value.tolist(),
        "error_y": _whiskers(value, known["accuracy_low"], known["accuracy_high"]),
        # The area of a point, not its width, shows how many answers it stands for.
        "marker": {"color": blue, "size": (6 + 18 * np.sqrt(known["n"] / max(1, known["n"].max()))).tolist()},
        "line": {"color": blue, "width": 1},
        "hovertext": texts,
        "hoverinfo": "text",
    }
    layout = chart_layout(dark, height=_SMALL_HEIGHT)
    layout["xaxis"] |= {"range": [0, 1.04], "title": {"text": "how sure it says it is"}, "tickformat": ".0%"}
    layout["yaxis"] |= {"range": [0, 1.04], "title": {"text": "how often it is right"}, "tickformat": ".0%"}
    layout |= {"showlegend": False, "shapes": [_line(0, 1, 0, 1)]}
    return {"data": [trace], "layout": layout}


def _cell_texts(true: list[str], named: list[str], counts: np.ndarray, shares: np.ndarray) -> list[list[str]]:
    totals = counts.sum(axis=1)
    return [
        [
            f"{counts[row, column]:,} of {totals[row]:,} {figure_text(label)} ({shares[row, column]:.0%}) named "
            f"{figure_text(name)}"
            for column, name in enumerate(named)
        ]
        for row, label in enumerate(true)
    ]


def _numbers(
    true: list[str], named: list[str], counts: np.ndarray, strength: np.ndarray, *, dark: bool
) -> dict[str, Any]:
    rows, columns = np.nonzero(counts)
    text = ink(dark)
    return {
        "type": "scatter",
        "mode": "text",
        "x": [place_of(named[column]) for column in columns],
        "y": [place_of(true[row]) for row in rows],
        "text": [f"{count:,}" for count in counts[rows, columns]],
        "textfont": {
            "size": SMALL_SIZE,
            "color": ["#ffffff" if abs(value) > 0.55 else text for value in strength[rows, columns]],
        },
        # The clicks are meant for the cell below.
        "hoverinfo": "skip",
    }


def _frame(true: list[str], named: list[str], chosen: tuple[str, str] | None, *, dark: bool) -> list[dict[str, Any]]:
    if chosen is None or chosen[0] not in true or chosen[1] not in named:
        return []
    row, column = true.index(chosen[0]), named.index(chosen[1])
    return [
        {
            "type": "rect",
            "x0": column - 0.5,
            "x1": column + 0.5,
            "y0": row - 0.5,
            "y1": row + 0.5,
            "line": {"color": "#ffffff" if dark else "#000000", "width": 2},
        }
    ]


def _names(names: list[str]) -> dict[str, Any]:
    """Ticks that show names as they were written; Plotly reads HTML in them."""
    places = [place_of(name) for name in names]
    return {
        "tickmode": "array",
        "tickvals": places,
        "ticktext": [figure_text(name) for name in names],
        "categoryorder": "array",
        "categoryarray": places,
    }


def _whiskers(value: pd.Series, low: pd.Series, high: pd.Series) -> dict[str, Any]:
    return {
        "type": "data",
        "symmetric": False,
        "array": (high.astype(float) - value).clip(lower=0).fillna(0).tolist(),
        "arrayminus": (value - low.astype(float)).clip(lower=0).fillna(0).tolist(),
        "thickness": 1,
        "width": 3,
    }


def _line(
    x0: float, x1: float, y0: float, y1: float, *, yref: str = "y", colour: str = LINE, width: int = 1
) -> dict[str, Any]:
    line = {"color": colour, "width": width, "dash": "dash"}
    return {"type": "line", "x0": x0, "x1": x1, "y0": y0, "y1": y1, "yref": yref, "line": line}
