"""The curves of a run: loss, accuracy and learning rate by epoch, as plain lists for Plotly."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import streamlit as st

from pages.parts.widgets.charts import TEXT_SIZE, accent, axis_title, chart_layout, second_accent, show_chart

_HEIGHT, _SMALL_HEIGHT = 270, 150


def curves_view(curves: pd.DataFrame, *, best_epoch: int, epochs: int, key: str) -> None:
    """Draw the three charts.

    Args:
        curves: one row a finished epoch, as ``core.classify.training.runs.read_curves`` gives them; at least one.
        best_epoch: whose weights are kept; marked.
        epochs: at most; the width of the charts while the run is young.
        key: names the charts in the session.
    """
    dark = st.context.theme.type == "dark"
    for place, measure in zip(st.columns(2), ("loss", "accuracy"), strict=True):
        with place:
            show_chart(
                measure_figure(curves, measure, best_epoch=best_epoch, epochs=epochs, dark=dark),
                key=f"{key}_{measure}",
                alt=f"{measure.capitalize()} on training and validation samples by epoch",
            )
    show_chart(
        rate_figure(curves, epochs=epochs, dark=dark),
        key=f"{key}_rate",
        alt="Learning rate by epoch",
    )


def measure_figure(curves: pd.DataFrame, measure: str, *, best_epoch: int, epochs: int, dark: bool) -> dict[str, Any]:
    """Loss or accuracy (``measure``), training and validation, the best epoch marked."""
    share = measure == "accuracy"
    traces = [
        _trace(curves, f"train_{measure}", "training", second_accent(dark), dash="dot", percent=share),
        _trace(curves, f"validation_{measure}", "validation", accent(dark), dash="solid", percent=share),
    ]
    best = curves[curves["epoch"] == best_epoch]
    if len(best):
        traces.append(
            {
                **_trace(best, f"validation_{measure}", f"best: epoch {best_epoch}", accent(dark), percent=share),
                "mode": "markers",
                "marker": {"size": 13, "symbol": "star", "color": accent(dark)},
            }
        )
    layout = _layout(epochs=_shown_epochs(curves, epochs), height=_HEIGHT, title=measure.capitalize(), dark=dark)
    if share:
        layout["yaxis"] |= {"tickformat": ".0%"}
    return {"data": traces, "layout": layout}


def rate_figure(curves: pd.DataFrame, *, epochs: int, dark: bool) -> dict[str, Any]:
    """The learning rate of each epoch, as steps on a logarithmic axis."""
    trace = _trace(curves, "learning_rate", "learning rate", accent(dark))
    trace["line"]["shape"] = "hvh"
    trace["hovertemplate"] = "epoch %{x}: %{y:.2g}<extra></extra>"
    layout = _layout(epochs=_shown_epochs(curves, epochs), height=_SMALL_HEIGHT, title="Learning rate", dark=dark)
    layout["showlegend"] = False
    rates = sorted(set(curves["learning_rate"].astype(float)))
    # Few values occur, and they are what one wants to read: more than four would crowd the small chart.
    shown = rates[:: max(1, -(-len(rates) // 4))]
    layout["yaxis"] |= {
        "type": "log",
        "range": [math.log10(rates[0]) - 0.3, math.log10(rates[-1]) + 0.3] if rates and rates[0] > 0 else None,
        "tickmode": "array",
        "tickvals": shown,
        "ticktext": [f"{rate:.2g}" for rate in shown],
    }
    return {"data": [trace], "layout": layout}


def _shown_epochs(curves: pd.DataFrame, epochs: int) -> int:
    """As far as the axis goes: some room to grow, without squeezing what is there into a corner."""
    return min(epochs, max(5, 2 * len(curves)))


def _trace(
    curves: pd.DataFrame, column: str, name: str, colour: str, *, dash: str = "solid", percent: bool = False
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": curves["epoch"].astype(int).tolist(),
        "y": curves[column].astype(float).tolist(),
        "line": {"color": colour, "dash": dash, "width": 2},
        "marker": {"size": 5, "color": colour},
        "hovertemplate": f"epoch %{{x}}, {name}: %{{y:{'.1%' if percent else '.4f'}}}<extra></extra>",
    }


def _layout(*, epochs: int, height: int, title: str, dark: bool) -> dict[str, Any]:
    layout = chart_layout(
        dark,
        height=height,
        margin={"l": 50, "r": 10, "t": 60, "b": 40},
        title={"text": title, "font": {"size": TEXT_SIZE + 1}},
        uirevision=title,
        legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 1.02, "yanchor": "bottom"},
    )
    layout["xaxis"] |= {
        "title": axis_title("epoch"),
        "range": [0.7, epochs + 0.3],
        "dtick": max(1, -(-epochs // 8)),
        "tick0": 0,
    }
    layout["yaxis"] |= {"automargin": True}
    return layout
