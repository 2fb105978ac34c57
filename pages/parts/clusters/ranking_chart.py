"""The clusters as bubbles, size against purity or entropy with intervals; clicked or lassoed ones are opened."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.dataset import Taxonomy, TaxonomyEntry
from pages.parts.clusters.chosen import ClustersState
from pages.parts.desk.state import change_panel, panel
from pages.parts.widgets.charts import chart_layout, label_symbol, tools_config
from pages.parts.widgets.plotly_view import PlainFigure, show_figure
from pages.parts.widgets.text import figure_text

PURITY, ENTROPY, EFFECTIVE = "purity", "entropy", "effective labels"
MEASURES = (PURITY, ENTROPY, EFFECTIVE)
_COLUMNS = {
    PURITY: ("purity", "purity_low", "purity_high"),
    ENTROPY: ("entropy_corrected", "entropy_low", "entropy_high"),
    EFFECTIVE: ("effective_labels", "effective_low", "effective_high"),
}
_TITLES = {
    PURITY: "purity (share of the commonest label)",
    ENTROPY: "label entropy, corrected (bits)",
    EFFECTIVE: "effective labels (2 to the entropy)",
}
_TICKS = tuple(step * 10**power for power in range(6) for step in (1, 2, 5))
_HEIGHT = 460
_FRAME_MARGIN = 16
"""The component's frame has a margin of its own, which would cut the lowest line off."""
_SMALLEST, _LARGEST = 9, 34


def ranking_chart(table: pd.DataFrame, taxonomy: Taxonomy, *, measure: str, fingerprint: str) -> list[int] | None:
    """Draw the chart.

    Args:
        table: the audit's table of clusters.
        taxonomy: for the colours of the commonest labels.
        measure: one of :data:`MEASURES`.
        fingerprint: of the clustering; another clustering is another chart, which has not been drawn on yet.

    Returns:
        The clusters that were clicked or lassoed since the last run; None where nothing new was.
    """
    figure = ranking_figure(table, taxonomy, measure=measure, dark=st.context.theme.type == "dark")
    points = show_figure(figure, key=f"clusters_chart_{measure}_{fingerprint}", height=_HEIGHT)
    # The component repeats its last answer in every run; only a new one is a choice.
    if tuple(points) == panel(ClustersState).points:
        return None
    change_panel(ClustersState, points=tuple(points))
    return chosen_clusters(points, table, measure=measure) or None


def chosen_clusters(points: list[dict[str, Any]], table: pd.DataFrame, *, measure: str) -> list[int]:
    """The clusters at the chosen places, in the order of the table; by their place, never by a trace's number."""
    column = _COLUMNS[measure][0]
    places = {
        (round(float(point["x"]), 6), round(float(point["y"]), 6))
        for point in points
        if isinstance(point.get("x"), (int, float)) and isinstance(point.get("y"), (int, float))
    }
    return [
        int(number)
        for number, samples, value in zip(table.index, table["n"], table[column], strict=True)
        if (round(float(samples), 6), round(float(value), 6)) in places
    ]


def ranking_figure(table: pd.DataFrame, taxonomy: Taxonomy, *, measure: str, dark: bool) -> PlainFigure:
    """One trace a commonest label, bubbles as large as the cluster is ambiguous, whiskers for the 95 % interval."""
    traces = [_trace(taxonomy[label], rows, measure) for label, rows in table.groupby("top_label")]
    layout = chart_layout(
        dark,
        height=_HEIGHT - _FRAME_MARGIN,
        # Above, Plotly's own buttons have room beside nothing that they would cover.
        margin={"l": 60, "r": 10, "t": 40, "b": 50},
        hovermode="closest",
        dragmode="lasso",
        # Without "select", Plotly 1.58 answers a click in lasso mode with an empty selection, on which the component
        # stumbles before it hears of the click.
        clickmode="event+select",
        uirevision=measure,
        legend={"itemsizing": "constant"},
    )
    layout["xaxis"] |= {
        "type": "log",
        "title": {"text": "samples in the cluster"},
        "tickmode": "array",
        "tickvals": list(_TICKS),
        "ticktext": [f"{tick:,}" for tick in _TICKS],
    }
    layout["yaxis"] |= {"title": {"text": _TITLES[measure]}}
    return PlainFigure(traces, layout, tools_config(shown=True))


def _trace(label: TaxonomyEntry, rows: pd.DataFrame, measure: str) -> dict[str, Any]:
    value, low, high = (rows[column].astype(float) for column in _COLUMNS[measure])
    name = figure_text(label.name)
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": rows["n"].astype(float).tolist(),
        "y": value.tolist(),
        "text": [f"cluster {number}: {name}" for number in rows.index],
        "hovertemplate": "%{text}<br>%{x} samples, %{y:.2f}<extra></extra>",
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": (high - value).clip(lower=0).fillna(0).tolist(),
            "arrayminus": (value - low).clip(lower=0).fillna(0).tolist(),
            "thickness": 1,
            "width": 3,
            "color": label.colour,
        },
        "marker": {
            "color": label.colour,
            "symbol": label_symbol(label),
            "size": _sizes(rows["ambiguity"]),
            "line": {"width": 0},
            "opacity": 0.85,
        },
    }


def _sizes(ambiguity: pd.Series) -> list[float]:
    return (_SMALLEST + 2 * ambiguity.astype(float) ** 0.5).clip(upper=_LARGEST).tolist()
